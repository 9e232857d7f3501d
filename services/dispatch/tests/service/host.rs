//! Dispatch alone on real servers, and beside it the [`peer`](crate::peer) that plays intake and credit. What credit
//! acknowledged and what it broadcast can differ, as on a bad day.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::bus::rpc::{Answers, RpcError};
use chassis::clock::SystemClock;
use chassis::config::ShutdownConfig;
use chassis::entry::{self, Addresses, Built};
use chassis::service::{Host, Runtime};
use contracts::Broadcast;
use contracts::credit::ConfirmStanding;
use contracts::credit::v1::Standing;
use contracts::dispatch::{Assign, Assigned, Recommend, Recommendation};
use contracts::intake::RequestReceived;
use contracts::intake::v1::Mode;
use contracts::streams::Stream;
use dispatch::{Config, Dispatch, Ranking};
use kernel::{Actor, Channel, City, Clock, IdSource, RequestId, Role};
use serde_json::{Value, json};
use testkit::identity::{self, Person};
use testkit::{ManualClock, SeededIds, TestDb, nats, wait};

use crate::peer::{self, ChangesAndFails, Credit, Emit, Fence, request};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const CITY: &str = "330200";
pub(crate) const AREA: &str = "330203001";

/// The n-th id of any kind.
pub(crate) fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(0x0198_c5c0_0000_7000_8000_0000_0000_0000 + n).into()
}

pub(crate) fn city() -> City {
    CITY.parse().unwrap()
}

pub(crate) struct World {
    pub(crate) dispatch: Built,
    pub(crate) ranking: Arc<Ranking>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) peer: Runtime,
    pub(crate) credit: Credit,
    nats: nats::Server,
    addresses: Addresses,
    shutdown: ShutdownConfig,
    http: reqwest::Client,
    _peer_db: TestDb,
}

/// A live stream that is open.
pub(crate) struct Live {
    response: reqwest::Response,
    said: String,
}

impl Live {
    /// Reads until this was said, and gives all that was said since the call before.
    pub(crate) async fn until(&mut self, words: &str) -> String {
        while !self.said.contains(words) {
            let piece = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let piece = piece.unwrap_or_else(|_| panic!("{words} is not said: {}", self.said));
            self.said += core::str::from_utf8(&piece.unwrap().unwrap()).unwrap();
        }
        core::mem::take(&mut self.said)
    }
}

/// How dispatch is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) fence: Fence,
    /// Settings other than the default, as variables without their prefix.
    pub(crate) own: &'static [(&'static str, &'static str)],
}

/// One instance of dispatch.
pub(crate) struct Instance {
    pub(crate) dispatch: Built,
    pub(crate) ranking: Arc<Ranking>,
    addresses: Addresses,
}

async fn instance(config: Config, clock: &Arc<ManualClock>, seed: u64) -> Instance {
    let (http, ops) = (config.http.clone(), config.ops.clone());
    let (dispatch, ranking) = dispatch::build(config, host(clock, seed)).await.unwrap();
    let addresses = entry::listen(&dispatch, &http, &ops).await.unwrap();
    Instance { dispatch, ranking, addresses }
}

impl World {
    /// Dispatch on this database, caught up with these merchants.
    pub(crate) async fn start(db: &TestDb, merchants: &[Standing]) -> Self {
        Self::start_with(db, merchants, Fence::Answered).await
    }

    /// The same with a credit that does not answer, perhaps.
    pub(crate) async fn start_with(db: &TestDb, merchants: &[Standing], fence: Fence) -> Self {
        Self::start_by(db, merchants, Settings { fence, own: &[] }).await
    }

    /// The same with settings of its own.
    pub(crate) async fn start_by(db: &TestDb, merchants: &[Standing], settings: Settings) -> Self {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let peer_db = TestDb::sqlite().unwrap();
        let peer = peer::open(&peer_db, &nats.url()).await;
        let credit = Credit::default();
        if settings.fence == Fence::Answered {
            peer.answer(Answers::new("credit").on::<ConfirmStanding, _>(8, credit.clone()));
        }
        for stream in [Stream::Intake, Stream::Standing] {
            peer.bus.ensure_stream(stream).await.unwrap();
        }
        let clock = Arc::new(ManualClock::default());
        let config = config(db, &nats.url(), &settings);
        entry::migrate::<Dispatch>(&config.database).await.unwrap();
        let shutdown = config.shutdown.clone();
        let Instance { dispatch, ranking, addresses } = instance(config, &clock, 1).await;
        if settings.fence == Fence::FailsAfterAChange {
            let changes = ChangesAndFails { db: peer.db.clone(), ranking: Arc::clone(&ranking) };
            peer.answer(Answers::new("credit").on::<ConfirmStanding, _>(8, changes));
        }
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let world = Self {
            dispatch,
            ranking,
            clock,
            peer,
            credit,
            nats,
            addresses,
            shutdown,
            http,
            _peer_db: peer_db,
        };
        for merchant in merchants {
            world.stand(merchant.clone()).await;
        }
        world.until("ready", async || world.dispatch.runtime.health.report().ready.then_some(())).await;
        for merchant in merchants {
            world.knows(merchant).await;
        }
        world
    }

    /// A second instance on the same database and bus.
    pub(crate) async fn another(&self, db: &TestDb, settings: Settings) -> Instance {
        let instance = instance(config(db, &self.nats.url(), &settings), &self.clock, 3).await;
        let ready = async || instance.dispatch.runtime.health.report().ready.then_some(());
        self.until("the other instance", ready).await;
        instance
    }

    /// The merchants that an instance recommends, asked over HTTP: the bus asks whichever is free.
    pub(crate) async fn listed_by(&self, instance: &Instance) -> Vec<Value> {
        let path = format!("/v1/recommendations?city={CITY}&item=door-unlocking&area={AREA}");
        self.get_from(instance, &path).await["candidates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["merchant"].clone())
            .collect()
    }

    /// What an instance tells an operator.
    pub(crate) async fn get_from(&self, instance: &Instance, path: &str) -> Value {
        let url = format!("http://{}{path}", instance.addresses.http);
        answer(self.http.get(url).bearer_auth(operator())).await.1
    }

    /// Stops an instance of [`another`](Self::another).
    pub(crate) async fn stop_other(&self, instance: Instance) {
        let overdue = instance.dispatch.runtime.shutdown(&self.shutdown).await;
        assert!(overdue.is_empty(), "{overdue:?}");
    }

    /// Listens to a broadcast from now on.
    pub(crate) async fn hear<B: Broadcast>(&self) -> async_nats::Subscriber {
        let heard = self.peer.bus.client().subscribe(format!("{}.*", B::SUBJECT)).await.unwrap();
        self.peer.bus.client().flush().await.unwrap();
        heard
    }

    /// Credit changes a standing and says so on both paths.
    pub(crate) async fn stand(&self, standing: Standing) {
        self.credit.acknowledge(standing.clone());
        self.emit(Emit::Standing(Box::new(standing))).await;
    }

    pub(crate) async fn knows(&self, standing: &Standing) {
        let known = async || {
            let version = self.ranking.credit_version(standing.city, standing.merchant)?;
            (version >= standing.version).then_some(())
        };
        self.until("the standing in the ranking", known).await;
    }

    pub(crate) async fn emit(&self, emit: Emit) {
        self.peer.db.write(&emit).await.unwrap();
    }

    pub(crate) async fn receive(&self, n: u128, mode: Mode) -> RequestId {
        self.receive_as(n, request(n, mode)).await
    }

    /// A request that a person is to give to somebody, due after this long.
    pub(crate) async fn receive_due(&self, n: u128, within: Duration) -> RequestId {
        let request = request(n, Mode::Choose);
        let due_by = request.received_at.after(within);
        self.receive_as(n, RequestReceived { due_by, ..request }).await
    }

    async fn receive_as(&self, n: u128, request: RequestReceived) -> RequestId {
        self.emit(Emit::Received(Box::new(request))).await;
        let job = async || self.job(n).await;
        self.until("the job", job).await;
        id(n)
    }

    /// The job as staff see it, in whatever state it is.
    pub(crate) async fn job(&self, n: u128) -> Option<Value> {
        for state in ["waiting", "assigned", "completed", "cancelled", "unserved"] {
            let page = self.get(&operator(), &format!("/v1/jobs?city={CITY}&state={state}")).await.1;
            let jobs = page["items"].as_array().unwrap();
            if let Some(job) = jobs.iter().find(|job| job["request"] == id::<RequestId>(n).to_string()) {
                return Some(job.clone());
            }
        }
        None
    }

    /// The assignments of a request, the first one first.
    pub(crate) async fn assignments(&self, n: u128) -> Vec<Value> {
        let page = self.get(&operator(), &format!("/v1/assignments?city={CITY}")).await.1;
        let all = page["items"].as_array().unwrap().iter().rev();
        all.filter(|it| it["request"] == id::<RequestId>(n).to_string()).cloned().collect()
    }

    /// Waits until the request has so many assignments and gives the last.
    pub(crate) async fn assigned(&self, n: u128, count: usize) -> Value {
        let last = async || {
            let all = self.assignments(n).await;
            if all.len() == count { all.last().cloned() } else { None }
        };
        self.until("the assignment", last).await
    }

    pub(crate) async fn assign(&self, n: u128, merchant: Option<u128>) -> Result<Assigned, RpcError> {
        let ask = Assign {
            request: id(n),
            city: city(),
            merchant: merchant.map(id),
            by: Actor::Channel { channel: Channel::Wechat },
            reason: None,
        };
        self.peer.bus.ask(&ask, PATIENCE).await
    }

    pub(crate) async fn recommend(&self) -> Recommendation {
        let ask = Recommend {
            city: city(),
            item: "door-unlocking".parse().unwrap(),
            area: AREA.parse().unwrap(),
            wanted_at: None,
            due_by: None,
            request: None,
            limit: None,
        };
        self.peer.bus.ask(&ask, PATIENCE).await.unwrap()
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (u16, Value) {
        answer(self.http.get(self.url(path)).bearer_auth(token)).await
    }

    /// Opens a live stream as an operator: its first words have been read.
    pub(crate) async fn follow(&self, path: &str) -> Live {
        self.follow_at(self.url(path)).await
    }

    /// The same at another instance.
    pub(crate) async fn follow_from(&self, instance: &Instance, path: &str) -> Live {
        self.follow_at(format!("http://{}{path}", instance.addresses.http)).await
    }

    async fn follow_at(&self, url: String) -> Live {
        let response = self.http.get(url).bearer_auth(operator()).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let mut live = Live { response, said: String::new() };
        live.until("hello").await;
        live
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> (u16, Value) {
        answer(self.http.post(self.url(path)).bearer_auth(token).json(body)).await
    }

    /// A merchant's step on an assignment.
    pub(crate) async fn step(&self, n: u128, assignment: &Value, step: &str) -> (u16, Value) {
        let path = format!("/v1/assignments/{}/{step}?city={CITY}", assignment["id"].as_str().unwrap());
        self.post(&merchant(n), &path, &json!({ "reason": "busy" })).await
    }

    pub(crate) async fn until<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        wait::until(what, PATIENCE, look).await.unwrap()
    }

    /// Everybody stops; nothing is left over.
    pub(crate) async fn stop(self) {
        for runtime in [&self.dispatch.runtime, &self.peer] {
            let overdue = runtime.shutdown(&self.shutdown).await;
            assert!(overdue.is_empty(), "{overdue:?}");
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addresses.http)
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// A token of the operations team.
pub(crate) fn operations() -> String {
    Person::staff(903, Role::Operations).token()
}

pub(crate) fn operator() -> String {
    Person::staff(900, Role::Operator).with("city", 330_200).token()
}

/// Another one.
pub(crate) fn colleague() -> String {
    Person::staff(902, Role::Operator).with("city", 330_200).token()
}

pub(crate) fn merchant(n: u128) -> String {
    let account = Actor::Merchant { id: id(n) };
    Person::acting(account, Role::Merchant).with("city", 330_200).token()
}

fn config(db: &TestDb, nats_url: &str, settings: &Settings) -> Config {
    let own = settings.own.iter().map(|(key, value)| (format!("DISPATCH__{key}"), (*value).to_owned()));
    let environment = HashMap::from([
        ("DISPATCH__NATS__URL".to_owned(), nats_url.to_owned()),
        ("DISPATCH__DATABASE__URL".to_owned(), db.url().to_owned()),
        ("DISPATCH__AUTH__JWKS".to_owned(), identity::jwks()),
        ("DISPATCH__FENCE__FALLBACK_WITHOUT_CREDIT".to_owned(), settings.fence.goes_on_without().to_string()),
        ("DISPATCH__HTTP__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ("DISPATCH__OPS__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
    ]);
    let defaults = <Dispatch as entry::Definition>::DEFAULTS;
    chassis::config::load("dispatch", defaults, None, environment.into_iter().chain(own)).unwrap()
}

pub(crate) fn host(clock: &Arc<ManualClock>, seed: u64) -> Host {
    let clock: Arc<dyn Clock> = clock.clone();
    let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(seed, clock.clone()));
    Host { clock, wall: Arc::new(SystemClock), ids }
}
