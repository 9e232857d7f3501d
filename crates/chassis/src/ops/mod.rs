//! What the operations team needs of every service: how it is, dead letters, the balance of each consumer, figures.
//!
//! Over HTTP on the public port, with the service's own routes and in its document: [`routes`]. The figures are
//! sampled on a slow tick, so that however many look at them, database and bus are asked once ([`Sampler`]); those who
//! scrape and those who look at `GET /v1/operations` see the same. What a service wants shown beside what all have:
//! a gauge of its own by [`Runtime::show`](crate::service::Runtime::show), how long a downgrade takes by
//! [`Metrics::stage`](crate::telemetry::Metrics::stage), calls of channels by
//! [`Runtime::calls`](crate::service::Runtime).

mod balance;
mod consumers;
mod dead_letters;
mod overview;
mod sample;
mod sampler;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::extract::FromRef;
use kernel::{Actor, Clock, Timestamp};
use tokio::time::Instant;
use utoipa_axum::router::OpenApiRouter;

use crate::auth::{Auth, FORBIDDEN, Permission, Staff};
use crate::bus::Bus;
use crate::bus::follow::Progress;
use crate::bus::subscription::Subscription;
use crate::health::Health;
use crate::http::Problem;
use crate::store::Db;
use crate::telemetry::Metrics;
use crate::telemetry::recent::Recent;
use sample::Sample;

pub use balance::{Balance, BalanceError};
pub(crate) use dead_letters::PROBLEMS;
pub(crate) use sampler::Sampler;

/// What can be seen and mended of one service. Cheap to clone.
#[derive(Clone)]
pub struct Ops {
    db: Db,
    bus: Bus,
    subscriptions: Arc<RwLock<Vec<Subscription>>>,
    instance: Arc<Instance>,
}

/// Which instance this is, and what is looked at of it.
struct Instance {
    service: &'static str,
    /// As its metrics say it.
    id: String,
    since: Timestamp,
    wall: Arc<dyn Clock>,
    health: Health,
    recent: Recent,
    sample: Mutex<Sample>,
    projections: RwLock<Vec<Projection>>,
    gauges: RwLock<Vec<Gauge>>,
    /// Held while a balance is struck: its reader has one name, and two who read by it would each see a part.
    striking: tokio::sync::Mutex<()>,
}

/// A projection that is kept in memory here.
#[derive(Clone)]
struct Projection {
    stream: &'static str,
    progress: Progress,
}

/// A gauge that a service shows of itself.
#[derive(Clone)]
struct Gauge {
    name: &'static str,
    unit: &'static str,
    read: Arc<dyn Fn() -> f64 + Send + Sync>,
}

/// Who looks, and at what.
pub(crate) struct Watched {
    pub(crate) service: &'static str,
    pub(crate) id: String,
    pub(crate) wall: Arc<dyn Clock>,
    pub(crate) health: Health,
    pub(crate) metrics: Metrics,
}

impl Ops {
    pub(crate) fn new(db: Db, bus: Bus, watched: Watched) -> Self {
        let Watched { service, id, wall, health, metrics } = watched;
        let since = wall.now();
        let instance = Instance {
            service,
            id,
            since,
            wall,
            health,
            recent: Recent::new(metrics, Instant::now(), since),
            sample: Mutex::default(),
            projections: RwLock::default(),
            gauges: RwLock::default(),
            striking: tokio::sync::Mutex::default(),
        };
        Self { db, bus, subscriptions: Arc::default(), instance: Arc::new(instance) }
    }

    pub(crate) fn follow(&self, stream: &'static str, progress: Progress) {
        let projections = self.instance.projections.write();
        projections.unwrap_or_else(PoisonError::into_inner).push(Projection { stream, progress });
    }

    pub(crate) fn show(
        &self,
        name: &'static str,
        unit: &'static str,
        read: Arc<dyn Fn() -> f64 + Send + Sync>,
    ) {
        let gauges = self.instance.gauges.write();
        gauges.unwrap_or_else(PoisonError::into_inner).push(Gauge { name, unit, read });
    }

    fn projections(&self) -> Vec<Projection> {
        self.instance.projections.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn gauges(&self) -> Vec<Gauge> {
        self.instance.gauges.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn sample(&self) -> Sample {
        self.instance.sample.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Sample)) {
        change(&mut self.instance.sample.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The consumers that run here.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<Subscription> {
        self.subscriptions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add(&self, subscription: Subscription) {
        self.subscriptions.write().unwrap_or_else(PoisonError::into_inner).push(subscription);
    }

    /// Whether what a durable consumer was sent is done, waits or is a dead letter (I6), for the newest
    /// `messages_max` messages of its stream.
    ///
    /// # Errors
    /// [`BalanceError`].
    pub async fn balance(&self, durable: &str, messages_max: u64) -> Result<Balance, BalanceError> {
        let subscriptions = self.subscriptions();
        let found = subscriptions.iter().find(|one| one.durable() == durable);
        let subscription = found.ok_or_else(|| BalanceError::NoConsumer(durable.to_owned()))?;
        let _turn = self.instance.striking.lock().await;
        balance::strike(&self.db, &self.bus, subscription, messages_max).await
    }
}

/// The routes, with their documentation, for any service whose state holds [`Ops`] and [`Auth`].
pub fn routes<S>() -> OpenApiRouter<S>
where
    Ops: FromRef<S>,
    Auth: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    OpenApiRouter::new().merge(overview::routes()).merge(dead_letters::routes()).merge(consumers::routes())
}

/// Lets the person go on with the permission. What is seen here is of all cities.
fn admit(staff: &Staff, permission: Permission) -> Result<Actor, Problem> {
    let principal = staff.require(permission)?;
    match principal.city {
        Some(_) => Err(FORBIDDEN.detail("the account is for one city, and this is about all of them")),
        None => Ok(principal.actor),
    }
}
