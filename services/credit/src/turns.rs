//! The work that is done in turns, whoever asks. Every instance does it; rows are held while they are worked on.

use std::time::Duration;

use chassis::service::Runtime;

use crate::usecases::process::{self, Procedure};

/// Between two looks. Nothing here is due to the second; what is found is little.
const TURN: Duration = Duration::from_secs(1);

/// Starts all of it.
pub(crate) fn start(runtime: &Runtime, procedure: &Procedure) {
    end_what_is_over(runtime, procedure.clone());
    tell_what_is_overdue(runtime);
    turn_board(runtime);
}

/// Ends measures and emergency suspensions whose time is over.
fn end_what_is_over(runtime: &Runtime, procedure: Procedure) {
    let (db, clock) = (runtime.db.clone(), runtime.host.clock.clone());
    runtime.every("end-measures", TURN, move || {
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
    let (db, clock) = (runtime.db.clone(), runtime.host.clock.clone());
    runtime.every("tell-overdue", TURN, move || {
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
    let (db, clock) = (runtime.db.clone(), runtime.host.clock.clone());
    runtime.every("publicity", TURN, move || {
        let (db, now) = (db.clone(), clock.now());
        async move {
            if let Err(error) = process::turn_board(&db, now).await {
                tracing::warn!(%error, "keeping the publicity board");
            }
        }
    });
}
