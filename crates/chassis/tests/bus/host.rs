//! A service of a few lines that stands on the chassis: it notes requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chassis::bus::follow::Apply;
use chassis::bus::subscription::Outcome;
use chassis::config::{DatabaseConfig, NatsConfig, ShutdownConfig};
use chassis::service::{Host, Runtime};
use chassis::store::{Command, StoreError, Tx, migrate, schema};
use contracts::credit::{StandingChanged, StandingNow};
use contracts::intake::{Cancelled, RequestReceived};
use contracts::streams::Stream;
use contracts::{Broadcast as _, Event as _};
use kernel::{Clock, IdSource, Version};
use sea_orm::{ConnectionTrait as _, DbErr, Statement};
use sea_orm_migration::prelude::*;
use serde::Deserialize;
use testkit::{ManualClock, SeededIds, TestDb};
use tokio::sync::Notify;
use uuid::Uuid;

pub(crate) const OWNED: &[Stream] = &[Stream::Intake, Stream::Standing];

#[derive(Deserialize)]
struct Config {
    nats: NatsConfig,
    database: DatabaseConfig,
    shutdown: ShutdownConfig,
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(schema::Chassis1), Box::new(Notes), Box::new(schema::Chassis2)]
    }
}

struct Notes;

impl MigrationName for Notes {
    fn name(&self) -> &'static str {
        "m0002_notes"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Notes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No unique key: an effect that happened twice is counted twice.
        let create = "CREATE TABLE notes (request TEXT NOT NULL)";
        manager.get_connection().execute_unprepared(create).await.map(drop)
    }
}

pub(crate) struct TestService {
    pub(crate) runtime: Runtime,
    shutdown: ShutdownConfig,
}

impl TestService {
    pub(crate) async fn start(db: &TestDb, nats_url: &str) -> Self {
        let environment = HashMap::from([
            ("TEST__NATS__URL".to_owned(), nats_url.to_owned()),
            ("TEST__DATABASE__URL".to_owned(), db.url().to_owned()),
        ]);
        let defaults = "[nats]\n[database]\n[shutdown]\n";
        let config: Config = chassis::config::load("test", defaults, None, environment.into_iter()).unwrap();
        let wall: Arc<dyn Clock> = Arc::new(chassis::clock::SystemClock);
        let clock = Arc::new(ManualClock::default());
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(7, clock.clone()));
        let host = Host { clock: clock.clone(), wall, ids: ids.clone() };
        let store = chassis::store::Db::open(&config.database, clock, ids).await.unwrap();
        migrate::migrate::<Migrator>(&store, &config.database).await.unwrap();
        store.close().await;
        let runtime =
            Runtime::open::<Migrator>("test", &config.database, &config.nats, host, OWNED).await.unwrap();
        Self { runtime, shutdown: config.shutdown }
    }

    pub(crate) async fn emit(&self, count: u32) {
        self.runtime.db.write(&Emit { count, fail: false }).await.unwrap();
    }

    pub(crate) async fn cancel(&self) {
        self.runtime.db.write(&Cancel).await.unwrap();
    }

    pub(crate) async fn standing(&self, version: Version) {
        self.runtime.db.write(&Stand(version)).await.unwrap();
    }

    pub(crate) async fn notes(&self) -> u64 {
        let conn = self.runtime.db.read();
        let count = Statement::from_string(conn.get_database_backend(), "SELECT COUNT(*) AS n FROM notes");
        let row = conn.query_one_raw(count).await.unwrap().unwrap();
        row.try_get::<i64>("", "n").unwrap().cast_unsigned()
    }

    pub(crate) async fn stop(self) {
        let overdue = self.runtime.shutdown(&self.shutdown).await;
        assert!(overdue.is_empty(), "{overdue:?}");
    }
}

/// Takes the notes for itself, tells so, and then does nothing: a process that was frozen at this moment.
pub(crate) struct Freeze(pub(crate) Arc<Notify>);

impl Command for Freeze {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.conn().execute_unprepared("LOCK TABLE notes").await?;
        self.0.notify_one();
        std::future::pending().await
    }
}

pub(crate) async fn note(tx: &mut Tx, request: Uuid) -> Result<(), Noted> {
    let insert = format!("INSERT INTO notes (request) VALUES ('{request}')");
    tx.conn()
        .execute_unprepared(&insert)
        .await
        .map(drop)
        .map_err(|error| Noted::from(StoreError::from(error)))
}

/// What a handler of this service says when it fails.
pub(crate) struct Noted(pub(crate) Outcome);

impl From<StoreError> for Noted {
    fn from(error: StoreError) -> Self {
        Self(Outcome::RetryAfter(std::time::Duration::from_millis(100), error.to_string()))
    }
}

impl From<Noted> for Outcome {
    fn from(noted: Noted) -> Self {
        noted.0
    }
}

pub(crate) struct Emit {
    pub(crate) count: u32,
    pub(crate) fail: bool,
}

impl Command for Emit {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for _ in 0..self.count {
            let request = tx.next_id();
            tx.emit(&RequestReceived { request, ..RequestReceived::example() })?;
        }
        if self.fail { Err(StoreError::Corrupt("on purpose".to_owned())) } else { Ok(()) }
    }
}

struct Cancel;

impl Command for Cancel {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.emit(&Cancelled::example()).map(drop)
    }
}

struct Stand(Version);

impl Command for Stand {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let StandingNow(mut standing) = StandingNow::example();
        standing.version = self.0;
        tx.emit(&StandingChanged(standing.clone()))?;
        tx.say(&StandingNow(standing))
    }
}

/// The highest version heard by each path.
#[derive(Default)]
pub(crate) struct Standings {
    sure: Mutex<Version>,
    fast: Mutex<Version>,
}

impl Standings {
    pub(crate) fn version(&self) -> Version {
        self.sure().max(*self.fast.lock().unwrap())
    }

    pub(crate) fn sure(&self) -> Version {
        *self.sure.lock().unwrap()
    }
}

impl Apply<StandingChanged, StandingNow> for Standings {
    fn sure(&self, event: StandingChanged) {
        let mut sure = self.sure.lock().unwrap();
        *sure = event.0.version.max(*sure);
    }

    fn fast(&self, broadcast: StandingNow, sent_wall_us: Option<i64>) {
        assert!(sent_wall_us.is_some());
        let mut fast = self.fast.lock().unwrap();
        *fast = broadcast.0.version.max(*fast);
    }
}
