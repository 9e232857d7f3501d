//! Somebody stops answering without being gone: connections stay open and nothing comes. Each pause lasts until the
//! others have seen that: until those who wait have given up and started over, or somebody else has taken over.

use async_nats::jetstream;
use testkit::{TestDb, postgres, wait};

use crate::faults::load::Load;
use crate::processes::{Broker, Processes, SERVICES};
use crate::town::PATIENCE;

/// As the metrics name what a service does when the bus does not answer.
const STARTED_OVER: &str = "platform_consumer_restarts_total";
const NOT_PUBLISHED: &str = "platform_relay_failures_total";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s04_i1_a_broker_that_stops_answering_for_a_while_loses_nothing() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    let before = given_up(&mut platform).await;
    platform.broker.one().pause().await.unwrap();
    load.hand_in(&town, 20).await;
    // Every consumer missed its heartbeats, and what was handed in got no ack.
    let all_gave_up = async || {
        let now = given_up(&mut platform).await;
        now.iter().zip(&before).all(|(now, before)| now > before).then_some(())
    };
    wait::until("everybody to start over", PATIENCE, all_gave_up).await.unwrap();
    platform.broker.one().resume().unwrap();
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

/// How often the consumers of each service started over, and how often intake failed to publish.
async fn given_up(platform: &mut Processes) -> Vec<f64> {
    let mut counts = vec![platform.service("intake").figure(NOT_PUBLISHED).await];
    for name in SERVICES {
        counts.push(platform.service(name).figure(STARTED_OVER).await);
    }
    counts
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
    let before = deliveries(&platform).await;
    // Twice, since nobody knows what it is at when it stops.
    for _ in 0..2 {
        // The first answers are there, and more is under way.
        load.hand_in(&town, 8).await;
        platform.service("dispatch-2").pause().await;
        load.hand_in(&town, 8).await;
        load.serve_all(&town).await;
        let taken_over = async || (deliveries(&platform).await.open == 0).then_some(());
        wait::until("the other instance to take over all of it", PATIENCE, taken_over).await.unwrap();
        platform.service("dispatch-2").resume();
    }
    let after = deliveries(&platform).await;
    assert!(after.again > before.again, "it held nothing when it stopped: {before:?} {after:?}");
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

/// What the bus knows of the consumer that all instances of dispatch share.
#[derive(Debug)]
struct Deliveries {
    /// Events that wait, or that somebody has and has not acknowledged.
    open: u64,
    /// Deliveries beyond one for each event.
    again: i64,
}

async fn deliveries(platform: &Processes) -> Deliveries {
    let js = jetstream::new(platform.broker.client().await);
    let stream = js.get_stream("INTAKE").await.unwrap();
    let info = stream.consumer_info("dispatch-intake").await.unwrap();
    let made = i64::try_from(info.delivered.consumer_sequence).unwrap();
    let events = i64::try_from(info.delivered.stream_sequence).unwrap();
    Deliveries { open: info.num_pending + info.num_ack_pending as u64, again: made - events }
}
