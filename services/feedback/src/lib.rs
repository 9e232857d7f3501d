//! The feedback service (回访服务): calls citizens back the day after, and has suspected breaches verified.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod error;
mod store;
pub mod usecases;

use std::sync::Arc;

use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use chassis::service::{Host, Runtime, StartError};
use chassis::tasks::Overdue;
use contracts::streams::Stream;
use feedback_domain::CallPolicy;
use serde::{Deserialize, Serialize};

pub use store::Migrator;

/// The service's name: of its variables, its connections and its metrics.
pub const NAME: &str = "feedback";
/// Every key of the configuration with its comment.
pub const CONFIG_DEFAULTS: &str = include_str!("../config.default.toml");
/// The streams that this service publishes to and refills.
pub const OWNED: &[Stream] = &[Stream::Feedback];

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
    /// When citizens are called back, and how often.
    pub calls: CallPolicy,
}

/// What the rooms of this service share.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: chassis::store::Db,
    /// When citizens are called back.
    pub policy: Arc<CallPolicy>,
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
    let policy = Arc::new(in_force(config.calls)?);
    let runtime = Runtime::open::<Migrator>(NAME, &config.database, &config.nats, host, OWNED).await?;
    let app =
        App { db: runtime.db.clone(), policy: Arc::clone(&policy), clock: Arc::clone(&runtime.host.clock) };
    runtime.consume(bus::dispatch_events(&policy));
    Ok(Service { runtime, app, limits: config.shutdown })
}

impl Service {
    /// Stops everything in order; says what did not stop in time.
    pub async fn shutdown(self) -> Vec<Overdue> {
        self.runtime.shutdown(&self.limits).await
    }
}

fn in_force(policy: CallPolicy) -> Result<CallPolicy, StartError> {
    match policy.validate() {
        Ok(()) => Ok(policy),
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(|problem| format!("calls{problem}")).collect();
            Err(StartError::Own(told.join("; ")))
        }
    }
}
