//! The work that is done in turns, whoever asks: one function per turn. Every instance does it; rows are held
//! while they are worked on.

use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;

use crate::rules::RuleBook;
use crate::usecases;
use crate::usecases::process::{self, Procedure};

/// Between two looks for what is over or due. Nothing of it is due to the second; what is found is little.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for runs of drafts.
const SIMULATE_EVERY: Duration = Duration::from_millis(250);
/// Pages of one look: so long can a stop of the service have to wait.
const PAGES_PER_TURN: u32 = 10;

/// Starts all of it.
pub(crate) fn start(runtime: &Runtime, procedure: &Procedure) {
    end_entries(runtime, Arc::clone(&procedure.rules));
    simulate(runtime, Arc::clone(&procedure.rules));
    end_what_is_over(runtime, procedure.clone());
    tell_what_is_overdue(runtime);
    turn_board(runtime);
}

fn end_entries(runtime: &Runtime, rules: Arc<RuleBook>) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("end-entries", LOOK_EVERY, move || {
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

/// Ends measures and emergency suspensions whose time is over.
fn end_what_is_over(runtime: &Runtime, procedure: Procedure) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("end-measures", LOOK_EVERY, move || {
        let (db, procedure, now) = (db.clone(), procedure.clone(), clock.now());
        async move {
            if let Err(error) = process::end_what_is_over(&db, &procedure, now).await {
                tracing::warn!(%error, "ending measures");
            }
        }
    });
}

/// Tells of deadlines that passed.
fn tell_what_is_overdue(runtime: &Runtime) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("tell-overdue", LOOK_EVERY, move || {
        let (db, now) = (db.clone(), clock.now());
        async move {
            if let Err(error) = process::tell_what_is_overdue(&db, now).await {
                tracing::warn!(%error, "telling of deadlines");
            }
        }
    });
}

/// Puts notices up and takes them down.
fn turn_board(runtime: &Runtime) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("publicity", LOOK_EVERY, move || {
        let (db, now) = (db.clone(), clock.now());
        async move {
            if let Err(error) = process::turn_board(&db, now).await {
                tracing::warn!(%error, "keeping the publicity board");
            }
        }
    });
}
