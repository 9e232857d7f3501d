//! A request was cancelled: whoever held it is released.

use chassis::store::Tx;
use contracts::dispatch::Released;
use contracts::intake::Cancelled;
use dispatch_domain::{Refusal, Step};
use kernel::Actor;

use super::steps;
use crate::error::Error;
use crate::store::jobs;

/// Ends the job. Done again, or after the work was completed, it changes nothing.
pub(crate) async fn cancel(tx: &mut Tx, event: &Cancelled) -> Result<(), Error> {
    let job = jobs::lock(tx.conn(), event.city, event.request).await?.ok_or(Error::UnknownRequest)?;
    let last = steps::named(tx, &job).await?;
    let changes = match dispatch_domain::cancel(&job, last.as_ref().map(|last| &last.assignment), tx.now()) {
        Ok(Step::Done(changes)) => changes,
        // The work was done before the cancellation came: intake learns it by the completion.
        Ok(Step::AlreadyDone(_)) | Err(Refusal::JobCompleted) => return Ok(()),
        Err(refusal) => return Err(refusal.into()),
    };
    steps::save(tx, &changes, last.is_some_and(|last| last.counted)).await?;
    if let Some(released) = changes.assignment {
        tx.emit(&Released {
            request: job.request,
            city: job.city,
            assignment: released.id,
            merchant: released.merchant,
            category: job.category,
            by: Actor::Platform,
            released_at: tx.now(),
        })?;
    }
    Ok(())
}
