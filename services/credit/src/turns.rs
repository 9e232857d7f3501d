//! The work that is done in turns, whoever asks. Each turn is bounded, and right with any number of instances.

use core::time::Duration;

use chassis::service::Runtime;

use crate::usecases::workers::{self, WorkersDesk};

/// Between two looks for what fell due about workers: all of it is a matter of days.
const WORKERS_EVERY: Duration = Duration::from_secs(1);

/// Transfers whose notice has run, and notices of papers that expire.
pub(crate) fn workers(runtime: &Runtime, desk: &WorkersDesk) {
    let (desk, clock, db) = (desk.clone(), runtime.host.clock.clone(), runtime.db.clone());
    runtime.every("workers", WORKERS_EVERY, move || {
        let (desk, clock, db) = (desk.clone(), clock.clone(), db.clone());
        async move {
            if let Err(error) = workers::end_notices(&db, &desk.terms, clock.now()).await {
                tracing::warn!(%error, "ending transfers");
            }
            if let Err(error) = workers::say_expiring(&db, &desk.terms, clock.now()).await {
                tracing::warn!(%error, "saying which papers expire");
            }
        }
    });
}
