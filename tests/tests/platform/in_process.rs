//! The four services as they are built, in this process, each on a database of its own, around one real
//! nats-server, on a clock that the test moves.

use std::sync::Arc;

use chassis::clock::{SystemClock, SystemIds};
use chassis::config::{self, DatabaseConfig, ShutdownConfig};
use chassis::entry::{self, Built, Definition};
use chassis::service::{Host, Runtime};
use chassis::store::Db;
use contracts::reference::Reference;
use credit::usecases::{SeedPlan, seed_city};
use kernel::{Clock, Timestamp};
use serde_json::{Value, json};
use testkit::{ManualClock, TestDb, identity, nats, wait};

use crate::doors::Door;
use crate::town::{PATIENCE, Town, city};

/// The first day of every test begins then: inside everybody's hours.
pub(crate) fn first_day() -> Timestamp {
    "2026-11-23T10:00:00+08:00".parse().unwrap()
}

/// The same time of day, a day later.
pub(crate) fn morning_after(now: Timestamp) -> Timestamp {
    now.in_city().day.next().at_minute(10 * 60)
}

/// A running service with what it stands on.
struct Running {
    runtime: Runtime,
    limits: ShutdownConfig,
    _db: TestDb,
}

/// The whole platform.
pub(crate) struct InProcess {
    pub(crate) town: Town,
    clock: Arc<ManualClock>,
    running: Vec<Running>,
    _nats: nats::Server,
}

impl InProcess {
    pub(crate) async fn start() -> Self {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let clock = Arc::new(ManualClock::at(first_day()));
        let credit_db = TestDb::sqlite().unwrap();
        let settings = settings(&nats.url(), credit_db.url());
        let config: credit::Config = load::<credit::Credit>(&settings);
        entry::migrate::<credit::Credit>(&config.database).await.unwrap();
        seed(&config.database, 300, first_day()).await;
        let (credit, standing) = start::<credit::Credit>(credit_db, &nats, &clock).await;
        let (dispatch, dispatching) = start::<dispatch::Dispatch>(sqlite(), &nats, &clock).await;
        let (feedback, following) = start::<feedback::Feedback>(sqlite(), &nats, &clock).await;
        let (intake, taking_in) = start::<intake::Intake>(sqlite(), &nats, &clock).await;
        let running = vec![taking_in, following, dispatching, standing];
        for service in &running {
            let ready = async || service.runtime.health.report().ready.then_some(());
            wait::until("the service is ready", PATIENCE, ready).await.unwrap();
        }
        Self { town: Town { intake, dispatch, feedback, credit }, clock, running, _nats: nats }
    }

    pub(crate) async fn stop(self) {
        for service in self.running {
            let overdue = service.runtime.shutdown(&service.limits).await;
            assert!(overdue.is_empty(), "{overdue:?}");
        }
    }

    pub(crate) fn the_next_morning(&self) {
        self.clock.set(morning_after(self.clock.now()));
    }
}

/// Fills credit's migrated database with a sample city.
pub(crate) async fn seed(database: &DatabaseConfig, merchants: u32, now: Timestamp) {
    let clock = Arc::new(ManualClock::at(now));
    let open = Db::open(database, clock, Arc::new(SystemIds::new())).await.unwrap();
    let (rules, reference) = (credit::RuleBook::embedded().unwrap(), Reference::embedded().unwrap());
    let plan = SeedPlan { city: city(), seed: 1, merchants, workers: merchants * 10, now, shown: false };
    seed_city(&open, &rules, &reference, plan, drop).await.unwrap();
    open.close().await;
}

/// The settings that all services of a test share.
pub(crate) fn settings(nats_url: &str, database_url: &str) -> Value {
    json!({
        "http": { "listen": "127.0.0.1:0" },
        "ops": { "listen": "127.0.0.1:0" },
        "nats": { "url": nats_url },
        "database": { "url": database_url },
        "auth": identity::auth_settings(),
    })
}

/// A service's configuration, read from a file as an operator would write it.
pub(crate) fn load<D: Definition>(settings: &Value) -> D::Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.toml");
    std::fs::write(&file, toml::to_string(settings).unwrap()).unwrap();
    config::load(D::NAME, D::DEFAULTS, Some(&file), std::iter::empty()).unwrap()
}

fn sqlite() -> TestDb {
    TestDb::sqlite().unwrap()
}

async fn start<D: Definition>(db: TestDb, nats: &nats::Server, clock: &Arc<ManualClock>) -> (Door, Running) {
    let config = load::<D>(&settings(&nats.url(), db.url()));
    let sections = D::sections(&config);
    let (http, ops, limits) = (sections.http.clone(), sections.ops.clone(), sections.shutdown.clone());
    entry::migrate::<D>(sections.database).await.unwrap();
    let host = Host { clock: clock.clone(), wall: Arc::new(SystemClock), ids: Arc::new(SystemIds::new()) };
    let built: Built = D::build(config, host).await.unwrap();
    let at = entry::listen(&built, &http, &ops).await.unwrap().http;
    (Door::at(format!("http://{at}")), Running { runtime: built.runtime, limits, _db: db })
}
