//! The sections that the chassis owns. Every key is explained, with its default, in `default.toml` beside
//! this file: the text that CONFIG.md is generated from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use kernel::{Channel, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Secret, in_the_clear};

/// `[http]`: the public port and its limits.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Largest request body.
    pub body_limit_bytes: usize,
    /// From the request line to the answer's head.
    pub request_timeout_ms: NonZeroU64,
    /// The same for routes that wait for news on purpose.
    pub long_poll_timeout_ms: NonZeroU64,
    /// Without any progress on a connection.
    pub idle_timeout_ms: NonZeroU64,
    /// Connections held at once.
    pub connections_max: NonZeroUsize,
    /// Requests worked on at once.
    pub concurrency_limit: NonZeroUsize,
    /// Live streams held open at once.
    pub streams_max: NonZeroUsize,
}

/// `[ops]`: the port for probes and metrics.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OpsConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
}

/// `[nats]`: the bus.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NatsConfig {
    /// One address, or several separated by commas.
    pub url: String,
    /// A `.creds` file.
    #[serde(deserialize_with = "empty_as_none")]
    pub credentials_file: Option<PathBuf>,
    /// Seed of the service's nkey user.
    #[serde(deserialize_with = "empty_as_none")]
    pub nkey_seed: Option<Secret>,
    /// First token of the subjects on which answers come back.
    pub inbox_prefix: String,
    /// Copies of each stream.
    pub replicas: usize,
    /// Whether the service creates its streams, or only verifies them.
    pub manage_streams: bool,
    /// To reach a server.
    pub connect_timeout_ms: NonZeroU64,
    /// For an answer or an acknowledgement.
    pub request_timeout_ms: NonZeroU64,
    /// Between two attempts to reconnect, at most.
    pub reconnect_wait_ms_max: NonZeroU64,
}

/// `[database]`: the service's own database.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://...` or `postgres://...`, without TLS.
    #[serde(deserialize_with = "in_the_clear::database")]
    pub url: Secret,
    /// Connections for reading.
    pub readers_max: NonZeroU32,
    /// Connections for writing on PostgreSQL; SQLite has one writer.
    pub writers_max: NonZeroU32,
    /// Commands that one commit may hold together.
    pub group_commit_max: NonZeroUsize,
    /// For a free connection.
    pub acquire_timeout_ms: NonZeroU64,
}

/// `[telemetry]`: logs and traces.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// A level, or directives such as `info,chassis=debug`.
    pub log: String,
    /// Text or JSON.
    pub log_format: LogFormat,
    /// Where traces go over OTLP, an `http://` address; nowhere when absent.
    #[serde(deserialize_with = "in_the_clear::collector")]
    pub otlp_endpoint: Option<String>,
    /// Share of traces recorded when the caller did not decide, 0 to 1.
    pub sample_ratio: f64,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

/// `[auth]`: who may call.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// The only accepted issuer of bearer tokens.
    pub issuer: String,
    /// The audience that tokens must name.
    pub audience: String,
    /// A JWK set as JSON text, the path of a file, or an `http://` address.
    #[serde(deserialize_with = "in_the_clear::key_set")]
    pub jwks: String,
    /// Verified tokens remembered.
    pub token_cache_max: NonZeroUsize,
    /// Signing keys by channel.
    pub channels: BTreeMap<Channel, ChannelConfig>,
}

/// The keys of one channel.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelConfig {
    /// One key, or two while rotating.
    pub keys: Vec<ChannelKeyConfig>,
}

/// One signing key of a channel.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelKeyConfig {
    /// Its name in logs and metrics.
    pub id: String,
    /// `whsec_` and the key in base64.
    pub secret: Secret,
}

/// `[clock]`: real time, or a simulation.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClockConfig {
    /// Simulated seconds per real second.
    pub speed_factor: NonZeroU32,
    /// Simulated time at the anchor; real time when absent.
    #[serde(deserialize_with = "empty_as_none")]
    pub start: Option<Timestamp>,
    /// Real time at which simulated time is `start`; when the process begins, when absent.
    #[serde(deserialize_with = "empty_as_none")]
    pub anchor: Option<Timestamp>,
}

/// `[shutdown]`: how long each step of a graceful stop may take.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ShutdownConfig {
    /// Answering the requests in work.
    pub drain_ms: NonZeroU64,
    /// Finishing the messages in work.
    pub consumers_ms: NonZeroU64,
    /// Publishing what waits in the outbox.
    pub outbox_ms: NonZeroU64,
    /// Closing connections and flushing telemetry.
    pub close_ms: NonZeroU64,
}

/// Reads an optional key: every key stands in the defaults, and the empty text says "none".
///
/// # Errors
/// The deserializer's, when the text is not empty and does not parse.
pub fn empty_as_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: core::fmt::Display,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}
