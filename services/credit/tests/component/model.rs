//! The rules as data: drafted, run over the ledger, approved, and in force at their moment everywhere.

use std::net::SocketAddr;
use std::time::Duration;

use contracts::feedback::Severity;
use credit::RuleBook;
use credit::usecases::RecordBreach;
use credit::usecases::model::{CancelSimulation, StartSimulation, simulate, simulation, tried_after};
use credit_domain::simulation::RunState;
use futures::future::join_all;
use kernel::{Actor, ActorId, Clock as _, MerchantId, ModelId};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::{TestDb, identity, on_both_databases, wait};

use crate::host::{MERCHANTS, PATIENCE, TestCredit, ningbo};

pub(crate) const OFFICER: ActorId = ActorId::from_u128(10);
const REVIEWER: ActorId = ActorId::from_u128(11);
const HOUR: Duration = Duration::from_secs(3_600);

/// Somebody who reads and writes over HTTP.
pub(crate) struct Desk {
    address: SocketAddr,
    token: Option<String>,
    http: reqwest::Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

impl Desk {
    fn public(address: SocketAddr) -> Self {
        Self { address, token: None, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn acting(address: SocketAddr, actor: Actor, role: &str) -> Self {
        let token = identity::Person::acting(actor, role.parse().unwrap()).token();
        Self { token: Some(token), ..Self::public(address) }
    }

    pub(crate) fn staff(address: SocketAddr, id: ActorId, role: &str) -> Self {
        Self::acting(address, Actor::Staff { id }, role)
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.call(Method::GET, target, &[], Value::Null).await
    }

    pub(crate) async fn post(&self, target: &str, header: (&str, &str), body: Value) -> Answer {
        self.call(Method::POST, target, &[header], body).await
    }

    async fn call(&self, method: Method, target: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let mut request = self.http.request(method, format!("http://{}{target}", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let etag = response.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, etag: etag.unwrap_or_default(), body }
    }
}

/// The rules in force with a change, as an officer would write them.
async fn changed(desk: &Desk, change: impl FnOnce(&mut Value)) -> Value {
    let mut document = desk.get("/v1/model").await.body;
    change(&mut document);
    json!({ "note": "for a test", "document": document })
}

/// Minor breaches cost more.
async fn stricter(desk: &Desk) -> Value {
    changed(desk, |rules| rules["breach"]["minor"]["points"]["credit_record"] = json!(-100)).await
}

async fn drafted(officer: &Desk, body: Value) -> ModelId {
    let drafted = officer.post("/v1/models", ("idempotency-key", "a-draft"), body).await;
    assert_eq!((drafted.status, &drafted.body["state"]), (201, &json!("drafted")), "{}", drafted.body);
    drafted.body["id"].as_str().unwrap().parse().unwrap()
}

/// Has the draft run, to its end.
async fn simulated(officer: &Desk, id: ModelId) -> Value {
    let path = format!("/v1/models/{id}/simulations");
    let run = officer.post(&path, ("x-none", ""), json!({ "city": ningbo() })).await;
    assert_eq!(run.status, 202, "{}", run.body);
    let path = format!("/v1/simulations/{}", run.body["id"].as_str().unwrap());
    wait::until("the end of the run", PATIENCE, async || {
        Some(officer.get(&path).await.body).filter(|run| run["state"] == "finished")
    })
    .await
    .unwrap()
}

/// The rules version of the entry that a breach makes now, for an instance that has seen no other version.
async fn version_of_a_breach(credit: &TestCredit, id: MerchantId) -> u32 {
    let rules = RuleBook::embedded().unwrap();
    let command = RecordBreach {
        rules: &rules,
        calendar: &credit.calendar,
        policy: &credit.policy,
        breach: credit.breach(id, Severity::Minor),
    };
    assert!(!credit.db().write(&command).await.unwrap().is_already_done());
    credit.ledger(id).await.last().unwrap().posting.rules_version
}

on_both_databases! {
    async fn the_rules_in_force_are_published_to_everybody(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let public = Desk::public(credit.serve().await);
        let rules = public.get("/v1/model").await;
        assert_eq!((rules.status, &rules.body["version"]), (200, &json!(1)));
        assert_eq!(rules.body, public.get("/v1/model/versions/1").await.body);
        let again = public.call(Method::GET, "/v1/model", &[("if-none-match", &rules.etag)], Value::Null).await;
        assert_eq!(again.status, 304);
        assert_eq!(public.get("/v1/model/versions/2").await.problem(), (404, "not-found"));
        assert_eq!(public.get("/v1/models").await.status, 401);
        credit.stop().await;
    }

    async fn a_new_version_is_in_force_at_its_moment_on_every_instance_without_a_restart(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (id, address) = (credit.all().await[0].profile.id, credit.serve().await);
        let (other, elsewhere) = credit.another().await;
        let officer = Desk::staff(address, OFFICER, "credit_officer");
        let reviewer = Desk::staff(elsewhere, REVIEWER, "credit_reviewer");
        let model = drafted(&officer, stricter(&officer).await).await;
        simulated(&officer, model).await;
        let path = format!("/v1/models/{model}");
        let seen = reviewer.get(&path).await;
        assert_eq!((&seen.body["state"], &seen.body["allowed_actions"]), (&json!("simulated"), &json!(["approve"])));
        let from = credit.clock.now().after(HOUR);
        let body = json!({ "in_force_from": from });
        let approved = reviewer.post(&format!("{path}/approve"), ("if-match", &seen.etag), body).await;
        assert_eq!((approved.status, &approved.body["number"]), (200, &json!(2)), "{}", approved.body);
        assert_eq!(version_of_a_breach(&credit, id).await, 1, "not yet");
        credit.clock.advance(HOUR);
        assert_eq!(version_of_a_breach(&credit, id).await, 2);
        for address in [address, elsewhere] {
            assert_eq!(Desk::public(address).get("/v1/model").await.body["version"], 2);
        }
        let entry = credit.ledger(id).await.pop().unwrap();
        assert_eq!(entry.posting.tally.points.credit_record, -100);
        credit.stop_other(other).await;
        credit.stop().await;
    }

    async fn nobody_approves_what_they_wrote_or_what_was_not_simulated(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let officer = Desk::staff(address, OFFICER, "credit_officer");
        let author = Desk::staff(address, OFFICER, "credit_reviewer");
        let model = drafted(&officer, stricter(&officer).await).await;
        let path = format!("/v1/models/{model}/approve");
        let body = json!({ "in_force_from": credit.clock.now().after(HOUR) });
        let early = author.post(&path, ("if-match", "\"1\""), body.clone()).await;
        assert_eq!(early.problem(), (409, "conflict"));
        simulated(&officer, model).await;
        let own = author.post(&path, ("if-match", "\"2\""), body.clone()).await;
        assert_eq!(own.problem(), (403, "same-person"));
        let reviewer = Desk::staff(address, REVIEWER, "credit_reviewer");
        assert_eq!(reviewer.post(&path, ("if-match", "\"1\""), body).await.problem(), (412, "precondition-failed"));
        let past = json!({ "in_force_from": credit.clock.now() });
        let late = reviewer.post(&path, ("if-match", "\"2\""), past).await;
        assert_eq!((late.problem(), &late.body["errors"][0]["pointer"]), ((422, "refused"), &json!("#/in_force_from")));
        credit.stop().await;
    }

    async fn a_simulated_draft_waits_for_everybody_but_those_who_worked_on_it(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let officer = Desk::staff(address, OFFICER, "credit_officer");
        let reviewer = Desk::staff(address, REVIEWER, "credit_reviewer");
        let waiting = async |desk: &Desk| {
            desk.get("/v1/models?awaiting_approval=true&limit=1&total=true").await.body["total"]["count"].clone()
        };
        let model = drafted(&officer, stricter(&officer).await).await;
        assert_eq!(waiting(&reviewer).await, json!(0), "it was not simulated");
        simulated(&officer, model).await;
        let author = Desk::staff(address, OFFICER, "credit_reviewer");
        assert_eq!((waiting(&reviewer).await, waiting(&author).await), (json!(1), json!(0)));
        let listed = reviewer.get("/v1/models?awaiting_approval=true").await.body;
        assert_eq!((&listed["items"][0]["id"], listed["items"].as_array().unwrap().len()), (&json!(model), 1));
        assert_eq!(reviewer.get("/v1/models?total=true").await.body["total"]["count"], 2);
        credit.stop().await;
    }

    async fn who_may_do_what_with_drafts(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let body = stricter(&Desk::public(address)).await;
        for role in ["auditor", "credit_reviewer", "operator", "inspector"] {
            let desk = Desk::staff(address, OFFICER, role);
            let refused = desk.post("/v1/models", ("idempotency-key", "k"), body.clone()).await;
            assert_eq!(refused.problem(), (403, "forbidden"), "{role}");
            let may_read = ["auditor", "credit_reviewer"].contains(&role);
            assert_eq!(desk.get("/v1/models").await.status, if may_read { 200 } else { 403 }, "{role}");
        }
        credit.stop().await;
    }

    async fn i2_a_draft_sent_twice_is_begun_once(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        let body = stricter(&officer).await;
        assert_eq!(drafted(&officer, body.clone()).await, drafted(&officer, body.clone()).await);
        let other = json!({ "note": "another", "document": body["document"] });
        let reused = officer.post("/v1/models", ("idempotency-key", "a-draft"), other).await;
        assert_eq!(reused.problem(), (422, "idempotency-key-reused"));
        assert_eq!(officer.get("/v1/models").await.body["items"].as_array().unwrap().len(), 2);
        credit.stop().await;
    }

    async fn what_is_wrong_with_a_document_is_pointed_at(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        let unfit = changed(&officer, |rules| rules["quality"]["half_life_days"] = json!(0)).await;
        let checked = officer.post("/v1/models/validate", ("x-none", ""), unfit.clone()).await.body;
        assert_eq!(checked["problems"][0]["problem"], json!({ "zh": "应在 1 至 3650 之间", "en": "must be within 1 and 3650" }));
        assert_eq!((&checked["valid"], &checked["problems"][0]["pointer"]), (&json!(false), &json!("/quality/half_life_days")));
        let refused = officer.post("/v1/models", ("idempotency-key", "k"), unfit).await;
        assert_eq!(refused.problem(), (422, "invalid-rules"));
        assert_eq!(refused.body["errors"][0]["pointer"], "#/document/quality/half_life_days");
        let misshapen = changed(&officer, |rules| rules["bands"][2]["score_min"] = json!("many")).await;
        let refused = officer.post("/v1/models", ("idempotency-key", "k"), misshapen).await;
        assert_eq!(refused.body["errors"][0]["pointer"], "#/document/bands/2/score_min");
        credit.stop().await;
    }

    async fn the_form_of_the_rules_is_described_to_whoever_reads_drafts(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let described = Desk::staff(address, REVIEWER, "credit_reviewer").get("/v1/models/schema").await;
        let days = &described.body["properties"]["process"]["properties"]["reply_working_days"];
        assert_eq!((&days["minimum"], &days["maximum"], &days["x-unit"]), (&json!(1), &json!(250), &json!("working_days")));
        let refused = Desk::staff(address, OFFICER, "inspector").get("/v1/models/schema").await;
        assert_eq!(refused.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn a_run_names_merchants_and_what_moves_them(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        let body = changed(&officer, |rules| rules["opening"]["social_evaluation"] = json!(290)).await;
        let run = simulated(&officer, drafted(&officer, body).await).await;
        let path = format!("/v1/simulations/{}/merchants?limit=1", run["id"].as_str().unwrap());
        let one = officer.get(&path).await.body["items"][0].clone();
        let id: MerchantId = one["merchant"].as_str().unwrap().parse().unwrap();
        let all = credit.all().await;
        let merchant = all.iter().find(|merchant| merchant.profile.id == id).unwrap();
        assert_eq!(one["merchant_name"], json!(merchant.profile.name));
        let opening = one["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "/opening").unwrap();
        assert_eq!((&opening["points"], &opening["names"]["zh"]), (&json!(-10), &json!("新加盟起始分")));
        credit.stop().await;
    }

    async fn an_edit_asks_for_a_new_simulation_and_a_withdrawn_draft_stays_so(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        let model = drafted(&officer, stricter(&officer).await).await;
        simulated(&officer, model).await;
        let path = format!("/v1/models/{model}");
        let body = stricter(&officer).await;
        let edited = officer.call(Method::PUT, &path, &[("if-match", "\"2\"")], body.clone()).await;
        assert_eq!((&edited.body["state"], &edited.body["edition"]), (&json!("drafted"), &json!(2)));
        let withdrawn = officer.post(&format!("{path}/withdraw"), ("if-match", "\"3\""), Value::Null).await;
        assert_eq!(withdrawn.body["state"], "withdrawn");
        let refused = officer.call(Method::PUT, &path, &[("if-match", "\"4\"")], body).await;
        assert_eq!(refused.problem(), (409, "conflict"));
        credit.stop().await;
    }

    async fn a_run_shows_who_would_move_why_and_what_it_does_to_dispatch(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        // Nobody would be better than B: those who came first share their places.
        let out_of_reach = |rules: &mut Value| {
            for (place, score_min) in [(0, 1000), (1, 999), (2, 998)] {
                rules["bands"][place]["score_min"] = json!(score_min);
            }
        };
        let body = changed(&officer, out_of_reach).await;
        let run = simulated(&officer, drafted(&officer, body).await).await;
        let summary = &run["summary"];
        assert_eq!((&run["merchants"], &run["entries"]), (&json!(MERCHANTS), &json!(MERCHANTS)));
        let lowered = summary["lowered"].as_u64().unwrap();
        assert!(lowered > 0 && summary["raised"] == 0, "{summary}");
        assert!(summary["cells_shifted"].as_u64().unwrap() > 0, "{summary}");
        let path = format!("/v1/simulations/{}/merchants?moved=true&limit=200", run["id"].as_str().unwrap());
        let moved = officer.get(&path).await.body;
        let moved = moved["items"].as_array().unwrap();
        assert_eq!(moved.len() as u64, lowered);
        for one in moved {
            assert_eq!(&one["after"]["grade"], "B");
            assert_eq!((&one["after"]["limit"], &one["rules"]), (&json!("score"), &json!([])));
        }
        assert!(moved.iter().any(|one| one["before"]["share_ppm"].as_u64() > Some(0)));
        let transitions = run["transitions"].as_array().unwrap();
        let all: u64 = transitions.iter().map(|step| step["merchants"].as_u64().unwrap()).sum();
        assert_eq!(all, u64::from(MERCHANTS));
        credit.stop().await;
    }

    async fn any_number_of_instances_work_on_a_run_and_count_each_merchant_once(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        let model = drafted(&officer, stricter(&officer).await).await;
        let (rules, start) = (&credit.rules, StartSimulation { model, city: ningbo(), by: OFFICER });
        let (first, again) = (credit.db().write(&start).await.unwrap(), credit.db().write(&start).await.unwrap());
        assert_eq!(first.id, again.id, "asked twice, run once");
        while join_all((0..4).map(|_| simulate(credit.db(), rules))).await.into_iter().any(|more| more.unwrap()) {}
        let run = simulation(credit.db(), first.id).await.unwrap();
        assert!(matches!(run.state, RunState::Finished(_)), "{:?}", run.state);
        assert_eq!(run.progress.merchants, MERCHANTS);
        let tried = tried_after(credit.db(), run.id, false, None, 1_000).await.unwrap();
        assert_eq!(tried.len(), MERCHANTS as usize);
        credit.stop().await;
    }

    async fn a_cancelled_run_gets_no_further_page_and_approves_nothing(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let officer = Desk::staff(credit.serve().await, OFFICER, "credit_officer");
        let model = drafted(&officer, stricter(&officer).await).await;
        // Another city has no merchants and would end at its first page; this one has three pages.
        let start = StartSimulation { model, city: ningbo(), by: OFFICER };
        let run = credit.db().write(&start).await.unwrap();
        let cancelled = credit.db().write(&CancelSimulation { id: run.id }).await.unwrap();
        assert!(!simulate(credit.db(), &credit.rules).await.unwrap());
        assert_eq!(simulation(credit.db(), run.id).await.unwrap(), cancelled);
        let path = format!("/v1/simulations/{}/cancel", run.id);
        let again = officer.post(&path, ("x-none", ""), Value::Null).await;
        assert_eq!((again.status, &again.body["state"]), (200, &json!("cancelled")));
        assert_eq!(officer.get(&format!("/v1/models/{model}")).await.body["state"], "drafted");
        credit.stop().await;
    }

    async fn an_approved_version_can_be_neither_changed_nor_deleted(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE models SET note = 'mine'", "DELETE FROM models"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("stays as it is"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }
}
