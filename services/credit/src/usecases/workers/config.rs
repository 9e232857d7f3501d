use core::num::{NonZeroU32, NonZeroUsize};
use core::time::Duration;

use chassis::config::Secret;
use credit_domain::keys::SecretKey;
use credit_domain::workers::{CodeRing, Terms};
use serde::{Deserialize, Serialize};

const KEYS_MAX: usize = 4;
const CODE_LIFE_S: core::ops::RangeInclusive<u64> = 10..=600;
const ENTRY_MINUTES: core::ops::RangeInclusive<u64> = 1..=60;
const NOTICE_DAYS_MAX: u16 = 365;
const NOTICES_MAX: usize = 8;
const WAITING_MAX: usize = 100_000;
const STRANGE_MAX: u32 = 10_000;

/// `[workers]`: workers and the codes on their phones.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WorkersConfig {
    /// Keys that sign the codes; the first signs, all are accepted.
    pub code_keys: Vec<Secret>,
    /// For which a code is good.
    pub code_life_s: u64,
    /// After a scan in which an entry may be confirmed.
    pub entry_within_minutes: u64,
    /// After which a transfer needs no consent.
    pub transfer_notice_days: u16,
    /// Before a paper expires on which notice is given.
    pub notice_days: Vec<u16>,
    /// Scans that may wait for a commit.
    pub scans_waiting_max: NonZeroUsize,
    /// Scans of the public page in a minute with codes that are forged or ran out.
    pub strange_codes_per_minute: NonZeroU32,
}

impl WorkersConfig {
    pub(super) fn ring(&self) -> Result<CodeRing, String> {
        if self.code_keys.len() > KEYS_MAX {
            return Err(format!("workers.code_keys has {} keys: at most {KEYS_MAX}", self.code_keys.len()));
        }
        let keys = self.code_keys.iter().enumerate().map(|(place, seed)| {
            SecretKey::try_new(seed.expose())
                .map_err(|error| format!("workers.code_keys, key {place}: {error}"))
        });
        keys.collect::<Result<Vec<_>, _>>().map(CodeRing::new)
    }

    pub(super) fn terms(&self) -> Result<Terms, String> {
        let days = &self.notice_days;
        if days.len() > NOTICES_MAX || days.iter().any(|&days| days == 0 || days > NOTICE_DAYS_MAX) {
            return Err("workers.notice_days has at most 8 numbers of 1 to 365".to_owned());
        }
        if self.transfer_notice_days > NOTICE_DAYS_MAX {
            return Err(format!(
                "workers.transfer_notice_days is {}: at most 365",
                self.transfer_notice_days
            ));
        }
        let transfer_notice = Duration::from_secs(u64::from(self.transfer_notice_days) * 86_400);
        Ok(Terms { transfer_notice, notice_days: days.clone() })
    }

    /// How long a code is good, and how long after a scan an entry may be confirmed.
    pub(super) fn spans(&self) -> Result<(Duration, Duration), String> {
        if !CODE_LIFE_S.contains(&self.code_life_s) {
            return Err(format!("workers.code_life_s is {}: 10 to 600", self.code_life_s));
        }
        if !ENTRY_MINUTES.contains(&self.entry_within_minutes) {
            return Err(format!("workers.entry_within_minutes is {}: 1 to 60", self.entry_within_minutes));
        }
        let within = Duration::from_secs(self.entry_within_minutes * 60);
        Ok((Duration::from_secs(self.code_life_s), within))
    }

    pub(super) fn strange_tries(&self) -> Result<NonZeroU32, String> {
        let tries = self.strange_codes_per_minute;
        if tries.get() <= STRANGE_MAX {
            Ok(tries)
        } else {
            Err(format!("workers.strange_codes_per_minute is {tries}: at most {STRANGE_MAX}"))
        }
    }

    pub(super) fn waiting(&self) -> Result<usize, String> {
        match self.scans_waiting_max.get() {
            waiting @ 1..=WAITING_MAX => Ok(waiting),
            other => Err(format!("workers.scans_waiting_max is {other}: at most {WAITING_MAX}")),
        }
    }
}
