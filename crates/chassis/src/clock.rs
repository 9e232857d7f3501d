//! Where time, ids and chance come from in a running service. Tests use their own.

use core::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use kernel::{Clock, IdSource, Timestamp};
use rand::RngExt;
use uuid::Uuid;

use crate::config::ClockConfig;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the door through which time enters")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A simulation: shows `start` when the real time is `anchor`, and runs `factor` times as fast.
///
/// Processes with the same three values agree, however often each is restarted.
#[derive(Clone)]
pub struct ScaledClock {
    real: Arc<dyn Clock>,
    anchor: Timestamp,
    start: Timestamp,
    factor: NonZeroU32,
}

impl ScaledClock {
    /// A simulation on top of `real`.
    #[must_use]
    pub const fn new(real: Arc<dyn Clock>, anchor: Timestamp, start: Timestamp, factor: NonZeroU32) -> Self {
        Self { real, anchor, start, factor }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        let passed = self.real.now().as_micros().saturating_sub(self.anchor.as_micros());
        let simulated = passed.saturating_mul(i64::from(self.factor.get()));
        Timestamp::from_micros(self.start.as_micros().saturating_add(simulated))
    }
}

impl fmt::Debug for ScaledClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, times {}", self.start, self.anchor, self.factor)
    }
}

/// The clock that the configuration asks for: the machine's, or a simulation.
#[must_use]
pub fn from_config(config: &ClockConfig) -> Arc<dyn Clock> {
    if config.start.is_none() && config.speed_factor == NonZeroU32::MIN {
        return Arc::new(SystemClock);
    }
    let now = SystemClock.now();
    let (anchor, start) = (config.anchor.unwrap_or(now), config.start.unwrap_or(now));
    Arc::new(ScaledClock::new(Arc::new(SystemClock), anchor, start, config.speed_factor))
}

/// Ids and chance from the machine.
///
/// The ids are `UUIDv7`s of the machine's time, never of a simulation's, so that two runs of a simulation on
/// one database never meet. Within a millisecond a 16-bit count keeps them rising; when it overflows, or the
/// clock is set back, they run ahead of the clock.
#[derive(Debug, Default)]
pub struct SystemIds {
    /// Milliseconds in the upper 48 bits, the count in the lower 16.
    last: AtomicU64,
}

impl SystemIds {
    /// A source. One per process suffices.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: AtomicU64::new(0) }
    }

    fn next_tick(&self) -> u64 {
        let millis = u64::try_from(SystemClock.now().as_micros() / 1_000).unwrap_or(0);
        let now = millis << 16;
        let later = |last: u64| now.max(last.saturating_add(1));
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
        later(last.unwrap_or_else(|unchanged| unchanged))
    }
}

impl IdSource for SystemIds {
    fn next_id(&self) -> Uuid {
        let tick = self.next_tick();
        let count = u128::from(tick & 0xffff);
        // A v7 has 12 bits after the version and 62 after the variant: the count takes 12 and 4 of them.
        let chance = u128::from(self.random() >> 6);
        let bits = (u128::from(tick >> 16) << 80)
            | (0x7 << 76)
            | ((count >> 4) << 64)
            | (0b10 << 62)
            | ((count & 0xf) << 58)
            | chance;
        Uuid::from_u128(bits)
    }

    fn random(&self) -> u64 {
        rand::rng().random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_are_of_version_seven() {
        let source = SystemIds::new();
        let ids: Vec<_> = (0..100_000).map(|_| source.next_id()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        let id = ids[99_999];
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
    }

    #[test]
    fn an_id_carries_the_machines_time() {
        let (seconds, _) = SystemIds::new().next_id().get_timestamp().unwrap().to_unix();
        let now = u64::try_from(SystemClock.now().as_secs()).unwrap();
        assert!(now.abs_diff(seconds) <= 5);
    }

    #[test]
    fn two_simulations_with_the_same_anchor_agree() {
        let real = Arc::new(testkit::ManualClock::default());
        let start: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        let anchor = real.now();
        let clock = || ScaledClock::new(real.clone(), anchor, start, NonZeroU32::new(60).unwrap());
        let first = clock();
        real.advance(core::time::Duration::from_secs(60));
        assert_eq!(first.now().to_string(), "2020-01-01T01:00:00Z");
        assert_eq!(clock().now(), first.now());
    }
}
