//! The volunteer centre: signed reports over HTTP and the bus, daily statements, needs that are claimed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chassis::bus::rpc::RpcError;
use contracts::credit::{SignedVolunteerWord, VolunteerAnswer};
use credit::usecases::volunteer::ask_for_statements;
use credit_domain::Merchant;
use futures::future::join_all;
use kernel::{Clock as _, Role, Timestamp, Version};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{TestDb, identity, on_both_databases};
use uuid::Uuid;

use crate::callers::Caller;
use crate::court::{Court, agrees};
use crate::host::{CENTRE_SECRET, PATIENCE, TestCredit, ningbo};
use crate::people::Person;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// The centre's own system.
struct Centre {
    address: SocketAddr,
    http: reqwest::Client,
}

struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    fn pointer(&self) -> &str {
        self.body["errors"][0]["pointer"].as_str().unwrap_or_default()
    }

    fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }
}

fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("msg-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Centre {
    fn at(address: SocketAddr) -> Self {
        Self { address, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(CENTRE_SECRET, Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(CENTRE_SECRET, Method::POST, path, Some(body)).await
    }

    async fn send(&self, secret: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let target = format!("{path}?city=330200");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let (name, verb) = ("volunteer-centre", method.as_str());
        let signed = identity::party_signature(secret, name, &nonce(), verb, &target, body.as_bytes());
        let request = self.http.request(method.clone(), format!("http://{}{target}", self.address));
        let request = signed.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let response = request.header("content-type", "application/json").body(body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }

    async fn report(&self, report: &Value) -> Answer {
        self.post("/v1/volunteer/reports", report.clone()).await
    }

    /// The same over the bus.
    async fn say(
        &self,
        credit: &TestCredit,
        secret: &str,
        word: &Value,
    ) -> Result<VolunteerAnswer, RpcError> {
        let (id, body) = (nonce(), word.to_string());
        let line = SignedVolunteerWord::line(ningbo());
        let (timestamp, signature) = identity::line_signature(secret, &id, &line, body.as_bytes());
        let word = SignedVolunteerWord { city: ningbo(), id, timestamp, signature, body };
        credit.service.runtime.bus.ask(&word, PATIENCE).await
    }
}

async fn start(db: &TestDb) -> (TestCredit, Centre, Merchant, SocketAddr) {
    let credit = TestCredit::seeded(db).await;
    let (address, [merchant, _]) = (credit.serve().await, credit.two().await);
    // What is reported happened after the merchants were affiliated.
    credit.clock.advance(DAY * 10);
    (credit, Centre::at(address), merchant, address)
}

fn id(number: u128) -> String {
    Uuid::from_u128(0x0198_c5c0_0000_7000_8000_0000_0000_0000 + number).to_string()
}

fn recruited(number: u128, merchant: &Merchant, people: u32, at: Timestamp) -> Value {
    let deed = json!({ "kind": "recruitment", "people": people, "at": at });
    json!({ "report": id(number), "merchant": merchant.profile.id, "deed": deed })
}

fn served(number: u128, merchant: &Merchant, check_in: Timestamp, minutes: u32) -> Value {
    let check_out = check_in.after(MINUTE * minutes);
    let deed = json!({ "kind": "hours", "volunteer": id(900), "check_in": check_in, "check_out": check_out });
    json!({ "report": id(number), "merchant": merchant.profile.id, "deed": deed })
}

fn line(merchant: &Merchant, kind: &str, reports: u64, quantity: u64) -> Value {
    json!({ "merchant": merchant.profile.id, "kind": kind, "reports": reports, "quantity": quantity })
}

async fn activities(credit: &TestCredit, merchant: &Merchant) -> i64 {
    credit.merchant(merchant.profile.id).await.credit.tally.points.credit_activities
}

on_both_databases! {
    async fn i2_a_report_counts_once_however_often_and_by_whatever_way_it_comes(db: TestDb) {
        let (credit, centre, merchant, _) = start(&db).await;
        let before = activities(&credit, &merchant).await;
        let report = recruited(1, &merchant, 30, credit.clock_now().before(DAY));
        let tries = join_all((0..6).map(|_| centre.report(&report))).await;
        assert!(tries.iter().all(|answer| answer.status == 200), "{}", tries[0].body);
        assert_eq!(tries.iter().filter(|answer| answer.body["already"] == json!(false)).count(), 1);
        let word = json!({ "say": "report", "report": report });
        let again = centre.say(&credit, CENTRE_SECRET, &word).await;
        assert_eq!(again, Ok(VolunteerAnswer { already: true, version: Version(1) }));
        assert_eq!(activities(&credit, &merchant).await, before + 3);
        let other = recruited(1, &merchant, 31, credit.clock_now().before(DAY));
        assert_eq!(centre.report(&other).await.problem(), (409, "exists"));
        credit.stop().await;
    }

    async fn hours_that_were_counted_too_low_are_corrected_and_fall_with_their_report(db: TestDb) {
        let (credit, centre, merchant, _) = start(&db).await;
        let court = Court::of(&credit).await;
        let before = activities(&credit, &merchant).await;
        let (mine, reported) = (merchant.profile.id, recruited(1, &merchant, 30, credit.clock_now().before(DAY)));
        centre.report(&reported).await.ok();
        let entry = credit.ledger(mine).await.pop().unwrap().posting.id;
        let body = json!({ "entry": entry, "grounds": "漏记十人" });
        let target = format!("/v1/merchants/{mine}/objections?city=330200");
        let filed = Caller::merchant(court.address, mine).post(&target, "x", &body).await;
        let objection = format!("/v1/objections/{}", filed.body["id"].as_str().unwrap());
        let correct = |points: i64| {
            let remedy = json!({ "kind": "correct", "points": { "credit_activities": points } });
            json!({ "upheld": true, "remedy": remedy, "reason": "签到表属实" })
        };
        let examine = format!("{objection}/examine?city=330200");
        let beyond = court.officer.change(&examine, 1, &correct(21)).await;
        assert_eq!((beyond.problem(), &beyond.body["max"]), ((422, "points-unfit"), &json!(20)), "{}", beyond.body);
        assert_eq!(court.officer.change(&examine, 1, &correct(4)).await.status, 200);
        let decide = format!("{objection}/decide?city=330200");
        let decided = court.reviewer.change(&decide, 2, &json!({ "upheld": true, "reason": "属实" })).await;
        assert_eq!(decided.status, 200, "{}", decided.body);
        assert_eq!(activities(&credit, &merchant).await, before + 4);
        // The year is full with what was corrected in it.
        centre.report(&recruited(2, &merchant, 500, credit.clock_now().before(DAY))).await.ok();
        assert_eq!(activities(&credit, &merchant).await, before + 20);
        for number in [2, 1] {
            let reason = json!({ "reason": "重复上报" });
            centre.post(&format!("/v1/volunteer/reports/{}/withdraw", id(number)), reason).await.ok();
        }
        assert_eq!(activities(&credit, &merchant).await, before, "neither the report nor its correction is left");
        agrees(&court, &credit, mine).await;
        credit.stop().await;
    }

    async fn what_is_not_signed_by_the_centre_is_refused_over_http_and_the_bus(db: TestDb) {
        let (credit, centre, merchant, address) = start(&db).await;
        let report = recruited(1, &merchant, 30, credit.clock_now().before(DAY));
        let path = "/v1/volunteer/reports";
        let forged = centre.send(identity::CHANNEL_SECRET, Method::POST, path, Some(report.clone())).await;
        assert_eq!(forged.problem(), (401, "bad-signature"));
        let token = Person::staff(address, 7, Role::VolunteerCentre);
        let target = format!("{path}?city=330200");
        assert_eq!(token.post(&target, None, &report).await.problem(), (401, "unsigned"));
        let word = json!({ "say": "report", "report": report });
        let refused = centre.say(&credit, identity::CHANNEL_SECRET, &word).await;
        assert!(matches!(&refused, Err(RpcError::Refused { status: 401, code, .. }) if code == "bad-signature"));
        let unknown = centre.say(&credit, CENTRE_SECRET, &json!({ "say": "hello" })).await;
        assert!(matches!(unknown, Err(RpcError::Refused { status: 400, .. })));
        credit.stop().await;
    }

    async fn hours_are_counted_from_check_in_and_check_out_and_no_two_sessions_overlap(db: TestDb) {
        let (credit, centre, merchant, _) = start(&db).await;
        let before = activities(&credit, &merchant).await;
        let morning = credit.clock_now().before(DAY);
        let first = centre.report(&served(1, &merchant, morning, 300)).await.ok();
        assert_eq!((&first["quantity"], &first["points"]), (&json!(300), &json!(0)));
        let second = served(2, &merchant, morning.after(MINUTE * 299), 180);
        let overlap = centre.report(&second).await;
        assert_eq!((overlap.status, overlap.pointer()), (422, "#/deed/check_in"));
        let second = centre.report(&served(2, &merchant, morning.after(MINUTE * 300), 180)).await.ok();
        assert_eq!(second["points"], json!(1));
        assert_eq!(activities(&credit, &merchant).await, before + 1);
        let mut stated = served(3, &merchant, morning.before(DAY), 60);
        stated["deed"]["hours"] = json!(8);
        assert_eq!(centre.report(&stated).await.status, 422, "hours are never stated");
        let backwards = centre.report(&served(4, &merchant, morning, 0)).await;
        assert_eq!((backwards.status, backwards.pointer()), (422, "#/deed/check_out"));
        credit.stop().await;
    }

    async fn i3_a_withdrawn_report_leaves_the_score_as_if_it_had_never_come(db: TestDb) {
        let (credit, centre, merchant, _) = start(&db).await;
        let yesterday = credit.clock_now().before(DAY);
        let _ = centre.report(&recruited(1, &merchant, 40, yesterday)).await.ok();
        let before = credit.merchant(merchant.profile.id).await.credit;
        let capped = centre.report(&recruited(2, &merchant, 900, yesterday)).await.ok();
        assert_eq!(capped["points"], json!(16), "a year gives 20");
        let withdraw = format!("/v1/volunteer/reports/{}/withdraw", id(2));
        let reason = json!({ "reason": "录入有误" });
        assert_eq!(centre.post(&withdraw, reason.clone()).await.ok()["state"], json!("withdrawn"));
        let word = json!({ "say": "withdraw", "report": id(2), "reason": "录入有误" });
        let again = centre.say(&credit, CENTRE_SECRET, &word).await;
        assert_eq!(again, Ok(VolunteerAnswer { already: true, version: Version(2) }));
        let after = credit.merchant(merchant.profile.id).await.credit;
        assert_eq!((after.score, after.tally, after.grade), (before.score, before.tally, before.grade));
        credit.stop().await;
    }

    async fn what_was_done_before_the_merchant_was_affiliated_is_kept_gives_nothing_and_says_why(db: TestDb) {
        let (credit, centre, merchant, _) = start(&db).await;
        let before = activities(&credit, &merchant).await;
        let done_at = credit.clock_now().before(DAY * 11);
        let kept = centre.report(&recruited(1, &merchant, 90, done_at)).await.ok();
        assert_eq!((&kept["points"], &kept["counting"]), (&json!(0), &json!("before_opening")), "{kept}");
        let counted = centre.report(&recruited(2, &merchant, 10, credit.clock_now().before(DAY))).await.ok();
        assert_eq!((&counted["points"], &counted["counting"]), (&json!(1), &json!("counts")), "{counted}");
        let stated = json!({ "day": done_at.in_city().day.to_string(), "lines": [line(&merchant, "recruitment", 1, 90)] });
        let found = centre.post("/v1/volunteer/statements", stated).await.ok();
        assert_eq!(found["differences"], json!(0), "it is held as the centre holds it");
        for number in [1, 2] {
            let withdraw = format!("/v1/volunteer/reports/{}/withdraw", id(number));
            centre.post(&withdraw, json!({ "reason": "录入有误" })).await.ok();
        }
        assert_eq!(activities(&credit, &merchant).await, before);
        credit.stop().await;
    }

    async fn a_days_statement_is_compared_and_differences_are_told_and_never_put_right(db: TestDb) {
        let (credit, centre, merchant, address) = start(&db).await;
        let yesterday = credit.clock_now().before(DAY);
        let day = yesterday.in_city().day.to_string();
        let _ = centre.report(&recruited(1, &merchant, 30, yesterday)).await.ok();
        let state = |lines: Vec<Value>| {
            centre.post("/v1/volunteer/statements", json!({ "day": day, "lines": lines }))
        };
        let lines = vec![line(&merchant, "recruitment", 2, 45), line(&merchant, "hours", 1, 60)];
        let found = state(lines.clone()).await.ok();
        assert_eq!((&found["number"], &found["differences"]), (&json!(1), &json!(2)));
        assert_eq!(state(lines).await.ok(), found, "the same statement again");
        let auditor = Person::staff(address, 4, Role::Auditor);
        let of = format!("/v1/volunteer/reconciliations/{day}");
        let told = auditor.get(&format!("{of}/differences?city=330200&limit=1")).await.ok();
        assert_eq!(told["items"][0]["kind"], json!("hours"));
        // Whoever puts it right has to know whose it is.
        assert_eq!(told["items"][0]["merchant_name"], json!(merchant.profile.name));
        let reports = centre.get("/v1/volunteer/reports").await.ok();
        assert_eq!(reports["items"][0]["merchant_name"], json!(merchant.profile.name));
        let next = format!("{of}/differences?city=330200&after={}", told["next"].as_str().unwrap());
        let rest = auditor.get(&next).await.ok();
        assert_eq!((&rest["items"][0]["stated"]["quantity"], &rest["items"][0]["held"]["quantity"]), (&json!(45), &json!(30)));
        assert_eq!(credit.said("volunteer-differences").await, 1);
        assert_eq!(state(vec![line(&merchant, "recruitment", 1, 30)]).await.ok()["differences"], json!(0));
        assert_eq!(centre.get(&of).await.ok()["number"], json!(2));
        assert_eq!(credit.said("volunteer-differences").await, 1);
        credit.stop().await;
    }

    async fn a_statement_that_does_not_come_is_asked_for_once(db: TestDb) {
        let (credit, centre, merchant, _) = start(&db).await;
        let now = credit.clock_now();
        let day = now.before(MINUTE).in_city().day;
        let _ = centre.report(&recruited(1, &merchant, 30, now.before(MINUTE))).await.ok();
        credit.clock.advance(DAY * 3);
        let _ = ask_for_statements(credit.db(), credit.clock.now()).await.unwrap();
        let asked = testkit::wait::until("the missing statement", PATIENCE, async || {
            let found = centre.get(&format!("/v1/volunteer/reconciliations/{day}")).await;
            (found.status == 200).then_some(found.body)
        });
        let asked = asked.await.unwrap();
        assert_eq!((&asked["stated"], &asked["differences"]), (&json!(false), &json!(1)));
        assert_eq!(ask_for_statements(credit.db(), credit.clock.now()).await.unwrap(), 0);
        assert_eq!(credit.said("volunteer-differences").await, 1);
        credit.stop().await;
    }

    async fn a_need_is_claimed_by_one_matched_and_fulfilled_by_the_centre_and_counts_once(db: TestDb) {
        let (credit, centre, merchant, address) = start(&db).await;
        let operator = Person::staff(address, 5, Role::Operator);
        let (own, other) = (Person::merchant(address, merchant.profile.id), credit.two().await[1].profile.id);
        let now = credit.clock_now();
        let need = json!({
            "title": "陪诊", "text": "独居老人需要陪同就医", "area": 330203001, "people": 1,
            "wanted_from": now, "wanted_until": now.after(DAY),
        });
        let mut strange = need.clone();
        strange["category"] = json!("gossip");
        let refused = operator.post_once("/v1/volunteer/needs?city=330200", "b", &strange).await;
        assert_eq!((refused.problem(), &refused.body["errors"][0]["pointer"]), ((422, "invalid-body"), &json!("#/category")));
        let published = operator.post_once("/v1/volunteer/needs?city=330200", "a", &need).await.ok();
        let need = published["id"].as_str().unwrap();
        assert_eq!(credit.said("volunteer-need-published").await, 1);
        assert_eq!(centre.get("/v1/volunteer/needs").await.ok()["items"][0]["id"], published["id"]);
        let to = |step: &str| format!("/v1/volunteer/needs/{need}/{step}?city=330200");
        let claimed = own.post(&to("claim"), None, &json!({})).await.ok();
        assert_eq!((&claimed["state"], &claimed["merchant"]), (&json!("claimed"), &json!(merchant.profile.id)));
        let late = Person::merchant(address, other);
        assert_eq!(late.post(&to("claim"), None, &json!({})).await.problem(), (409, "conflict"));
        assert_eq!(late.post(&to("release"), None, &json!({})).await.problem(), (404, "not-found"));
        let deed = json!({ "kind": "matched_need", "need": need, "at": now.before(MINUTE) });
        let report = |number| json!({ "report": id(number), "merchant": merchant.profile.id, "deed": deed });
        assert_eq!(centre.report(&report(1)).await.problem(), (409, "conflict"), "not fulfilled yet");
        let matched = centre.say(&credit, CENTRE_SECRET, &json!({ "say": "match", "need": need })).await;
        assert_eq!(matched, Ok(VolunteerAnswer { already: false, version: Version(3) }));
        let done = centre.post(&format!("/v1/volunteer/needs/{need}/fulfil"), json!({})).await.ok();
        assert_eq!(done["state"], json!("fulfilled"));
        assert_eq!(centre.report(&report(1)).await.ok()["points"], json!(2));
        assert_eq!(centre.report(&report(2)).await.problem(), (409, "exists"), "one need counts once");
        credit.stop().await;
    }
}
