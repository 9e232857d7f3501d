//! What dispatch is configured by; every key is explained in `config.default.toml`.

use std::num::{NonZeroU32, NonZeroU64};

use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use dispatch_domain::Policy;
use serde::{Deserialize, Serialize};

/// The whole configuration.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The public port.
    pub http: HttpConfig,
    /// The port for probes and metrics.
    pub ops: OpsConfig,
    /// The bus.
    pub nats: NatsConfig,
    /// The service's own database.
    pub database: DatabaseConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
    /// Who may call.
    pub auth: AuthConfig,
    /// Real time, or a simulation.
    pub clock: ClockConfig,
    /// How long a graceful stop may take.
    pub shutdown: ShutdownConfig,
    /// The figures of the dispatch rule.
    pub policy: Policy,
    /// How an assignment is confirmed with credit.
    pub fence: FenceConfig,
    /// The ranking in memory.
    pub ranking: RankingConfig,
    /// The work that is done in turns.
    pub turns: TurnsConfig,
}

/// `[fence]`: how an assignment is confirmed with credit.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FenceConfig {
    /// For one answer of credit.
    pub patience_ms: NonZeroU64,
    /// Questions to credit in one round.
    pub tries_max: NonZeroU32,
    /// Times an assignment is ranked again because something moved.
    pub rounds_max: NonZeroU32,
    /// Whether an assignment goes on, marked, when credit is silent.
    pub fallback_without_credit: bool,
}

/// `[ranking]`: the ranking in memory.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RankingConfig {
    /// From which the seeds of the days are made.
    pub seed_base: u64,
    /// Between two reads of the loads that other instances changed.
    pub resync_ms: NonZeroU64,
    /// Between two broadcasts that merchants of a city became full or free.
    pub availability_ms: NonZeroU64,
}

/// `[turns]`: the work that is done in turns.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TurnsConfig {
    /// Between two looks for jobs that are due; a new one is seen at once.
    pub offer_ms: NonZeroU64,
    /// Between two looks for offers that nobody answered.
    pub expire_ms: NonZeroU64,
}
