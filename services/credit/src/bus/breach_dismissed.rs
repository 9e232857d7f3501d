use chassis::bus::subscription::Handle;
use chassis::store::Tx;
use contracts::feedback::BreachDismissed;

use crate::error::Error;

/// A suspicion did not hold. Only a verified breach touches credit, and the suspicion had earned no points,
/// so there is nothing to take back; the event is heard so that it counts as done (I6).
pub(super) struct OnBreachDismissed;

impl Handle<BreachDismissed> for OnBreachDismissed {
    type Error = Error;

    async fn handle(&self, _: &mut Tx, dismissed: BreachDismissed) -> Result<(), Error> {
        tracing::debug!(case = %dismissed.case, "a suspicion did not hold");
        Ok(())
    }
}
