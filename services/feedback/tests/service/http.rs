//! The same over HTTP: who may, what is answered, and how each refusal is told.

use std::net::SocketAddr;

use contracts::Event as _;
use contracts::dispatch::Completed;
use contracts::feedback::{BreachVerified, FollowupRecorded};
use feedback_domain::{CaseState, Clause};
use kernel::{Actor, CallbackId, CaseId, MerchantId, Role};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{TestDb, identity};

use crate::support::{
    AUDITOR, CALLER, Credit, MERCHANT, OFFICER, OPERATOR, OTHER_CALLER, OTHER_OFFICER, World, city_time,
};

/// Somebody with a token, talking to the service.
struct Person {
    address: SocketAddr,
    token: String,
    http: reqwest::Client,
}

/// An answer: status, entity tag, body.
struct Answer {
    status: u16,
    etag: Option<String>,
    body: Value,
}

impl Person {
    fn new(address: SocketAddr, actor: Actor, role: &str) -> Self {
        Self::with(address, identity::Person::acting(actor, role.parse().unwrap()).token())
    }

    fn with(address: SocketAddr, token: String) -> Self {
        Self { address, token, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn get(&self, target: &str) -> Answer {
        self.send(Method::GET, target, None, None).await
    }

    async fn post(&self, target: &str, etag: Option<&str>, body: Option<Value>) -> Answer {
        self.send(Method::POST, target, etag, body).await
    }

    async fn send(&self, method: Method, target: &str, etag: Option<&str>, body: Option<Value>) -> Answer {
        let url = format!("http://{}{target}", self.address);
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(etag) = etag {
            request = request.header("if-match", etag);
        }
        if let Some(body) = body {
            let text = body.to_string();
            request = request.header("content-type", "application/json").body(text);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let etag = response.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        Answer { status, etag, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }
}

impl Answer {
    /// Status and the problem's code.
    fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

fn claim_of(id: CallbackId) -> String {
    format!("/v1/callbacks/{id}/claim?city=330200")
}

fn outcome_of(id: CallbackId) -> String {
    format!("/v1/callbacks/{id}/outcome?city=330200")
}

fn verify_of(id: CaseId) -> String {
    format!("/v1/cases/{id}/verify?city=330200")
}

/// The first answer to a step as a repetition is told it.
fn told_before(first: &Value) -> Value {
    let mut first = first.clone();
    assert_eq!(first["already"].take(), json!(false));
    first["already"] = json!(true);
    first
}

fn breach() -> Value {
    json!({ "result": "reached", "verdict": "suspected_breach", "answers": { "price_as_posted": "no" },
        "note": "多收了五十元", "clause": "price-as-posted" })
}

testkit::on_both_databases! {
    async fn a_breach_goes_from_the_worklist_to_its_verification(db: TestDb) {
        let mut world = World::start(db).await;
        let id = world.callback(1).await.id;
        world.clock.set(city_time(24, "10:00"));
        let address = world.serve().await;
        let caller = Person::new(address, CALLER, "followup_caller");
        let officer = Person::new(address, OFFICER, "credit_officer");

        let worklist = caller.get("/v1/callbacks?city=330200").await.body;
        assert_eq!(worklist["items"][0]["id"], json!(id));
        assert_eq!(worklist["items"][0]["allowed_actions"], json!(["claim"]));
        let claimed = caller.post(&claim_of(id), None, None).await;
        assert_eq!((claimed.status, &claimed.body["allowed_actions"]), (200, &json!(["outcome"])));
        assert_eq!(caller.post(&claim_of(id), None, None).await.body, told_before(&claimed.body));
        let done = caller.post(&outcome_of(id), claimed.etag.as_deref(), Some(breach())).await;
        assert_eq!((done.status, &done.body["outcome"]), (200, &json!("suspected_breach")));
        assert_eq!(done.body["allowed_actions"], json!([]));
        let again = caller.post(&outcome_of(id), claimed.etag.as_deref(), Some(breach())).await;
        assert_eq!(again.body, told_before(&done.body));

        let cases = officer.get("/v1/cases?city=330200&state=open&total=true").await.body;
        assert_eq!(cases["total"], json!({ "count": 1, "exact": true }));
        let case: CaseId = serde_json::from_value(cases["items"][0]["id"].clone()).unwrap();
        assert_eq!(cases["items"][0].get("note"), None);
        assert_eq!(cases["items"][0]["suspected_clause"], json!("price-as-posted"));
        assert_eq!(cases["items"][0]["item"], json!(Completed::example().item));
        let read = officer.get(&format!("/v1/cases/{case}?city=330200")).await;
        assert_eq!(read.body["note"], json!("多收了五十元"));
        assert_eq!(read.body["allowed_actions"], json!(["verify", "dismiss"]));
        let auditor = Person::new(address, AUDITOR, "auditor");
        // Whoever does not rule sees the case without what people said, and leaves no trace.
        let seen = auditor.get(&format!("/v1/cases?city=330200&id={case}")).await.body;
        assert_eq!(seen["items"].as_array().unwrap().len(), 1);
        assert_eq!((&seen["items"][0]["id"], seen["items"][0].get("note")), (&json!(case), None));
        let none = auditor.get(&format!("/v1/cases?city=330200&id={}", CaseId::from_u128(7))).await.body;
        assert_eq!(none["items"], json!([]));
        let readings = auditor.get(&format!("/v1/cases/{case}/clear-reads?city=330200")).await.body;
        assert_eq!(readings["items"].as_array().unwrap().len(), 1);
        assert_eq!(readings["items"][0]["by"], json!(OFFICER));
        assert_eq!(readings["items"][0]["reason"], json!("ruling on the case"));
        let ruling = json!({ "clause": "price-as-posted", "severity": "general" });
        let ruled = officer.post(&verify_of(case), read.etag.as_deref(), Some(ruling.clone())).await;
        assert_eq!((ruled.status, &ruled.body["state"]), (200, &json!("verified")));
        // The answer was lost and the command is sent again: the first result stands.
        let again = officer.post(&verify_of(case), read.etag.as_deref(), Some(ruling)).await;
        assert_eq!((again.status, again.etag, again.body), (200, ruled.etag, told_before(&ruled.body)));

        world.says::<FollowupRecorded>().await;
        assert_eq!(world.says::<BreachVerified>().await.case, case);
        world.stop().await;
    }

    async fn a_merchant_says_its_side_of_a_suspicion_once_and_before_the_ruling_and_reads_no_more_than_that(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await.id;
        let address = world.serve().await;
        let merchant = Person::new(address, Actor::Merchant { id: MERCHANT }, "merchant");
        let stranger = Person::new(address, Actor::Merchant { id: MerchantId::from_u128(99) }, "merchant");
        let officer = Person::new(address, OFFICER, "credit_officer");
        let (list, one) = ("/v1/cases?city=330200&total=true", format!("/v1/cases/{case}?city=330200"));
        let waits = format!("{list}&unanswered=true&state=open");
        let own = merchant.get(&waits).await.body;
        assert_eq!((&own["total"]["count"], &own["items"][0]["allowed_actions"]), (&json!(1), &json!(["answer"])));
        assert_eq!(stranger.get(list).await.body["items"], json!([]));
        let others = merchant.get(&format!("{list}&merchant={}", CaseId::from_u128(99))).await;
        assert_eq!(others.problem(), (403, "forbidden"));

        let answer = format!("/v1/cases/{case}/answer?city=330200");
        let said = |text: &str| Some(json!({ "answer": text }));
        assert_eq!(stranger.post(&answer, None, said("不是我们")).await.problem(), (404, "not-found"));
        assert_eq!(officer.post(&answer, None, said("不是他们")).await.problem(), (403, "forbidden"));
        assert_eq!(merchant.post(&answer, None, said(" ")).await.problem(), (422, "text-missing"));
        let told = merchant.post(&answer, None, said("加收的是停车费，事先说明过")).await;
        assert_eq!((told.status, &told.body["already"]), (200, &json!(false)), "{}", told.body);
        let again = merchant.post(&answer, None, said("或者不是")).await.body;
        assert_eq!((&again["already"], &again["allowed_actions"]), (&json!(true), &json!([])));
        assert_eq!(merchant.get(&waits).await.body["items"], json!([]));

        let own = merchant.get(&one).await.body;
        assert_eq!((&own["merchant_answer"], own.get("note")), (&json!("加收的是停车费，事先说明过"), None));
        assert_eq!(stranger.get(&one).await.problem(), (404, "not-found"));
        let read = officer.get(&one).await;
        assert_eq!(read.body["merchant_answer"], json!("加收的是停车费，事先说明过"));
        let ruling = Some(json!({ "clause": "price-as-posted", "severity": "minor" }));
        // Whoever rules has read what the merchant said: the version before is not the one that was answered.
        assert_eq!(officer.post(&verify_of(case), Some("\"1\""), ruling.clone()).await.status, 412);
        assert_eq!(officer.post(&verify_of(case), read.etag.as_deref(), ruling).await.status, 200);
        let auditor = Person::new(address, AUDITOR, "auditor");
        let readings = auditor.get(&format!("/v1/cases/{case}/clear-reads?city=330200")).await;
        assert_eq!(readings.body["items"].as_array().map(Vec::len), Some(1), "the officer's alone");
        world.stop().await;
    }

    async fn a_breach_is_of_a_clause_that_credit_knows(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await.id;
        let address = world.serve().await;
        let officer = Person::new(address, OFFICER, "credit_officer");
        let unknown = json!({ "clause": "no-such", "severity": "general" });
        let refused = officer.post(&verify_of(case), Some("\"1\""), Some(unknown.clone())).await;
        assert_eq!(refused.problem(), (422, "unknown-clause"));
        assert_eq!(refused.body["errors"][0]["pointer"], json!("#/clause"));
        // I8: who may not rule is told so first.
        let caller = Person::new(address, CALLER, "credit_officer");
        let refused = caller.post(&verify_of(case), Some("\"1\""), Some(unknown.clone())).await;
        assert_eq!(refused.problem(), (403, "handled-the-case"));

        let known = json!({ "clause": "price-as-posted", "severity": "general" });
        let ruled = officer.post(&verify_of(case), Some("\"1\""), Some(known)).await;
        assert_eq!((ruled.status, &ruled.body["ruling"]["clause_confirmed"]), (200, &json!(true)));
        world.stop().await;
    }

    async fn who_rules_or_records_second_is_told_who_was_first_and_what_stands(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        let address = world.serve().await;
        let officer = Person::new(address, OFFICER, "credit_officer");
        let other = Person::new(address, OTHER_OFFICER, "credit_officer");
        let general = json!({ "clause": "price-as-posted", "severity": "general" });
        let ruled = officer.post(&verify_of(case.id), Some("\"1\""), Some(general)).await;
        let first = &ruled.body["ruling"];

        let serious = json!({ "clause": "price-as-posted", "severity": "serious" });
        let late = other.post(&verify_of(case.id), Some("\"1\""), Some(serious)).await;
        assert_eq!(late.problem(), (409, "already-ruled"));
        assert_eq!((&late.body["stands"], &late.body["severity"]), (&json!("verified"), &json!("general")));
        assert_eq!((&late.body["by"], &late.body["at"]), (&first["by"], &first["at"]));
        // Whatever version is named: nothing is dismissed that was verified.
        let dismiss = format!("/v1/cases/{}/dismiss?city=330200", case.id);
        let late = officer.post(&dismiss, Some("\"2\""), Some(json!({ "reason": "agreed upon" }))).await;
        assert_eq!(late.problem(), (409, "already-ruled"));

        let caller = Person::new(address, CALLER, "followup_caller");
        let unreached = json!({ "result": "unreached" });
        let late = caller.post(&outcome_of(case.callback), Some("\"3\""), Some(unreached)).await;
        assert_eq!((late.problem(), &late.body["stands"]), ((409, "already-recorded"), &json!("suspected_breach")));
        assert_eq!((&late.body["by"], &late.body["at"]), (&json!(case.opened_by), &json!(case.opened_at)));
        let late = caller.post(&claim_of(case.callback), None, None).await;
        assert_eq!(late.problem(), (409, "already-recorded"));
        world.stop().await;
    }

    async fn a_breach_waits_for_a_silent_credit_unless_the_settings_let_it_go_on_marked(db: TestDb) {
        let ruling = json!({ "clause": "price-as-posted", "severity": "general" });
        let mut world = World::start_beside(db, Credit::Silent).await;
        let case = world.case(1).await.id;
        let officer = Person::new(world.serve().await, OFFICER, "credit_officer");
        let refused = officer.post(&verify_of(case), Some("\"1\""), Some(ruling.clone())).await;
        assert_eq!(refused.problem(), (503, "credit-silent"));
        assert_eq!(world.cases().await[0].state, CaseState::Open);
        world.stop().await;

        let mut world = World::start_beside(TestDb::sqlite().unwrap(), Credit::SilentAndDispensable).await;
        let case = world.case(1).await.id;
        let officer = Person::new(world.serve().await, OFFICER, "credit_officer");
        let ruled = officer.post(&verify_of(case), Some("\"1\""), Some(ruling)).await;
        assert_eq!((ruled.status, &ruled.body["ruling"]["clause_confirmed"]), (200, &json!(false)));
        world.stop().await;
    }

    async fn only_those_whose_work_it_is_may(db: TestDb) {
        let world = World::start(db).await;
        let id = world.callback(1).await.id;
        world.clock.set(city_time(24, "10:00"));
        let address = world.serve().await;
        let unsigned = Person::with(address, String::new()).get("/v1/callbacks?city=330200").await;
        assert_eq!(unsigned.status, 401);
        for (actor, role) in
            [(OPERATOR, "operator"), (Actor::Merchant { id: MERCHANT }, "merchant"), (OFFICER, "credit_officer")]
        {
            let refused = Person::new(address, actor, role).post(&claim_of(id), None, None).await;
            assert_eq!(refused.problem(), (403, "forbidden"), "{role}");
        }
        let elsewhere = identity::Person::acting(CALLER, Role::FollowupCaller).with("city", 310_100).token();
        let refused = Person::with(address, elsewhere).post(&claim_of(id), None, None).await;
        assert_eq!(refused.problem(), (403, "forbidden"));
        world.stop().await;
    }

    async fn i8_a_handler_in_the_role_of_a_caller_is_offered_nothing_and_refused(db: TestDb) {
        let world = World::start(db).await;
        let id = world.callback(1).await.id;
        world.clock.set(city_time(24, "10:00"));
        let handler = Person::new(world.serve().await, OPERATOR, "followup_caller");
        let worklist = handler.get("/v1/callbacks?city=330200").await.body;
        assert_eq!(worklist["items"][0]["allowed_actions"], json!([]));
        assert_eq!(handler.post(&claim_of(id), None, None).await.problem(), (403, "handled-the-case"));
        world.stop().await;
    }

    async fn every_refusal_has_a_type_of_its_own(db: TestDb) {
        let world = World::start(db).await;
        let id = world.callback(1).await.id;
        let address = world.serve().await;
        let caller = Person::new(address, CALLER, "followup_caller");
        let early = caller.post(&claim_of(id), None, None).await;
        assert_eq!(early.problem(), (409, "not-due"));
        assert_eq!(early.body["due_at"], json!(city_time(24, "09:00")));
        assert_eq!(early.body["detail"], format!("not due before {}", city_time(24, "09:00")));
        world.clock.set(city_time(24, "13:00"));
        assert_eq!(caller.post(&claim_of(id), None, None).await.problem(), (409, "outside-calling-hours"));
        world.clock.set(city_time(24, "10:00"));
        let unclaimed = caller.post(&outcome_of(id), Some("\"1\""), Some(breach())).await;
        assert_eq!(unclaimed.problem(), (409, "not-claimed"));
        caller.post(&claim_of(id), None, None).await;
        let other = Person::new(address, OTHER_CALLER, "followup_caller");
        assert_eq!(other.post(&claim_of(id), None, None).await.problem(), (409, "claimed-by-another"));

        let outcome = async |etag, body| caller.post(&outcome_of(id), etag, Some(body)).await;
        assert_eq!(outcome(None, breach()).await.problem(), (428, "precondition-required"));
        let stale = outcome(Some("\"1\""), breach()).await;
        assert_eq!((stale.problem(), &stale.body["current_version"]), ((412, "precondition-failed"), &json!(2)));
        let nothing = json!({ "result": "reached", "verdict": "suspected_breach" });
        assert_eq!(outcome(Some("\"2\""), nothing).await.problem(), (422, "nothing-suspected"));
        let unknown = json!({ "result": "unreached", "why": "busy" });
        assert_eq!(outcome(Some("\"2\""), unknown).await.status, 422);
        let clause = |clause: &str, verdict: &str| {
            json!({ "result": "reached", "verdict": verdict, "note": "多收了五十元", "clause": clause })
        };
        let early = outcome(Some("\"2\""), clause("price-as-posted", "unsatisfied")).await;
        assert_eq!((early.problem(), &early.body["errors"][0]["pointer"]), ((422, "clause-unsuspected"), &json!("#/clause")));
        assert_eq!(outcome(Some("\"2\""), clause(" ", "suspected_breach")).await.problem(), (422, "text-missing"));
        let long = clause(&"条".repeat(121), "suspected_breach");
        assert_eq!(outcome(Some("\"2\""), long).await.problem(), (422, "unknown-clause"));
        let long = json!({ "result": "reached", "verdict": "satisfied", "note": "长".repeat(2_001) });
        assert_eq!(outcome(Some("\"2\""), long).await.problem(), (422, "text-too-long"));
        let nobody = caller.post(&claim_of(CallbackId::from_u128(404)), None, None).await;
        assert_eq!(nobody.problem(), (404, "not-found"));
        assert_eq!(caller.get("/v1/callbacks").await.problem(), (400, "invalid-query"));
        world.stop().await;
    }

    async fn a_suspicion_is_recorded_while_credit_is_silent(db: TestDb) {
        let world = World::start_beside(db, Credit::Silent).await;
        let id = world.callback(1).await.id;
        world.clock.set(city_time(24, "10:00"));
        let caller = Person::new(world.serve().await, CALLER, "followup_caller");
        caller.post(&claim_of(id), None, None).await;
        assert_eq!(caller.post(&outcome_of(id), Some("\"2\""), Some(breach())).await.status, 200);
        let suspected = world.cases().await.remove(0).suspected_clause;
        assert_eq!(suspected, Some(Clause::try_new("price-as-posted").unwrap()));
        world.stop().await;
    }

    async fn callers_find_what_is_due_today_overdue_and_theirs(db: TestDb) {
        let world = World::start(db).await;
        let id = world.callback(1).await.id;
        world.clock.set(city_time(24, "10:00"));
        let address = world.serve().await;
        let caller = Person::new(address, CALLER, "followup_caller");
        let found = async |person: &Person, which: &str| {
            let page = person.get(&format!("/v1/callbacks?city=330200&{which}")).await;
            page.body["items"].as_array().map(Vec::len)
        };
        caller.post(&claim_of(id), None, None).await;
        assert_eq!(found(&caller, "due=today").await, Some(1));
        assert_eq!(found(&caller, "claimed_by=me").await, Some(1));
        assert_eq!(found(&caller, "due=today&claimed_by=me").await, Some(1));
        assert_eq!(found(&caller, "due=overdue").await, Some(0));
        let other = Person::new(address, OTHER_CALLER, "followup_caller");
        assert_eq!(found(&other, "claimed_by=me").await, Some(0));
        world.clock.set(city_time(25, "10:00"));
        assert_eq!(found(&caller, "due=overdue").await, Some(1));
        for wrong in ["due=tomorrow", "claimed_by=you"] {
            assert_eq!(found(&caller, wrong).await, None, "{wrong}");
        }
        world.stop().await;
    }

    async fn the_worklist_pages_over_http_and_says_how_long_it_is(db: TestDb) {
        let world = World::start(db).await;
        for n in 0..3 {
            world.callback(n).await;
        }
        world.clock.set(city_time(24, "10:00"));
        let caller = Person::new(world.serve().await, CALLER, "followup_caller");
        let first = caller.get("/v1/callbacks?city=330200&limit=2&total=true").await.body;
        assert_eq!(first["total"], json!({ "count": 3, "exact": true }));
        let next = first["next"].as_str().unwrap();
        let rest = caller.get(&format!("/v1/callbacks?city=330200&limit=2&total=true&after={next}")).await.body;
        assert_eq!((first["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (2, 1));
        assert_eq!((rest.get("next"), rest.get("total")), (None, None));
        let none_due = "/v1/callbacks?city=330200&due_by=2026-11-23T00:00:00Z";
        assert_eq!(caller.get(none_due).await.body["items"], json!([]));
        world.stop().await;
    }
}
