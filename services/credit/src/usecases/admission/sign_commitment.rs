use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::{AdmissionPolicy, Dossier};
use kernel::{Actor, CategoryCode, City, MerchantId, Step};
use serde_json::json;

use super::file_paper::held;
use super::settle;
use crate::error::Error;
use crate::store::dossiers::{self, Noted};
use crate::usecases::Told;

/// A merchant signs the commitment of a category (签署承诺): the hash says which text was in front of it.
#[derive(Debug)]
pub struct SignCommitment {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// The category.
    pub category: CategoryCode,
    /// The version of the text.
    pub version: u32,
    /// Its SHA-256.
    pub text_hash: String,
    /// Who signs.
    pub by: Actor,
}

impl Command for SignCommitment {
    type Out = Told<Dossier>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Dossier>, Error> {
        let file = held(tx, self.city, self.merchant).await?;
        let Self { policy, category, version, text_hash, by, .. } = self;
        match file.sign(category.clone(), *version, text_hash, *by, policy, tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: file, already: true }),
            Step::Done(next) => {
                let now = settle(tx, policy, next).await?;
                let (city, merchant, what) = (self.city, self.merchant, "commitment-signed");
                let noted = Noted { city, merchant, application: None, what, by: *by };
                let detail = json!({
                    "category": category, "version": version, "text_hash": text_hash,
                    "text": policy.commitment_text(category)?,
                });
                dossiers::note(tx, noted, &detail).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}
