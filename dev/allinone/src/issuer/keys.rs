//! The key that signs, and its public half.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::accounts::{random_bytes, write_private};

/// As the key set names it.
const KEY_ID: &str = "local";

/// The key that signs.
pub(crate) struct SigningKeys {
    key: EncodingKey,
    public: DecodingKey,
    jwks: Value,
}

impl SigningKeys {
    /// Reads the signing key, or makes one.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let signing = if file.exists() {
            let pem = fs::read_to_string(file)?;
            SigningKey::from_pkcs8_pem(&pem).with_context(|| format!("cannot read {}", file.display()))?
        } else {
            let signing = SigningKey::from_bytes(&random_bytes::<32>());
            let pem = signing.to_pkcs8_pem(LineEnding::LF).context("cannot write the signing key")?;
            write_private(file, &pem)?;
            signing
        };
        let pem = signing.to_pkcs8_pem(LineEnding::LF).context("cannot write the signing key")?;
        let key = EncodingKey::from_ed_pem(pem.as_bytes())?;
        let x = URL_SAFE_NO_PAD.encode(signing.verifying_key().as_bytes());
        let public = DecodingKey::from_ed_components(&x)?;
        let jwks = json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": KEY_ID, "x": x,
        }] });
        Ok(Self { key, public, jwks })
    }

    /// The public keys, as the services' configuration takes them.
    pub(crate) fn jwks(&self) -> String {
        self.jwks.to_string()
    }

    /// The same as JSON.
    pub(super) const fn public_set(&self) -> &Value {
        &self.jwks
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, &self.key)
    }

    /// The claims of a token that we signed for this audience, however old it is.
    pub(super) fn read<T: DeserializeOwned + Clone>(&self, token: &str, audience: &str) -> Option<T> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        validation.validate_exp = false;
        jsonwebtoken::decode(token, &self.public, &validation).ok().map(|token| token.claims)
    }
}
