//! An issuer of bearer tokens: one key, made known to a service by its configuration.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Actor, Timestamp};
use serde_json::{Value, json};

/// How long a token is good.
const GOOD_FOR_S: i64 = 600;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// The issuer's public key set: for `auth.jwks`.
#[must_use]
pub fn jwks() -> String {
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "test", "x": x }] })
        .to_string()
}

/// A token for this account in this role, good for ten minutes from `now`; `more` is added to what it says.
///
/// # Panics
/// For an actor that has no token: a channel or the platform.
#[must_use]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test can do nothing else about it")]
pub fn token(now: Timestamp, actor: Actor, role: &str, more: &Value) -> String {
    let (sub, merchant) = match actor {
        Actor::Staff { id } => (id.to_string(), None),
        Actor::Merchant { id } => (id.to_string(), Some(id)),
        Actor::Channel { .. } | Actor::Platform => panic!("{actor} has no token"),
    };
    let mut claims = json!({
        "iss": "https://id.81890.example", "aud": "81890", "sub": sub, "roles": [role],
        "exp": now.as_secs() + GOOD_FOR_S,
    });
    if let (Some(merchant), Some(claims)) = (merchant, claims.as_object_mut()) {
        claims.insert("merchant".to_owned(), json!(merchant));
    }
    if let (Some(more), Some(claims)) = (more.as_object(), claims.as_object_mut()) {
        claims.extend(more.clone());
    }
    let header = Header { kid: Some("test".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let pem = key().to_pkcs8_pem(LineEnding::LF).unwrap();
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_pem(pem.as_bytes()).unwrap()).unwrap()
}
