use std::time::Duration;

use kernel::{Actor, ActorId, Channel, Clock as _, RequestId, Role};
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::identity::Person;

use crate::contact::call;
use crate::http::{FrontEnd, served};
use crate::support::{Instance, Intake, NEVER_MS, incoming, until_said};

fn staff(n: u128, role: Role, name: &str) -> Person {
    Person::staff(n, role).with("name", name)
}

/// Opens a request as somebody, and waits until its timeline has come.
async fn opened(instance: &Instance, base: &str, request: RequestId, who: &Person) -> reqwest::Response {
    let target = format!("{base}/v1/requests/{request}/events/stream?city=330200");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let token = who.token_at(instance.clock.now().as_secs());
    let mut stream = http.get(target).bearer_auth(token).send().await.unwrap().error_for_status().unwrap();
    until_said(&mut stream, "id: 1\n").await;
    stream
}

/// The next that a stream says of who else is there, when it names this one.
async fn told(stream: &mut reqwest::Response, text: &str) -> Value {
    let heard = until_said(stream, text).await;
    let (_, said) = heard.rsplit_once("event: presence\ndata: ").unwrap();
    serde_json::from_str(said.lines().next().unwrap()).unwrap()
}

testkit::on_both_databases! {
    async fn two_people_in_one_case_see_each_other_on_whichever_instances(db: TestDb) {
        let intake = Intake::start(db).await;
        let other = intake.beside(&intake.nats, NEVER_MS).await;
        let bases = [served(&intake).await, served(&other).await];
        for instance in [&*intake, &other] {
            instance.hears().await;
        }
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let mut wang = opened(&intake, &bases[0], request, &staff(1, Role::Operator, "王")).await;
        let mut li = opened(&other, &bases[1], request, &staff(2, Role::FollowupCaller, "李")).await;
        let (seen_by_wang, seen_by_li) = (told(&mut wang, "李").await, told(&mut li, "王").await);
        assert_eq!(seen_by_wang["others"].as_array().unwrap().len(), 1);
        assert_eq!(seen_by_li["others"][0]["id"], json!(ActorId::from_u128(1)));
        // Two windows of one person are one person.
        let again = opened(&intake, &bases[0], request, &staff(2, Role::FollowupCaller, "李")).await;
        drop(li);
        drop(again);
        assert_eq!(told(&mut wang, "[]").await, json!({ "others": [] }));
        drop(wang);
        other.stop().await;
        intake.stop().await;
    }

    async fn who_only_checks_is_not_seen_and_channels_are_told_of_nobody(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        intake.hears().await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let mut front = wechat.open(&format!("/v1/requests/{request}/events/stream?city=330200"), None).await;
        let mut auditor = opened(&intake, &base, request, &staff(3, Role::Auditor, "审")).await;
        let wang = opened(&intake, &base, request, &staff(1, Role::Operator, "王")).await;
        assert_eq!(told(&mut auditor, "王").await["others"].as_array().unwrap().len(), 1);
        let target = format!("/v1/requests/{request}/presence?city=330200");
        let asked = async |n, role| {
            let who = Actor::Staff { id: ActorId::from_u128(n) };
            call(&intake, &base, (who, role), "GET", &target, &Value::Null).await.body["others"].clone()
        };
        assert_eq!(asked(1, "operator").await, json!([]));
        assert_eq!(asked(2, "operator").await[0]["name"], "王");
        assert_eq!(wechat.call("GET", &target, &[], "").await.status, 401);
        intake.cancel(request).await;
        assert!(!until_said(&mut front, "cancelled").await.contains("presence"));
        drop((front, auditor, wang));
        intake.stop().await;
    }

    async fn whom_a_dead_instance_left_behind_is_forgotten_after_a_minute(db: TestDb) {
        let intake = Intake::start(db).await;
        let other = intake.beside(&intake.nats, 100).await;
        let bases = [served(&intake).await, served(&other).await];
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        // Its clock stands still: for the other one it is dead once a minute has gone by there.
        let wang = opened(&intake, &bases[0], request, &staff(1, Role::Operator, "王")).await;
        let mut li = opened(&other, &bases[1], request, &staff(2, Role::Operator, "李")).await;
        told(&mut li, "王").await;
        other.clock.advance(Duration::from_secs(61));
        assert_eq!(told(&mut li, "[]").await, json!({ "others": [] }));
        drop((wang, li));
        other.stop().await;
        intake.stop().await;
    }

    async fn i7_who_looks_at_a_request_is_not_said_on_the_bus(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let mut heard = intake.nats.client().await.unwrap().subscribe("live.intake.>").await.unwrap();
        intake.hears().await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let wang = opened(&intake, &base, request, &staff(1, Role::Operator, "王")).await;
        let said = tokio::time::timeout(crate::support::PATIENCE, futures::StreamExt::next(&mut heard)).await;
        let said: Value = serde_json::from_slice(&said.unwrap().unwrap().payload).unwrap();
        assert_eq!(said, json!({ "city": 330_200, "request": request }));
        drop(wang);
        intake.stop().await;
    }
}
