use std::collections::BTreeSet;
use std::time::Duration;

use intake::usecases::{self, ForgetColleagues};
use kernel::{Actor, ActorId, Channel, Clock as _, MerchantId, Role};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::identity::Person;
use testkit::wait::until;

use crate::http::{Answer, FrontEnd, served};
use crate::support::{Instance, Intake, NEVER_MS, PATIENCE, city, incoming};

const OPERATOR: u128 = 20;
const OFFICER: u128 = 21;
const DAY: Duration = Duration::from_secs(86_400);

fn of_ningbo(n: u128, role: Role, name: &str) -> Person {
    Person::staff(n, role).with("city", 330_200).with("name", name)
}

fn id(n: u128) -> String {
    ActorId::from_u128(n).to_string()
}

/// Asks as somebody with a token.
async fn ask(instance: &Instance, base: &str, who: &Person, method: &str, target: &str) -> Answer {
    let token = who.token_at(instance.clock.now().as_secs());
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // What a body says of a name is nobody's business.
    let body = json!({ "name": "别人" });
    let asked = http.request(method, format!("{base}{target}")).bearer_auth(token).json(&body);
    let answer = asked.send().await.unwrap();
    Answer { status: answer.status().as_u16(), body: answer.json().await.unwrap_or(Value::Null) }
}

async fn signs_in(intake: &Intake, base: &str, who: &Person) -> u16 {
    ask(intake, base, who, "PUT", "/v1/colleagues/me").await.status
}

/// The names that somebody finds for these accounts in the city of the tests.
async fn found(intake: &Intake, base: &str, who: &Person, ids: &[u128]) -> Vec<String> {
    let ids: Vec<_> = ids.iter().copied().map(id).collect();
    let target = format!("/v1/colleagues?city=330200&ids={}", ids.join(","));
    let answer = ask(intake, base, who, "GET", &target).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    answer.body["items"].as_array().unwrap().iter().map(name).collect()
}

testkit::on_both_databases! {
    async fn colleagues_are_known_by_the_name_of_their_token_whatever_a_body_says(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let (operator, officer) = (of_ningbo(OPERATOR, Role::Operator, "小禾"), of_ningbo(OFFICER, Role::CreditOfficer, "小川"));
        assert_eq!(signs_in(&intake, &base, &operator).await, 204);
        assert_eq!(signs_in(&intake, &base, &operator).await, 204);
        assert_eq!(signs_in(&intake, &base, &officer).await, 204);
        assert_eq!(found(&intake, &base, &officer, &[OFFICER, 99, OPERATOR, OPERATOR]).await, ["小禾", "小川"]);
        intake.stop().await;
    }

    async fn the_last_name_of_an_account_holds_and_says_since_when(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let target = format!("/v1/colleagues?city=330200&ids={}", id(OPERATOR));
        let before = of_ningbo(OPERATOR, Role::Operator, "小禾");
        signs_in(&intake, &base, &before).await;
        let first = ask(&intake, &base, &before, "GET", &target).await.body["items"][0].clone();
        intake.clock.advance(DAY);
        signs_in(&intake, &base, &before).await;
        assert_eq!(ask(&intake, &base, &before, "GET", &target).await.body["items"][0], first);
        let after = of_ningbo(OPERATOR, Role::Operator, "小满");
        signs_in(&intake, &base, &after).await;
        let now = serde_json::to_value(intake.clock.now()).unwrap();
        let renamed = json!({ "id": id(OPERATOR), "name": "小满", "named_at": now });
        assert_eq!(ask(&intake, &base, &after, "GET", &target).await.body["items"], json!([renamed]));
        intake.stop().await;
    }

    async fn who_works_in_another_city_is_not_known_and_who_works_for_all_is(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let shanghai = of_ningbo(30, Role::Operator, "沪").with("city", 310_100);
        let auditor = Person::staff(31, Role::Auditor).with("name", "小竹");
        let operator = of_ningbo(OPERATOR, Role::Operator, "小禾");
        for who in [&shanghai, &auditor, &operator] {
            assert_eq!(signs_in(&intake, &base, who).await, 204);
        }
        for who in [&operator, &auditor] {
            assert_eq!(found(&intake, &base, who, &[OPERATOR, 30, 31]).await, ["小禾", "小竹"]);
        }
        let target = format!("/v1/colleagues?city=330200&ids={}", id(OPERATOR));
        assert_eq!(ask(&intake, &base, &shanghai, "GET", &target).await.status, 403);
        intake.stop().await;
    }

    async fn merchants_channels_and_the_volunteer_centre_are_no_colleagues(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let operator = of_ningbo(OPERATOR, Role::Operator, "小禾");
        signs_in(&intake, &base, &operator).await;
        let merchant = Actor::Merchant { id: MerchantId::from_u128(40) };
        let outside = [
            Person::acting(merchant, Role::Merchant),
            // Not even one whose account may do more than a merchant's.
            Person::acting(merchant, Role::Merchant).with("roles", json!(["merchant", "operator"])),
            Person::applicant(&id(40)),
            Person::staff(40, Role::VolunteerCentre),
        ];
        let target = format!("/v1/colleagues?city=330200&ids={}", id(OPERATOR));
        for who in outside.map(|who| who.with("name", "企业")) {
            assert_eq!(signs_in(&intake, &base, &who).await, 403, "{who:?}");
            assert_eq!(ask(&intake, &base, &who, "GET", &target).await.status, 403, "{who:?}");
        }
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        assert_eq!(wechat.call("GET", &target, &[], "").await.status, 401);
        assert!(found(&intake, &base, &operator, &[40]).await.is_empty());
        intake.stop().await;
    }

    async fn at_most_a_hundred_accounts_are_asked_about_at_once(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let operator = of_ningbo(OPERATOR, Role::Operator, "小禾");
        signs_in(&intake, &base, &operator).await;
        let hundred: Vec<_> = (OPERATOR..OPERATOR + 100).collect();
        assert_eq!(found(&intake, &base, &operator, &hundred).await, ["小禾"]);
        let more = vec![id(OPERATOR); 101].join(",");
        for ids in [more.as_str(), "", "nobody"] {
            let answer = ask(&intake, &base, &operator, "GET", &format!("/v1/colleagues?city=330200&ids={ids}")).await;
            let told = (answer.status, &answer.body["code"], &answer.body["errors"][0]["pointer"]);
            assert_eq!(told, (400, &json!("invalid-query"), &json!("ids")), "{}", answer.body);
        }
        intake.stop().await;
    }

    async fn i7_who_has_not_signed_in_for_long_and_whom_the_issuer_names_no_more_is_forgotten(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let [stays, leaves, nameless] = [20, 21, 22].map(|n| of_ningbo(n, Role::Operator, "小禾"));
        for who in [&stays, &leaves, &nameless] {
            signs_in(&intake, &base, who).await;
        }
        signs_in(&intake, &base, &nameless.with("name", "")).await;
        intake.clock.advance(DAY * 30);
        signs_in(&intake, &base, &stays).await;
        let known = async || {
            let all: BTreeSet<_> = [20, 21, 22].map(ActorId::from_u128).into();
            usecases::colleagues(intake.db(), city(), all).await.unwrap().len()
        };
        assert_eq!(intake.db().write(&ForgetColleagues { keep: DAY * 30 }).await.unwrap(), 0);
        assert_eq!(known().await, 2);
        intake.clock.advance(DAY);
        assert_eq!(intake.db().write(&ForgetColleagues { keep: DAY * 30 }).await.unwrap(), 1);
        assert_eq!(found(&intake, &base, &stays, &[20, 21, 22]).await, ["小禾"]);
        intake.stop().await;
    }

    async fn i7_a_name_whose_time_is_over_is_forgotten_by_whichever_instance_runs(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        signs_in(&intake, &base, &of_ningbo(OPERATOR, Role::Operator, "小禾")).await;
        let raw = intake.raw().await;
        raw.execute_unprepared("UPDATE colleagues SET seen_at = 0").await.unwrap();
        raw.close().await.unwrap();
        let other = intake.beside(&intake.nats, NEVER_MS).await;
        until("nobody by that name", PATIENCE, async || {
            let found = usecases::colleagues(other.db(), city(), [ActorId::from_u128(OPERATOR)].into()).await;
            found.unwrap().is_empty().then_some(())
        })
        .await
        .unwrap();
        other.stop().await;
        intake.stop().await;
    }

    async fn i7_names_of_colleagues_are_not_said_on_the_bus(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let mut heard = intake.nats.client().await.unwrap().subscribe(">").await.unwrap();
        intake.hears().await;
        signs_in(&intake, &base, &of_ningbo(OPERATOR, Role::Operator, "小禾")).await;
        // The next that is said is of what was done after it.
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let received = async {
            loop {
                let message = futures::StreamExt::next(&mut heard).await.unwrap();
                let payload = String::from_utf8_lossy(&message.payload).into_owned();
                assert!(!payload.contains("小禾"), "{}", message.subject);
                if message.subject.starts_with("intake.") && payload.contains(&request.to_string()) {
                    break;
                }
            }
        };
        tokio::time::timeout(PATIENCE, received).await.unwrap();
        intake.stop().await;
    }
}
