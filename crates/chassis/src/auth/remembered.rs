//! A bounded memory of what was verified.

use core::hash::Hash;
use std::collections::HashMap;
use std::num::NonZeroUsize;

use kernel::Timestamp;

/// Two generations: when the younger is full, the older is forgotten and the younger becomes it. Bounded,
/// without any order to keep, and what is asked for stays.
pub(super) struct Remembered<K, V> {
    young: HashMap<K, (V, Timestamp)>,
    old: HashMap<K, (V, Timestamp)>,
    generation_max: usize,
}

impl<K: Eq + Hash + Copy, V: Clone> Remembered<K, V> {
    /// Of at most this many.
    pub(super) fn new(max: NonZeroUsize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation_max: max.get().div_ceil(2) }
    }

    /// What is remembered, and until when it is good.
    pub(super) fn get(&mut self, key: &K) -> Option<(V, Timestamp)> {
        if let Some(found) = self.young.get(key) {
            return Some(found.clone());
        }
        let (value, expires) = self.old.remove(key)?;
        self.put(*key, value.clone(), expires);
        Some((value, expires))
    }

    pub(super) fn put(&mut self, key: K, value: V, expires: Timestamp) {
        if self.young.len() >= self.generation_max {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.insert(key, (value, expires));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_memory_is_bounded() {
        let mut remembered = Remembered::new(NonZeroUsize::new(10).unwrap());
        remembered.put(0, "asked for", Timestamp::EPOCH);
        for key in 1..1_000 {
            remembered.put(key, "once", Timestamp::EPOCH);
            assert!(remembered.get(&0).is_some(), "after {key}");
            assert!(remembered.young.len() + remembered.old.len() <= 10);
        }
        assert!(remembered.get(&500).is_none());
    }
}
