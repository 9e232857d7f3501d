//! An outside system that is no channel, such as the volunteer centre: it signs as channels do, over HTTP and over the
//! bus (docs/adr/0013-reports-over-request-and-reply.md).

use std::sync::Arc;

use axum::extract::Request;
use bytes::Bytes;
use http::{HeaderMap, header};
use kernel::Clock;
use serde::de::DeserializeOwned;

use super::{BAD_SIGNATURE, CHANNEL_HEADER, STALE_SIGNATURE, UNKNOWN_CHANNEL, UNSIGNED, unsigned, webhook};
use crate::config::ChannelKeyConfig;
use crate::http::{Problem, decode_as, read};

/// A party and its keys. Cheap to clone.
#[derive(Clone)]
pub struct Party {
    name: &'static str,
    keys: Arc<[webhook::Key]>,
    wall: Arc<dyn Clock>,
}

/// What was signed, beside the body.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The message's id.
    pub id: &'a str,
    /// When it was signed, in seconds since 1970.
    pub timestamp: i64,
    /// `v1,` and the signature in base64.
    pub signature: &'a str,
    /// The first line of what is signed, with its line feed: what the body is for.
    pub line: &'a str,
}

/// A request that the party signed.
#[derive(Debug, Clone)]
pub struct FromParty {
    body: Bytes,
    media_type: Option<http::HeaderValue>,
}

impl FromParty {
    /// The body, decoded.
    ///
    /// # Errors
    /// The problem of the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        decode_as(self.media_type.as_ref(), &self.body)
    }
}

impl Party {
    /// Reads its keys; without any nothing of it is accepted.
    ///
    /// # Errors
    /// The name of the first key that cannot be used, with why.
    pub fn open(
        name: &'static str,
        keys: &[ChannelKeyConfig],
        wall: Arc<dyn Clock>,
    ) -> Result<Self, (String, webhook::KeyError)> {
        let read =
            |key: &ChannelKeyConfig| webhook::Key::try_new(&key.secret).map_err(|why| (key.id.clone(), why));
        Ok(Self { name, keys: keys.iter().map(read).collect::<Result<_, _>>()?, wall })
    }

    /// Whether the request claims to be signed by it.
    #[must_use]
    pub fn claims(&self, headers: &HeaderMap) -> bool {
        headers.get(CHANNEL_HEADER).is_some_and(|name| name.as_bytes() == self.name.as_bytes())
    }

    /// Checks a signature over the line and the body.
    ///
    /// # Errors
    /// The problem that says which part to look at.
    pub fn verify(&self, signed: &Signed<'_>, body: &[u8]) -> Result<(), Problem> {
        if self.keys.is_empty() {
            return Err(UNKNOWN_CHANNEL.detail(format!("no key of {} is known here", self.name)));
        }
        if signed.id.is_empty() || signed.id.len() > webhook::ID_BYTES_MAX {
            return Err(BAD_SIGNATURE.detail(format!("the id has 1 to {} bytes", webhook::ID_BYTES_MAX)));
        }
        let now = self.wall.now().as_secs();
        let apart = now.abs_diff(signed.timestamp);
        if apart > webhook::WINDOW_S {
            let detail = format!(
                "the timestamp is {apart} s from the clock here, which says {now}; {} are accepted",
                webhook::WINDOW_S
            );
            return Err(STALE_SIGNATURE.detail(detail));
        }
        let payload = [signed.line.as_bytes(), body];
        let fits = |key: &webhook::Key| key.verifies(signed.signature, signed.id, signed.timestamp, &payload);
        if self.keys.iter().any(fits) {
            return Ok(());
        }
        Err(BAD_SIGNATURE.detail(format!(
            "no key of {} gives this signature for the id, the timestamp, the line {:?} and the body of {} bytes, as \
             they arrived",
            self.name,
            signed.line,
            body.len(),
        )))
    }

    /// Reads a request that it must have signed, as a channel signs one.
    ///
    /// # Errors
    /// The problem of the signature, or of the body.
    pub async fn read(&self, request: Request) -> Result<FromParty, Problem> {
        let (parts, body) = request.into_parts();
        let headers =
            [CHANNEL_HEADER, webhook::ID_HEADER, webhook::TIMESTAMP_HEADER, webhook::SIGNATURE_HEADER];
        let get = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let [Some(name), Some(id), Some(timestamp), Some(signature)] = headers.map(get) else {
            return Err(UNSIGNED.detail(unsigned(&headers.map(|name| (name, get(name).is_some())))));
        };
        if name != self.name {
            return Err(UNKNOWN_CHANNEL.detail(format!("this is for {} alone", self.name)));
        }
        let timestamp =
            timestamp.parse().map_err(|_| BAD_SIGNATURE.detail("webhook-timestamp is not a number"))?;
        let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let line = webhook::request_line(parts.method.as_str(), target);
        let mut bare = Request::new(body);
        *bare.extensions_mut() = parts.extensions.clone();
        let body = read(bare).await?;
        self.verify(&Signed { id, timestamp, signature, line: &line }, &body)?;
        Ok(FromParty { body, media_type: parts.headers.get(header::CONTENT_TYPE).cloned() })
    }
}
