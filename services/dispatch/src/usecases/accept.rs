//! The merchant, or staff on its behalf, takes the job (接单).

use chassis::store::{Command, Tx};
use contracts::dispatch::Accepted;
use dispatch_domain::{Assignment, Step};
use kernel::{Actor, AssignmentId, City};

use super::steps::{self, Stepped};
use crate::error::Error;

/// The merchant, or staff on its behalf, takes the job (接单).
#[derive(Debug, Clone)]
pub(crate) struct Accept {
    pub(crate) city: City,
    pub(crate) assignment: AssignmentId,
    pub(crate) by: Actor,
}

impl Command for Accept {
    type Out = Stepped<Assignment>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Stepped<Assignment>, Error> {
        let (job, mine) = steps::load(tx, self.city, self.assignment).await?;
        let changes = match dispatch_domain::accept(&job, &mine.assignment, self.by, tx.now())? {
            Step::Done(changes) => changes,
            Step::AlreadyDone(first) => return Ok(Stepped::already(first)),
        };
        let now = steps::assignment(&changes)?;
        let load = steps::save(tx, &changes, mine.counted).await?;
        tx.emit(&Accepted {
            request: now.request,
            city: self.city,
            assignment: now.id,
            merchant: now.merchant,
            category: job.category,
            by: self.by,
            accepted_at: tx.now(),
        })?;
        Ok(Stepped { now, already: false, load })
    }
}
