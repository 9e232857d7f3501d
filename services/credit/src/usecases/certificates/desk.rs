use core::time::Duration;
use std::sync::Arc;

use credit_domain::certificate::Terms;
use credit_domain::keys::KeyRing;

use super::CertificatesConfig;

/// Who issues certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// In Chinese: this name is signed.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What all work with certificates shares. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CertificatesDesk {
    /// The keys.
    pub ring: Arc<KeyRing>,
    /// Who issues.
    pub issuer: Arc<Issuer>,
    pub(super) terms: Arc<Terms>,
    pub(super) good_for: Duration,
}

impl CertificatesDesk {
    /// Opens it.
    ///
    /// # Errors
    /// What is wrong with the configuration, in words.
    pub fn open(config: &CertificatesConfig) -> Result<Self, String> {
        if config.signing_keys.is_empty() {
            tracing::warn!("certificates.signing_keys is empty: no certificate is issued");
        }
        Ok(Self {
            ring: Arc::new(config.ring()?),
            issuer: Arc::new(config.issuer()?),
            terms: Arc::new(config.terms()?),
            good_for: config.good_for()?,
        })
    }
}
