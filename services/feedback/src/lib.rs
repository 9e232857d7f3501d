//! The feedback service (回访服务): calls citizens back the day after, and has suspected breaches verified.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod error;
mod http;
mod problems;
mod store;
pub mod usecases;

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::auth::Auth;
use chassis::bus::Bus;
use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use chassis::entry::{Built, Definition, Sections};
use chassis::http::{Kind, Shell};
use chassis::ops::Ops;
use chassis::service::{Host, Runtime, StartError};
use chassis::store::Db;
use contracts::streams::Stream;
use feedback_domain::CallPolicy;
use kernel::Clock;
use serde::{Deserialize, Serialize};
use usecases::ClausesConfig;

pub use store::Migrator;

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
    /// How credit is asked whether there is a clause.
    pub clauses: ClausesConfig,
}

/// What the handlers share.
#[derive(Clone, FromRef)]
struct App {
    db: Db,
    bus: Bus,
    policy: Arc<CallPolicy>,
    clauses: Arc<ClausesConfig>,
    clock: Arc<dyn Clock>,
    auth: Auth,
    ops: Ops,
}

/// The feedback service.
pub struct Feedback;

impl Definition for Feedback {
    const NAME: &'static str = "feedback";
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = Config;
    type Migrator = Migrator;

    fn sections(config: &Config) -> Sections<'_> {
        let Config { http, ops, database, telemetry, clock, shutdown, .. } = config;
        Sections { http, ops, database, telemetry, clock, shutdown }
    }

    fn problems() -> &'static [Kind] {
        problems::PROBLEMS
    }

    fn document() -> utoipa::openapi::OpenApi {
        chassis::http::finish(http::API, http::routes().into_openapi())
    }

    async fn build(config: Config, host: Host) -> Result<Built, StartError> {
        let policy = Arc::new(in_force(config.calls)?);
        let auth = Auth::open(&config.auth, Arc::clone(&host.wall)).await;
        let auth = auth.map_err(|error| StartError::Own(error.to_string()))?;
        let runtime =
            Runtime::open::<Migrator>(Self::NAME, &config.database, &config.nats, host, &[Stream::Feedback])
                .await?;
        auth.measure(runtime.calls.clone());
        runtime.consume(bus::dispatch_events(&policy));
        let clock = Arc::clone(&runtime.host.clock);
        let app = App {
            db: runtime.db.clone(),
            bus: runtime.bus.clone(),
            policy,
            clauses: Arc::new(config.clauses),
            clock,
            auth,
            ops: runtime.ops.clone(),
        };
        let shell = Shell::new(&config.http, &runtime.metrics, &runtime.host, Vec::new());
        let router = chassis::http::assemble(http::API, http::routes().with_state(app), &shell);
        Ok(Built { runtime, router })
    }
}

/// A policy that cannot be put in force keeps the service from starting.
fn in_force(policy: CallPolicy) -> Result<CallPolicy, StartError> {
    match policy.validate() {
        Ok(()) => Ok(policy),
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(|problem| format!("calls{problem}")).collect();
            Err(StartError::Own(told.join("; ")))
        }
    }
}
