//! Codes by which citizens follow their requests: made, recognised, and looked up no more often than is meant.
//!
//! A code is a message authentication code of the request's id under a secret key: it is stored nowhere, and can be
//! said again to who hands the same request in again. The database holds its digest, by which the request is found:
//! also after the key was changed, and no use to who reads the table.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chassis::config::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use intake_domain::TrackingCode;
use kernel::{City, Clock, RequestId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const KEYS_MAX: usize = 4;
const KEY_BYTES_MIN: usize = 32;
/// What the keys are for: nothing else is signed by them.
const PURPOSE: &[u8] = b"81890 intake tracking code";
/// Codes that lead nowhere are counted over this.
const WINDOW: Duration = Duration::from_secs(60);
const WRONG_PER_MINUTE: core::ops::RangeInclusive<u32> = 1..=100_000;

/// `[tracking]`: codes by which citizens follow their requests.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrackingConfig {
    /// Keys that the codes are made with; the first makes them.
    pub keys: Vec<Secret>,
    /// Codes that lead nowhere and are still looked up, per minute and instance.
    pub wrong_per_minute_max: u32,
}

/// Makes codes and knows them again. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Codes(Arc<[Hmac<Sha256>]>);

impl Codes {
    /// # Errors
    /// What to mend in the configuration.
    pub(crate) fn open(config: &TrackingConfig) -> Result<Self, String> {
        if config.keys.len() > KEYS_MAX {
            return Err(format!("tracking.keys has {} keys: at most {KEYS_MAX}", config.keys.len()));
        }
        let keys = config.keys.iter().enumerate().map(|(place, key)| {
            let bytes = STANDARD.decode(key.expose()).ok().filter(|bytes| bytes.len() >= KEY_BYTES_MIN);
            let mac = bytes.and_then(|bytes| Hmac::new_from_slice(&bytes).ok());
            mac.ok_or_else(|| format!("tracking.keys, key {place}: expected 32 bytes or more in base64"))
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }

    /// The digest of the code of a new request, to be kept with it; none where no key is set.
    pub(crate) fn digest(&self, city: City, request: RequestId) -> Option<Uuid> {
        self.0.first().map(|key| digest(&code(key, city, request)))
    }

    /// The code with this digest, if one of the keys still makes it.
    pub(crate) fn code(&self, city: City, request: RequestId, kept: Uuid) -> Option<TrackingCode> {
        self.0.iter().map(|key| code(key, city, request)).find(|code| digest(code) == kept)
    }
}

fn code(key: &Hmac<Sha256>, city: City, request: RequestId) -> TrackingCode {
    let mut mac = key.clone();
    mac.update(PURPOSE);
    mac.update(&city.code().to_be_bytes());
    mac.update(request.uuid().as_bytes());
    TrackingCode::of(leading(&mac.finalize().into_bytes()))
}

/// By which a code is found.
pub(crate) fn digest(code: &TrackingCode) -> Uuid {
    Uuid::from_u128(leading(&Sha256::digest(code.digits().as_bytes())))
}

/// The first 128 bits.
fn leading(bytes: &[u8]) -> u128 {
    bytes.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// How many codes that lead nowhere are looked up. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Guesses(Arc<Counted>);

struct Counted {
    of_late: Mutex<(Timestamp, u32)>,
    max: u32,
    wall: Arc<dyn Clock>,
}

impl Guesses {
    /// # Errors
    /// What to mend in the configuration.
    pub(crate) fn open(config: &TrackingConfig, wall: Arc<dyn Clock>) -> Result<Self, String> {
        let max = config.wrong_per_minute_max;
        if !WRONG_PER_MINUTE.contains(&max) {
            return Err(format!("tracking.wrong_per_minute_max is {max}: 1 to 100000"));
        }
        Ok(Self(Arc::new(Counted { of_late: Mutex::new((wall.now(), 0)), max, wall })))
    }

    /// Counts a look-up before it is known to be wrong, so that many at once are no way around; the error is how long
    /// to wait.
    pub(crate) fn admit(&self) -> Result<(), Duration> {
        let now = self.0.wall.now();
        let (since, count) = &mut *self.0.of_late.lock().unwrap_or_else(PoisonError::into_inner);
        if now.since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        if *count >= self.0.max {
            return Err(WINDOW.saturating_sub(now.since(*since)).max(Duration::from_secs(1)));
        }
        *count += 1;
        Ok(())
    }

    /// The code was right: that was no guess.
    pub(crate) fn forgive(&self) {
        let (_, count) = &mut *self.0.of_late.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use testkit::ManualClock;

    use super::*;

    fn config(keys: &[u8]) -> TrackingConfig {
        let keys = keys.iter().map(|byte| Secret::new(STANDARD.encode([*byte; 32]))).collect();
        TrackingConfig { keys, wrong_per_minute_max: 2 }
    }

    fn city() -> City {
        City::try_new(330_200).unwrap()
    }

    #[test]
    fn a_code_is_known_again_after_its_key_was_changed_and_until_it_is_gone() {
        let request = RequestId::from_u128(7);
        let [old, both, new] = [&[1][..], &[2, 1], &[2]].map(|keys| Codes::open(&config(keys)).unwrap());
        let kept = old.digest(city(), request).unwrap();
        let code = old.code(city(), request, kept).unwrap();
        assert_eq!(digest(&code), kept);
        assert_eq!(both.code(city(), request, kept), Some(code));
        assert_eq!(new.code(city(), request, kept), None);
        assert_ne!(both.digest(city(), request), Some(kept));
        assert_ne!(old.digest(city(), RequestId::from_u128(8)), Some(kept));
    }

    #[test]
    fn without_a_key_there_are_no_codes_and_a_bad_key_is_named() {
        assert_eq!(Codes::open(&config(&[])).unwrap().digest(city(), RequestId::from_u128(7)), None);
        let short = TrackingConfig { keys: vec![Secret::new("AAAA")], ..config(&[]) };
        assert!(Codes::open(&short).err().unwrap().contains("key 0"));
        assert!(Codes::open(&config(&[1; 5])).is_err());
    }

    #[test]
    fn wrong_codes_are_looked_up_so_often_in_a_minute_and_right_ones_always() {
        let clock = Arc::new(ManualClock::default());
        let guesses = Guesses::open(&config(&[]), clock.clone()).unwrap();
        for _ in 0..5 {
            guesses.admit().unwrap();
            guesses.forgive();
        }
        assert!(guesses.admit().is_ok() && guesses.admit().is_ok());
        clock.advance(Duration::from_secs(20));
        assert_eq!(guesses.admit(), Err(Duration::from_secs(40)));
        clock.advance(Duration::from_secs(40));
        assert!(guesses.admit().is_ok());
    }
}
