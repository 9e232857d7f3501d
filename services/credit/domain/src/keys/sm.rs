//! SM2 with SM3 (国密). The implementation was never audited independently: see ADR 12.

use std::sync::Arc;

use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{SigningKey, VerifyingKey};
use sm2::elliptic_curve::sec1::ToSec1Point as _;

use super::{CryptoSuite, KeyError, SignError, Signature, Signs, Verifies};

/// Whose signature it is, where nothing else was agreed (GM/T 0009).
const IDENTITY: &str = "1234567812345678";

pub(super) struct Suite;

impl CryptoSuite for Suite {
    fn secret(&self, seed: &[u8; 32]) -> Result<Arc<dyn Signs>, KeyError> {
        Ok(Arc::new(SigningKey::from_slice(IDENTITY, seed).map_err(|_| KeyError)?))
    }

    fn public(&self, bytes: &[u8]) -> Result<Arc<dyn Verifies>, KeyError> {
        // One form of a key, so that it has one name.
        if bytes.first() != Some(&4) {
            return Err(KeyError);
        }
        Ok(Arc::new(VerifyingKey::from_sec1_bytes(IDENTITY, bytes).map_err(|_| KeyError)?))
    }
}

impl Signs for SigningKey {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.try_sign(message).map_err(|_| SignError)?.to_bytes().into())
    }

    fn public(&self) -> Vec<u8> {
        self.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

impl Verifies for VerifyingKey {
    fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        let signature = sm2::dsa::Signature::from_bytes(signature.into());
        signature.is_ok_and(|signature| self.verify(message, &signature).is_ok())
    }
}
