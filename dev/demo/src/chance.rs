//! Chance from a seed: whatever happens to one row depends on the seed, the topic and the row alone, not on
//! what runs faster today.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// What chance decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Topic {
    /// What a row asks for, and how.
    Plan = 1,
    /// What a merchant makes of an offer.
    Offer,
    /// How long it takes.
    Work,
    /// What comes of a call-back.
    Call,
}

/// The chance of one row in one matter.
pub(crate) struct Chance(StdRng);

impl Chance {
    /// `turn` tells repetitions apart: the second offer, the third call.
    pub(crate) fn new(seed: u64, topic: Topic, row: usize, turn: usize) -> Self {
        let row = u64::try_from(row).unwrap_or(u64::MAX);
        let turn = u64::try_from(turn).unwrap_or(u64::MAX);
        let parts = [topic as u64, row, turn];
        // An odd multiplier spreads neighbours over the whole range.
        let mixed = parts
            .iter()
            .fold(seed, |mixed, part| (mixed ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
        Self(StdRng::seed_from_u64(mixed))
    }

    /// True so many times of a hundred.
    pub(crate) fn percent(&mut self, of_hundred: u64) -> bool {
        self.within(0, 100) < of_hundred
    }

    /// From `from` up to, not including, `to`.
    pub(crate) fn within(&mut self, from: u64, to: u64) -> u64 {
        if from < to { self.0.random_range(from..to) } else { from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed| Chance::new(seed, Topic::Plan, 7, 0).within(0, 1_000_000);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_percentage_is_met_over_many_rows() {
        let hits = (0..10_000).filter(|&row| Chance::new(3, Topic::Call, row, 0).percent(10)).count();
        assert!((900..1_100).contains(&hits), "{hits}");
    }
}
