//! Typed configuration: compiled-in defaults, then a file, then the environment; the later wins.
//!
//! Every key stands, with its comment, in a default file: the chassis's own sections in `default.toml` here,
//! a service's in its `config.default.toml`. A section that the service's file names is filled up from the
//! chassis's. A key that no struct knows is refused, with the place it came from.
//!
//! In the environment a key is `<SERVICE>__<SECTION>__<KEY>`, such as `INTAKE__DATABASE__URL`; with `_FILE`
//! appended, the value is read from the file named. A value that begins with `[` or `{` is read as TOML
//! where it is TOML, so that lists and tables can be given.

mod in_the_clear;
mod reference;
mod secret;
mod sections;
mod source;

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use reference::reference;
pub use secret::Secret;
pub use sections::{
    AuthConfig, ChannelConfig, ChannelKeyConfig, ClockConfig, DatabaseConfig, HttpConfig, LogFormat,
    NatsConfig, OpsConfig, ShutdownConfig, TelemetryConfig, empty_as_none,
};
use source::Layer;

/// The sections of the chassis, with their defaults and comments.
const CHASSIS_DEFAULTS: &str = include_str!("default.toml");

/// Why a configuration cannot be used. Each names the key or the place at fault, never a value.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A default file is not well-formed, or a key in it has no comment.
    #[error("defaults of {service}: {reason}")]
    Defaults {
        /// Whose.
        service: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The configuration file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration file is not TOML.
    #[error("{path} is not TOML: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What and where.
        reason: String,
    },
    /// A variable and the same with `_FILE` are both set.
    #[error("both {variable} and {variable}_FILE are set: unset one")]
    Twice {
        /// The one without `_FILE`.
        variable: String,
    },
    /// The file named by a `_FILE` variable cannot be read.
    #[error("cannot read {path}, which {variable} names")]
    SecretFile {
        /// The variable.
        variable: String,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key is unknown, absent or has an unfit value.
    #[error("{key} (from {origin}): {reason}")]
    Key {
        /// In dots, such as `http.listen`.
        key: String,
        /// A file, a variable or the defaults.
        origin: String,
        /// What is wrong.
        reason: String,
    },
}

/// Loads a service's configuration.
///
/// `service` in upper case is the prefix of its variables; `defaults_toml` is its `config.default.toml`.
///
/// # Errors
/// [`ConfigError`], naming the key and where it came from.
pub fn load<C: DeserializeOwned>(
    service: &'static str,
    defaults_toml: &'static str,
    file: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
) -> Result<C, ConfigError> {
    let mut layers = vec![
        Layer::chassis_defaults(service, CHASSIS_DEFAULTS, defaults_toml)?,
        Layer::service_defaults(service, defaults_toml)?,
    ];
    if let Some(path) = file {
        layers.push(Layer::file(path)?);
    }
    layers.push(Layer::environment(service, env)?);
    source::merge(&layers)
}

/// The configuration in force as TOML, secrets redacted: what `--print-config` shows.
///
/// # Errors
/// [`ConfigError::Key`] when a value has no form in TOML.
pub fn print_config<C: Serialize>(config: &C) -> Result<String, ConfigError> {
    toml::to_string_pretty(config).map_err(|error| ConfigError::Key {
        key: "configuration".into(),
        origin: "memory".into(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests;
