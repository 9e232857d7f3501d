//! One running service: its database, its connection to the bus, its tasks, put together and taken apart.
//!
//! [`Runtime::open`] opens what a service stands on; the service wires its rooms to it; [`Runtime::shutdown`]
//! stops everything in order. Nothing is static: many services run in one process, as in the all-in-one and
//! in tests.

use std::sync::Arc;
use std::time::Duration;

use contracts::streams::Stream;
use contracts::{Broadcast, Event};
use kernel::{Clock, IdSource, Timestamp};
use sea_orm_migration::MigratorTrait;

use crate::bus::consume::Consumer;
use crate::bus::follow::{self, Apply, Progress};
use crate::bus::relay::Relay;
use crate::bus::rpc::Answers;
use crate::bus::subscription::Subscription;
use crate::bus::{Bus, BusError, BusHerald, ConsumerFigures, RelayFigures};
use crate::config::{DatabaseConfig, NatsConfig, ShutdownConfig};
use crate::health::{Health, Status};
use crate::ops::{Ops, Sampler, Watched};
use crate::store::migrate::{self, MigrateError};
use crate::store::{Db, StoreError, idempotency};
use crate::tasks::{Overdue, Stage, Tasks};
use crate::telemetry::{Calls, Metrics, TelemetryError, names};

/// How often what is too old is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(600);
/// Outbox and inbox rows are kept this much longer than any stream keeps its messages.
const KEEP_BEYOND_STREAM: Duration = Duration::from_secs(24 * 3_600);
/// Signatures are good for 300 s either way; their nonces are kept twice that.
const KEEP_NONCES: Duration = Duration::from_secs(600);

/// Where time and chance come from, and what the service runs in: given by `main`, the all-in-one or a test.
#[derive(Clone)]
pub struct Host {
    /// The clock of all that happens to requests and merchants; may be simulated.
    pub clock: Arc<dyn Clock>,
    /// The wall clock: for signatures, tokens and latency.
    pub wall: Arc<dyn Clock>,
    /// Ids and chance.
    pub ids: Arc<dyn IdSource>,
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// The schema is not ready.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The bus is misconfigured.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// Metrics cannot be set up.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// Anything a service needs that is its own.
    #[error("{0}")]
    Own(String),
}

/// What a service stands on. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    /// The service's name.
    pub name: &'static str,
    /// Its database.
    pub db: Db,
    /// Its connection to the bus.
    pub bus: Bus,
    /// Its tasks.
    pub tasks: Tasks,
    /// Whether it is well.
    pub health: Health,
    /// Its figures.
    pub metrics: Metrics,
    /// Time and chance.
    pub host: Host,
    /// What operations can see and mend.
    pub ops: Ops,
    /// Counts the calls of channels.
    pub calls: Calls,
}

impl Runtime {
    /// Opens the database, checks the schema, starts to connect to the bus, and starts the relay for the
    /// streams this service owns.
    ///
    /// # Errors
    /// [`StartError`]; the bus being away is none.
    pub async fn open<M: MigratorTrait>(
        name: &'static str,
        database: &DatabaseConfig,
        nats: &NatsConfig,
        host: Host,
        owned: &'static [Stream],
    ) -> Result<Self, StartError> {
        let health = Health::new();
        let tasks = Tasks::new(health.clone(), Arc::clone(&host.ids));
        let id = host.ids.next_id().to_string();
        let metrics = Metrics::try_new(name, &id)?;
        let calls = Calls::new(&metrics);
        let db = Db::open(database, Arc::clone(&host.clock), Arc::clone(&host.ids)).await?;
        migrate::check::<M>(&db).await?;
        let bus = Bus::connect(name, nats, Arc::clone(&host.wall), Arc::clone(&host.ids)).await?;
        db.set_herald(Arc::new(BusHerald::start(&bus, &tasks)));
        db.measure(&metrics);
        let watched = Watched {
            service: name,
            id,
            wall: Arc::clone(&host.wall),
            health: health.clone(),
            metrics: metrics.clone(),
        };
        let ops = Ops::new(db.clone(), bus.clone(), watched);
        let runtime = Self { name, db, bus, tasks, health, metrics, host, ops, calls };
        runtime.watch_bus();
        runtime.sample(owned);
        runtime.relay(owned);
        runtime.prune(owned);
        Ok(runtime)
    }

    /// Runs a durable consumer.
    pub fn consume(&self, subscription: Subscription) {
        let (durable, stop) = (subscription.durable(), self.tasks.token(Stage::Consumers));
        self.ops.add(subscription.clone());
        let figures = ConsumerFigures::new(&self.metrics, durable);
        let consumer = Consumer::new(self.bus.clone(), self.db.clone(), subscription, figures);
        self.tasks.spawn(Stage::Consumers, durable, consumer.run(stop));
    }

    /// Answers questions.
    pub fn answer(&self, answers: Answers) {
        let bus = self.bus.clone();
        self.tasks.supervise(Stage::Drain, "answers", move |stop| answers.clone().run(bus.clone(), stop));
    }

    /// Keeps an in-memory projection; the service is not ready until it has caught up.
    pub fn follow<E: Event, B: Broadcast>(&self, apply: &Arc<impl Apply<E, B>>) -> Progress {
        let progress = follow::start(&self.bus, &self.tasks, apply);
        self.measure(&progress);
        self.ops.follow(E::STREAM.spec().name, progress.clone());
        let seen = progress.clone();
        self.health.probe("projection", move || {
            if seen.is_caught_up() {
                Status::Ready
            } else {
                Status::NotReady(format!("catching up: {} applied", seen.seen()))
            }
        });
        progress
    }

    /// A gauge of the service's own, read from memory at each scrape and for whoever looks at `GET /v1/operations`.
    pub fn show(
        &self,
        name: &'static str,
        unit: &'static str,
        about: &'static str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let read: Arc<dyn Fn() -> f64 + Send + Sync> = Arc::new(read);
        let shown = Arc::clone(&read);
        self.metrics.observe_in(name, unit, about, move || read());
        self.ops.show(name, unit, shown);
    }

    /// Does something again and again, `every` so long by the real clock, until stopped.
    pub fn every<F, W>(&self, name: &'static str, every: Duration, mut work: W)
    where
        W: FnMut() -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.tasks.token(Stage::Consumers);
        self.tasks.spawn(Stage::Consumers, name, async move {
            let mut ticks = tokio::time::interval(every);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            while stop.run_until_cancelled(ticks.tick()).await.is_some() {
                work().await;
            }
        });
    }

    /// Stops everything in order and closes the database.
    pub async fn shutdown(&self, limits: &ShutdownConfig) -> Vec<Overdue> {
        let overdue = self.tasks.shutdown(limits).await;
        // What was said last is on the wire before the connection goes.
        let flushed = tokio::time::timeout(Duration::from_secs(1), self.bus.client().flush()).await;
        tracing::debug!(flushed = flushed.is_ok(), "bus closed");
        self.db.close().await;
        overdue
    }

    fn watch_bus(&self) {
        let bus = self.bus.clone();
        self.health.probe("bus", move || {
            if bus.is_connected() { Status::Ready } else { Status::NotReady("not connected".to_owned()) }
        });
    }

    fn sample(&self, owned: &'static [Stream]) {
        let sampler = Sampler::new(self.ops.clone(), owned, Arc::clone(&self.host.clock), &self.metrics);
        let stop = self.tasks.token(Stage::Consumers);
        self.tasks.spawn(Stage::Consumers, "sampler", sampler.run(stop));
    }

    fn measure(&self, progress: &Progress) {
        let metrics = &self.metrics;
        let at = progress.clone();
        metrics.observe(names::PROJECTION_CAUGHT_UP, "1 once the projection has caught up.", move || {
            if at.is_caught_up() { 1.0 } else { 0.0 }
        });
        let (at, wall) = (progress.clone(), Arc::clone(&self.host.wall));
        let about = "Since the projection was last known to have everything.";
        metrics.observe_in(names::PROJECTION_AGE, "s", about, move || at.age(wall.now()).as_secs_f64());
        let at = progress.clone();
        let about = "Sequences of the stream that the projection has not seen.";
        metrics.observe_in(names::PROJECTION_BEHIND, "{message}", about, move || {
            f64::from(u32::try_from(at.behind()).unwrap_or(u32::MAX))
        });
    }

    fn relay(&self, owned: &'static [Stream]) {
        let figures = RelayFigures::new(&self.metrics, owned);
        let relay = Relay::new(self.bus.clone(), self.db.clone(), owned, figures);
        let stop = self.tasks.token(Stage::Outbox);
        self.tasks.spawn(Stage::Outbox, "relay", relay.run(stop));
    }

    fn prune(&self, owned: &'static [Stream]) {
        let (db, clock, wall) = (self.db.clone(), Arc::clone(&self.host.clock), Arc::clone(&self.host.wall));
        self.every("prune", PRUNE_EVERY, move || {
            let (db, now, wall_now) = (db.clone(), clock.now(), wall.now());
            async move {
                if let Err(error) = prune(&db, owned, now, wall_now).await {
                    tracing::warn!(%error, "forgetting what is too old");
                }
            }
        });
    }
}

async fn prune(db: &Db, owned: &[Stream], now: Timestamp, wall_now: Timestamp) -> Result<(), StoreError> {
    let longest = Stream::ALL.iter().filter_map(|stream| stream.spec().max_age).max().unwrap_or_default();
    let kept = longest + KEEP_BEYOND_STREAM;
    let cutoff = now.before(kept);
    for stream in owned {
        let spec = stream.spec();
        db.outbox_prune(spec.name, spec.max_messages_per_subject.is_some(), cutoff).await?;
    }
    // The streams forget by the machine's clock. By a city's that is moved on, what they still hold would count as lost, and
    // take effect twice.
    db.inbox_prune(wall_now.before(kept)).await?;
    db.idempotency_prune(now.before(idempotency::KEEP)).await?;
    db.nonce_prune(wall_now.before(KEEP_NONCES)).await?;
    Ok(())
}
