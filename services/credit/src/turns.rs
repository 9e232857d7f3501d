//! The work that is done in turns, whoever asks: one function per turn.

use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;

use crate::rules::RuleBook;
use crate::usecases;
use crate::usecases::workers::WorkersDesk;

/// Between two looks for entries whose time is over.
const END_ENTRIES_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for runs of drafts.
const SIMULATE_EVERY: Duration = Duration::from_millis(250);
/// Between two looks for what fell due about workers: all of it is a matter of days.
const WORKERS_EVERY: Duration = Duration::from_secs(1);
/// Pages of one look: so long can a stop of the service have to wait.
const PAGES_PER_TURN: u32 = 10;

/// Starts all of it.
pub(crate) fn start(runtime: &Runtime, rules: &Arc<RuleBook>, workers: &WorkersDesk) {
    end_entries(runtime, Arc::clone(rules));
    simulate(runtime, Arc::clone(rules));
    end_notices(runtime, workers);
    say_expiring(runtime, workers);
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

/// Transfers whose notice has run.
fn end_notices(runtime: &Runtime, desk: &WorkersDesk) {
    let (db, terms, clock) = (runtime.db.clone(), Arc::clone(&desk.terms), Arc::clone(&runtime.host.clock));
    runtime.every("end-notices", WORKERS_EVERY, move || {
        let (db, terms, now) = (db.clone(), Arc::clone(&terms), clock.now());
        async move {
            if let Err(error) = usecases::workers::end_notices(&db, &terms, now).await {
                tracing::warn!(%error, "ending transfers");
            }
        }
    });
}

/// Papers of which notice is due.
fn say_expiring(runtime: &Runtime, desk: &WorkersDesk) {
    let (db, terms, clock) = (runtime.db.clone(), Arc::clone(&desk.terms), Arc::clone(&runtime.host.clock));
    runtime.every("say-expiring", WORKERS_EVERY, move || {
        let (db, terms, now) = (db.clone(), Arc::clone(&terms), clock.now());
        async move {
            if let Err(error) = usecases::workers::say_expiring(&db, &terms, now).await {
                tracing::warn!(%error, "saying which papers expire");
            }
        }
    });
}
