use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::Merchant;
use credit_domain::admission::{AdmissionPolicy, leave};
use kernel::{Actor, City, MerchantId, Step, Version};
use serde_json::json;

use super::settle;
use crate::error::Error;
use crate::store::dossiers::{self, Noted};
use crate::store::merchants;
use crate::usecases::process::show_grades;
use crate::usecases::{Told, carry_out, unmoved};

/// A merchant ends its affiliation itself (主动退出).
#[derive(Debug)]
pub struct LeavePlatform {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Who says so.
    pub by: Actor,
    /// The version of the merchant that they looked at.
    pub expected: Version,
}

impl Command for LeavePlatform {
    type Out = Told<Merchant>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Merchant>, Error> {
        let (city, id) = (self.city, self.merchant);
        let file = dossiers::lock(tx.conn(), city, id).await?;
        let found = merchants::lock(tx.conn(), city, id).await?;
        let merchant = found.ok_or(Error::UnknownMerchant { city, merchant: id })?;
        let change = match leave(&merchant, tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: merchant, already: true }),
            Step::Done(change) => change,
        };
        unmoved(self.expected, merchant.version)?;
        let now = change.merchant.clone();
        carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
        show_grades(tx, &now).await?;
        if let Some(file) = file {
            settle(tx, &self.policy, file).await?;
        }
        let noted = Noted { city, merchant: id, application: None, what: "left", by: self.by };
        dossiers::note(tx, noted, &json!({})).await?;
        Ok(Told { now, already: false })
    }
}
