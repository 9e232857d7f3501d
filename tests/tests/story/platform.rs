//! The four services as they are built, each on a database of its own, around one real nats-server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chassis::auth::{CHANNEL_HEADER, webhook};
use chassis::clock::{SystemClock, SystemIds};
use chassis::config::{self, Secret, ShutdownConfig};
use chassis::entry::{self, Built, Definition};
use chassis::service::{Host, Runtime};
use chassis::store::Db;
use contracts::reference::Reference;
use credit::usecases::{SeedPlan, seed_city};
use kernel::{Area, Channel, City, Clock as _, Grade, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{ManualClock, TestDb, nats, wait};

use crate::people::{AUDIENCE, ISSUER, Person, jwks};

const PATIENCE: Duration = Duration::from_secs(20);
const CHANNEL_KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One service as its users see it.
pub(crate) struct Door {
    at: SocketAddr,
    client: reqwest::Client,
}

impl Door {
    pub(crate) async fn get(&self, who: &Person, path: &str) -> Value {
        let url = format!("http://{}{}", self.at, in_city(path));
        answer(self.client.get(url).bearer_auth(who.token())).await
    }

    pub(crate) async fn post(&self, who: &Person, path: &str, body: &Value) -> Value {
        self.post_version(who, path, body, None).await
    }

    pub(crate) async fn post_version(
        &self,
        who: &Person,
        path: &str,
        body: &Value,
        version: Option<u64>,
    ) -> Value {
        let url = format!("http://{}{}", self.at, in_city(path));
        let mut request = self.client.post(url).bearer_auth(who.token()).json(body);
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        answer(request).await
    }

    pub(crate) async fn get_as(&self, channel: Channel, path: &str) -> Value {
        answer(self.signed(channel, Method::GET, path, Vec::new())).await
    }

    pub(crate) async fn post_as(&self, channel: Channel, path: &str, body: &Value, key: &str) -> Value {
        let request = self.signed(channel, Method::POST, path, serde_json::to_vec(body).unwrap());
        answer(request.header("idempotency-key", key).header("content-type", "application/json")).await
    }

    fn signed(&self, channel: Channel, method: Method, path: &str, body: Vec<u8>) -> reqwest::RequestBuilder {
        use kernel::IdSource as _;
        let key = webhook::Key::try_new(&Secret::new(CHANNEL_KEY)).unwrap();
        let (id, now) = (SystemIds::new().next_id().to_string(), SystemClock.now().as_secs());
        let line = webhook::request_line(method.as_str(), path);
        let signature = key.sign(&id, now, &[line.as_bytes(), &body]);
        self.client
            .request(method, format!("http://{}{path}", self.at))
            .header(CHANNEL_HEADER, channel.as_str())
            .header(webhook::ID_HEADER, id)
            .header(webhook::TIMESTAMP_HEADER, now)
            .header(webhook::SIGNATURE_HEADER, signature)
            .body(body)
    }
}

fn in_city(path: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}city=330200")
}

async fn answer(request: reqwest::RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert!(matches!(status, StatusCode::OK | StatusCode::CREATED), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// A running service with what it stands on.
struct Running {
    runtime: Runtime,
    limits: ShutdownConfig,
    _db: TestDb,
}

/// The whole platform.
pub(crate) struct Platform {
    pub(crate) intake: Door,
    pub(crate) dispatch: Door,
    feedback: Door,
    clock: Arc<ManualClock>,
    running: Vec<Running>,
    _nats: nats::Server,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let clock = Arc::new(ManualClock::default());
        clock.set("2026-11-23T10:00:00+08:00".parse().unwrap());
        let mut running = Vec::new();
        let credit_db = TestDb::sqlite().unwrap();
        seed(&credit_db, &nats, &clock).await;
        let (_, credit) = start::<credit::Credit>(credit_db, &nats, &clock).await;
        let (dispatch, dispatching) =
            start::<dispatch::Dispatch>(TestDb::sqlite().unwrap(), &nats, &clock).await;
        let (feedback, following) =
            start::<feedback::Feedback>(TestDb::sqlite().unwrap(), &nats, &clock).await;
        let (intake, taking_in) = start::<intake::Intake>(TestDb::sqlite().unwrap(), &nats, &clock).await;
        running.extend([taking_in, following, dispatching, credit]);
        for service in &running {
            let ready = async || service.runtime.health.report().ready.then_some(());
            wait::until("the service is ready", PATIENCE, ready).await.unwrap();
        }
        Self { intake, dispatch, feedback, clock, running, _nats: nats }
    }

    pub(crate) async fn stop(self) {
        for service in self.running {
            let overdue = service.runtime.shutdown(&service.limits).await;
            assert!(overdue.is_empty(), "{overdue:?}");
        }
    }

    /// A street in which several merchants could serve the item.
    pub(crate) async fn street_with_a_choice(&self, item: &str) -> String {
        let reference = Reference::embedded().unwrap();
        for info in reference.city(city()).unwrap().areas() {
            let area = info.area.to_string();
            if self.order(Channel::App, item, &area).await.len() >= 3 {
                return area;
            }
        }
        panic!("no street has a choice of {item}");
    }

    async fn order(&self, channel: Channel, item: &str, area: &str) -> Vec<Value> {
        let path = format!("/v1/recommendations?city=330200&item={item}&area={area}&limit=20");
        let answer = self.intake.get_as(channel, &path).await;
        answer["candidates"].as_array().unwrap().clone()
    }

    /// The order as all six channels show it, which must be one.
    pub(crate) async fn order_on_all(&self, item: &str, area: &str) -> Vec<String> {
        let mut orders = BTreeMap::new();
        for channel in Channel::ALL {
            let order = self.order(channel, item, area).await;
            let ids: Vec<String> =
                order.iter().map(|one| one["merchant"].as_str().unwrap().to_owned()).collect();
            orders.insert(channel, ids);
        }
        let first = orders[&Channel::Hotline].clone();
        assert!(orders.values().all(|order| *order == first), "{orders:?}");
        first
    }

    /// Hands in a request that the platform dispatches by itself.
    pub(crate) async fn hand_in(&self, channel: Channel, item: &str, area: &str) -> String {
        let answer = self.intake.post_as(channel, "/v1/requests", &new_request(item, area), "one-key").await;
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Waits until somebody holds the request.
    pub(crate) async fn assignment_of(&self, request: &str) -> Value {
        let operator = Person::staff(1, Role::Operator);
        let assigned = async || {
            let page = self.dispatch.get(&operator, "/v1/assignments").await;
            page["items"].as_array().unwrap().iter().find(|one| one["request"] == request).cloned()
        };
        wait::until("an assignment", PATIENCE, assigned).await.unwrap()
    }

    pub(crate) async fn the_next_morning(&self) {
        let today = self.clock.now().in_city().day;
        self.clock.set(today.next().at_minute(10 * 60));
    }

    pub(crate) async fn callback_of(&self, request: &str, caller: &Person) -> Value {
        let due = async || {
            let page = self.feedback.get(caller, "/v1/callbacks").await;
            page["items"].as_array().unwrap().iter().find(|one| one["request"] == request).cloned()
        };
        wait::until("the call-back is due", PATIENCE, due).await.unwrap()
    }

    /// Claims the call-back, and records what the citizen says of a breach. Gives the case.
    pub(crate) async fn report_a_breach(&self, callback: &Value, caller: &Person) -> Value {
        let id = callback["id"].as_str().unwrap();
        let claimed = self.feedback.post(caller, &format!("/v1/callbacks/{id}/claim"), &json!({})).await;
        let said = json!({
            "result": "reached", "verdict": "suspected_breach", "note": "多收了五十元",
            "answers": {
                "arrived_on_time": "yes", "price_as_posted": "no", "quality": "yes",
                "attitude": "yes", "code_shown": "not_asked",
            },
        });
        let path = format!("/v1/callbacks/{id}/outcome");
        self.feedback.post_version(caller, &path, &said, claimed["version"].as_u64()).await;
        let officer = Person::staff(3, Role::CreditOfficer);
        let cases = self.feedback.get(&officer, "/v1/cases").await;
        cases["items"][0].clone()
    }

    pub(crate) async fn verify(&self, case: &Value, officer: &Person) {
        let path = format!("/v1/cases/{}/verify", case["id"].as_str().unwrap());
        let ruling = json!({ "clause": "price-as-posted", "severity": "general" });
        self.feedback.post_version(officer, &path, &ruling, case["version"].as_u64()).await;
    }

    /// Waits until every channel shows the merchant with a lower grade than AAA, AA or A, and gives the order.
    pub(crate) async fn grade_falls_on_all(&self, item: &str, area: &str, merchant: &str) -> Vec<String> {
        let fallen = async || {
            let order = self.order(Channel::Zheliban, item, area).await;
            let one = order.iter().find(|one| one["merchant"] == merchant);
            let grade: Option<Grade> = one.map(|one| one["grade"].as_str().unwrap().parse().unwrap());
            grade.is_none_or(|grade| grade <= Grade::B).then_some(())
        };
        wait::until("the downgrade", PATIENCE, fallen).await.unwrap();
        self.order_on_all(item, area).await
    }
}

/// A request as a front end sends it. Nobody lives there.
pub(crate) fn new_request(item: &str, area: &str) -> Value {
    let area: Area = area.parse().unwrap();
    json!({
        "city": city(), "item": item, "area": area, "mode": "auto", "description": "钥匙忘在屋里了",
        "contact": { "name": "测试", "phone": "13800000000", "address": "某小区 1 幢" },
    })
}

fn city() -> City {
    "330200".parse().unwrap()
}

async fn seed(db: &TestDb, nats: &nats::Server, clock: &Arc<ManualClock>) {
    let config: credit::Config = configuration::<credit::Credit>(db, nats);
    entry::migrate::<credit::Credit>(&config.database).await.unwrap();
    let open = Db::open(&config.database, clock.clone(), Arc::new(SystemIds::new())).await.unwrap();
    let (rules, reference) = (credit::RuleBook::embedded().unwrap(), Reference::embedded().unwrap());
    let plan = SeedPlan { city: city(), seed: 1, merchants: 300, workers: 3_000, now: clock.now() };
    seed_city(&open, &rules, &reference, plan, drop).await.unwrap();
    open.close().await;
}

fn configuration<D: Definition>(db: &TestDb, nats: &nats::Server) -> D::Config {
    let channels: BTreeMap<&str, Value> = Channel::ALL
        .into_iter()
        .map(|channel| (channel.as_str(), json!({ "keys": [{ "id": "test", "secret": CHANNEL_KEY }] })))
        .collect();
    let settings = json!({
        "http": { "listen": "127.0.0.1:0" },
        "ops": { "listen": "127.0.0.1:0" },
        "nats": { "url": nats.url() },
        "database": { "url": db.url() },
        "auth": { "issuer": ISSUER, "audience": AUDIENCE, "jwks": jwks(), "channels": channels },
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.toml");
    std::fs::write(&file, toml::to_string(&settings).unwrap()).unwrap();
    config::load(D::NAME, D::DEFAULTS, Some(&file), std::iter::empty()).unwrap()
}

async fn start<D: Definition>(db: TestDb, nats: &nats::Server, clock: &Arc<ManualClock>) -> (Door, Running) {
    let config = configuration::<D>(&db, nats);
    let sections = D::sections(&config);
    let (http, ops, limits) = (sections.http.clone(), sections.ops.clone(), sections.shutdown.clone());
    entry::migrate::<D>(sections.database).await.unwrap();
    let host = Host { clock: clock.clone(), wall: Arc::new(SystemClock), ids: Arc::new(SystemIds::new()) };
    let built: Built = D::build(config, host).await.unwrap();
    let at = entry::listen(&built, &http, &ops).await.unwrap().http;
    let door = Door { at, client: reqwest::Client::new() };
    (door, Running { runtime: built.runtime, limits, _db: db })
}
