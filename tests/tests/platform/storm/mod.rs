//! I4 in a storm: assignments by two instances of dispatch while standings change all the time, and while all that
//! credit says about them is dropped, delayed, doubled and reordered on its way. Only the fence's question goes
//! straight through.

mod meddler;
mod platform;

use std::time::{Duration, Instant};

use testkit::wait;

use crate::checker::{Assigned, Report, i4_versions};
use platform::{Fence, Storm};

/// What the promise is proven on.
const ASSIGNMENTS: usize = 10_000;
/// Enough to see that it would break without the fence.
const FEW: usize = 600;
/// It takes under a minute on two cores with nothing else to do.
const PATIENCE: Duration = Duration::from_secs(300);

/// Lets the storm rage until so many requests are assigned; gives what the checker says, and the assignments.
async fn rage(fence: Fence, assignments: usize) -> (Report, Vec<Assigned>) {
    let mut storm = Storm::start(fence).await;
    let begun = Instant::now();
    storm.receive(assignments).await;
    let assigned = async || {
        storm.change_standings().await;
        (storm.assigned().await >= assignments).then_some(())
    };
    wait::until("all assignments", PATIENCE, assigned).await.unwrap();
    println!("{assignments} assignments in {:?}; {:?}", begun.elapsed(), storm.meddled());
    let made = storm.assignments().await;
    let mut report = Report::default();
    report.count("changes acknowledged", storm.acknowledged.len());
    match fence {
        Fence::Asks => i4_versions(&made, &storm.acknowledged, &mut report),
        // They are marked as unconfirmed, which the checker would let pass.
        Fence::IsPassedBy => {
            let as_if: Vec<_> = made.iter().map(|one| Assigned { confirmed: true, ..one.clone() }).collect();
            i4_versions(&as_if, &storm.acknowledged, &mut report);
        }
    }
    storm.calms_down().await;
    storm.stop().await;
    (report, made)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i4_ten_thousand_assignments_in_a_storm_use_no_grade_older_than_the_last_acknowledged() {
    let (report, made) = rage(Fence::Asks, ASSIGNMENTS).await;
    report.holds();
    assert!(made.iter().all(|one| one.confirmed), "credit was there all the time");
    assert!(report.counted("assignments after an acknowledged version") > ASSIGNMENTS / 2);
    assert!(report.counted("changes acknowledged") > ASSIGNMENTS / 100);
    let requests: std::collections::BTreeSet<_> = made.iter().map(|one| one.request).collect();
    assert_eq!(requests.len(), made.len(), "I2: a request was assigned twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_fence_the_same_storm_breaks_i4() {
    let (report, _) = rage(Fence::IsPassedBy, FEW).await;
    assert!(report.breaks("I4"), "the storm is too weak to prove anything: {report:?}");
}
