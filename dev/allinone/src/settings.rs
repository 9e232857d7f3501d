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
use crate::issuer::{self, AUDIENCE};
use crate::ports::{Ports, SERVICES, ServicePorts};

/// How long the sample city takes merchants over.
const TAKE_OVER_MONTHS: u16 = 24;

/// What all services of this machine share.
pub(crate) struct Shared {
    /// The folder of all data.
    pub(crate) data: PathBuf,
    /// Where each listens.
    pub(crate) ports: Ports,
    /// The broker's address.
    pub(crate) nats_url: String,
    /// The issuer's public keys.
    pub(crate) jwks: String,
    /// The channels' signing keys.
    pub(crate) channel_keys: BTreeMap<Channel, String>,
    /// What signs the codes on workers' phones.
    pub(crate) code_key: String,
    /// What the codes are made with by which citizens follow their requests.
    pub(crate) tracking_key: String,
    /// What signs certificates.
    pub(crate) certificate_key: String,
    /// What the volunteer centre signs with.
    pub(crate) centre_key: String,
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
    /// Reads the clock, or anchors it now. At another pace than before it goes on from where it stands, so that
    /// simulated time never runs back.
    pub(crate) fn open(
        file: &Path,
        speed: u32,
        start: Option<Timestamp>,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        if !file.exists() {
            let clock = Self { speed, start: start.unwrap_or(now), anchor: now };
            return clock.keep(file);
        }
        let text = std::fs::read_to_string(file)?;
        let clock: Self =
            serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()))?;
        if clock.speed == speed {
            return Ok(clock);
        }
        Self { speed, start: clock.at(now), anchor: now }.keep(file)
    }

    /// Simulated time at this real time.
    pub(crate) fn at(&self, real: Timestamp) -> Timestamp {
        self.start.after(real.since(self.anchor).saturating_mul(self.speed))
    }

    fn keep(self, file: &Path) -> anyhow::Result<Self> {
        write_private(file, &serde_json::to_string_pretty(&self)?)?;
        Ok(self)
    }

    /// Whether it is the machine's own.
    fn is_real(self) -> bool {
        self.speed == 1 && self.start == self.anchor
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

/// Reads the key in this file, or makes it.
pub(crate) fn key(file: &Path) -> anyhow::Result<String> {
    if file.exists() {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        return Ok(text.trim().to_owned());
    }
    let key = STANDARD.encode(random_bytes::<32>());
    write_private(file, &key)?;
    Ok(key)
}

impl Shared {
    /// Writes the configuration file of a service, readable by its owner only, and says where it is.
    pub(crate) fn write(&self, service: &str) -> anyhow::Result<PathBuf> {
        let place = SERVICES.iter().position(|known| *known == service).context("no such service")?;
        let ServicePorts { http, ops } = self.ports.service(place);
        let database = self.data.join(format!("{service}.db"));
        let channels: BTreeMap<&str, serde_json::Value> = self
            .channel_keys
            .iter()
            .map(|(channel, key)| (channel.as_str(), json!({ "keys": [{ "id": "local", "secret": key }] })))
            .collect();
        let mut settings = json!({
            "http": { "listen": http },
            "ops": { "listen": ops },
            "telemetry": { "log": "warn" },
            "nats": { "url": self.nats_url },
            "database": { "url": format!("sqlite://{}?mode=rwc", database.display()) },
            "auth": { "issuer": format!("{}{}", self.ports.origin(), issuer::PATH), "audience": AUDIENCE, "jwks": self.jwks, "channels": channels },
        });
        if service == "credit"
            && let Some(map) = settings.as_object_mut()
        {
            map.insert("workers".to_owned(), json!({ "code_keys": [self.code_key] }));
            map.insert("certificates".to_owned(), json!({ "signing_keys": [self.certificate_key] }));
            let centre = json!({ "id": "local", "secret": format!("whsec_{}", self.centre_key) });
            map.insert("volunteer".to_owned(), json!({ "keys": [centre] }));
            // What price boards and certificates lead to: the front's address, which passes the service's name on.
            let url = format!("{}/{service}", self.ports.origin());
            map.insert("public".to_owned(), json!({ "url": url }));
            // A city that has just begun takes its merchants over (存量接收), so that the page for it can be tried.
            let until = self.clock.start.in_city().day.plus_months(TAKE_OVER_MONTHS);
            map.insert("admission".to_owned(), json!({ "take_over_until": until.to_string() }));
        }
        if service == "intake"
            && let Some(map) = settings.as_object_mut()
        {
            map.insert("tracking".to_owned(), json!({ "keys": [self.tracking_key] }));
        }
        if !self.clock.is_real()
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

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    #[test]
    fn a_clock_at_another_pace_goes_on_from_where_it_stands() {
        let file = tempfile::tempdir().unwrap().path().join("clock.json");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        ClockFile::open(&file, 600, None, NOW).unwrap();
        let later = NOW.after(Duration::from_secs(10));
        let slow = ClockFile::open(&file, 1, None, later).unwrap();
        assert_eq!(slow.start, NOW.after(Duration::from_secs(6_000)));
        assert_eq!((slow.anchor, slow.is_real()), (later, false));
        let again = ClockFile::open(&file, 1, None, later.after(Duration::from_secs(5))).unwrap();
        assert_eq!(again.start, slow.start);
    }
}
