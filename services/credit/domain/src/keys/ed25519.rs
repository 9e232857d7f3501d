//! Ed25519.

use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};

use super::{CryptoSuite, KeyError, SignError, Signature, Signs, Verifies};

pub(super) struct Suite;

impl CryptoSuite for Suite {
    fn secret(&self, seed: &[u8; 32]) -> Result<Arc<dyn Signs>, KeyError> {
        Ok(Arc::new(SigningKey::from_bytes(seed)))
    }

    fn public(&self, bytes: &[u8]) -> Result<Arc<dyn Verifies>, KeyError> {
        let bytes = <&[u8; 32]>::try_from(bytes).map_err(|_| KeyError)?;
        Ok(Arc::new(VerifyingKey::from_bytes(bytes).map_err(|_| KeyError)?))
    }
}

impl Signs for SigningKey {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(ed25519_dalek::Signer::sign(self, message).to_bytes())
    }

    fn public(&self) -> Vec<u8> {
        self.verifying_key().as_bytes().to_vec()
    }
}

impl Verifies for VerifyingKey {
    fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        self.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}
