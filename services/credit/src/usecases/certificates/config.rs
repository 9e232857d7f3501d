use core::num::NonZeroU16;
use core::time::Duration;

use chassis::config::Secret;
use credit_domain::certificate::Terms;
use credit_domain::keys::{KeyRing, SecretKey};
use serde::{Deserialize, Serialize};

const KEYS_MAX: usize = 8;
const NAME_CHARS: core::ops::RangeInclusive<usize> = 1..=60;
const GOOD_FOR_HOURS_MAX: u16 = 24 * 7;

/// `[certificates]`: certificates of merchants' grades.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CertificatesConfig {
    /// Keys that sign; the first does, all are published.
    pub signing_keys: Vec<Secret>,
    /// Public halves of former keys.
    pub former_keys: Vec<String>,
    /// Who issues, in Chinese.
    pub issuer: String,
    /// The same in English.
    pub issuer_en: String,
    /// Month and day at which all certificates end.
    pub ends_on: String,
    /// Where fewer days are left, it is the year after.
    pub least_days: u16,
    /// For which a list of revocations may be relied on.
    pub revocations_good_for_hours: NonZeroU16,
}

impl CertificatesConfig {
    pub(super) fn ring(&self) -> Result<KeyRing, String> {
        let count = self.signing_keys.len() + self.former_keys.len();
        if count > KEYS_MAX {
            return Err(format!("certificates has {count} keys: at most {KEYS_MAX}"));
        }
        let told = |list: &str, place: usize| format!("certificates.{list}, key {place}: not a key");
        let signing =
            self.signing_keys.iter().enumerate().map(|(place, seed)| {
                SecretKey::try_new(seed.expose()).map_err(|_| told("signing_keys", place))
            });
        let former = self
            .former_keys
            .iter()
            .enumerate()
            .map(|(place, key)| key.parse().map_err(|_| told("former_keys", place)));
        Ok(KeyRing::new(signing.collect::<Result<_, _>>()?, former.collect::<Result<_, _>>()?))
    }

    pub(super) fn terms(&self) -> Result<Terms, String> {
        Terms::try_new(&self.ends_on, self.least_days).map_err(|error| format!("certificates: {error}"))
    }

    pub(super) fn issuer(&self) -> Result<super::Issuer, String> {
        let fits =
            |name: &str| NAME_CHARS.contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !fits(&self.issuer) || !fits(&self.issuer_en) {
            return Err("certificates.issuer and issuer_en have 1 to 60 characters".to_owned());
        }
        Ok(super::Issuer { zh: self.issuer.clone(), en: self.issuer_en.clone() })
    }

    pub(super) fn good_for(&self) -> Result<Duration, String> {
        match self.revocations_good_for_hours.get() {
            hours @ 1..=GOOD_FOR_HOURS_MAX => Ok(Duration::from_secs(u64::from(hours) * 3_600)),
            hours => Err(format!(
                "certificates.revocations_good_for_hours is {hours}: at most {GOOD_FOR_HOURS_MAX}"
            )),
        }
    }
}
