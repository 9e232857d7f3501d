//! What the operations team needs of every service: dead letters, the balance of each consumer, figures.
//!
//! Over HTTP on the public port, with the service's own routes and in its document: [`routes`]. The figures are
//! sampled on a slow tick, so that however many scrape them, the database is asked once ([`Sampler`]).

mod balance;
mod consumers;
mod dead_letters;
mod sampler;

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::FromRef;
use kernel::Actor;
use utoipa_axum::router::OpenApiRouter;

use crate::auth::{Auth, FORBIDDEN, Permission, Staff};
use crate::bus::Bus;
use crate::bus::consume::Subscription;
use crate::http::Problem;
use crate::store::Db;

pub use balance::{Balance, BalanceError};
pub(crate) use dead_letters::PROBLEMS;
pub(crate) use sampler::Sampler;

/// What can be seen and mended of one service. Cheap to clone.
#[derive(Clone)]
pub struct Ops {
    db: Db,
    bus: Bus,
    subscriptions: Arc<RwLock<Vec<Subscription>>>,
}

impl Ops {
    pub(crate) fn new(db: Db, bus: Bus) -> Self {
        Self { db, bus, subscriptions: Arc::default() }
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
    OpenApiRouter::new().merge(dead_letters::routes()).merge(consumers::routes())
}

/// Lets the person go on with the permission. What is seen here is of all cities.
fn admit(staff: &Staff, permission: Permission) -> Result<Actor, Problem> {
    let principal = staff.require(permission)?;
    match principal.city {
        Some(_) => Err(FORBIDDEN.detail("the account is for one city, and this is about all of them")),
        None => Ok(principal.actor),
    }
}
