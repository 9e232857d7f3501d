//! Chance from a seed: splitmix64 (Steele, Lea and Flood, 2014). Good enough for samples, never for secrets.

use core::ops::Range;

/// One stream of numbers.
pub(super) struct Chance(u64);

impl Chance {
    /// A stream of its own for each seed and path.
    pub(super) fn new(seed: u64, path: &[u64]) -> Self {
        Self(path.iter().fold(mix(seed), |state, step| mix(state ^ mix(*step))))
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// 0 up to below `end`; 0 when there is nothing below it. The bias of 64 bits does not matter here.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.scaled(end as u64)).unwrap_or(0)
    }

    pub(super) fn below_u32(&mut self, end: u32) -> u32 {
        u32::try_from(self.scaled(u64::from(end))).unwrap_or(0)
    }

    pub(super) fn below_i64(&mut self, end: i64) -> i64 {
        i64::try_from(self.scaled(u64::try_from(end).unwrap_or(0))).unwrap_or(0)
    }

    /// True this often in a thousand.
    pub(super) fn permille(&mut self, share: u32) -> bool {
        self.below_u32(1_000) < share
    }

    /// True this often in a hundred.
    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of a range; its start when there is none in it.
    pub(super) fn within(&mut self, range: &Range<usize>) -> usize {
        range.start + self.below(range.len())
    }

    /// A place among these weights, each as often as it weighs; none when nothing weighs.
    pub(super) fn weighted(
        &mut self,
        weights: impl IntoIterator<Item = u64, IntoIter: Clone>,
    ) -> Option<usize> {
        let weights = weights.into_iter();
        let mut drawn = self.scaled(weights.clone().sum());
        weights.enumerate().find_map(|(place, weight)| {
            let hit = drawn < weight;
            drawn = drawn.saturating_sub(weight);
            hit.then_some(place)
        })
    }

    pub(super) fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }

    fn scaled(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }
}

/// A step of a path from a word (FNV-1a).
pub(super) fn topic(word: &str) -> u64 {
    word.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Numbers below `count` in another order: each once, as the factor is prime.
pub(super) fn scatter(number: u32, count: u32) -> u32 {
    /// 2^31 - 1.
    const PRIME: u64 = 2_147_483_647;
    u32::try_from(u64::from(number) * PRIME % u64::from(count.max(1))).unwrap_or(0)
}

const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
