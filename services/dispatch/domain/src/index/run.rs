//! A sorted run of merchants in chunks: dense in memory, quick to walk in order, and quick to skip where no
//! merchant of a wanted kind is.

use core::ops::ControlFlow;

/// A merchant's place: credit band and orders given (the group), the place on the ring, the slot that finds its
/// record, and its kind, which tells which queries may take it.
///
/// Packed in that order, 32 bits each, the group the most significant: one comparison, no branches. A slot stands
/// once in a run, so that the kind never decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry(u128);

impl Entry {
    pub(super) fn new(group: u32, point: u32, slot: u32, kind: u32) -> Self {
        Self(u128::from(group) << 96 | u128::from(point) << 64 | u128::from(slot) << 32 | u128::from(kind))
    }

    /// At or before every entry of the group from this point on.
    fn floor(group: u32, point: u32) -> Self {
        Self::new(group, point, 0, 0)
    }

    pub(super) const fn group(self) -> u32 {
        (self.0 >> 96) as u32
    }

    pub(super) const fn point(self) -> u32 {
        (self.0 >> 64 & 0xFFFF_FFFF) as u32
    }

    pub(super) const fn slot(self) -> u32 {
        (self.0 >> 32 & 0xFFFF_FFFF) as u32
    }

    pub(super) const fn kind(self) -> u32 {
        (self.0 & 0xFFFF_FFFF) as u32
    }
}

/// Entries in a chunk at most: one kibibyte, found and shifted within a few cache lines.
const CHUNK_MAX: usize = 64;

/// Never empty.
#[derive(Debug)]
struct Chunk {
    /// A copy of the first entry, so that a search reads the chunk it wants and no other.
    first: Entry,
    /// One bit for each kind within, modulo 64: a clear bit is a promise, a set bit is not.
    kinds: u64,
    entries: Vec<Entry>,
}

/// Sorted entries, each once.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Sorted by their first entries.
    chunks: Vec<Chunk>,
}

/// Which kinds a walk is for.
pub(super) trait Wanted {
    /// The bits of all wanted kinds.
    fn bits(&self) -> u64;
    /// Whether this kind is wanted.
    fn takes(&self, kind: u32) -> bool;
}

/// The bit of a kind, in [`Wanted::bits`] as in a chunk.
pub(super) const fn bit(kind: u32) -> u64 {
    1 << (kind % 64)
}

/// A position in a run; the end is that of no entry.
#[derive(Debug, Clone, Copy, Default)]
struct At {
    chunk: usize,
    entry: usize,
}

impl At {
    const fn next_chunk(self) -> Self {
        Self { chunk: self.chunk + 1, entry: 0 }
    }
}

impl Chunk {
    fn of(entries: Vec<Entry>) -> Option<Self> {
        let first = *entries.first()?;
        let kinds = entries.iter().fold(0, |kinds, entry| kinds | bit(entry.kind()));
        Some(Self { first, kinds, entries })
    }

    fn insert(&mut self, entry: Entry) {
        let Err(at) = self.entries.binary_search(&entry) else { return };
        if self.entries.len() == self.entries.capacity() {
            // Growing by a quarter, not by doubling: there are more of these than of anything else.
            self.entries.reserve_exact((self.entries.len() / 4).max(2));
        }
        self.entries.insert(at, entry);
        self.first = self.first.min(entry);
        self.kinds |= bit(entry.kind());
    }

    /// The upper half, when there are too many.
    fn split(&mut self) -> Option<Self> {
        if self.entries.len() <= CHUNK_MAX {
            return None;
        }
        let upper = Self::of(self.entries.split_off(CHUNK_MAX / 2))?;
        self.entries.shrink_to_fit();
        self.kinds = self.entries.iter().fold(0, |kinds, entry| kinds | bit(entry.kind()));
        Some(upper)
    }
}

impl Run {
    pub(super) fn insert(&mut self, entry: Entry) {
        let at = self.chunk_of(&entry);
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.chunks.extend(Chunk::of(vec![entry]));
            return;
        };
        chunk.insert(entry);
        if let Some(upper) = chunk.split() {
            self.chunks.insert(at + 1, upper);
        }
    }

    pub(super) fn remove(&mut self, entry: Entry) {
        let at = self.chunk_of(&entry);
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        let Ok(found) = chunk.entries.binary_search(&entry) else { return };
        let mut entries = core::mem::take(&mut chunk.entries);
        entries.remove(found);
        // Small neighbours become one, so that a run that shrinks or drifts stays dense.
        let room = (CHUNK_MAX / 2).saturating_sub(entries.len());
        if self.chunks.get(at + 1).is_some_and(|next| next.entries.len() <= room) {
            entries.append(&mut self.chunks.remove(at + 1).entries);
        }
        match (Chunk::of(entries), self.chunks.get_mut(at)) {
            (Some(rest), Some(chunk)) => *chunk = rest,
            _ => drop(self.chunks.remove(at)),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.chunks.iter().flat_map(|chunk| &chunk.entries)
    }

    /// Visits the entries of wanted kinds in the order of a search that starts at this point of the ring: group
    /// by group, and each group clockwise - from the start to the top of the ring, then from zero to the start.
    pub(super) fn clockwise(
        &self,
        start: u32,
        wanted: &impl Wanted,
        mut visit: impl FnMut(&Entry) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut at = At::default();
        // What lies before the next wanted entry need not be walked, whatever its group.
        while let Some((from, group)) = self.next_wanted(at, wanted) {
            let turn = Entry::floor(group, start);
            let above = self.seek(from, &turn);
            at = self.scan(above, &Entry::floor(group.saturating_add(1), 0), wanted, &mut visit)?;
            self.scan(from, &turn, wanted, &mut visit)?;
        }
        ControlFlow::Continue(())
    }

    /// The chunk in which this entry is, or belongs.
    fn chunk_of(&self, entry: &Entry) -> usize {
        self.chunks.partition_point(|chunk| chunk.first <= *entry).saturating_sub(1)
    }

    /// The first entry of a wanted kind from here on, and its group.
    fn next_wanted(&self, mut at: At, wanted: &impl Wanted) -> Option<(At, u32)> {
        let bits = wanted.bits();
        loop {
            let chunk = self.chunks.get(at.chunk)?;
            if chunk.kinds & bits != 0 {
                let mut rest = chunk.entries.iter().enumerate().skip(at.entry);
                if let Some((entry, found)) = rest.find(|(_, entry)| wanted.takes(entry.kind())) {
                    return Some((At { entry, ..at }, found.group()));
                }
            }
            at = at.next_chunk();
        }
    }

    /// The first position from here on that is not below the bound.
    fn seek(&self, at: At, bound: &Entry) -> At {
        let below = |entry: &Entry| entry < bound;
        let rest =
            self.chunks.get(at.chunk).and_then(|chunk| chunk.entries.get(at.entry..)).unwrap_or_default();
        let passed = rest.partition_point(below);
        if passed < rest.len() {
            return At { entry: at.entry + passed, ..at };
        }
        let later = self.chunks.get(at.chunk + 1..).unwrap_or_default();
        let chunk = at.chunk + later.partition_point(|chunk| below(&chunk.first));
        match self.chunks.get(chunk) {
            // The chunk before the first that starts above the bound may hold it.
            Some(last) if chunk > at.chunk => {
                let entry = last.entries.partition_point(below);
                if entry < last.entries.len() {
                    At { chunk, entry }
                } else {
                    At { chunk, entry }.next_chunk()
                }
            }
            _ => at.next_chunk(),
        }
    }

    /// Visits the entries of wanted kinds from here up to the bound; gives the first position not below it.
    fn scan(
        &self,
        mut at: At,
        bound: &Entry,
        wanted: &impl Wanted,
        visit: &mut impl FnMut(&Entry) -> ControlFlow<()>,
    ) -> ControlFlow<(), At> {
        let bits = wanted.bits();
        while let Some(chunk) = self.chunks.get(at.chunk) {
            let next = self.chunks.get(at.chunk + 1);
            let wholly_below = next.is_some_and(|next| next.first <= *bound);
            if chunk.kinds & bits != 0 || !wholly_below {
                for (entry, found) in chunk.entries.iter().enumerate().skip(at.entry) {
                    if found >= bound {
                        return ControlFlow::Continue(At { entry, ..at });
                    }
                    if wanted.takes(found.kind()) {
                        visit(found)?;
                    }
                }
            }
            at = at.next_chunk();
        }
        ControlFlow::Continue(at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    struct Kinds(u64);

    impl Wanted for Kinds {
        fn bits(&self) -> u64 {
            self.0
        }

        fn takes(&self, kind: u32) -> bool {
            self.0 & bit(kind) != 0
        }
    }

    proptest! {
        #[test]
        fn a_run_holds_what_was_inserted_and_not_removed_and_is_walked_clockwise(
            changes in vec((any::<bool>(), 0_u32..3, 0_u32..40, 0_u32..4, 0_u32..5), 0..1_500),
            start in 0_u32..40,
            wanted in 0_u64..32,
        ) {
            let mut run = Run::default();
            let mut plain = std::collections::BTreeSet::new();
            for (keep, group, point, slot, kind) in changes {
                let entry = Entry::new(group, point, slot, kind);
                if keep {
                    run.insert(entry);
                    plain.insert(entry);
                } else {
                    run.remove(entry);
                    plain.remove(&entry);
                }
            }
            prop_assert!(run.iter().eq(&plain));
            prop_assert!(run.chunks.iter().all(|chunk| (1..=CHUNK_MAX).contains(&chunk.entries.len())));
            let mut walked = Vec::new();
            let _ = run.clockwise(start, &Kinds(wanted), |entry| {
                walked.push(*entry);
                ControlFlow::Continue(())
            });
            let mut expected: Vec<_> = plain.into_iter().filter(|entry| Kinds(wanted).takes(entry.kind())).collect();
            expected.sort_by_key(|entry| (entry.group(), entry.point().wrapping_sub(start), *entry));
            prop_assert_eq!(walked, expected);
        }
    }
}
