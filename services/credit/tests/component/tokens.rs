//! An issuer of bearer tokens for tests: one key, known to the service by its configuration.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::clock::SystemClock;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Actor, Clock as _};
use serde_json::{Value, json};

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// The issuer's public key.
pub(crate) fn jwks() -> String {
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "test", "x": x }] })
        .to_string()
}

/// A token for this account in this role; `more` is added to what it says.
pub(crate) fn token(actor: Actor, role: &str, more: &Value) -> String {
    let (sub, merchant) = match actor {
        Actor::Staff { id } => (id.to_string(), None),
        Actor::Merchant { id } => (id.to_string(), Some(id)),
        Actor::Channel { .. } | Actor::Platform => panic!("{actor} has no token"),
    };
    let mut claims = json!({
        "iss": "https://id.81890.example", "aud": "81890", "sub": sub, "roles": [role],
        "exp": SystemClock.now().as_secs() + 600,
    });
    if let Some(merchant) = merchant {
        claims["merchant"] = json!(merchant);
    }
    for (name, value) in more.as_object().into_iter().flatten() {
        claims[name] = value.clone();
    }
    let header = Header { kid: Some("test".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let pem = key().to_pkcs8_pem(ed25519_dalek::pkcs8::spki::der::pem::LineEnding::LF).unwrap();
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_pem(pem.as_bytes()).unwrap()).unwrap()
}
