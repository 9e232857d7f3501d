//! The work that is done in turns, whoever asks: forgetting names.

use core::time::Duration;

use chassis::service::Runtime;

use crate::usecases::ForgetColleagues;

/// Between two looks for names whose time is over.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);

/// Starts all of it.
pub(crate) fn start(runtime: &Runtime, forget: ForgetColleagues) {
    let db = runtime.db.clone();
    runtime.every("forget-colleagues", LOOK_EVERY, move || {
        let db = db.clone();
        async move {
            if let Err(error) = db.write(&forget).await {
                tracing::warn!(%error, "forgetting names of colleagues");
            }
        }
    });
}
