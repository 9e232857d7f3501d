//! The settings of each service on this machine, written as its configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Channel, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::accounts::{random_bytes, write_private};
use crate::issuer::{AUDIENCE, ISSUER};

/// The four, in the order in which they are started: each before those who ask it.
pub(crate) const SERVICES: [&str; 4] = ["credit", "dispatch", "feedback", "intake"];

/// What all services of this machine share.
pub(crate) struct Shared {
    /// The folder of all data.
    pub(crate) data: PathBuf,
    /// The broker's address.
    pub(crate) nats_url: String,
    /// The issuer's public keys.
    pub(crate) jwks: String,
    /// The channels' signing keys.
    pub(crate) channel_keys: BTreeMap<Channel, String>,
    /// The clock all services keep.
    pub(crate) clock: ClockFile,
}

/// A clock that runs at a pace from an anchor, the same after a restart.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ClockFile {
    /// Simulated seconds per real second.
    pub(crate) speed: u32,
    /// Simulated time at the anchor.
    pub(crate) start: Timestamp,
    /// Real time at the anchor.
    pub(crate) anchor: Timestamp,
}

impl ClockFile {
    /// Reads the clock, or anchors it now.
    pub(crate) fn open(file: &Path, speed: u32, now: Timestamp) -> anyhow::Result<Self> {
        if file.exists() {
            let text = std::fs::read_to_string(file)?;
            return serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()));
        }
        let clock = Self { speed, start: now, anchor: now };
        write_private(file, &serde_json::to_string_pretty(&clock)?)?;
        Ok(clock)
    }
}

/// Reads the channels' signing keys, or makes them.
pub(crate) fn channel_keys(file: &Path) -> anyhow::Result<BTreeMap<Channel, String>> {
    if file.exists() {
        let text = std::fs::read_to_string(file)?;
        return serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()));
    }
    let keys = Channel::ALL
        .into_iter()
        .map(|channel| (channel, format!("whsec_{}", STANDARD.encode(random_bytes::<32>()))))
        .collect();
    write_private(file, &serde_json::to_string_pretty(&keys)?)?;
    Ok(keys)
}

impl Shared {
    /// Writes the configuration file of a service, readable by its owner only, and says where it is.
    pub(crate) fn write(&self, service: &str, http_port: u16) -> anyhow::Result<PathBuf> {
        let database = self.data.join(format!("{service}.db"));
        let channels: BTreeMap<&str, serde_json::Value> = self
            .channel_keys
            .iter()
            .map(|(channel, key)| (channel.as_str(), json!({ "keys": [{ "id": "local", "secret": key }] })))
            .collect();
        let mut settings = json!({
            "http": { "listen": format!("127.0.0.1:{http_port}") },
            "ops": { "listen": "127.0.0.1:0" },
            "telemetry": { "log": "warn" },
            "nats": { "url": self.nats_url },
            "database": { "url": format!("sqlite://{}?mode=rwc", database.display()) },
            "auth": { "issuer": ISSUER, "audience": AUDIENCE, "jwks": self.jwks, "channels": channels },
        });
        if self.clock.speed > 1
            && let Some(map) = settings.as_object_mut()
        {
            let clock = json!({
                "speed_factor": self.clock.speed, "start": self.clock.start, "anchor": self.clock.anchor,
            });
            map.insert("clock".to_owned(), clock);
        }
        let file = self.data.join(format!("{service}.toml"));
        write_private(&file, &toml::to_string(&settings)?)?;
        Ok(file)
    }
}
