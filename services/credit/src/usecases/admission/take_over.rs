use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::{AdmissionPolicy, Registration, TakeOverTerms, TakingOver, Wanted, take_over};
use credit_domain::{Commitment, Denied};
use kernel::{Actor, ActorId, CategoryCode, City, MerchantId, Timestamp};
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
    /// Whether and how it may.
    pub terms: TakeOverTerms,
    /// The city.
    pub city: City,
    /// What it is.
    pub wanted: Wanted,
    /// What it is committed to, each until when.
    pub commitments: Vec<Commitment>,
    /// Who it is before the law.
    pub registration: Registration,
    /// What was seen of it in the register of organisations, and where that lies.
    pub register_check: String,
    /// Who proposed it, and looked it up.
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
            register_check: self.register_check.clone(),
            proposed_by: self.proposed_by,
            approved_by: self.approved_by,
        };
        let at = recording(&self.rules, tx).await?;
        let (file, change) = take_over(new, &bans, &self.policy, self.terms, at)?;
        bring_in(tx, change).await?;
        let due = file.next_due(&self.policy, tx.now());
        let owed: Vec<(CategoryCode, Timestamp)> =
            file.owed.iter().map(|owed| (owed.category.clone(), owed.complete_by)).collect();
        dossiers::insert(tx.conn(), &[(file, due)]).await?;
        let by = Actor::Staff { id: self.approved_by };
        let noted = Noted { city, merchant, application: None, what: "taken-over", by };
        dossiers::note(tx, noted, &json!({ "proposed_by": self.proposed_by, "register_check": self.register_check, "complete_by": owed })).await?;
        Ok(merchant)
    }
}
