//! Workers with their merchants: enrolment, papers, transfers, stars, cards.

use std::net::SocketAddr;
use std::time::Duration;

use credit::usecases::workers::EnrolWorker;
use credit_domain::Merchant;
use credit_domain::workers::commands::Terms;
use futures::future::join_all;
use kernel::{Actor, ActorId, Channel, MerchantId, Timestamp};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{TestDb, identity, on_both_databases, wait};

use crate::host::{PATIENCE, TestCredit, ningbo};

const DAY: Duration = Duration::from_secs(86_400);
/// Identity numbers of nobody, with the check character that fits.
pub(crate) const PERSONS: [&str; 3] = ["11010519491231002X", "440524188001010014", "330203199001010014"];

/// What is sent beside path and body.
pub(crate) enum As<'a> {
    Role(&'a str),
    Merchant(&'a Merchant),
    Channel(Channel),
    Nobody,
}

/// The service over HTTP.
pub(crate) struct Client {
    address: SocketAddr,
    http: reqwest::Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

impl Client {
    pub(crate) async fn of(credit: &TestCredit) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address: credit.serve().await, http }
    }

    pub(crate) async fn get(&self, who: As<'_>, path: &str) -> Answer {
        self.send(who, Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, who: As<'_>, path: &str, body: Value) -> Answer {
        self.send(who, Method::POST, path, &[], Some(body)).await
    }

    /// Sends to `path`, in Ningbo.
    pub(crate) async fn send(
        &self,
        who: As<'_>,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let target = format!("{path}?city=330200");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut request = self.http.request(method.clone(), format!("http://{}{target}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let staff = Actor::Staff { id: ActorId::from_u128(10) };
        let token = |actor, role: &str| identity::Person::acting(actor, role.parse().unwrap()).token();
        request = match who {
            As::Role(role) => request.bearer_auth(token(staff, role)),
            As::Merchant(merchant) => {
                request.bearer_auth(token(Actor::Merchant { id: merchant.profile.id }, "merchant"))
            }
            As::Channel(channel) => {
                let nonce = uuid_like();
                let (secret, method, body) = (identity::CHANNEL_SECRET, method.as_str(), body.as_bytes());
                let signed = identity::signature(secret, channel, &nonce, method, &target, body);
                signed.into_iter().fold(request, |request, (name, value)| request.header(name, value))
            }
            As::Nobody => request,
        };
        let response = request.header("content-type", "application/json").body(body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }

    /// Enrols a person, and lets an officer record papers that are good for so many days.
    pub(crate) async fn enrol(
        &self,
        credit: &TestCredit,
        merchant: &Merchant,
        person: &str,
        good_for: u32,
    ) -> String {
        let enrolled = self.post(As::Merchant(merchant), &of(merchant, "/workers"), new(person)).await;
        assert_eq!(enrolled.status, 201, "{}", enrolled.body);
        let id = enrolled.body["id"].as_str().unwrap().to_owned();
        let until = credit.now().after(DAY * good_for);
        assert_eq!(self.papers(&id, 1, papers(until)).await.status, 200);
        id
    }

    pub(crate) async fn papers(&self, id: &str, version: u64, papers: Value) -> Answer {
        let seen = format!("\"{version}\"");
        let path = format!("/v1/workers/{id}/papers");
        let headers = [("if-match", seen.as_str())];
        self.send(As::Role("credit_officer"), Method::PUT, &path, &headers, Some(papers)).await
    }
}

fn uuid_like() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn of(merchant: &Merchant, rest: &str) -> String {
    format!("/v1/merchants/{}{rest}", merchant.profile.id)
}

pub(crate) fn new(person: &str) -> Value {
    json!({ "name": "王小明", "identity_number": person })
}

pub(crate) fn papers(until: Timestamp) -> Value {
    json!({ "identity": "passed", "exam_until": until, "insurance_until": until })
}

impl TestCredit {
    pub(crate) fn now(&self) -> Timestamp {
        use kernel::Clock as _;
        self.clock.now()
    }

    /// Two merchants that are affiliated.
    pub(crate) async fn two(&self) -> [Merchant; 2] {
        use credit_domain::Status;
        let all = self.all().await.into_iter().filter(|one| one.status == Status::Affiliated);
        all.take(2).collect::<Vec<_>>().try_into().unwrap()
    }

    /// How many events of this type were said.
    pub(crate) async fn said(&self, ce_type: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM outbox WHERE ce_type = 'cn.81890.credit.{ce_type}.v1'");
        let statement = Statement::from_string(self.db().backend(), sql);
        self.db().read().query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    async fn green_until(&self, id: MerchantId) -> Option<Timestamp> {
        self.merchant(id).await.profile.green_until
    }
}

on_both_databases! {
    async fn a_person_is_enrolled_once_and_the_merchants_standing_follows_the_papers(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
        let id = merchant.profile.id;
        let first = client.post(As::Merchant(&merchant), &of(&merchant, "/workers"), new(PERSONS[0])).await;
        let again = client.post(As::Merchant(&merchant), &of(&merchant, "/workers"), new(PERSONS[0])).await;
        assert_eq!((first.status, again.status), (201, 200));
        assert_eq!(first.body, again.body);
        assert_eq!((&first.body["colour"], &first.body["masked_name"]), (&json!("red"), &json!("王**")));
        assert!(!first.body.to_string().contains(PERSONS[0]) && !first.body.to_string().contains("小明"));
        assert_eq!(credit.merchant(id).await.version, merchant.version);
        let (worker, until) = (first.body["id"].as_str().unwrap(), credit.now().after(DAY * 700));
        let reviewed = client.papers(worker, 1, papers(until)).await;
        assert_eq!((reviewed.status, &reviewed.body["colour"]), (200, &json!("green")));
        let after = credit.merchant(id).await;
        assert_eq!((after.profile.green_until, after.version), (Some(until), merchant.version.next()));
        let lapsed = client.papers(worker, 2, json!({ "identity": "lapsed" })).await;
        assert_eq!(lapsed.body["colour"], json!("red"));
        assert_eq!(credit.green_until(id).await, merchant.profile.green_until);
        credit.stop().await;
    }

    async fn papers_are_edited_as_they_were_seen(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &merchant, PERSONS[0], 100).await;
        let (same, other) = (credit.now().after(DAY * 100), credit.now().after(DAY * 50));
        assert_eq!(client.papers(&worker, 1, papers(same)).await.status, 200, "the same is done already");
        assert_eq!(client.papers(&worker, 1, papers(other)).await.problem(), (412, "precondition-failed"));
        let slip = credit.now().after(DAY * 5_000);
        assert_eq!(client.papers(&worker, 2, papers(slip)).await.problem(), (422, "implausible-expiry"));
        credit.stop().await;
    }

    async fn a_worker_moves_with_both_sides_consent_and_both_standings_follow(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([from, to], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &from, PERSONS[0], 700).await;
        let elsewhere = client.post(As::Merchant(&to), &of(&to, "/workers"), new(PERSONS[0])).await;
        assert_eq!(elsewhere.problem(), (409, "enrolled-elsewhere"));
        let person = json!({ "identity_number": PERSONS[0] });
        let asked = client.post(As::Merchant(&to), &of(&to, "/transfers"), person.clone()).await;
        assert_eq!((asked.status, &asked.body["already"]), (200, &json!(false)));
        let leaving = client.get(As::Merchant(&from), &format!("/v1/workers/{worker}")).await.body;
        assert_eq!(leaving["merchant_name"], json!(from.profile.name));
        assert_eq!(leaving["transfer"]["to_name"], json!(to.profile.name));
        let seen = async |one: &Merchant| {
            client.get(As::Merchant(one), &of(one, "/transfers")).await.body["items"][0].clone()
        };
        let (left, come) = (seen(&from).await, seen(&to).await);
        assert_eq!((&left["side"], &left["allowed_actions"]), (&json!("leaving"), &json!(["consent"])));
        assert_eq!((&left["worker"], &left["to_name"]), (&json!(worker), &json!(to.profile.name)));
        assert_eq!((&come["side"], &come["allowed_actions"]), (&json!("arriving"), &json!(["withdraw"])));
        assert_eq!((come.get("from"), come.get("from_name")), (None, None), "whose worker it is stays untold");
        assert_eq!((&left["worker_card"], come.get("worker_card")), (&leaving["card"], None));
        let consent = format!("/v1/workers/{worker}/transfer/consent");
        let stranger = client.post(As::Merchant(&to), &consent, json!({ "to": to.profile.id })).await;
        assert_eq!(stranger.problem(), (404, "not-found"));
        for already in [false, true] {
            let agreed = client.post(As::Merchant(&from), &consent, json!({ "to": to.profile.id })).await;
            assert_eq!((agreed.status, &agreed.body["already"]), (200, &json!(already)));
        }
        let under_way = client.get(As::Role("auditor"), &of(&from, "/transfers")).await;
        assert_eq!(under_way.body["items"], json!([]));
        assert_eq!(credit.green_until(from.profile.id).await, from.profile.green_until);
        let moved = client.get(As::Merchant(&to), &format!("/v1/workers/{worker}")).await;
        assert_eq!((&moved.body["merchant"], &moved.body["colour"]), (&json!(to.profile.id), &json!("yellow")));
        let records = client.get(As::Role("auditor"), &format!("/v1/workers/{worker}/records")).await;
        let kinds = records.body["items"].as_array().unwrap().iter().map(|record| &record["happening"]["kind"]);
        assert_eq!(kinds.collect::<Vec<_>>(), ["enrolled", "papers_reviewed", "transfer_asked", "transferred"]);
        credit.stop().await;
    }

    async fn a_worker_moves_without_consent_when_the_notice_has_run(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([from, to], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &from, PERSONS[0], 700).await;
        let person = json!({ "identity_number": PERSONS[0] });
        client.post(As::Merchant(&to), &of(&to, "/transfers"), person).await;
        credit.clock.advance(DAY * 30);
        wait::until("the transfer", PATIENCE, async || {
            let now = client.get(As::Role("auditor"), &format!("/v1/workers/{worker}")).await;
            (now.body["merchant"] == json!(to.profile.id)).then_some(())
        })
        .await
        .unwrap();
        credit.stop().await;
    }

    async fn a_worker_who_left_is_enrolled_again_with_the_same_card(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([first, second], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &first, PERSONS[0], 700).await;
        let leave = format!("/v1/workers/{worker}/leave");
        assert_eq!(client.post(As::Merchant(&second), &leave, Value::Null).await.problem(), (404, "not-found"));
        for already in [false, true] {
            let left = client.post(As::Merchant(&first), &leave, Value::Null).await;
            assert_eq!((left.status, &left.body["already"]), (200, &json!(already)));
        }
        assert_eq!(credit.green_until(first.profile.id).await, first.profile.green_until);
        let before = client.get(As::Role("auditor"), &format!("/v1/workers/{worker}")).await;
        let again = client.post(As::Merchant(&second), &of(&second, "/workers"), new(PERSONS[0])).await;
        assert_eq!((again.status, &again.body["card"]), (201, &before.body["card"]));
        assert_eq!(again.body["merchant"], json!(second.profile.id));
        credit.stop().await;
    }

    async fn stars_are_given_for_a_training_that_was_passed_and_for_nothing_else(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &merchant, PERSONS[0], 100).await;
        let officer = || As::Role("credit_officer");
        let (trainings, stars) = (format!("/v1/workers/{worker}/trainings"), format!("/v1/workers/{worker}/stars"));
        let four = json!({ "stars": 4, "training": "NB-1" });
        assert_eq!(client.post(officer(), &stars, four.clone()).await.problem(), (422, "no-such-training"));
        let training = |result: &str| json!({ "number": "NB-1", "title": "月嫂", "provider": "职业学校",
            "result": result, "finished_at": "2026-10-01T00:00:00Z" });
        for already in [false, true] {
            let recorded = client.post(officer(), &trainings, training("passed")).await;
            assert_eq!(recorded.body["already"], json!(already), "{}", recorded.body);
        }
        let other = client.post(officer(), &trainings, training("failed")).await;
        assert_eq!(other.problem(), (409, "other-training"));
        for already in [false, true] {
            assert_eq!(client.post(officer(), &stars, four.clone()).await.body["already"], json!(already));
        }
        assert_eq!(client.post(officer(), &stars, json!({ "stars": 6, "training": "NB-1" })).await.status, 422);
        let view = client.get(As::Merchant(&merchant), &format!("/v1/workers/{worker}")).await.body;
        assert_eq!((&view["stars"]["stars"], &view["stars"]["training"]), (&json!(4), &json!("NB-1")));
        credit.stop().await;
    }

    async fn persons_enrolled_at_the_same_moment_get_cards_of_their_own(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([one, two], terms) = (credit.two().await, Terms::default());
        let command = |merchant: &Merchant, person: &str| EnrolWorker {
            city: ningbo(),
            merchant: merchant.profile.id,
            number: person.parse().unwrap(),
            masked_name: "王**".to_owned(),
            photo: None,
            by: Actor::Platform,
            terms: &terms,
        };
        let commands: Vec<_> =
            PERSONS.iter().flat_map(|person| [command(&one, person), command(&one, person)]).chain([command(&two, PERSONS[0])]).collect();
        let told = join_all(commands.iter().map(|command| credit.db().write(command))).await;
        let enrolled: Vec<_> = told.into_iter().filter_map(Result::ok).filter(|told| !told.already).collect();
        let cards: std::collections::HashSet<_> = enrolled.iter().map(|told| told.worker.card).collect();
        assert_eq!((enrolled.len(), cards.len()), (PERSONS.len(), PERSONS.len()));
        credit.stop().await;
    }

    async fn notice_of_expiring_papers_is_said_once_each(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        credit.seed().await;
        let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
        client.enrol(&credit, &merchant, PERSONS[0], 700).await;
        let said = async |at_least: i64| {
            wait::until("the notices", PATIENCE, async || {
                let said = credit.said("worker-papers-expiring").await;
                (said >= at_least).then_some(said)
            })
            .await
            .unwrap()
        };
        // All other papers have expired by then, and nothing is said of them any more.
        credit.clock.advance(DAY * 670);
        let first = said(2).await;
        credit.clock.advance(DAY * 23);
        assert_eq!(said(first + 2).await, first + 2);
        credit.clock.advance(DAY * 6);
        assert_eq!(said(first + 4).await, first + 4);
        credit.stop().await;
    }

    async fn what_happened_can_be_neither_changed_nor_deleted(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
        client.enrol(&credit, &merchant, PERSONS[0], 100).await;
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE worker_records SET actor = 'platform'", "DELETE FROM worker_records"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }

    async fn only_its_own_merchant_and_officers_manage_a_worker(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let ([own, other], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &own, PERSONS[0], 100).await;
        let enrol = of(&own, "/workers");
        let read = format!("/v1/workers/{worker}");
        let papers_by_merchant = client.send(As::Merchant(&own), Method::PUT, &format!("{read}/papers"),
            &[("if-match", "\"2\"")], Some(json!({ "identity": "passed" }))).await;
        assert_eq!(papers_by_merchant.problem(), (403, "forbidden"));
        for who in [As::Merchant(&other), As::Role("operator"), As::Role("auditor"), As::Role("credit_reviewer")] {
            assert_eq!(client.post(who, &enrol, new(PERSONS[1])).await.problem(), (403, "forbidden"));
        }
        assert_eq!(client.post(As::Nobody, &enrol, new(PERSONS[1])).await.problem(), (401, "unsigned"));
        assert_eq!(client.get(As::Merchant(&other), &read).await.problem(), (403, "forbidden"));
        assert_eq!(client.get(As::Merchant(&other), &format!("{read}/records")).await.problem(), (403, "forbidden"));
        assert_eq!(client.post(As::Role("credit_officer"), &enrol, new(PERSONS[1])).await.status, 201);
        let unfit = client.post(As::Merchant(&own), &enrol, new("110105194912310021")).await;
        assert_eq!((unfit.status, &unfit.body["errors"][0]["pointer"]), (422, &json!("#/identity_number")));
        assert!(!unfit.body.to_string().contains("110105194912310021"));
        credit.stop().await;
    }
}
