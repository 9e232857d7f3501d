use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use axum::body::{BodyDataStream, Bytes};
use chassis::bus::rpc::{Answer, Answers, RpcError};
use contracts::Broadcast as _;
use contracts::dispatch::{AvailabilityChanged, RankingChanged, Recommend, Recommendation};
use futures::StreamExt as _;
use futures::future::join_all;
use kernel::{Channel, Clock as _};
use testkit::TestDb;
use testkit::wait::until;

use crate::http::{FrontEnd, served};
use crate::support::{Intake, PATIENCE, until_said};

/// Stands where dispatch would: counts how often it is asked, and answers with the list that the test put up.
#[derive(Clone, Default)]
struct Order {
    asked: Arc<AtomicU64>,
    /// The policy version of the list: another one is another list.
    list: Arc<AtomicU32>,
}

impl Answer<Recommend> for Order {
    async fn answer(&self, _: Recommend) -> Result<Recommendation, RpcError> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(Recommendation {
            candidates: Vec::new(),
            excluded: Vec::new(),
            policy_version: self.list.load(Ordering::SeqCst),
            daily_seed: 1,
            projection_age_ms: asked,
        })
    }
}

const LIST: &str = "/v1/recommendations?city=330200&item=door-unlocking&area=330203001";
const STREAM: &str = "/v1/recommendations/stream?city=330200&item=door-unlocking&area=330203001";
const CHANGES: &str = "/v1/recommendations/changes?city=330200&item=door-unlocking&area=330203001";

/// Intake, the address it listens on, and a dispatch that answers.
async fn start(db: TestDb) -> (Intake, String, Order) {
    let intake = Intake::start(db).await;
    let order = Order::default();
    intake.runtime.answer(Answers::new("dispatch").on::<Recommend, _>(4, order.clone()));
    let base = served(&intake).await;
    let front = FrontEnd::new(Channel::Alipay, &base, intake.clock.now().as_secs());
    until("an answer of dispatch", PATIENCE, async || {
        (front.call("GET", LIST, &[], "").await.status == 200).then_some(())
    })
    .await
    .unwrap();
    (intake, base, order)
}

/// Puts up another list and says that the ranking moved.
async fn moves(intake: &Intake, order: &Order, committed_wall_us: i64) {
    order.list.fetch_add(1, Ordering::SeqCst);
    says_moved(intake, committed_wall_us).await;
}

async fn says_moved(intake: &Intake, committed_wall_us: i64) {
    let areas = vec!["330203001".parse().unwrap()];
    let change = RankingChanged { areas, committed_wall_us, ..RankingChanged::example() };
    intake.runtime.bus.say(change.subject(), serde_json::to_vec(&change).unwrap()).await.unwrap();
}

testkit::on_both_databases! {
    async fn a_ranking_that_moved_reaches_every_watcher_and_dispatch_is_asked_once(db: TestDb) {
        let (intake, base, order) = start(db).await;
        let now = intake.clock.now().as_secs();
        let before = order.asked.load(Ordering::SeqCst);
        let open = (0..20).map(async |n| {
            let channel = if n % 2 == 0 { Channel::Wechat } else { Channel::Alipay };
            let mut stream = FrontEnd::new(channel, &base, now).open(STREAM, None).await;
            until_said(&mut stream, "event: recommendation").await;
            stream
        });
        let mut streams = join_all(open).await;
        assert_eq!(order.asked.load(Ordering::SeqCst), before + 1, "the first watcher alone asks");
        moves(&intake, &order, 81_890).await;
        for stream in &mut streams {
            let heard = until_said(stream, "\"committed_wall_us\":81890").await;
            assert!(heard.contains("applied_wall_us") && heard.contains("pushed_wall_us"));
        }
        assert_eq!(order.asked.load(Ordering::SeqCst), before + 2);
        let figures = intake.runtime.metrics.render();
        assert!(figures.contains("platform_standing_pushed_seconds_count 1"), "{figures}");
        drop(streams);
        intake.stop().await;
    }

    async fn a_merchant_that_became_full_leaves_the_lists_that_show_it(db: TestDb) {
        let (intake, base, order) = start(db).await;
        let front = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let mut stream = front.open(STREAM, None).await;
        until_said(&mut stream, "event: recommendation").await;
        order.list.fetch_add(1, Ordering::SeqCst);
        let areas = vec!["330203001".parse().unwrap()];
        let change = AvailabilityChanged { areas, ..AvailabilityChanged::example() };
        intake.runtime.bus.say(change.subject(), serde_json::to_vec(&change).unwrap()).await.unwrap();
        until_said(&mut stream, "\"policy_version\":1,").await;
        drop(stream);
        intake.stop().await;
    }

    async fn a_list_that_comes_back_as_it_was_is_not_sent_again(db: TestDb) {
        let (intake, base, order) = start(db).await;
        let front = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let mut stream = front.open(STREAM, None).await;
        until_said(&mut stream, "event: recommendation").await;
        let before = order.asked.load(Ordering::SeqCst);
        says_moved(&intake, 1).await;
        until("another question", PATIENCE, async || {
            (order.asked.load(Ordering::SeqCst) > before).then_some(())
        })
        .await
        .unwrap();
        moves(&intake, &order, 2).await;
        let heard = until_said(&mut stream, "\"committed_wall_us\":2,").await;
        assert!(!heard.contains("\"committed_wall_us\":1,"), "{heard}");
        drop(stream);
        intake.stop().await;
    }

    async fn a_client_is_never_shown_an_older_list_than_it_has_seen(db: TestDb) {
        let (intake, base, order) = start(db).await;
        let front = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let mut stream = front.open(STREAM, None).await;
        let first = id_of(&until_said(&mut stream, "\n\n").await);
        // It comes from an instance whose clock is ahead by a second, and which knows a newer list.
        let ahead = first.0 + 1_000_000;
        order.list.fetch_add(1, Ordering::SeqCst);
        let mut elsewhere = front.open(STREAM, Some(&format!("{ahead}-0000000000000001"))).await;
        let newer = id_of(&until_said(&mut elsewhere, "\n\n").await);
        assert!(newer.0 > ahead && newer.1 != first.1, "{newer:?} after {ahead}");
        // Whoever has seen the newest gets it again: a list is a state.
        let mut again = front.open(STREAM, Some(&format!("{}-{}", newer.0, newer.1))).await;
        assert_eq!(id_of(&until_said(&mut again, "\n\n").await), newer);
        drop((stream, elsewhere, again));
        intake.stop().await;
    }

    async fn a_poll_of_a_list_is_answered_when_it_is_another(db: TestDb) {
        let (intake, base, order) = start(db).await;
        let front = FrontEnd::new(Channel::Alipay, &base, intake.clock.now().as_secs());
        let first = front.call("GET", CHANGES, &[], "").await;
        let id = first.body["id"].as_str().unwrap().to_owned();
        assert_eq!((first.status, &first.body["recommendation"]["policy_version"]), (200, &0.into()));
        let none = front.call("GET", &format!("{CHANGES}&after={id}&wait=0"), &[], "").await;
        assert_eq!(none.status, 204);
        let junk = front.call("GET", &format!("{CHANGES}&after=zz&wait=0"), &[], "").await;
        assert_eq!((junk.status, &junk.body["code"]), (400, &"invalid-cursor".into()));
        let after = format!("{CHANGES}&after={id}&wait=25");
        let (second, ()) = tokio::join!(front.call("GET", &after, &[], ""), moves(&intake, &order, 1));
        assert_eq!((second.status, &second.body["recommendation"]["policy_version"]), (200, &1.into()));
        assert_ne!(second.body["id"], first.body["id"]);
        intake.stop().await;
    }
}

/// Once: the database has no part in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_streams_of_a_list_cost_one_question_when_it_moves() {
    let (intake, _, order) = start(TestDb::sqlite().unwrap()).await;
    let front = FrontEnd::new(Channel::Wechat, "", intake.clock.now().as_secs());
    let mut streams = Vec::new();
    for _ in 0..10_000 {
        streams.push(front.open_inside(&intake.router, STREAM).await);
    }
    join_all(streams.iter_mut().map(next_list)).await;
    let before = order.asked.load(Ordering::SeqCst);
    moves(&intake, &order, 1).await;
    let lists = tokio::time::timeout(PATIENCE, join_all(streams.iter_mut().map(next_list))).await.unwrap();
    // Not only alike: the same bytes in memory.
    assert!(lists.iter().all(|list| list.as_ptr() == lists[0].as_ptr()));
    assert_eq!(order.asked.load(Ordering::SeqCst), before + 1);
    drop(streams);
    intake.stop().await;
}

/// The next event, past the greeting.
async fn next_list(stream: &mut BodyDataStream) -> Bytes {
    loop {
        let chunk = stream.next().await.unwrap().unwrap();
        if chunk.starts_with(b"id: ") {
            return chunk;
        }
    }
}

/// The two parts of the id of the first event.
fn id_of(heard: &str) -> (u64, String) {
    let id = heard.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    let (order, digest) = id.split_once('-').unwrap();
    (order.parse().unwrap(), digest.to_owned())
}
