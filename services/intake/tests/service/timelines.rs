use std::time::Duration;

use contracts::dispatch::{Accepted, Completed, Offered};
use contracts::intake::RequestChanged;
use contracts::{Broadcast as _, Event as _};
use futures::StreamExt as _;
use futures::future::join_all;
use kernel::{Channel, Clock as _, RequestId};
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::nats::{Options, Server};
use testkit::wait::until;

use crate::http::{FrontEnd, served};
use crate::support::{Instance, Intake, NEVER_MS, PATIENCE, incoming, until_said};

async fn front_end(intake: &Instance) -> FrontEnd {
    FrontEnd::new(Channel::Wechat, &served(intake).await, intake.clock.now().as_secs())
}

fn stream_of(request: RequestId) -> String {
    format!("/v1/requests/{request}/events/stream?city=330200")
}

/// The places of the entries that were heard.
fn seqs(heard: &str) -> Vec<u64> {
    heard.lines().filter_map(|line| line.strip_prefix("id: ")).map(|id| id.parse().unwrap()).collect()
}

/// Waits until this many streams and long-polls are open.
async fn open(intake: &Instance, count: usize) {
    let wanted = format!("platform_http_streams_open {count}");
    until("open streams", PATIENCE, async || {
        intake.runtime.metrics.render().lines().any(|line| line == wanted).then_some(())
    })
    .await
    .unwrap();
}

testkit::on_both_databases! {
    async fn a_stream_resumes_after_the_last_event_id_without_gap_or_double(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let front = front_end(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let target = stream_of(request);
        let mut stream = front.open(&target, None).await;
        until_said(&mut stream, "id: 1\n").await;
        intake.say(1, &Offered { request, ..Offered::example() }).await;
        assert_eq!(seqs(&until_said(&mut stream, "\"kind\":\"offered\"").await), [2]);
        drop(stream);
        intake.say(2, &Accepted { request, ..Accepted::example() }).await;
        until("what happens meanwhile", PATIENCE, async || {
            (intake.kinds(request).await.len() == 3).then_some(())
        })
        .await
        .unwrap();
        let mut resumed = front.open(&target, Some("2")).await;
        let missed = until_said(&mut resumed, "id: 3\n").await;
        intake.say(3, &Completed { request, ..Completed::example() }).await;
        let live = until_said(&mut resumed, "\"kind\":\"completed\"").await;
        assert_eq!(seqs(&(missed + &live)), [3, 4]);
        let mut late = front.open(&format!("{target}&after=3"), None).await;
        assert_eq!(seqs(&until_said(&mut late, "completed").await), [4]);
        drop((resumed, late));
        intake.stop().await;
    }

    async fn what_one_instance_applies_wakes_the_streams_of_all(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let other = intake.beside(&intake.nats, NEVER_MS).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let fronts = [front_end(&intake).await, front_end(&other).await];
        let mut streams = join_all((0..20).map(async |n| {
            let mut stream = fronts[n % 2].open(&stream_of(request), None).await;
            until_said(&mut stream, "id: 1\n").await;
            stream
        }))
        .await;
        for instance in [&*intake, &other] {
            instance.hears().await;
        }
        // One of the two applies it.
        intake.say(1, &Offered { request, ..Offered::example() }).await;
        until("the offer taken in", 2 * PATIENCE, async || {
            (intake.kinds(request).await.len() == 2).then_some(())
        })
        .await
        .unwrap();
        for stream in &mut streams {
            until_said(stream, "id: 2\n").await;
        }
        other.cancel(request).await;
        for stream in &mut streams {
            assert_eq!(seqs(&until_said(stream, "cancelled").await), [3]);
        }
        drop(streams);
        other.stop().await;
        intake.stop().await;
    }

    async fn without_the_bus_a_stream_goes_on_where_the_change_is_made(db: TestDb) {
        let mut intake = Intake::start(db).await;
        let front = front_end(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        intake.nats.stop().await.unwrap();
        let mut stream = front.open(&stream_of(request), None).await;
        until_said(&mut stream, "id: 1\n").await;
        intake.cancel(request).await;
        until_said(&mut stream, "id: 2\n").await;
        drop(stream);
        intake.nats.launch().unwrap();
        intake.nats.healthy().await.unwrap();
        intake.drained().await;
        intake.stop().await;
    }

    async fn what_no_broadcast_told_is_found_by_the_next_look(db: TestDb) {
        let intake = Intake::start(db).await;
        let apart = Server::start(Options::default()).await.unwrap();
        let other = intake.beside(&apart, 100).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let mut stream = front_end(&other).await.open(&stream_of(request), None).await;
        until_said(&mut stream, "id: 1\n").await;
        intake.cancel(request).await;
        until_said(&mut stream, "id: 2\n").await;
        drop(stream);
        other.stop().await;
        intake.stop().await;
    }

    async fn a_long_poll_is_answered_as_soon_as_something_happens(db: TestDb) {
        let intake = Intake::start(db).await;
        let front = front_end(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let target = format!("/v1/requests/{request}/events?city=330200&after=1&wait=25");
        let began = tokio::time::Instant::now();
        let poll = async { front.call("GET", &target, &[], "").await };
        let cancel = async {
            open(&intake, 1).await;
            intake.cancel(request).await;
        };
        let (answer, ()) = tokio::join!(poll, cancel);
        assert_eq!((answer.status, &answer.body[0]["kind"]), (200, &json!("cancelled")));
        assert!(began.elapsed() < Duration::from_secs(20));
        open(&intake, 0).await;
        intake.stop().await;
    }

    async fn i7_a_broadcast_tells_which_request_went_on_and_nothing_else(db: TestDb) {
        let intake = Intake::start(db).await;
        let client = intake.nats.client().await.unwrap();
        let mut heard = client.subscribe("live.intake.>").await.unwrap();
        client.flush().await.unwrap();
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        intake.cancel(request).await;
        let first = tokio::time::timeout(PATIENCE, heard.next()).await.unwrap().unwrap();
        // Receiving said nothing: nobody can watch what has no id yet.
        let said: Value = serde_json::from_slice(&first.payload).unwrap();
        assert_eq!(said, json!({ "city": 330_200, "request": request, "seq": 2 }));
        assert_eq!(first.subject.as_str(), format!("{}.330200", RequestChanged::SUBJECT));
        intake.stop().await;
    }

    async fn i7_a_channel_does_not_follow_the_requests_of_another(db: TestDb) {
        let intake = Intake::start(db).await;
        let alipay = FrontEnd::new(Channel::Alipay, &served(&intake).await, intake.clock.now().as_secs());
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        assert_eq!(alipay.call("GET", &stream_of(request), &[], "").await.status, 404);
        intake.stop().await;
    }
}
