//! The work that is done in turns, whoever asks: one function per turn. Each takes a bounded batch, and several
//! instances share the work.

use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;
use contracts::reference::Reference;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::StandardDraft;

use crate::rules::RuleBook;
use crate::usecases::workers::WorkersDesk;
use crate::usecases::{self, Tended};

/// Between two looks for entries whose time is over.
const END_ENTRIES_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for runs of drafts.
const SIMULATE_EVERY: Duration = Duration::from_millis(250);
/// Between two looks for what fell due about workers: all of it is a matter of days.
const WORKERS_EVERY: Duration = Duration::from_secs(1);
/// Pages of one look: so long can a stop of the service have to wait.
const PAGES_PER_TURN: u32 = 10;
/// Between two looks for papers and commitments that end.
const TEND_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for a city whose library has not begun.
const SEED_EVERY: Duration = Duration::from_secs(600);

/// Starts what the rules of credit and the papers of workers demand by time.
pub(crate) fn start(runtime: &Runtime, rules: &Arc<RuleBook>, workers: &WorkersDesk) {
    end_entries(runtime, Arc::clone(rules));
    simulate(runtime, Arc::clone(rules));
    end_notices(runtime, workers);
    say_expiring(runtime, workers);
}

/// Starts what admission does by the calendar: expiries, and the libraries of cities that have none.
pub(crate) fn admission(
    runtime: &Runtime,
    policy: &Arc<AdmissionPolicy>,
    reference: &Arc<Reference>,
    standards: Vec<StandardDraft>,
) {
    tend(runtime, Arc::clone(policy));
    begin_libraries(runtime, Arc::clone(reference), standards);
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

/// Tells merchants what ends soon, and suspends what has ended.
fn tend(runtime: &Runtime, policy: Arc<AdmissionPolicy>) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("tend-dossiers", TEND_EVERY, move || {
        let (db, clock, policy) = (db.clone(), Arc::clone(&clock), Arc::clone(&policy));
        async move {
            loop {
                match usecases::tend_dossiers(&db, &policy, clock.now()).await {
                    Ok(Tended { more: true, .. }) => {}
                    Ok(Tended { more: false, .. }) => return,
                    Err(error) => return tracing::warn!(%error, "tending merchants' files"),
                }
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

/// Begins the standards library of each city.
fn begin_libraries(runtime: &Runtime, reference: Arc<Reference>, standards: Vec<StandardDraft>) {
    let (db, standards) = (runtime.db.clone(), Arc::new(standards));
    runtime.every("begin-libraries", SEED_EVERY, move || {
        let (db, reference, standards) = (db.clone(), Arc::clone(&reference), Arc::clone(&standards));
        async move {
            for city in reference.cities() {
                if let Err(error) = usecases::seed_standards(&db, city.city, &standards).await {
                    tracing::warn!(%error, city = %city.city, "beginning a standards library");
                }
            }
        }
    });
}
