//! What the dispatch desk looks at: who dispatched what before one did, and the board with its columns, live.

use std::time::Duration;

use contracts::intake::Cancelled;
use contracts::intake::v1::Mode;
use kernel::{Grade, RequestId};
use serde_json::{Value, json};
use testkit::TestDb;

use crate::host::{CITY, Settings, World, city, colleague, id, operator};
use crate::name;
use crate::peer::{Emit, Fence, standing};

/// The job's day and a little more.
const LATE: Duration = Duration::from_secs(25 * 3_600);
const STREAM: &str = "/v1/board/stream?city=330200";
/// An order that waits for a person, however long.
const PATIENT: Settings =
    Settings { fence: Fence::Answered, own: &[("POLICY__CHOOSE_MINUTES__NORMAL", "10000")] };

async fn dispatch(world: &World, token: &str, n: u128, merchant: u128) -> (u16, Value) {
    let path = format!("/v1/jobs/{}/assignments?city={CITY}", id::<RequestId>(n));
    world.post(token, &path, &json!({ "merchant": name(merchant), "reason": "knows_the_case" })).await
}

async fn counts(world: &World) -> Value {
    world.get(&operator(), &format!("/v1/board?city={CITY}")).await.1
}

/// All in a column and those of it that are late.
fn column(board: &Value, name: &str) -> (u64, u64) {
    let count = |which: &str| board[name][which]["count"].as_u64().unwrap();
    (count("all"), count("late"))
}

/// The requests of a list in its order, read page by page.
async fn listed(world: &World, list: &str) -> Vec<String> {
    let (mut requests, mut after) = (Vec::new(), String::new());
    loop {
        let page = world.get(&operator(), &format!("{list}&city={CITY}&limit=2{after}")).await.1;
        let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
        requests.extend(items.iter().map(|it| it["request"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return requests,
        }
    }
}

testkit::on_both_databases! {
    async fn i2_who_comes_second_is_told_who_dispatched_it_to_whom_and_when(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A), standing(2, 1, Grade::A)]).await;
        world.receive(10, Mode::Choose).await;
        let (own, other) = (operator(), colleague());
        let both = tokio::join!(dispatch(&world, &own, 10, 1), dispatch(&world, &other, 10, 2));
        let (first, second) = if both.0.1["already"] == false { both } else { (both.1, both.0) };
        assert_eq!((first.0, second.0), (200, 200));
        assert_eq!((&first.1["already"], &second.1["already"]), (&json!(false), &json!(true)));
        for told in ["assignment", "merchant", "offered_by", "offered_at"] {
            assert!(second.1[told].is_string() || second.1[told].is_object(), "{told}: {}", second.1);
            assert_eq!(first.1[told], second.1[told], "{told}");
        }
        assert_eq!(first.1["offered_by"]["kind"], "staff");
        let again = dispatch(&world, &other, 10, 2).await.1;
        assert_eq!(again["offered_by"], first.1["offered_by"], "asking again changes nothing");
        world.stop().await;
    }

    async fn the_board_counts_its_columns_and_what_is_late_in_them(db: TestDb) {
        let world = World::start_by(&db, &[standing(1, 1, Grade::A)], PATIENT).await;
        for n in [10, 11, 12] {
            world.receive(n, Mode::Choose).await;
        }
        for n in [11, 12] {
            assert_eq!(dispatch(&world, &operator(), n, 1).await.0, 200);
        }
        world.step(1, &world.assignments(12).await[0], "accept").await;
        let board = counts(&world).await;
        assert_eq!(board["waiting"]["all"], json!({ "count": 1, "exact": true }));
        for (name, here) in [("unserved", 0), ("waiting", 1), ("offered", 1), ("running", 1)] {
            assert_eq!(column(&board, name), (here, 0), "{name}");
        }
        world.clock.advance(LATE);
        let expired = async || (column(&counts(&world).await, "waiting") == (2, 2)).then_some(());
        world.until("the offer to expire", expired).await;
        let board = counts(&world).await;
        assert_eq!((column(&board, "offered"), column(&board, "running")), ((0, 0), (1, 1)));
        world.stop().await;
    }

    async fn a_column_is_read_page_by_page_the_soonest_due_first_and_the_late_alone(db: TestDb) {
        let world = World::start_by(&db, &[standing(1, 1, Grade::A)], PATIENT).await;
        for n in [14, 13, 12, 11, 10] {
            world.receive_due(n, Duration::from_secs(3_600 * (u64::try_from(n).unwrap() - 9))).await;
        }
        let named = |ns: &[u128]| ns.iter().map(|n| id::<RequestId>(*n).to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&world, "/v1/jobs?state=waiting").await, named(&[10, 11, 12, 13, 14]));
        for n in [12, 14, 13, 10, 11] {
            assert_eq!(dispatch(&world, &operator(), n, 1).await.0, 200);
            world.step(1, &world.assignments(n).await[0], "accept").await;
        }
        let running = "/v1/assignments?state=accepted&order=next_by";
        assert_eq!(listed(&world, running).await, named(&[10, 11, 12, 13, 14]));
        let of_one = format!("/v1/assignments?request={}", id::<RequestId>(12));
        assert_eq!(listed(&world, &of_one).await, named(&[12]));
        world.clock.advance(Duration::from_secs(2 * 3_600 + 60));
        assert_eq!(listed(&world, &format!("{running}&late=true")).await, named(&[10, 11]));
        assert!(listed(&world, "/v1/jobs?state=waiting&late=true").await.is_empty());
        world.stop().await;
    }

    async fn an_offer_of_a_matter_whose_time_is_over_is_late_though_its_answer_is_not(db: TestDb) {
        let world = World::start_by(&db, &[standing(1, 1, Grade::A)], PATIENT).await;
        world.receive_due(10, Duration::from_secs(3_600)).await;
        world.receive(11, Mode::Choose).await;
        world.clock.advance(Duration::from_secs(2 * 3_600));
        for n in [10, 11] {
            assert_eq!(dispatch(&world, &operator(), n, 1).await.0, 200);
        }
        let offered = "/v1/assignments?state=offered&order=next_by";
        assert_eq!(listed(&world, &format!("{offered}&late=true")).await, [id::<RequestId>(10).to_string()]);
        assert_eq!(column(&counts(&world).await, "offered"), (2, 1));
        world.stop().await;
    }

    async fn who_watches_a_board_is_told_of_each_move_by_whichever_instance_made_it(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        let other = world.another(&db, Settings { fence: Fence::Answered, own: &[] }).await;
        let mut boards = [world.follow(STREAM).await, world.follow_from(&other, STREAM).await];
        let request = world.receive(10, Mode::Choose).await;
        let now_in = |column: &str| format!("{{\"request\":\"{request}\",\"column\":{column}}}");
        for board in &mut boards {
            assert!(board.until(&now_in("\"waiting\"")).await.contains("event: moves\n"));
        }
        dispatch(&world, &operator(), 10, 1).await;
        for board in &mut boards {
            board.until(&now_in("\"offered\"")).await;
        }
        world.step(1, &world.assignments(10).await[0], "accept").await;
        for board in &mut boards {
            board.until(&now_in("\"running\"")).await;
        }
        let cancelled_at = kernel::Clock::now(world.clock.as_ref());
        world.emit(Emit::Cancelled(Cancelled { request, city: city(), cancelled_at })).await;
        for board in &mut boards {
            board.until(&now_in("null")).await;
        }
        drop(boards);
        world.stop_other(other).await;
        world.stop().await;
    }
}
