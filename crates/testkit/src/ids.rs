use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Clock, IdSource};
use uuid::Uuid;

/// Ids and chance that are the same in every run with the same seed, clock and order of calls.
///
/// The ids are real `UUIDv7`s: milliseconds of the clock, a 12-bit counter within them, 62 bits of chance.
/// They rise even when the clock stands still or is set back.
pub struct SeededIds {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    millis: u64,
    counter: u16,
    chance: u64,
}

/// Highest value of the counter; after it the ids run one millisecond ahead of the clock.
const COUNTER_MAX: u16 = 0x0fff;

impl SeededIds {
    /// A source that starts from `seed`.
    #[must_use]
    pub fn new(seed: u64, clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::new(State { millis: 0, counter: 0, chance: seed }) }
    }

    fn with_state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl IdSource for SeededIds {
    fn next_id(&self) -> Uuid {
        let now = u64::try_from(self.clock.now().as_micros() / 1_000).unwrap_or(0);
        let (millis, counter, chance) = self.with_state(|state| {
            state.step(now);
            (state.millis, state.counter, state.chance())
        });
        let mut tail = [0; 10];
        let (high, low) = tail.split_at_mut(2);
        high.copy_from_slice(&counter.to_be_bytes());
        low.copy_from_slice(&chance.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    fn random(&self) -> u64 {
        self.with_state(State::chance)
    }
}

impl State {
    fn step(&mut self, now: u64) {
        if now > self.millis {
            (self.millis, self.counter) = (now, 0);
        } else if self.counter == COUNTER_MAX {
            (self.millis, self.counter) = (self.millis.saturating_add(1), 0);
        } else {
            self.counter = self.counter.saturating_add(1);
        }
    }

    /// `SplitMix64` (Steele, Lea and Flood 2014): every seed gives a full period, and a few lines suffice.
    fn chance(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.chance ^ (self.chance >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;

    fn ids(seed: u64) -> Vec<Uuid> {
        let source = SeededIds::new(seed, Arc::new(ManualClock::default()));
        (0..10_000).map(|_| source.next_id()).collect()
    }

    #[test]
    fn ids_rise_while_the_clock_stands_still() {
        let ids = ids(7);
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_gives_others() {
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }

    #[test]
    fn ids_rise_when_the_clock_is_set_back() {
        let clock = Arc::new(ManualClock::default());
        let source = SeededIds::new(1, clock.clone());
        let before = source.next_id();
        clock.set(kernel::Timestamp::EPOCH);
        assert!(source.next_id() > before);
    }
}
