//! The bus dies, loses its storage, or is meddled with.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use kernel::Role;
use testkit::identity::Person;
use testkit::wait;

use crate::faults::load::Load;
use crate::processes::{Broker, Processes};
use crate::town::{CITY, ITEM, PATIENCE, Town};

/// How long consumers may take to go on after the bus is back.
const RESUMED_WITHIN: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s01_i1_a_cluster_that_is_restarted_and_killed_in_parts_and_whole_loses_nothing() {
    let mut platform = Processes::start(Broker::cluster().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;

    let cluster = platform.broker.three();
    for index in 0..3 {
        cluster.node(index).unwrap().stop().await.unwrap();
        load.hand_in(&town, 4).await;
        cluster.restart_all().await.unwrap();
    }
    let leader = cluster.leader_of("INTAKE").await.unwrap();
    cluster.node(leader).unwrap().kill9().unwrap();
    load.hand_in(&town, 8).await;
    load.serve_all(&town).await;

    let cluster = platform.broker.three();
    cluster.kill9_all().unwrap();
    load.hand_in(&town, 8).await;
    cluster.restart_all().await.unwrap();
    let back = Instant::now();
    load.serve_all(&town).await;
    println!("consumers resumed after {:?}, of at most {RESUMED_WITHIN:?}", back.elapsed());
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s01_i1_requests_are_taken_in_while_the_bus_is_dead_and_drain_after() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 20).await;
    platform.broker.one().kill9().unwrap();
    load.hand_in(&town, 30).await;
    platform.broker.one().restart().await.unwrap();
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s05_i1_a_wiped_bus_is_filled_again_from_the_outboxes_of_all_services() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 20).await;
    let bus = platform.broker.one();
    bus.kill9().unwrap();
    bus.wipe_store().unwrap();
    load.hand_in(&town, 20).await;
    bus.restart().await.unwrap();
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

/// What came after the copy is lost to the bus, though its consumers had not heard of it; and more waits in the
/// outbox than was lost, so that the stream is soon as long as it ever was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s05_i1_a_bus_that_is_rolled_back_gets_again_what_it_forgot() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    let bus = platform.broker.one();
    bus.stop().await.unwrap();
    let copy = bus.copy_store().unwrap();
    bus.restart().await.unwrap();

    // Nobody hears of these but the bus.
    platform.service("dispatch").stop().await;
    load.hand_in(&town, 5).await;
    on_the_bus(&platform, "INTAKE", 17).await;
    let bus = platform.broker.one();
    bus.kill9().unwrap();
    bus.restore_store(&copy).unwrap();
    load.hand_in(&town, 15).await;
    bus.restart().await.unwrap();
    platform.service("dispatch").launch();
    platform.service("dispatch").ready().await;
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_i1_streams_and_consumers_deleted_by_hand_are_made_again() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    let js = jetstream::new(platform.broker.client().await);
    for stream in ["INTAKE", "DISPATCH", "FEEDBACK", "CREDIT", "STANDING"] {
        js.delete_stream(stream).await.unwrap();
    }
    load.hand_in(&town, 12).await;
    load.serve_all(&town).await;
    for (stream, consumer) in [("INTAKE", "dispatch-intake"), ("DISPATCH", "intake-dispatch")] {
        // Who hears may not have noticed yet that it has to make it again.
        let deleted = async || js.get_stream(stream).await.ok()?.delete_consumer(consumer).await.ok();
        wait::until("the consumer, to be deleted", PATIENCE, deleted).await.unwrap();
    }
    load.hand_in(&town, 12).await;
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

/// By hand: the stream keeps other subjects, and the consumer wants other messages. Neither service is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_i1_a_stream_and_a_consumer_reconfigured_by_hand_are_set_right() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    let js = jetstream::new(platform.broker.client().await);
    let mut stream = js.get_stream("INTAKE").await.unwrap();
    let mut config = stream.info().await.unwrap().config.clone();
    config.subjects = vec!["elsewhere.>".to_owned()];
    js.update_stream(config).await.unwrap();
    load.hand_in(&town, 12).await;
    load.serve_all(&town).await;

    let dispatch = js.get_stream("DISPATCH").await.unwrap();
    let info = dispatch.consumer_info("intake-dispatch").await.unwrap();
    let elsewhere = jetstream::consumer::Config {
        filter_subjects: Vec::new(),
        filter_subject: "dispatch.nothing.>".to_owned(),
        ..info.config
    };
    dispatch.update_consumer(elsewhere).await.unwrap();
    load.hand_in(&town, 12).await;
    let right = async || {
        let info = dispatch.consumer_info("intake-dispatch").await.ok()?;
        (info.config.filter_subject != "dispatch.nothing.>").then_some(())
    };
    wait::until("the consumer to be set right", PATIENCE, right).await.unwrap();
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

/// Nobody asks for anything while the bus is restarted: that the projection lags must show by itself, and pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s19_an_idle_projection_shows_its_lag_while_the_bus_is_away_and_heals() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let area = town.street_with_a_choice(ITEM).await;
    let fresh = Duration::from_secs(2);
    until_age(&town, &area, "fresh", |age| age < fresh).await;
    platform.broker.one().stop().await.unwrap();
    until_age(&town, &area, "older than the watchdog lets it be", |age| age > 2 * fresh).await;
    platform.broker.one().restart().await.unwrap();
    until_age(&town, &area, "fresh again", |age| age < fresh).await;
    let mut load = Load::default();
    load.a_day(&mut platform, 8).await;
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

async fn until_age(town: &Town, area: &str, what: &str, is: impl Fn(Duration) -> bool) {
    let auditor = Person::staff(4, Role::Auditor);
    let path = format!("/v1/recommendations?item={ITEM}&area={area}");
    let aged = async || {
        let order = town.dispatch.get(&auditor, &path).await;
        is(Duration::from_millis(order["projection_age_ms"].as_u64().unwrap())).then_some(())
    };
    wait::until(&format!("a projection that is {what}, in {CITY}"), PATIENCE, aged).await.unwrap();
}

async fn on_the_bus(platform: &Processes, stream: &str, messages: u64) {
    let js = jetstream::new(platform.broker.client().await);
    let there = async || {
        let state = js.get_stream(stream).await.ok()?.cached_info().state.clone();
        (state.messages >= messages).then_some(())
    };
    wait::until("the messages on the bus", PATIENCE, there).await.unwrap();
}
