//! The people of the stories, and the keys by which they are known.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::clock::SystemClock;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{ActorId, Clock as _, Role};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "81890";

/// Somebody with a token.
pub(crate) struct Person(Value);

impl Person {
    pub(crate) fn staff(n: u128, role: Role) -> Self {
        Self(json!({ "sub": ActorId::from_u128(n), "roles": [role] }))
    }

    pub(crate) fn merchant(id: &str) -> Self {
        Self(json!({ "sub": id, "roles": [Role::Merchant], "merchant": id }))
    }

    pub(crate) fn token(&self) -> String {
        let mut claims = self.0.clone();
        claims["iss"] = json!(ISSUER);
        claims["aud"] = json!(AUDIENCE);
        claims["exp"] = json!(SystemClock.now().as_secs() + 600);
        let header = Header { kid: Some("test".to_owned()), ..Header::new(Algorithm::EdDSA) };
        let pem = key().to_pkcs8_pem(LineEnding::LF).unwrap();
        let signing = EncodingKey::from_ed_pem(pem.as_bytes()).unwrap();
        jsonwebtoken::encode(&header, &claims, &signing).unwrap()
    }
}

/// The issuer's public key.
pub(crate) fn jwks() -> String {
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "test", "x": x }] })
        .to_string()
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}
