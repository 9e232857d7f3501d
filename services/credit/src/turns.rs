//! The work that is done in turns, whoever asks: what falls due by the calendar alone. Each turn takes a bounded
//! batch, and several instances share the work.

use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;
use contracts::reference::Reference;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::StandardDraft;

use crate::usecases::{Tended, seed_standards, tend_dossiers};

/// Between two looks for papers and commitments that end.
const TEND_EVERY: Duration = Duration::from_secs(1);
/// Between two looks for a city whose library has not begun.
const SEED_EVERY: Duration = Duration::from_secs(600);

/// What admission does by the calendar: expiries, and the libraries of cities that have none.
pub(crate) fn admission(
    runtime: &Runtime,
    policy: &Arc<AdmissionPolicy>,
    reference: &Arc<Reference>,
    standards: Vec<StandardDraft>,
) {
    tend(runtime, Arc::clone(policy));
    begin_libraries(runtime, Arc::clone(reference), standards);
}

/// Tells merchants what ends soon, and suspends what has ended.
fn tend(runtime: &Runtime, policy: Arc<AdmissionPolicy>) {
    let (db, clock) = (runtime.db.clone(), Arc::clone(&runtime.host.clock));
    runtime.every("tend-dossiers", TEND_EVERY, move || {
        let (db, clock, policy) = (db.clone(), Arc::clone(&clock), Arc::clone(&policy));
        async move {
            loop {
                match tend_dossiers(&db, &policy, clock.now()).await {
                    Ok(Tended { more: true, .. }) => {}
                    Ok(Tended { more: false, .. }) => return,
                    Err(error) => return tracing::warn!(%error, "tending merchants' files"),
                }
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
                if let Err(error) = seed_standards(&db, city.city, &standards).await {
                    tracing::warn!(%error, city = %city.city, "beginning a standards library");
                }
            }
        }
    });
}
