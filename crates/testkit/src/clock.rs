use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kernel::{Clock, Timestamp};

/// A clock that stands still until the test moves it. Share it in an `Arc`.
#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl ManualClock {
    /// A clock that shows this instant.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { micros: AtomicI64::new(now.as_micros()) }
    }

    /// Moves it forward and says what it shows then.
    pub fn advance(&self, by: Duration) -> Timestamp {
        let later = |micros| Some(Timestamp::from_micros(micros).after(by).as_micros());
        let before = self.micros.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
        Timestamp::from_micros(before.unwrap_or_else(|unchanged| unchanged)).after(by)
    }

    /// Sets it to any instant, earlier ones too: a clock that is set back is a fault to survive.
    pub fn set(&self, now: Timestamp) {
        self.micros.store(now.as_micros(), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// A Monday morning in the city: 2026-11-23, 09:00 at UTC+8, inside everybody's hours.
    fn default() -> Self {
        Self::at(Timestamp::from_micros(1_795_395_600_000_000))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_it_is_moved() {
        let clock = ManualClock::default();
        assert_eq!(clock.now().to_string(), "2026-11-23T01:00:00Z");
        assert_eq!(clock.advance(Duration::from_secs(60)), clock.now());
        assert_eq!(clock.now().to_string(), "2026-11-23T01:01:00Z");
        clock.set(Timestamp::EPOCH);
        assert_eq!(clock.now(), Timestamp::EPOCH);
    }
}
