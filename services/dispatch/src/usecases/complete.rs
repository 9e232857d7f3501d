//! The merchant, or staff on its behalf, reports the work done (完工).

use chassis::store::{Command, Tx};
use contracts::dispatch::Completed;
use dispatch_domain::{Assignment, Step};
use kernel::{Actor, AssignmentId, City};

use super::steps::{self, Stepped};
use crate::error::Error;
use crate::store::jobs;

/// The merchant, or staff on its behalf, reports the work done (完工).
#[derive(Debug, Clone)]
pub(crate) struct Complete {
    pub(crate) city: City,
    pub(crate) assignment: AssignmentId,
    pub(crate) by: Actor,
}

impl Command for Complete {
    type Out = Stepped<Assignment>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Stepped<Assignment>, Error> {
        let (job, mine) = steps::load(tx, self.city, self.assignment).await?;
        let changes = match dispatch_domain::complete(&job, &mine.assignment, self.by, tx.now())? {
            Step::Done(changes) => changes,
            Step::AlreadyDone(first) => return Ok(Stepped::already(first)),
        };
        let now = steps::assignment(&changes)?;
        let load = steps::save(tx, &changes, mine.counted).await?;
        let asked = jobs::find(tx.conn(), self.city, now.request).await?.ok_or(Error::UnknownRequest)?;
        tx.emit(&Completed {
            request: now.request,
            city: self.city,
            assignment: now.id,
            merchant: now.merchant,
            item: asked.item,
            category: job.category,
            area: job.area,
            by: self.by,
            completed_at: tx.now(),
        })?;
        Ok(Stepped { now, already: false, load })
    }
}
