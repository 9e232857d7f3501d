use std::time::Duration;

use contracts::Event as _;
use contracts::dispatch::{Accepted, Completed, Offered};
use intake_domain::Status;
use kernel::{Actor, ActorId, Clock as _, MerchantId, RequestId};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::identity::Person;
use testkit::wait::until;

use crate::http::{Answer, served};
use crate::support::{Intake, PATIENCE, incoming};

const OPERATOR: Actor = Actor::Staff { id: ActorId::from_u128(20) };
const AUDITOR: Actor = Actor::Staff { id: ActorId::from_u128(21) };

fn merchant(id: MerchantId) -> Actor {
    Actor::Merchant { id }
}

/// Asks as somebody with a token.
pub(crate) async fn call(
    intake: &Intake,
    base: &str,
    who: (Actor, &str),
    method: &str,
    target: &str,
    body: &Value,
) -> Answer {
    let token = Person::acting(who.0, who.1.parse().unwrap()).token_at(intake.clock.now().as_secs());
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = http.request(method, format!("{base}{target}")).bearer_auth(token).json(body);
    let answer = asked.send().await.unwrap();
    let stored = answer.headers()["cache-control"].to_str().unwrap().to_owned();
    assert_eq!(stored, "no-store");
    Answer { status: answer.status().as_u16(), body: answer.json().await.unwrap_or(Value::Null) }
}

/// Reads the contact as somebody.
async fn reads(intake: &Intake, base: &str, request: RequestId, actor: Actor, role: &str) -> Answer {
    let target = format!("/v1/requests/{request}/contact?city=330200");
    call(intake, base, (actor, role), "POST", &target, &json!({ "reason": "约上门时间" })).await
}

/// The readings, as the auditor sees them.
async fn readings(intake: &Intake, base: &str, request: RequestId) -> Vec<Value> {
    let target = format!("/v1/requests/{request}/clear-reads?city=330200");
    let answer = call(intake, base, (AUDITOR, "auditor"), "GET", &target, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().clone()
}

async fn stands_at(intake: &Intake, request: RequestId, status: Status) {
    until("the status", PATIENCE, async || (intake.request(request).await.status == status).then_some(()))
        .await
        .unwrap();
}

testkit::on_both_databases! {
    async fn i7_each_reading_in_the_clear_is_kept_once_and_shown_to_auditors(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let read = reads(&intake, &base, request, OPERATOR, "operator").await;
        assert_eq!((read.status, &read.body["phone"], &read.body["name"]), (200, &json!("13800001234"), &json!("王小明")));
        let kept = readings(&intake, &base, request).await;
        assert_eq!(kept.len(), 1);
        assert_eq!((&kept[0]["by"], &kept[0]["reason"]), (&json!(OPERATOR), &json!("约上门时间")));
        assert_eq!(reads(&intake, &base, request, OPERATOR, "followup_caller").await.status, 200);
        assert_eq!(readings(&intake, &base, request).await.len(), 2);
        intake.stop().await;
    }

    async fn i7_whose_work_it_is_not_reads_nothing_and_leaves_no_trace(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        for role in ["auditor", "credit_officer", "operations"] {
            assert_eq!(reads(&intake, &base, request, AUDITOR, role).await.status, 403, "{role}");
        }
        let target = format!("/v1/requests/{request}/contact?city=330200");
        let silent = json!({ "reason": " " });
        let unsaid = call(&intake, &base, (OPERATOR, "operator"), "POST", &target, &silent).await;
        assert_eq!((unsaid.status, &unsaid.body["errors"][0]["pointer"]), (422, &json!("#/reason")));
        let target = format!("/v1/requests/{request}/clear-reads?city=330200");
        let asked = call(&intake, &base, (OPERATOR, "operator"), "GET", &target, &Value::Null).await;
        assert_eq!(asked.status, 403);
        assert!(readings(&intake, &base, request).await.is_empty());
        intake.stop().await;
    }

    async fn i7_a_merchant_reads_from_taking_the_job_until_some_time_after_it_is_done(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let base = served(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let (holder, outsider) = (merchant(Offered::example().merchant), merchant(MerchantId::from_u128(9)));
        let status = async |who| reads(&intake, &base, request, who, "merchant").await.status;
        assert_eq!(status(holder).await, 404);
        intake.say(1, &Offered { request, ..Offered::example() }).await;
        stands_at(&intake, request, Status::Offered).await;
        assert_eq!(status(holder).await, 403);
        intake.say(2, &Accepted { request, ..Accepted::example() }).await;
        stands_at(&intake, request, Status::Accepted).await;
        assert_eq!((status(holder).await, status(outsider).await), (200, 404));
        let completed_at = intake.clock.now();
        intake.say(3, &Completed { request, completed_at, ..Completed::example() }).await;
        stands_at(&intake, request, Status::Completed).await;
        assert_eq!(status(holder).await, 200);
        intake.clock.advance(Duration::from_secs(73 * 3_600));
        let closed = reads(&intake, &base, request, holder, "merchant").await;
        assert_eq!((closed.status, &closed.body["code"]), (403, &json!("contact-closed")));
        assert_eq!(readings(&intake, &base, request).await.len(), 2);
        intake.stop().await;
    }

    async fn i7_a_reading_can_be_neither_changed_nor_deleted(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        reads(&intake, &base, request, OPERATOR, "operator").await;
        let raw = intake.raw().await;
        for edit in ["UPDATE clear_reads SET reason = '-'", "DELETE FROM clear_reads"] {
            let refused = raw.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        raw.close().await.unwrap();
        assert_eq!(readings(&intake, &base, request).await.len(), 1);
        intake.stop().await;
    }
}
