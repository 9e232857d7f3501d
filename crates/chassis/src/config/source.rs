//! The layers of a configuration, and what is made of them.

use std::path::Path;

use config::builder::DefaultState;
use config::{ConfigBuilder, Map, Value, ValueKind};
use serde::de::DeserializeOwned;

use super::ConfigError;

/// Separates the parts of a key in the environment.
const SEPARATOR: &str = "__";
/// Ends the name of a variable that names a file.
const FILE_SUFFIX: &str = "_FILE";

/// One source of keys, and each key's origin in words.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    /// In dots.
    key: String,
    value: toml::Value,
    origin: String,
}

impl Layer {
    /// Those sections of the chassis's defaults that the service's defaults name.
    pub(super) fn chassis_defaults(
        service: &'static str,
        chassis: &'static str,
        defaults: &'static str,
    ) -> Result<Self, ConfigError> {
        let named = parse_defaults(service, defaults)?;
        let mut table = parse_defaults("chassis", chassis)?;
        table.retain(|section, _| named.contains_key(section));
        Ok(Self::flat(table, "the chassis's defaults"))
    }

    pub(super) fn service_defaults(
        service: &'static str,
        defaults: &'static str,
    ) -> Result<Self, ConfigError> {
        Ok(Self::flat(parse_defaults(service, defaults)?, "the service's defaults"))
    }

    pub(super) fn file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.into(), source })?;
        let table = text
            .parse::<toml::Table>()
            .map_err(|error| ConfigError::Malformed { path: path.into(), reason: at_line(&text, &error) })?;
        Ok(Self::flat(table, &path.display().to_string()))
    }

    pub(super) fn environment(
        service: &str,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let prefix = format!("{}{SEPARATOR}", service.to_uppercase().replace('-', "_"));
        let mut variables: Vec<_> = env.filter(|(name, _)| name.starts_with(&prefix)).collect();
        variables.sort();
        let mut entries = Vec::with_capacity(variables.len());
        for (name, text) in &variables {
            let (plain, text) = match name.strip_suffix(FILE_SUFFIX) {
                Some(plain) if variables.iter().any(|(other, _)| other == plain) => {
                    return Err(ConfigError::Twice { variable: plain.into() });
                }
                Some(plain) => (plain, read_secret(name, text)?),
                None => (name.as_str(), text.clone()),
            };
            let key = plain.strip_prefix(&prefix).unwrap_or(plain).to_lowercase().replace(SEPARATOR, ".");
            // A table is taken leaf by leaf: set beside leaves of the layers below, which of them wins is chance.
            let value = toml::Table::from_iter([(key, read_value(text))]);
            entries.extend(Self::flat(value, name).entries);
        }
        Ok(Self { entries })
    }

    /// The leaves of a table. An empty table is a leaf: it says that the section is there.
    fn flat(table: toml::Table, origin: &str) -> Self {
        let mut entries = Vec::new();
        let mut open: Vec<(String, toml::Value)> = table.into_iter().collect();
        while let Some((key, value)) = open.pop() {
            match value {
                toml::Value::Table(inner) if !inner.is_empty() => {
                    open.extend(inner.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
                }
                value => entries.push(Entry { key, value, origin: origin.into() }),
            }
        }
        Self { entries }
    }

    fn add_to(
        &self,
        mut builder: ConfigBuilder<DefaultState>,
    ) -> Result<ConfigBuilder<DefaultState>, ConfigError> {
        // Empty tables first, so that they never wipe out what stands in them.
        let (empty, full): (Vec<_>, Vec<_>) =
            self.entries.iter().partition(|entry| is_empty_table(&entry.value));
        for entry in empty.into_iter().chain(full) {
            builder = builder
                .set_override(&entry.key, to_config(&entry.value, &entry.origin))
                .map_err(|error| refused(&entry.key, &entry.origin, error.to_string()))?;
        }
        Ok(builder)
    }
}

/// Puts the layers on each other, the later on top, and reads the result as `C`.
pub(super) fn merge<C: DeserializeOwned>(layers: &[Layer]) -> Result<C, ConfigError> {
    let mut builder = config::Config::builder();
    for (depth, layer) in layers.iter().enumerate() {
        let below = layers.get(..depth).unwrap_or_default();
        builder = layer.without_sections_of(below).add_to(builder)?;
    }
    let merged = builder.build().map_err(|error| refused("configuration", "merging", error.to_string()))?;
    serde_path_to_error::deserialize(merged).map_err(|error| {
        let key = error.path().to_string();
        let reason = reason_of(error.inner());
        let origin = origin_of(layers, &key);
        refused(&key, &origin, reason)
    })
}

impl Layer {
    /// Without the empty tables that a lower layer has filled.
    fn without_sections_of(&self, below: &[Self]) -> Self {
        let filled = |key: &str| {
            let inside = format!("{key}.");
            below.iter().flat_map(|layer| &layer.entries).any(|entry| entry.key.starts_with(&inside))
        };
        let entries = self
            .entries
            .iter()
            .filter(|entry| !(is_empty_table(&entry.value) && filled(&entry.key)))
            .cloned();
        Self { entries: entries.collect() }
    }
}

fn parse_defaults(service: &'static str, text: &str) -> Result<toml::Table, ConfigError> {
    text.parse()
        .map_err(|error: toml::de::Error| ConfigError::Defaults { service, reason: at_line(text, &error) })
}

/// The parser's own text quotes the line, which may hold a secret: keep the number and the reason.
fn at_line(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map_or(1, |before| before.lines().count().max(1));
    format!("line {line}: {}", error.message())
}

fn read_secret(variable: &str, path: &str) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::SecretFile {
        variable: variable.into(),
        path: path.into(),
        source,
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

/// The environment knows texts only: what is a list or a table in TOML is taken as one.
fn read_value(text: String) -> toml::Value {
    if text.starts_with(['[', '{'])
        && let Ok(mut table) = format!("value = {text}").parse::<toml::Table>()
        && let Some(value) = table.remove("value")
    {
        return value;
    }
    toml::Value::String(text)
}

fn is_empty_table(value: &toml::Value) -> bool {
    value.as_table().is_some_and(toml::Table::is_empty)
}

fn to_config(value: &toml::Value, origin: &str) -> Value {
    let kind = match value {
        toml::Value::String(text) => ValueKind::String(text.clone()),
        toml::Value::Integer(number) => ValueKind::I64(*number),
        toml::Value::Float(number) => ValueKind::Float(*number),
        toml::Value::Boolean(truth) => ValueKind::Boolean(*truth),
        toml::Value::Datetime(instant) => ValueKind::String(instant.to_string()),
        toml::Value::Array(items) => {
            ValueKind::Array(items.iter().map(|item| to_config(item, origin)).collect())
        }
        toml::Value::Table(table) => ValueKind::Table(
            table.iter().map(|(key, value)| (key.clone(), to_config(value, origin))).collect::<Map<_, _>>(),
        ),
    };
    Value::new(Some(&origin.to_owned()), kind)
}

/// What is wrong, without the library's own words for the place, and without the value.
fn reason_of(error: &config::ConfigError) -> String {
    match error {
        config::ConfigError::At { error, .. } => reason_of(error),
        config::ConfigError::Type { expected, .. } => format!("expected {expected}"),
        config::ConfigError::Message(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Where the topmost value at, above or below the key came from.
fn origin_of(layers: &[Layer], key: &str) -> String {
    let related = |entry: &&Entry| {
        let inside = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        inside(&entry.key, key) || inside(key, &entry.key)
    };
    let found = layers.iter().rev().find_map(|layer| layer.entries.iter().find(related));
    found.map_or_else(|| "nowhere".into(), |entry| entry.origin.clone())
}

fn refused(key: &str, origin: &str, reason: String) -> ConfigError {
    ConfigError::Key { key: key.into(), origin: origin.into(), reason }
}
