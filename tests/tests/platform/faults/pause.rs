//! Somebody stops answering without being gone: connections stay open and nothing comes.

use std::time::Duration;

use testkit::{TestDb, postgres};

use crate::faults::load::Load;
use crate::processes::{Broker, Processes};

/// Longer than two heartbeats of a consumer (6 s) and a publication's wait for its ack (5 s): both give up and start
/// over. A longer pause crosses no other limit but that of the connection's pings (20 s), after which it is as dead
/// as in the scenarios of `bus.rs`.
const BROKER_PAUSE: Duration = Duration::from_secs(8);

/// Longer than an event stays with a consumer unacknowledged (10 s), than a job stays with the instance that took
/// it (5 s), and than all questions to the fence take (2 s): the other instance takes over all of it.
const DISPATCH_PAUSE: Duration = Duration::from_secs(13);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s04_i1_a_broker_that_stops_answering_for_a_while_loses_nothing() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    platform.broker.one().pause().unwrap();
    tokio::join!(tokio::time::sleep(BROKER_PAUSE), load.hand_in(&town, 20));
    platform.broker.one().resume().unwrap();
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

/// Two instances share one database. One of them stops in the middle of its work, the other takes it over, and the
/// first comes back and goes on where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s04_i2_a_dispatch_that_stops_and_goes_on_assigns_nothing_twice() {
    let shared = postgres::shared().await.unwrap().fresh_database().await.unwrap();
    let sqlite = || TestDb::sqlite().unwrap().into();
    let databases = [sqlite(), shared.into(), sqlite(), sqlite()];
    let mut platform = Processes::start_on(Broker::single().await, databases).await;
    platform.add("dispatch-2", "dispatch").await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    // Twice, since nobody knows what it is at when it stops.
    for _ in 0..2 {
        let second = platform.service("dispatch-2");
        // The first answers are there, and more is under way.
        load.hand_in(&town, 8).await;
        second.pause();
        load.hand_in(&town, 8).await;
        tokio::join!(tokio::time::sleep(DISPATCH_PAUSE), load.serve_all(&town));
        second.resume();
    }
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}
