//! The work that is done in turns, whoever asks: one function per turn.

use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;

use crate::rules::RuleBook;
use crate::usecases;

/// Between two looks for entries whose time is over.
const END_ENTRIES_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for runs of drafts.
const SIMULATE_EVERY: Duration = Duration::from_millis(250);
/// Pages of one look: so long can a stop of the service have to wait.
const PAGES_PER_TURN: u32 = 10;

/// Starts all of it.
pub(crate) fn start(runtime: &Runtime, rules: &Arc<RuleBook>) {
    end_entries(runtime, Arc::clone(rules));
    simulate(runtime, Arc::clone(rules));
}

fn end_entries(runtime: &Runtime, rules: Arc<RuleBook>) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("end-entries", END_ENTRIES_EVERY, move || {
        let (db, rules, now) = (db.clone(), Arc::clone(&rules), clock.now());
        async move {
            if let Err(error) = usecases::expire_entries(&db, &rules, now).await {
                tracing::warn!(%error, "ending entries");
            }
        }
    });
}

fn simulate(runtime: &Runtime, rules: Arc<RuleBook>) {
    let db = runtime.db.clone();
    runtime.every("simulate", SIMULATE_EVERY, move || {
        let (db, rules) = (db.clone(), Arc::clone(&rules));
        async move {
            for _ in 0..PAGES_PER_TURN {
                match usecases::model::simulate(&db, &rules).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => return tracing::warn!(%error, "running a draft over the ledger"),
                }
            }
        }
    });
}
