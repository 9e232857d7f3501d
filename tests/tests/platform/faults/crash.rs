//! A service dies at a fail point, is started again, and its work has one effect.

use testkit::process::Process;

use crate::faults::load::Load;
use crate::processes::{Broker, Processes};

/// Where a transaction, a publication and a consumed event can be cut in two.
const POINTS: [&str; 6] = [
    "before-effect-commit",
    "before-commit",
    "after-commit",
    "before-publish",
    "after-publish",
    "before-ack",
];

/// All services reach all points, while one request after another is handed in, served and called back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_i2_a_crash_at_any_fail_point_of_any_service_leaves_one_effect() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.hand_in(&town, 30).await;
    load.serve_all(&town).await;
    platform.the_next_morning().await;
    for service in ["intake", "dispatch", "feedback", "credit"] {
        for point in POINTS {
            println!("{service} dies {point}");
            let dying = platform.service(service);
            dying.stop().await;
            dying.launch_with(&[("PLATFORM_CRASH_AT", point)]);
            let work = async {
                load.hand_in(&town, 1).await;
                load.serve_all(&town).await;
                load.call_one_back(&town).await;
            };
            let death = async {
                let status = dying.dies().await;
                assert!(Process::was_killed_by(status, nix::sys::signal::Signal::SIGABRT), "{status}");
                dying.launch();
                dying.ready().await;
            };
            tokio::join!(work, death);
        }
    }
    load.see_standings(&platform).await;
    load.hand_in(&town, 4).await;
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}
