use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::{AdmissionPolicy, Registration, TakingOver, Wanted, take_over};
use credit_domain::{Commitment, Denied};
use kernel::{Actor, ActorId, City, MerchantId};
use serde_json::json;

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::dossiers::Noted;
use crate::store::{bans, dossiers};
use crate::usecases::{bring_in, recording};

/// Takes over a merchant that was affiliated before its file was kept here (存量接收): proposed by one person,
/// agreed to by another.
#[derive(Debug)]
pub struct TakeOver {
    /// The rules of credit.
    pub rules: Arc<RuleBook>,
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// What it is.
    pub wanted: Wanted,
    /// What it is committed to, each until when.
    pub commitments: Vec<Commitment>,
    /// Who it is before the law.
    pub registration: Registration,
    /// Who proposed it.
    pub proposed_by: ActorId,
    /// Who agreed.
    pub approved_by: ActorId,
}

impl Command for TakeOver {
    type Out = MerchantId;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<MerchantId, Error> {
        let (city, registration) = (self.city, &self.registration);
        if dossiers::by_code(tx.conn(), city, registration.code).await?.is_some() {
            return Err(Denied::Exists("a file of an organisation with this code").into());
        }
        let merchant: MerchantId = tx.next_id();
        let bans = bans::running_on(tx.conn(), city, merchant, Some(registration), tx.now()).await?;
        let new = TakingOver {
            merchant,
            city,
            wanted: self.wanted.clone(),
            commitments: self.commitments.clone(),
            registration: registration.clone(),
            proposed_by: self.proposed_by,
            approved_by: self.approved_by,
        };
        let at = recording(&self.rules, tx).await?;
        let (file, change) = take_over(new, &bans, &self.policy, at)?;
        bring_in(tx, change).await?;
        let due = file.next_due(&self.policy, tx.now());
        dossiers::insert(tx.conn(), &[(file, due)]).await?;
        let by = Actor::Staff { id: self.approved_by };
        let noted = Noted { city, merchant, application: None, what: "taken-over", by };
        dossiers::note(tx, noted, &json!({ "proposed_by": self.proposed_by })).await?;
        Ok(merchant)
    }
}
