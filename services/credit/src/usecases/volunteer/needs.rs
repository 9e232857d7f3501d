use std::sync::Arc;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use contracts::credit::VolunteerNeedPublished;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::volunteer::{Claimant, Need, NeedDraft};
use kernel::{Actor, City, MerchantId, Step, VolunteerNeedId};

use super::super::Told;
use super::super::activities::{affiliated, held};
use crate::error::Error;
use crate::store::needs;

/// Publishes a need that fits volunteers for claiming (揭榜).
#[derive(Debug, Clone)]
pub struct PublishNeed {
    /// What the catalogue has.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// What it is.
    pub says: NeedDraft,
    /// Who publishes it.
    pub by: Actor,
    /// The client's name for this intent.
    pub key: Key,
}

impl Command for PublishNeed {
    type Out = Told<Need>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Need>, Error> {
        match idempotency::look_up::<VolunteerNeedId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = needs::find(tx.conn(), self.city, id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("need"))?, already: true });
            }
        }
        let (id, says) = (tx.next_id(), self.says.clone());
        let need = Need::publish(id, self.city, says, &self.policy, self.by, tx.now())?;
        needs::insert(tx.conn(), &need).await?;
        open(tx, &need)?;
        idempotency::store(tx.conn(), &self.key, &need.id, tx.now()).await?;
        Ok(Told { now: need, already: false })
    }
}

/// What happens to a need.
#[derive(Debug, Clone, Copy)]
pub enum NeedStep {
    /// Somebody takes it on.
    Claim(Claimant),
    /// They let go; `of` says whose it must be, where a merchant asks.
    Release {
        /// Whose.
        of: Option<MerchantId>,
    },
    /// The centre found who goes.
    Match,
    /// It was done.
    Fulfil,
    /// It is needed no longer.
    Withdraw,
}

/// Takes a need a step further. A step that was taken is answered with where the need stands.
#[derive(Debug, Clone, Copy)]
pub struct StepNeed {
    /// The city.
    pub city: City,
    /// The need.
    pub id: VolunteerNeedId,
    /// What happens to it.
    pub step: NeedStep,
}

impl Command for StepNeed {
    type Out = Told<Need>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Need>, Error> {
        if let NeedStep::Claim(by) = self.step
            && let Some(merchant) = by.merchant()
        {
            affiliated(&held(tx, self.city, merchant).await?)?;
        }
        let found = needs::lock(tx.conn(), self.city, self.id).await?;
        let before = found.ok_or(Error::Unknown("need"))?;
        let now = tx.now();
        let step = match self.step {
            NeedStep::Claim(by) => before.claim(by, now)?,
            NeedStep::Release { of } => {
                let claimed = before.claim.as_ref().and_then(|claim| claim.by.merchant());
                if of.is_some() && claimed != of {
                    return Err(Error::Unknown("need that this merchant took on"));
                }
                before.release(now)?
            }
            NeedStep::Match => before.match_up(now)?,
            NeedStep::Fulfil => before.fulfil(now)?,
            NeedStep::Withdraw => before.withdraw(now)?,
        };
        let after = match step {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        needs::save(tx.conn(), &after).await?;
        if matches!(self.step, NeedStep::Release { .. }) {
            open(tx, &after)?;
        }
        Ok(Told { now: after, already: false })
    }
}

/// Tells the centre that it is open.
fn open(tx: &mut Tx, need: &Need) -> Result<(), Error> {
    let NeedDraft { area, category, people, wanted_from, wanted_until, .. } = need.says.clone();
    let (need, city) = (need.id, need.city);
    tx.emit(&VolunteerNeedPublished { need, city, area, category, people, wanted_from, wanted_until })?;
    Ok(())
}
