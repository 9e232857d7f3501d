//! What people see of credit, and who may see it.

use std::net::SocketAddr;
use std::time::Duration;

use contracts::feedback::{FollowupOutcome, Severity};
use credit_domain::Merchant;
use kernel::{Actor, ActorId, Grade, Role};
use reqwest::header;
use serde_json::{Value, json};
use testkit::{TestDb, identity, on_both_databases};

use crate::host::{MERCHANTS, TestCredit};

const SOMEBODY: Actor = Actor::Staff { id: ActorId::from_u128(10) };

fn token(actor: Actor, role: &str) -> String {
    identity::Person::acting(actor, role.parse().unwrap()).token()
}

/// Somebody with a token, talking to the service.
struct Person {
    address: SocketAddr,
    token: Option<String>,
    http: reqwest::Client,
}

struct Answer {
    status: u16,
    etag: Option<String>,
    body: Value,
}

impl Person {
    fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn staff(address: SocketAddr, role: &str) -> Self {
        Self::new(address, Some(token(SOMEBODY, role)))
    }

    fn of(address: SocketAddr, merchant: &Merchant) -> Self {
        let account = Actor::Merchant { id: merchant.profile.id };
        Self::new(address, Some(token(account, "merchant")))
    }

    async fn get(&self, target: &str) -> Answer {
        self.get_unless(target, None).await
    }

    async fn get_unless(&self, target: &str, known: Option<&str>) -> Answer {
        let mut request = self.http.get(format!("http://{}{target}", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let etag = response.headers().get(header::ETAG).map(|tag| tag.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        Answer { status, etag, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }
}

impl Answer {
    fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

fn path_of(merchant: &Merchant, rest: &str) -> String {
    format!("/v1/merchants/{}{rest}?city=330200", merchant.profile.id)
}

on_both_databases! {
    async fn merchants_are_listed_page_by_page_to_the_end(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let operator = Person::staff(credit.serve().await, "operator");
        let (mut seen, mut target) = (Vec::new(), "/v1/merchants?city=330200&limit=25".to_owned());
        loop {
            let page = operator.get(&target).await.body;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            target = format!("/v1/merchants?city=330200&limit=25&after={next}");
        }
        let expected: Vec<Value> = credit.all().await.iter().map(|one| json!(one.profile.id)).collect();
        assert_eq!((seen.len(), seen), (MERCHANTS as usize, expected));
        assert_eq!(operator.get("/v1/merchants?city=330100").await.body["items"], json!([]));
        credit.stop().await;
    }

    async fn a_merchant_is_sent_again_only_once_its_standing_moved(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let merchant = credit.any_of_grade(Grade::AAA).await;
        let officer = Person::staff(credit.serve().await, "credit_officer");
        let first = officer.get(&path_of(&merchant, "")).await;
        assert_eq!((first.status, &first.body["grade"]), (200, &json!("AAA")));
        assert_eq!(officer.get_unless(&path_of(&merchant, ""), first.etag.as_deref()).await.status, 304);
        let breach = credit.breach(merchant.profile.id, Severity::General);
        credit.publish(credit.id(), &breach).await;
        credit.consumed(1).await;
        let moved = officer.get_unless(&path_of(&merchant, ""), first.etag.as_deref()).await;
        assert_eq!((moved.status, moved.etag.as_deref()), (200, Some("\"2\"")));
        assert_eq!((&moved.body["grade"], &moved.body["findings"][0]["case"]), (&json!("B"), &json!(breach.case)));
        let ledger = officer.get(&path_of(&merchant, "/ledger")).await.body;
        let entry = &ledger["items"][1];
        assert_eq!((&entry["rule"], &entry["points"]["credit_record"]), (&json!("/breach/general"), &json!(-120)));
        assert_eq!(entry["prev"], ledger["items"][0]["hash"]);
        credit.stop().await;
    }

    async fn a_merchant_is_told_what_moved_it_last_and_not_what_only_happened_last(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::B).await.profile.id;
        let (moves, idle) = (FollowupOutcome::Unsatisfied, FollowupOutcome::Unreached);
        let first = credit.followup(id, moves);
        credit.publish(credit.id(), &first).await;
        credit.consumed(1).await;
        let at = credit.clock_now();
        credit.clock.advance(Duration::from_secs(3_600));
        let second = credit.followup(id, idle);
        credit.publish(credit.id(), &second).await;
        credit.consumed(2).await;
        let own = Person::of(credit.serve().await, &credit.merchant(id).await);
        let seen = own.get(&path_of(&credit.merchant(id).await, "")).await.body;
        assert_eq!(seen["cause"], json!(format!("followup:{}", second.callback)));
        let moved = (json!(format!("followup:{}", first.callback)), json!(at));
        assert_eq!((&seen["moved_by"], &seen["moved_at"]), (&moved.0, &moved.1));
        credit.stop().await;
    }

    async fn who_rules_on_a_case_sees_before_what_it_will_do(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let merchant = credit.any_of_grade(Grade::AAA).await;
        let address = credit.serve().await;
        let officer = Person::staff(address, "credit_officer");
        let asked = path_of(&merchant, "/breach-effects");
        let foreseen = officer.get(&asked).await.body;
        assert_eq!((&foreseen["grade"], &foreseen["score"]), (&json!("AAA"), &json!(merchant.credit.score)));
        let general = &foreseen["effects"][1];
        assert_eq!((&general["severity"], &general["grade"]), (&json!("general"), &json!("B")));
        assert!(general["published_from"].is_string() && foreseen["effects"][0].get("published_from").is_none());
        credit.publish(credit.id(), &credit.breach(merchant.profile.id, Severity::General)).await;
        credit.consumed(1).await;
        let now = officer.get(&path_of(&merchant, "")).await.body;
        assert_eq!((&now["grade"], &now["score"]), (&general["grade"], &general["score"]));
        let caller = Person::staff(address, "followup_caller");
        assert_eq!(caller.get(&asked).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn a_merchant_sees_itself_and_no_other(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let all = credit.all().await;
        let (own, other) = (&all[0], &all[1]);
        let merchant = Person::of(credit.serve().await, own);
        for rest in ["", "/ledger", "/workers"] {
            assert_eq!(merchant.get(&path_of(own, rest)).await.status, 200, "{rest}");
            assert_eq!(merchant.get(&path_of(other, rest)).await.problem(), (403, "forbidden"), "{rest}");
        }
        assert_eq!(merchant.get("/v1/merchants?city=330200").await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn the_colour_of_a_worker_is_that_of_the_moment(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let merchant = credit.all().await.into_iter().find(|one| one.profile.green_until.is_some()).unwrap();
        let auditor = Person::staff(credit.serve().await, "auditor");
        let green = async || {
            let page = auditor.get(&path_of(&merchant, "/workers")).await.body;
            page["items"].as_array().unwrap().iter().filter(|worker| worker["colour"] == "green").count()
        };
        let until = merchant.profile.green_until.unwrap();
        credit.clock.set(until.before(core::time::Duration::from_secs(1)));
        assert!(green().await > 0);
        credit.clock.set(until);
        assert_eq!(green().await, 0);
        credit.stop().await;
    }

    async fn each_way_to_be_refused_is_told_apart(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let merchant = credit.all().await.remove(0);
        let address = credit.serve().await;
        let nobody = Person::new(address, None);
        let operator = Person::staff(address, "operator");
        assert_eq!(nobody.get(&path_of(&merchant, "")).await.problem(), (401, "unsigned"));
        assert_eq!(operator.get(&path_of(&merchant, "/ledger")).await.problem(), (403, "forbidden"));
        let id = merchant.profile.id;
        for (target, problem) in [
            (format!("/v1/merchants/{id}?city=330100"), (404, "not-found")),
            (format!("/v1/merchants/{id}/workers?city=330100"), (404, "not-found")),
            (format!("/v1/merchants/{id}"), (400, "invalid-query")),
            ("/v1/merchants/five?city=330200".to_owned(), (400, "invalid-path")),
            ("/v1/merchants?city=330200&limit=0".to_owned(), (400, "invalid-query")),
            ("/v1/merchants?city=330200&after=x".to_owned(), (400, "invalid-cursor")),
        ] {
            assert_eq!(operator.get(&target).await.problem(), problem, "{target}");
        }
        let elsewhere = identity::Person::acting(SOMEBODY, Role::Operator).with("city", 330_100).token();
        let elsewhere = Person::new(address, Some(elsewhere));
        assert_eq!(elsewhere.get(&path_of(&merchant, "")).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn everybody_sees_the_catalogue(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let nobody = Person::new(credit.serve().await, None);
        let catalogue = nobody.get("/v1/catalogue").await;
        assert_eq!(catalogue.status, 200);
        assert!(catalogue.body["categories"].as_array().unwrap().len() > 10);
        assert_eq!(catalogue.body["cities"][0]["name"], json!("宁波市"));
        let document = nobody.get("/v1/openapi.json").await.body;
        assert!(document["paths"]["/v1/merchants/{id}/ledger"]["get"].is_object());
        credit.stop().await;
    }
}
