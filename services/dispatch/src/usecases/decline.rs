//! The merchant, or staff on its behalf, turns the job down (拒单): it waits again, for the next one.

use chassis::store::{Command, Tx};
use contracts::dispatch::Declined;
use dispatch_domain::{Assignment, DeclineReason, Step};
use kernel::{Actor, AssignmentId, City};

use super::steps::{self, Stepped};
use crate::error::Error;

/// The merchant, or staff on its behalf, turns the job down (拒单): it waits again, for the next one.
#[derive(Debug, Clone)]
pub(crate) struct Decline {
    pub(crate) city: City,
    pub(crate) assignment: AssignmentId,
    pub(crate) by: Actor,
    pub(crate) reason: DeclineReason,
}

impl Command for Decline {
    type Out = Stepped<Assignment>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Stepped<Assignment>, Error> {
        let (job, mine) = steps::load(tx, self.city, self.assignment).await?;
        let changes = match dispatch_domain::decline(&job, &mine.assignment, self.by, self.reason, tx.now())?
        {
            Step::Done(changes) => changes,
            Step::AlreadyDone(first) => return Ok(Stepped::already(first)),
        };
        let now = steps::assignment(&changes)?;
        let load = steps::save(tx, &changes, mine.counted).await?;
        tx.emit(&Declined {
            request: now.request,
            city: self.city,
            assignment: now.id,
            merchant: now.merchant,
            category: job.category,
            by: self.by,
            declined_at: tx.now(),
        })?;
        Ok(Stepped { now, already: false, load })
    }
}
