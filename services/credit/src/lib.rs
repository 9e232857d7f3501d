//! The credit service (信用服务): merchants, their ledgers and grades, and the standing that others rank by.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod error;
pub mod rules;
mod store;
pub mod usecases;
mod wire;

use std::sync::Arc;

use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use chassis::service::{Host, Runtime, StartError};
use chassis::store::Db;
use chassis::tasks::Overdue;
use contracts::reference::Reference;
use contracts::streams::Stream;
use serde::{Deserialize, Serialize};

pub use bus::FEEDBACK_CONSUMER;
pub use rules::RuleBook;
pub use store::Migrator;

/// The service's name: of its variables, its connections and its metrics.
pub const NAME: &str = "credit";
/// Every key of the configuration with its comment.
pub const CONFIG_DEFAULTS: &str = include_str!("../config.default.toml");
/// The streams that this service publishes to and refills.
pub const OWNED: &[Stream] = &[Stream::Credit, Stream::Standing];

/// The configuration; every key is explained in `config.default.toml`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The public port.
    pub http: HttpConfig,
    /// The port for probes and metrics.
    pub ops: OpsConfig,
    /// The bus.
    pub nats: NatsConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
    /// Who may call.
    pub auth: AuthConfig,
    /// The clock.
    pub clock: ClockConfig,
    /// How to stop.
    pub shutdown: ShutdownConfig,
}

/// What the rooms of this service share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// Catalogue and places.
    pub reference: Arc<Reference>,
    /// The clock.
    pub clock: Arc<dyn kernel::Clock>,
}

/// The running service.
pub struct Service {
    /// What it stands on.
    pub runtime: Runtime,
    /// What its rooms share.
    pub app: App,
    limits: ShutdownConfig,
}

/// Starts the service on a migrated database.
///
/// # Errors
/// [`StartError`]; the bus being away is none.
pub async fn build(config: Config, host: Host) -> Result<Service, StartError> {
    let rules = Arc::new(RuleBook::embedded().map_err(own)?);
    let reference = Arc::new(Reference::embedded().map_err(own)?);
    let runtime = Runtime::open::<Migrator>(NAME, &config.database, &config.nats, host, OWNED).await?;
    let clock = Arc::clone(&runtime.host.clock);
    let app = App { db: runtime.db.clone(), rules, reference, clock };
    runtime.consume(bus::feedback_events(&app.rules));
    runtime.answer(bus::questions(&app.db));
    Ok(Service { runtime, app, limits: config.shutdown })
}

impl Service {
    /// Stops everything in order; says what did not stop in time.
    pub async fn shutdown(self) -> Vec<Overdue> {
        self.runtime.shutdown(&self.limits).await
    }
}

fn own(error: impl core::fmt::Display) -> StartError {
    StartError::Own(error.to_string())
}
