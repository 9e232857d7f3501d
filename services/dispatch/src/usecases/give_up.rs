//! Nobody can be found for a job: a person has to look at it.

use chassis::store::{Command, Tx};
use dispatch_domain::{Job, Refusal, Step};
use kernel::{City, RequestId};

use super::steps::{self, Stepped};
use crate::error::Error;
use crate::store::jobs;

/// Marks the job as unserved and says so.
pub(crate) struct GiveUp {
    pub(crate) city: City,
    pub(crate) request: RequestId,
}

impl Command for GiveUp {
    type Out = Stepped<Option<Job>>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Stepped<Option<Job>>, Error> {
        let job = jobs::lock(tx.conn(), self.city, self.request).await?.ok_or(Error::UnknownRequest)?;
        let changes = match dispatch_domain::give_up(&job) {
            Ok(Step::Done(changes)) => changes,
            Ok(Step::AlreadyDone(first)) => return Ok(Stepped::already(Some(first))),
            // It found somebody, or ended, meanwhile.
            Err(Refusal::Assigned | Refusal::JobCompleted | Refusal::JobCancelled) => {
                return Ok(Stepped::already(None));
            }
            Err(refusal) => return Err(refusal.into()),
        };
        steps::save(tx, &changes, false).await?;
        Ok(Stepped { now: Some(changes.job), already: false, load: None })
    }
}
