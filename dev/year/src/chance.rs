//! Chance from a seed: what happens depends on the seed, the topic and the number alone, not on what runs faster.

/// What chance decides.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Topic {
    /// Who a merchant is.
    Merchant = 1,
    /// Whether it has an order on a day.
    Order,
    /// What a citizen says when called back.
    Call,
    /// What comes of a case.
    Case,
    /// What comes of a proceeding.
    File,
    /// What comes of an objection.
    Objection,
    /// When papers are renewed.
    Renewal,
    /// Who is honoured.
    Honour,
}

/// The chance of one matter: SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64, topic: Topic, number: u64) -> Self {
        let mut chance = Self(seed ^ (topic as u64).rotate_left(48) ^ number.rotate_left(16));
        let _: u64 = chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `below`.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.next() % below.max(1)
    }

    /// True so many times of a thousand.
    pub(crate) fn permille(&mut self, of_thousand: u64) -> bool {
        self.below(1_000) < of_thousand
    }

    /// The same as a number of days.
    pub(crate) fn days(&mut self, below: u64) -> i32 {
        i32::try_from(self.below(below)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_a_share_is_met() {
        let draw = |seed| Chance::new(seed, Topic::Order, 7).below(1_000_000);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let hits = (0..10_000).filter(|&number| Chance::new(3, Topic::Call, number).permille(100)).count();
        assert!((900..1_100).contains(&hits), "{hits}");
    }
}
