//! Messages come doubled, late, in the wrong order, again from the beginning, or are none that anybody can read.

use bytes::Bytes;
use contracts::Event as _;
use contracts::dispatch::Offered;
use contracts::feedback::FollowupRecorded;
use contracts::intake::RequestReceived;
use contracts::streams::Stream;
use testkit::wait;

use crate::checker::projections;
use crate::faults::load::Load;
use crate::faults::raw::{Raw, copies, last_seq, take_after};
use crate::processes::{Broker, Processes};
use crate::town::PATIENCE;

/// Each event comes first in the reverse order, twice; later all of them come once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s06_i2_events_that_come_doubled_late_and_in_reverse_have_one_effect() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    let client = platform.broker.client().await;

    let before = last_seq(&client, Stream::Intake).await;
    platform.service("dispatch").stop().await;
    load.hand_in(&town, 12).await;
    load.cancel(&town, 3).await;
    let drained = async || (last_seq(&client, Stream::Intake).await == before + 15).then_some(());
    wait::until("intake's events", PATIENCE, drained).await.unwrap();
    reversed_and_doubled(&client, take_after(&client, Stream::Intake, before).await).await;

    let before = last_seq(&client, Stream::Dispatch).await;
    platform.service("intake").stop().await;
    platform.service("feedback").stop().await;
    platform.service("dispatch").launch();
    platform.service("dispatch").ready().await;
    load.serve_all(&town).await;
    platform.service("dispatch").stop().await;
    reversed_and_doubled(&client, take_after(&client, Stream::Dispatch, before).await).await;
    for name in ["dispatch", "feedback", "intake"] {
        platform.service(name).launch();
    }

    for stream in [Stream::Intake, Stream::Dispatch, Stream::Feedback] {
        for copy in copies(&client, stream).await {
            copy.store(&client).await;
        }
    }
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

async fn reversed_and_doubled(client: &async_nats::Client, messages: Vec<Raw>) {
    assert!(!messages.is_empty(), "nothing was taken off the stream");
    for message in messages.iter().rev() {
        message.store(client).await;
        message.store(client).await;
    }
}

/// A bad payload, no headers at all, an unknown type, an unknown version, and a message as long as the bus takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s08_i6_poison_on_every_stream_is_buried_with_its_reason_and_the_others_go_on() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 8).await;
    let client = platform.broker.client().await;
    let mut poisoned = 0;
    for (subject, ce_type) in [
        (RequestReceived::SUBJECT, RequestReceived::TYPE),
        (Offered::SUBJECT, Offered::TYPE),
        (FollowupRecorded::SUBJECT, FollowupRecorded::TYPE),
    ] {
        for poison in poisons(subject, ce_type) {
            poison.store(&client).await;
            poisoned += 1;
        }
        load.hand_in(&town, 3).await;
    }
    load.serve_all(&town).await;
    let report = load.settles_with_all_invariants(&platform).await;
    // Dispatch's and feedback's streams have two consumers each, and each buries what it cannot read.
    assert_eq!(report.counted("dead letters"), poisoned / 3 * 5);
    platform.stop().await;
}

fn poisons(subject: &str, ce_type: &str) -> Vec<Raw> {
    let (own, other) = (format!("{subject}.330200.x"), subject.replace(".v1", ".v9"));
    let longest = vec![b'x'; (1 << 20) - 1_024];
    let event = |n: u128, subject: &str, ce_type: &str, payload: &[u8]| Raw {
        subject: subject.to_owned(),
        headers: [
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", uuid::Uuid::from_u128(n).to_string()),
            ("ce-source", "/81890/test".to_owned()),
            ("ce-type", ce_type.to_owned()),
            ("ce-time", "2026-11-23T01:00:00Z".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
        payload: Bytes::copy_from_slice(payload),
    };
    vec![
        event(1, &own, ce_type, b"{bad"),
        Raw { headers: Vec::new(), ..event(2, &own, ce_type, b"{}") },
        event(3, &own, "cn.81890.nobody.knows.v1", b"{}"),
        event(4, &format!("{other}.330200.x"), &ce_type.replace(".v1", ".v9"), b"{}"),
        event(5, &own, ce_type, &longest),
    ]
}

/// Twice everything is taken off the record and heard again from the first event on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s14_i1_a_replay_from_zero_changes_no_byte_of_any_projection() {
    let mut platform = Processes::start(Broker::single().await).await;
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    load.hand_in(&platform.town.clone(), 8).await;
    load.settles_with_all_invariants(&platform).await;
    let first = projections::all(&platform.databases()).await;
    for _ in 0..2 {
        platform.forget_what_was_heard().await;
        load.settles_with_all_invariants(&platform).await;
        assert_eq!(projections::all(&platform.databases()).await, first);
    }
    platform.stop().await;
}

/// A dispatch that begins with nothing has after one reading what another has after its own: the jobs, and the order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s14_i1_two_new_instances_build_the_same_jobs_and_the_same_order() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let mut load = Load::default();
    load.a_day(&mut platform, 12).await;
    load.settles_with_all_invariants(&platform).await;
    let jobs = projections::jobs(&platform.databases()["dispatch"]).await;
    assert_eq!(jobs.len(), 12);
    let mut orders = Vec::new();
    for _ in 0..2 {
        // Without credit nobody is assigned anew: the fence does not let them.
        platform.service("credit").stop().await;
        platform.begin_dispatch_anew().await;
        let again =
            async || (projections::jobs(&platform.databases()["dispatch"]).await == jobs).then_some(());
        wait::until("the same jobs", PATIENCE, again).await.unwrap();
        orders.push(load.orders(&town).await);
        platform.service("credit").launch();
        platform.service("credit").ready().await;
    }
    assert_eq!(orders[0], orders[1]);
    assert!(orders[0].iter().all(|order| order.len() >= 3), "{orders:?}");
    platform.stop().await;
}
