//! The Standard Webhooks signature, both ways: HMAC-SHA256 over `id.timestamp.payload`.
//!
//! A channel signs each request with the request line as the first line of the payload, so that a signature is
//! good for one method and target only (docs/adr/0003-channel-signature.md). Webhooks that we send carry the
//! body alone, as the scheme says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::Channel;
use sha2::Sha256;

use crate::config::Secret;

/// Header with the message's id: the nonce.
pub const ID_HEADER: &str = "webhook-id";
/// Header with the seconds since 1970 at which it was signed.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// Header with one or more signatures, separated by spaces.
pub const SIGNATURE_HEADER: &str = "webhook-signature";
/// How far the timestamp may be from our clock, either way, in seconds.
pub const WINDOW_S: u64 = 300;
/// A `webhook-id` is no longer than this.
pub const ID_BYTES_MAX: usize = 64;

/// The key's text is not `whsec_` and base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a channel's secret must be whsec_ followed by 24 to 64 bytes in base64")]
pub struct KeyError;

/// A signing key.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Reads `whsec_<base64>`.
    ///
    /// # Errors
    /// [`KeyError`] when it is something else, or too short to be safe.
    pub fn try_new(secret: &Secret) -> Result<Self, KeyError> {
        let text = secret.expose().strip_prefix("whsec_").ok_or(KeyError)?;
        let bytes = STANDARD.decode(text).map_err(|_| KeyError)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(KeyError);
        }
        Hmac::new_from_slice(&bytes).map(Self).map_err(|_| KeyError)
    }

    /// The signature as it stands in the header: `v1,<base64>`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, payload: &[&[u8]]) -> String {
        let mac = self.mac(id, timestamp, payload).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(mac))
    }

    /// Whether the header has a signature that a key of ours could have made.
    #[must_use]
    pub fn is_signature(header: &str) -> bool {
        signatures(header).next().is_some()
    }

    /// Whether one of the header's signatures is this key's. Takes the same time for any wrong signature.
    #[must_use]
    pub fn verifies(&self, header: &str, id: &str, timestamp: i64, payload: &[&[u8]]) -> bool {
        signatures(header).any(|signature| self.mac(id, timestamp, payload).verify_slice(&signature).is_ok())
    }

    fn mac(&self, id: &str, timestamp: i64, payload: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.to_string().as_bytes());
        mac.update(b".");
        for part in payload {
            mac.update(part);
        }
        mac
    }
}

/// The 32 bytes of each signature in the header, of four at most.
fn signatures(header: &str) -> impl Iterator<Item = Vec<u8>> {
    let ours = header.split(' ').take(4).filter_map(|one| one.strip_prefix("v1,"));
    ours.filter_map(|one| STANDARD.decode(one).ok()).filter(|bytes| bytes.len() == 32)
}

/// One request of a channel, as its client signs it.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Whose key signs.
    pub channel: Channel,
    /// The nonce: another for each request, the same for a repetition of it.
    pub id: &'a str,
    /// When it is signed, in seconds since 1970.
    pub timestamp: i64,
    /// GET, POST and so on.
    pub method: &'a str,
    /// Path and query, as sent.
    pub target: &'a str,
    /// The raw body; empty when there is none.
    pub body: &'a [u8],
}

/// The headers that a channel's client adds to a request: the other side of [`Caller`](super::Caller).
#[must_use]
pub fn sign(key: &Key, request: &Outgoing<'_>) -> [(&'static str, String); 4] {
    let line = request_line(request.method, request.target);
    [
        (super::CHANNEL_HEADER, request.channel.to_string()),
        (ID_HEADER, request.id.to_owned()),
        (TIMESTAMP_HEADER, request.timestamp.to_string()),
        (SIGNATURE_HEADER, key.sign(request.id, request.timestamp, &[line.as_bytes(), request.body])),
    ]
}

/// The first line of the payload that a channel signs.
#[must_use]
pub fn request_line(method: &str, target: &str) -> String {
    format!("{method} {target}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn key() -> Key {
        Key::try_new(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap()
    }

    #[test]
    fn the_schemes_published_vector_comes_out() {
        assert_eq!(key().sign(ID, 1_614_265_330, &[BODY]), SIGNATURE);
        assert!(key().verifies(SIGNATURE, ID, 1_614_265_330, &[BODY]));
    }

    /// The decision record that channel teams read.
    const RECORD: &str = include_str!("../../../../docs/adr/0003-channel-signature.md");

    #[test]
    fn the_example_that_channel_teams_are_given_comes_out() {
        let example = RECORD.split_once("```http\n").unwrap().1.split_once("\n```").unwrap().0;
        let (head, body) = example.split_once("\n\n").unwrap();
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(found, _)| *found == name).unwrap().1
        };
        let mut line = head.split(' ');
        let request = Outgoing {
            channel: header(crate::auth::CHANNEL_HEADER).parse().unwrap(),
            id: header(ID_HEADER),
            timestamp: header(TIMESTAMP_HEADER).parse().unwrap(),
            method: line.next().unwrap(),
            target: line.next().unwrap(),
            body: body.as_bytes(),
        };
        let secret = RECORD.split('`').find(|text| text.starts_with("whsec_") && text.len() > 6).unwrap();
        for (name, value) in sign(&Key::try_new(&Secret::new(secret)).unwrap(), &request) {
            assert_eq!(header(name), value, "{name}");
        }
    }

    #[test]
    fn any_signature_of_the_list_may_fit() {
        assert!(key().verifies(&format!("v1,AAAA v2,xx {SIGNATURE}"), ID, 1_614_265_330, &[BODY]));
    }

    #[test]
    fn another_body_time_or_id_does_not_verify() {
        assert!(!key().verifies(SIGNATURE, ID, 1_614_265_331, &[BODY]));
        assert!(!key().verifies(SIGNATURE, "msg_other", 1_614_265_330, &[BODY]));
        assert!(!key().verifies(SIGNATURE, ID, 1_614_265_330, &[b"{}"]));
    }

    #[test]
    fn a_short_or_unmarked_key_is_refused() {
        assert!(Key::try_new(&Secret::new("whsec_c2hvcnQ=")).is_err());
        assert!(Key::try_new(&Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).is_err());
    }
}
