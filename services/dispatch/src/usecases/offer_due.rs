//! Jobs that wait for the platform get an offer: first whom the citizen asked for, then in the order of the rule.

use core::time::Duration;

use chassis::store::{Command, Tx};
use dispatch_domain::{Choice, ChoiceRefusal, OverrideCode, OverrideReason, Refusal};
use futures::StreamExt as _;
use kernel::Actor;

use super::assign::{Dispatcher, Wish};
use super::give_up::GiveUp;
use super::steps;
use crate::error::Error;
use crate::store::jobs::{self, StoredJob};

/// Jobs taken at once.
const BATCH_MAX: u64 = 64;
/// Of these, so many are worked on at the same time: most of it is waiting for credit.
const AT_ONCE: usize = 16;
/// A job that was taken and came to nothing is taken again after this.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Takes due jobs so that no other instance takes them for a while.
struct TakeDue;

impl Command for TakeDue {
    type Out = Vec<StoredJob>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<StoredJob>, Error> {
        let now = tx.now();
        Ok(jobs::take_due(tx.conn(), now, now.after(AGAIN_AFTER), BATCH_MAX).await?)
    }
}

impl Dispatcher {
    /// Makes the offers that are due, and says whether more may be.
    pub(crate) async fn offer_due(&self) -> Result<bool, Error> {
        if !self.ranking.is_caught_up() || !jobs::is_any_due(self.db.read(), self.clock.now()).await? {
            return Ok(false);
        }
        let due = self.db.write(&TakeDue).await?;
        let full = due.len() as u64 == BATCH_MAX;
        futures::stream::iter(due).for_each_concurrent(AT_ONCE, |stored| self.offer_one(stored)).await;
        Ok(full)
    }

    async fn offer_one(&self, stored: StoredJob) {
        let (city, request) = (stored.job.city, stored.job.request);
        if let Err(error) = self.offer_in_order(stored).await {
            // It stays due and is taken again; nothing is lost.
            match error {
                // Withdrawn while it was in hand.
                Error::Refused(Refusal::JobCancelled) => tracing::debug!(%city, %request, "no offer needed"),
                error => tracing::warn!(%city, %request, %error, "no offer yet"),
            }
        }
    }

    async fn offer_in_order(&self, stored: StoredJob) -> Result<(), Error> {
        let (city, request) = (stored.job.city, stored.job.request);
        let untried = stored.preferred.filter(|merchant| !stored.job.tried.contains(merchant));
        if let Some(merchant) = untried {
            let reason = OverrideReason { code: OverrideCode::CitizenChose, note: None };
            let choice = Choice {
                merchant: Some(merchant),
                by: Actor::Platform,
                reason: Some(reason),
                again: false,
                approved_by: None,
            };
            match self.assign(&Wish { city, request, choice, approval: None }).await {
                // Whom the citizen asked for cannot come: the rule decides.
                Err(Error::Choice(_)) => {}
                other => return other.map(drop),
            }
        }
        let choice = Choice::first(Actor::Platform);
        match self.assign(&Wish { city, request, choice, approval: None }).await {
            Err(Error::Choice(ChoiceRefusal::NobodyEligible)) => {
                let given_up = GiveUp { city, request };
                steps::take(&self.db, &self.ranking, &given_up).await.map(drop)
            }
            other => other.map(drop),
        }
    }
}
