//! The work that is done in turns, whoever asks: one function per turn. Each takes a bounded batch, and several
//! instances share the work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;
use contracts::reference::Reference;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::evaluation::{Progress, year_due};
use credit_domain::standards::StandardDraft;
use kernel::City;
use tokio::sync::Mutex;

use crate::rules::RuleBook;
use crate::usecases::certificates::{self, CertificatesDesk};
use crate::usecases::evaluation::{self, Pages};
use crate::usecases::exchange::{self, ExchangeDesk};
use crate::usecases::process::{self, Procedure};
use crate::usecases::volunteer;
use crate::usecases::workers::WorkersDesk;
use crate::usecases::{self, Tended};

/// Between two looks for what is over or due. Nothing of it is due to the second; what is found is little.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for runs of drafts.
const SIMULATE_EVERY: Duration = Duration::from_millis(250);
/// Pages of one look: so long can a stop of the service have to wait.
const PAGES_PER_TURN: u32 = 10;
/// Between two looks for a city whose library has not begun.
const SEED_EVERY: Duration = Duration::from_secs(600);

/// Starts what the rules of credit demand by time.
pub(crate) fn start(runtime: &Runtime, rules: &Arc<RuleBook>) {
    end_entries(runtime, Arc::clone(rules));
    simulate(runtime, Arc::clone(rules));
}

/// Starts what due process demands by time, and the publicity board.
pub(crate) fn process(runtime: &Runtime, procedure: &Procedure) {
    end_what_is_over(runtime, procedure.clone());
    tell_what_is_overdue(runtime);
    turn_board(runtime);
}

/// Starts what falls due about workers.
pub(crate) fn workers(runtime: &Runtime, desk: &WorkersDesk) {
    end_notices(runtime, desk);
    say_expiring(runtime, desk);
}

/// Starts what falls due about volunteering: statements of the centre that did not come.
pub(crate) fn volunteering(runtime: &Runtime) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("ask-for-statements", LOOK_EVERY, move || {
        let (db, now) = (db.clone(), clock.now());
        async move {
            if let Err(error) = volunteer::ask_for_statements(&db, now).await {
                tracing::warn!(%error, "asking for the volunteer centre's statements");
            }
        }
    });
}

/// Starts what admission does by the calendar: expiries, and the libraries of cities that have none.
pub(crate) fn admission(
    runtime: &Runtime,
    policy: &Arc<AdmissionPolicy>,
    reference: &Arc<Reference>,
    standards: Vec<Vec<StandardDraft>>,
) {
    tend(runtime, Arc::clone(policy));
    begin_libraries(runtime, Arc::clone(reference), Arc::clone(policy), standards);
}

/// Starts what is done with imports: rows are tried out and carried out, and forgotten when their time is over.
pub(crate) fn exchange(runtime: &Runtime, desk: &ExchangeDesk) {
    work_on_imports(runtime, desk.clone());
    forget_imports(runtime);
}

/// Starts what the yearly evaluation does by its days.
pub(crate) fn evaluation(runtime: &Runtime, rules: &Arc<RuleBook>, reference: &Arc<Reference>) {
    begin_evaluations(runtime, Arc::clone(rules), Arc::clone(reference));
    evaluate(runtime, Arc::clone(rules));
}

/// Begins the evaluation of the year that is due, city by city.
fn begin_evaluations(runtime: &Runtime, rules: Arc<RuleBook>, reference: Arc<Reference>) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    // Years of which there is a run.
    let settled: Arc<Mutex<HashMap<City, u16>>> = Arc::default();
    runtime.every("begin-evaluations", LOOK_EVERY, move || {
        let (db, rules, reference, settled, now) =
            (db.clone(), Arc::clone(&rules), Arc::clone(&reference), Arc::clone(&settled), clock.now());
        async move {
            let mut settled = settled.lock().await;
            for city in reference.cities().map(|places| places.city) {
                if settled.get(&city).copied() == year_due(now) {
                    continue;
                }
                match evaluation::begin_due(&db, &rules, city, now).await {
                    Ok(year) => drop(year.and_then(|year| settled.insert(city, year))),
                    Err(error) => tracing::warn!(%error, %city, "beginning an evaluation"),
                }
            }
        }
    });
}

/// Computes evaluations, lets their grades take effect, and tells of those that nobody publishes.
fn evaluate(runtime: &Runtime, rules: Arc<RuleBook>) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("evaluate", SIMULATE_EVERY, move || {
        let (db, rules, clock) = (db.clone(), Arc::clone(&rules), Arc::clone(&clock));
        async move {
            let mut last = None;
            for _ in 0..PAGES_PER_TURN {
                match evaluation::work(&db, &rules, Pages::default(), clock.now()).await {
                    Ok(Some(progress)) => last = Some(progress),
                    Ok(None) => break,
                    Err(error) => return tracing::warn!(%error, "working on an evaluation"),
                }
            }
            if let Some(Progress { merchants, of, entries, .. }) = last {
                tracing::info!(merchants, of, entries, "evaluating");
            }
        }
    });
}

/// Starts issuing the certificates that fall due, where somebody signs them.
pub(crate) fn certificates(runtime: &Runtime, desk: &CertificatesDesk) {
    if desk.ring.signer().is_none() {
        return;
    }
    let (db, desk, clock) = (runtime.db.clone(), desk.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("certificates", LOOK_EVERY, move || {
        let (db, desk, now) = (db.clone(), desk.clone(), clock.now());
        async move {
            if let Err(error) = certificates::follow_up(&db, &desk, now).await {
                tracing::warn!(%error, "issuing certificates that are due");
            }
        }
    });
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

/// Transfers whose notice has run.
fn end_notices(runtime: &Runtime, desk: &WorkersDesk) {
    let (db, terms, clock) = (runtime.db.clone(), Arc::clone(&desk.terms), Arc::clone(&runtime.host.clock));
    runtime.every("end-notices", LOOK_EVERY, move || {
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
    runtime.every("tend-dossiers", LOOK_EVERY, move || {
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
    runtime.every("say-expiring", LOOK_EVERY, move || {
        let (db, terms, now) = (db.clone(), Arc::clone(&terms), clock.now());
        async move {
            if let Err(error) = usecases::workers::say_expiring(&db, &terms, now).await {
                tracing::warn!(%error, "saying which papers expire");
            }
        }
    });
}

/// Begins the standards library of each city.
fn begin_libraries(
    runtime: &Runtime,
    reference: Arc<Reference>,
    policy: Arc<AdmissionPolicy>,
    standards: Vec<Vec<StandardDraft>>,
) {
    let (db, standards) = (runtime.db.clone(), Arc::new(standards));
    runtime.every("begin-libraries", SEED_EVERY, move || {
        let (db, reference, standards) = (db.clone(), Arc::clone(&reference), Arc::clone(&standards));
        let policy = Arc::clone(&policy);
        async move {
            for city in reference.cities() {
                if let Err(error) = usecases::seed_standards(&db, city.city, &standards, &policy).await {
                    tracing::warn!(%error, city = %city.city, "beginning a standards library");
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

fn work_on_imports(runtime: &Runtime, desk: ExchangeDesk) {
    let db = runtime.db.clone();
    runtime.every("work-on-imports", SIMULATE_EVERY, move || {
        let (db, desk) = (db.clone(), desk.clone());
        async move {
            for _ in 0..PAGES_PER_TURN {
                match exchange::work_on_imports(&db, &desk).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => return tracing::warn!(%error, "working on imports"),
                }
            }
        }
    });
}

fn forget_imports(runtime: &Runtime) {
    let db = runtime.db.clone();
    runtime.every("forget-imports", LOOK_EVERY, move || {
        let db = db.clone();
        async move {
            for _ in 0..PAGES_PER_TURN {
                match exchange::forget_imports(&db).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => return tracing::warn!(%error, "forgetting imports"),
                }
            }
        }
    });
}
