use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use credit_domain::process::{Ground, Opening, Proceeding};
use credit_domain::{Cause, Merchant};
use kernel::{Actor, ActorId, CategoryCode, City, MerchantId, PersonalText, ProceedingId, Severity};

use super::super::finding::{self, Of};
use super::settle::held;
use super::{Procedure, Told};
use crate::error::Error;
use crate::store::{ledger, proceedings, steps};

/// Opens a proceeding (立案) from a verified breach, a red line or another finding.
#[derive(Debug, Clone)]
pub struct OpenProceeding {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// Against whom.
    pub merchant: MerchantId,
    /// What it is about.
    pub ground: Ground,
    /// How grave the finding is.
    pub class: Severity,
    /// The category whose commitment was broken; of a breach, the ledger says it.
    pub category: Option<CategoryCode>,
    /// What of it; of a breach, the ledger says it.
    pub clause: Option<String>,
    /// What was found.
    pub facts: PersonalText,
    /// Who opens it.
    pub by: ActorId,
    /// The client's name for this intent.
    pub key: Key,
}

impl Command for OpenProceeding {
    type Out = Told<Proceeding>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Proceeding>, Error> {
        match idempotency::look_up::<ProceedingId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = proceedings::find(tx.conn(), self.city, id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("proceeding"))?, already: true });
            }
        }
        let merchant = held(tx, self.city, self.merchant).await?;
        let (category, clause) = self.broken(tx, &merchant).await?;
        let opening = Opening {
            id: tx.next_id(),
            city: self.city,
            merchant: self.merchant,
            ground: self.ground,
            class: self.class,
            category,
            clause,
            facts: self.facts.clone(),
        };
        let opened = Proceeding::open(opening, self.by, self.procedure.moment(tx).await?)?;
        proceedings::insert(tx.conn(), &opened).await?;
        let by = Actor::Staff { id: self.by };
        steps::note(tx, opened.city, opened.id, opened.version, "open", by).await?;
        idempotency::store(tx.conn(), &self.key, &opened.id, tx.now()).await?;
        Ok(Told { now: opened, already: false })
    }
}

impl OpenProceeding {
    /// What was broken: of a breach, what its entry says.
    async fn broken(
        &self,
        tx: &Tx,
        merchant: &Merchant,
    ) -> Result<(Option<CategoryCode>, Option<String>), Error> {
        let Ground::Breach { case } = self.ground else {
            // Nothing here says when it happened: it stands as it is found.
            let (category, clause) = (self.category.as_ref(), self.clause.as_deref());
            let of = Of { category, clause, at: tx.now() };
            finding::check(tx.conn(), &self.procedure.policy, merchant, of).await?;
            return Ok((self.category.clone(), self.clause.clone()));
        };
        if let Some(live) = proceedings::about_case(tx.conn(), self.city, case).await? {
            return Err(Error::AlreadyOpened(live.id));
        }
        let cause = Cause::Breach(case);
        let entry = ledger::by_cause(tx.conn(), self.city, self.merchant, cause).await?;
        let entry = entry.ok_or(Error::Unknown("verified breach of this merchant"))?;
        let reversal = Cause::Reversal(entry.posting.id);
        if ledger::by_cause(tx.conn(), self.city, self.merchant, reversal).await?.is_some() {
            return Err(Error::Unknown("breach of this merchant that was not reversed"));
        }
        Ok((entry.posting.category, entry.posting.clause))
    }
}
