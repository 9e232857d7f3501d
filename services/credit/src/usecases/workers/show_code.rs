use credit_domain::workers::Claims;
use kernel::{City, MerchantId, Timestamp, WorkerId};

use super::{WorkersDesk, worker};
use crate::error::Error;
use crate::error::workers::{WORKER, WorkersError};

/// A code to be shown on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its text, to be drawn as a QR code.
    pub code: String,
    /// From when on it is no longer good.
    pub expires_at: Timestamp,
}

impl WorkersDesk {
    /// A fresh code for a worker of this merchant: read and signed, written nowhere.
    ///
    /// # Errors
    /// When the merchant does not enrol the worker now, or no key is configured.
    pub async fn show_code(&self, city: City, id: WorkerId, merchant: MerchantId) -> Result<Shown, Error> {
        let worker = worker(&self.db, city, id).await?;
        if worker.employer() != Some(merchant) {
            return Err(Error::Unknown(WORKER));
        }
        let expires_s = self.wall.now().after(self.code_life).as_secs();
        let nonce = self.ids.next_id().as_u128();
        let code =
            self.ring.sign(Claims { city, worker: id, expires_s, nonce }).ok_or(WorkersError::NoKey)?;
        Ok(Shown { code, expires_at: Timestamp::from_micros(expires_s.saturating_mul(1_000_000)) })
    }
}
