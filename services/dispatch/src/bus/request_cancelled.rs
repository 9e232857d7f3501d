//! `intake.request-cancelled`: whoever held the request is released.

use chassis::bus::subscription::Handle;
use chassis::store::Tx;
use contracts::intake::Cancelled;

use crate::error::Error;
use crate::usecases::cancel_job;

/// Ends the job.
pub(super) struct Cancel;

impl Handle<Cancelled> for Cancel {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, event: Cancelled) -> Result<(), Error> {
        // The commit comes later: the ranking learns the load by its broadcast, as those of other instances do.
        cancel_job::cancel(tx, &event).await
    }
}
