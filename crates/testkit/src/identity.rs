//! Who calls, in tests: people with bearer tokens of a test issuer, and front ends that sign their requests.
//!
//! Both are written from the schemes' own texts (RFC 7519 with `EdDSA`, Standard Webhooks) and share no code with
//! the services that check them, so that a mistake on either side shows.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Actor, ActorId, Channel, Role};
use serde_json::{Value, json};
use sha2::Sha256;

/// The issuer that the services trust unless they are told otherwise.
pub const ISSUER: &str = "https://id.81890.example";
/// For whom its tokens are.
pub const AUDIENCE: &str = "81890";
/// What every front end of a test signs with.
pub const CHANNEL_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// How long a token is good, in seconds.
const TOKEN_LIFE_S: i64 = 600;
const KEY_ID: &str = "test";

/// Somebody with a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Person(Value);

impl Person {
    /// Staff in this role; the same number is the same person.
    #[must_use]
    pub fn staff(n: u128, role: Role) -> Self {
        Self::acting(Actor::Staff { id: ActorId::from_u128(n) }, role)
    }

    /// The account of a company that is no merchant yet, by the account's id as text.
    #[must_use]
    pub fn applicant(id: &str) -> Self {
        Self(json!({ "sub": id, "roles": [Role::Merchant] }))
    }

    /// The account of a merchant, by the merchant's id as text.
    #[must_use]
    pub fn merchant(id: &str) -> Self {
        Self(json!({ "sub": id, "roles": [Role::Merchant], "merchant": id }))
    }

    /// The account of this actor. Channels and the platform have none, and get one that nobody lets in.
    #[must_use]
    pub fn acting(actor: Actor, role: Role) -> Self {
        match actor {
            Actor::Staff { id } => Self(json!({ "sub": id, "roles": [role] })),
            Actor::Merchant { id } => Self(json!({ "sub": id, "roles": [role], "merchant": id })),
            Actor::Channel { .. } | Actor::Platform => Self(json!({ "sub": actor.to_string() })),
        }
    }

    /// The role it acts in, if it has one.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        serde_json::from_value(self.0.get("roles")?.get(0)?.clone()).ok()
    }

    /// The merchant whose account it is, as text.
    #[must_use]
    pub fn of_merchant(&self) -> Option<&str> {
        self.0.get("merchant")?.as_str()
    }

    /// The same, with one claim set: such as the city that an account is bound to.
    #[must_use]
    pub fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        if let Some(claims) = self.0.as_object_mut() {
            claims.insert(claim.to_owned(), value.into());
        }
        self
    }

    /// A fresh token.
    #[must_use]
    pub fn token(&self) -> String {
        self.token_at(wall_clock_s())
    }

    /// A token that was issued at this second since 1970: for services whose wall clock is the test's.
    #[expect(clippy::expect_used, reason = "the key is a constant of this file")]
    #[must_use]
    pub fn token_at(&self, now_s: i64) -> String {
        let issued = self
            .clone()
            .with("iss", ISSUER)
            .with("aud", AUDIENCE)
            .with("exp", now_s.saturating_add(TOKEN_LIFE_S));
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let pem = signing_key().to_pkcs8_pem(LineEnding::LF).expect("an Ed25519 key has a PEM form");
        let key = EncodingKey::from_ed_pem(pem.as_bytes()).expect("a PEM of an Ed25519 key");
        jsonwebtoken::encode(&header, &issued.0, &key).expect("claims are JSON")
    }
}

/// The issuer's public key, as `auth.jwks` takes it.
#[must_use]
pub fn jwks() -> String {
    let x = URL_SAFE_NO_PAD.encode(signing_key().verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": KEY_ID, "x": x }] })
        .to_string()
}

/// The `auth` section of a service that trusts this issuer and knows all six channels.
#[must_use]
pub fn auth_settings() -> Value {
    let channels: serde_json::Map<String, Value> = Channel::ALL
        .into_iter()
        .map(|channel| (channel.to_string(), json!({ "keys": [{ "id": "test", "secret": CHANNEL_SECRET }] })))
        .collect();
    json!({ "issuer": ISSUER, "audience": AUDIENCE, "jwks": jwks(), "channels": channels })
}

/// The headers by which a front end of this channel, with this secret, signs a request: `nonce` is used once only,
/// `target` is path and query as sent.
#[must_use]
pub fn signature(
    secret: &str,
    channel: Channel,
    nonce: &str,
    method: &str,
    target: &str,
    body: &[u8],
) -> [(&'static str, String); 4] {
    party_signature(secret, channel.as_str(), nonce, method, target, body)
}

/// The same for an outside system of this name, such as `volunteer-centre`.
#[must_use]
pub fn party_signature(
    secret: &str,
    name: &str,
    nonce: &str,
    method: &str,
    target: &str,
    body: &[u8],
) -> [(&'static str, String); 4] {
    let (timestamp, signature) = line_signature(secret, nonce, &format!("{method} {target}\n"), body);
    [
        ("x-channel", name.to_owned()),
        ("webhook-id", nonce.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature),
    ]
}

/// The second since 1970 at which a line and a body are signed, and the signature.
#[expect(clippy::expect_used, reason = "the secret is the test's own")]
#[must_use]
pub fn line_signature(secret: &str, nonce: &str, line: &str, body: &[u8]) -> (i64, String) {
    let timestamp = wall_clock_s();
    let secret = secret.strip_prefix("whsec_").unwrap_or_default();
    let secret = STANDARD.decode(secret).expect("base64 behind whsec_");
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("HMAC takes keys of any length");
    mac.update(format!("{nonce}.{timestamp}.{line}").as_bytes());
    mac.update(body);
    (timestamp, format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

#[expect(clippy::disallowed_methods, reason = "tokens and signatures are good by the machine's clock alone")]
fn wall_clock_s() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
