use std::time::Duration;

use contracts::Event as _;
use contracts::dispatch::{Accepted, Declined, Offered};
use kernel::{AssignmentId, Channel, Clock as _, MerchantId};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::wait::until;

use crate::http::{Answer, FrontEnd, new_request, served};
use crate::support::{Intake, PATIENCE};

/// Asks without an account.
async fn track(base: &str, code: &str, city: u32) -> Answer {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http.get(format!("{base}/v1/tracking/{code}?city={city}")).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    Answer { status: answer.status().as_u16(), body: answer.json().await.unwrap_or(Value::Null) }
}

fn kinds(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect()
}

testkit::on_both_databases! {
    async fn i7_whoever_has_the_code_sees_how_far_the_request_is_and_nothing_about_anybody(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let created = wechat.create("a", &new_request()).await.body;
        let code = created["tracking_code"].as_str().unwrap();
        let received = track(&base, code, 330_200).await;
        let expected = json!({ "status": "received", "steps": [{ "kind": "received", "at": created["received_at"] }] });
        assert_eq!((received.status, &received.body), (200, &expected));
        let request = serde_json::from_value(created["id"].clone()).unwrap();
        intake.say(1, &Offered { request, ..Offered::example() }).await;
        intake.say(2, &Declined { request, ..Declined::example() }).await;
        let again = Offered { assignment: AssignmentId::from_u128(77), ..Offered::example() };
        intake.say(3, &Offered { request, ..again.clone() }).await;
        let taken = Accepted { request, assignment: again.assignment, merchant: again.merchant, ..Accepted::example() };
        intake.say(4, &taken).await;
        until("four entries more", PATIENCE, async || (intake.kinds(request).await.len() == 5).then_some(())).await.unwrap();
        let accepted = track(&base, &code.replace('-', "").to_lowercase(), 330_200).await;
        let mut shown = kinds(&accepted);
        shown.sort_unstable();
        assert_eq!(shown, ["accepted", "offered", "offered", "received"]);
        assert_eq!((&accepted.body["status"], &accepted.body["merchant"]), (&json!("accepted"), &json!(taken.merchant)));
        let raw = intake.raw().await;
        let select = Statement::from_string(raw.get_database_backend(), "SELECT result FROM idempotency");
        let kept: String = raw.query_one_raw(select).await.unwrap().unwrap().try_get("", "result").unwrap();
        assert!(kept.contains("due_by") && !kept.contains(code) && !kept.contains(&code.replace('-', "")));
        raw.close().await.unwrap();
        intake.stop().await;
    }

    async fn a_merchant_that_is_asked_again_is_no_other_one(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let created = wechat.create("a", &new_request()).await.body;
        let request = serde_json::from_value(created["id"].clone()).unwrap();
        let first = Offered { request, ..Offered::example() };
        let after = |seconds: u64| first.offered_at.after(Duration::from_secs(seconds));
        let again = Offered { assignment: AssignmentId::from_u128(77), offered_at: after(60), ..first.clone() };
        let merchant = MerchantId::from_u128(78);
        let other = Offered { assignment: AssignmentId::from_u128(79), merchant, offered_at: after(120), ..first.clone() };
        for (id, offer) in (1..).zip([&first, &again, &other]) {
            intake.say(id, offer).await;
        }
        until("three entries more", PATIENCE, async || (intake.kinds(request).await.len() == 4).then_some(())).await.unwrap();
        let shown = track(&base, created["tracking_code"].as_str().unwrap(), 330_200).await;
        let offers = shown.body["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "offered");
        let same: Vec<_> = offers.map(|step| step.get("same_merchant").is_some()).collect();
        assert_eq!(same, [false, true, false]);
        intake.stop().await;
    }

    async fn i2_the_same_key_is_given_the_same_code_and_another_request_another(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let mut codes = Vec::new();
        for key in ["a", "a", "b"] {
            codes.push(wechat.create(key, &new_request()).await.body["tracking_code"].clone());
        }
        assert!(codes[0].is_string() && codes[0] == codes[1] && codes[0] != codes[2]);
        intake.stop().await;
    }

    async fn whoever_guesses_is_stopped_for_a_while_and_so_often_only(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let created = wechat.create("a", &new_request()).await.body;
        let code = created["tracking_code"].as_str().unwrap();
        // What is no code at all is not looked up.
        for _ in 0..5 {
            let none = track(&base, "81890", 330_200).await;
            assert_eq!((none.status, &none.body["code"]), (404, &json!("unknown-tracking-code")));
        }
        for _ in 0..3 {
            assert_eq!(track(&base, code, 330_200).await.status, 200);
            assert_eq!(track(&base, code, 310_100).await.status, 404);
        }
        let busy = track(&base, "00000-00000-00000", 330_200).await;
        assert_eq!((busy.status, &busy.body["code"]), (429, &json!("tracking-busy")));
        intake.clock.advance(Duration::from_secs(60));
        assert_eq!(track(&base, code, 330_200).await.status, 200);
        intake.stop().await;
    }
}
