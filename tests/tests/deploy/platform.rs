//! The four services as they are built, on databases and a bus that a test chose.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::clock::{SystemClock, SystemIds};
use chassis::config::{self, ShutdownConfig};
use chassis::entry::{self, Addresses, Definition};
use chassis::service::{Host, Runtime};
use testkit::{TestDb, identity, wait};

const PATIENCE: Duration = Duration::from_secs(40);
/// The names of the services.
pub(crate) const SERVICES: [&str; 4] = ["intake", "dispatch", "feedback", "credit"];

/// A running service.
pub(crate) struct Running {
    pub(crate) runtime: Runtime,
    pub(crate) at: Addresses,
    limits: ShutdownConfig,
    _db: TestDb,
}

impl Running {
    /// Starts it on a fresh SQLite database, with these settings of `[nats]`.
    pub(crate) async fn start<D: Definition>(nats: &[(&str, String)]) -> Self {
        let db = TestDb::sqlite().unwrap();
        let service = D::NAME.to_uppercase();
        let mut settings = HashMap::from([
            (format!("{service}__HTTP__LISTEN"), "127.0.0.1:0".to_owned()),
            (format!("{service}__OPS__LISTEN"), "127.0.0.1:0".to_owned()),
            (format!("{service}__DATABASE__URL"), db.url().to_owned()),
            (format!("{service}__AUTH__JWKS"), identity::jwks()),
        ]);
        for (key, value) in nats {
            settings.insert(format!("{service}__NATS__{}", key.to_uppercase()), value.clone());
        }
        let config: D::Config = config::load(D::NAME, D::DEFAULTS, None, settings.into_iter()).unwrap();
        let sections = D::sections(&config);
        let (http, ops, limits) = (sections.http.clone(), sections.ops.clone(), sections.shutdown.clone());
        entry::migrate::<D>(sections.database).await.unwrap();
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::new()));
        let built = D::build(config, Host { clock: clock.clone(), wall: clock, ids }).await.unwrap();
        let at = entry::listen(&built, &http, &ops).await.unwrap();
        Self { runtime: built.runtime, at, limits, _db: db }
    }

    pub(crate) async fn ready(&self) {
        let ready = async || self.runtime.health.report().ready.then_some(());
        let waited = wait::until("readiness", PATIENCE, ready).await;
        waited.unwrap_or_else(|error| panic!("{error}: {:?}", self.runtime.health.report()));
    }

    pub(crate) async fn stop(self) {
        let overdue = self.runtime.shutdown(&self.limits).await;
        assert!(overdue.is_empty(), "{overdue:?}");
    }
}

/// All four, ready.
pub(crate) async fn all(nats: impl Fn(&str) -> Vec<(&'static str, String)>) -> Vec<Running> {
    let running = vec![
        Running::start::<credit::Credit>(&nats("credit")).await,
        Running::start::<feedback::Feedback>(&nats("feedback")).await,
        Running::start::<intake::Intake>(&nats("intake")).await,
        Running::start::<dispatch::Dispatch>(&nats("dispatch")).await,
    ];
    for service in &running {
        service.ready().await;
    }
    running
}
