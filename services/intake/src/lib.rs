//! The intake service (受理服务): takes requests in from six channels and tells how far they have come.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod error;
mod store;
pub mod usecases;

use std::num::NonZeroUsize;
use std::sync::Arc;

use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use chassis::service::{Host, Runtime, StartError};
use chassis::store::Db;
use chassis::store::group::{GroupCommit, Limits};
use chassis::tasks::Overdue;
use contracts::reference::Reference;
use contracts::streams::Stream;
use serde::{Deserialize, Serialize};

pub use store::Migrator;

use error::Error;
use usecases::{Incoming, ReceiveRequests, Received};

/// The service's name: of its variables, its connections and its metrics.
pub const NAME: &str = "intake";
/// Every key of the configuration with its comment.
pub const CONFIG_DEFAULTS: &str = include_str!("../config.default.toml");
/// The streams that this service publishes to and refills.
pub const OWNED: &[Stream] = &[Stream::Intake];
/// Rows of a request have 22 columns, and SQLite takes 32,766 parameters in a statement.
const BATCH_MAX: usize = 1_000;
const WAITING_MAX: usize = 100_000;
const LANES_MAX: usize = 64;

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
    /// How requests are taken in.
    pub receiving: ReceivingConfig,
}

/// `[receiving]`: the hot path.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivingConfig {
    /// Requests that may wait for a commit.
    pub waiting_max: NonZeroUsize,
    /// Commits under way at once.
    pub lanes: NonZeroUsize,
}

/// What the rooms of this service share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The catalogue and the places.
    pub reference: Arc<Reference>,
    receiving: GroupCommit<ReceiveRequests>,
}

impl App {
    /// Receives a request; when this returns, it is durable. The bus is not asked.
    ///
    /// # Errors
    /// [`Error`]: fields to mend, a key or signature used before, too much load, or the database.
    pub async fn receive(&self, incoming: Incoming) -> Result<Received, Error> {
        self.receiving.submit(incoming).await?
    }
}

/// The running service.
pub struct Service {
    /// What it stands on.
    pub runtime: Runtime,
    /// What its rooms share.
    pub app: App,
    limits: ShutdownConfig,
}

impl Service {
    /// Stops everything in order: what was handed in before is answered, what was committed is published as
    /// far as the bus and the limits allow.
    pub async fn shutdown(&self) -> Vec<Overdue> {
        self.runtime.shutdown(&self.limits).await
    }
}

/// Puts the service together and starts it. The bus may be away.
///
/// # Errors
/// [`StartError`] when the database, its schema or the configuration cannot be used.
pub async fn build(config: Config, host: Host) -> Result<Service, StartError> {
    let limits = receiving_limits(&config)?;
    let reference = Reference::embedded().map_err(|error| StartError::Own(error.to_string()))?;
    let reference = Arc::new(reference);
    let runtime = Runtime::open::<Migrator>(NAME, &config.database, &config.nats, host, OWNED).await?;
    let batch = ReceiveRequests::new(Arc::clone(&reference));
    let receiving = GroupCommit::start("receiving", &runtime.db, batch, limits, &runtime.tasks);
    runtime.consume(bus::dispatch());
    runtime.consume(bus::feedback());
    let app = App { db: runtime.db.clone(), reference, receiving };
    Ok(Service { runtime, app, limits: config.shutdown })
}

fn receiving_limits(config: &Config) -> Result<Limits, StartError> {
    let (waiting_max, lanes) = (config.receiving.waiting_max.get(), config.receiving.lanes.get());
    let batch_max = config.database.group_commit_max.get();
    for (key, value, most) in [
        ("receiving.waiting_max", waiting_max, WAITING_MAX),
        ("receiving.lanes", lanes, LANES_MAX),
        ("database.group_commit_max", batch_max, BATCH_MAX),
    ] {
        if value > most {
            return Err(StartError::Own(format!("{key} is {value}: at most {most}")));
        }
    }
    Ok(Limits { waiting_max, batch_max, lanes })
}
