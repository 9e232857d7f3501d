use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::{AdmissionPolicy, Dossier, Holder, Registration};
use kernel::{Actor, City, MerchantId, Step};
use serde_json::json;

use super::file_paper::held;
use super::settle;
use super::step_application::person;
use crate::error::Error;
use crate::store::bans;
use crate::store::dossiers::{self, Noted};
use crate::usecases::Told;

/// Records who stands behind a merchant now (变更登记), as an officer saw in the register. A ban on anybody of them
/// refuses it: a merchant is no way round a ban.
#[derive(Debug)]
pub struct RecordRegistration {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// The legal representative and the controlling persons.
    pub holders: Vec<Holder>,
    /// What was seen, and where it lies.
    pub evidence: String,
    /// Who looked.
    pub by: Actor,
}

impl Command for RecordRegistration {
    type Out = Told<Dossier>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Dossier>, Error> {
        let (city, merchant) = (self.city, self.merchant);
        let file = held(tx, city, merchant).await?;
        let code = file.registration.as_ref().map(|known| known.code);
        let asked = code.map(|code| Registration { code, holders: self.holders.clone() });
        let bans = bans::running_on(tx.conn(), city, merchant, asked.as_ref(), tx.now()).await?;
        let step =
            file.register_anew(self.holders.clone(), &self.evidence, &bans, person(self.by)?, tx.now())?;
        let Step::Done(next) = step else { return Ok(Told { now: file, already: true }) };
        let now = settle(tx, &self.policy, next).await?;
        let noted = Noted { city, merchant, application: None, what: "registration-changed", by: self.by };
        dossiers::note(tx, noted, &json!({ "evidence": self.evidence })).await?;
        Ok(Told { now, already: false })
    }
}
