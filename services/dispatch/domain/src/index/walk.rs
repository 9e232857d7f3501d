//! The best of a cell, merged from its lanes: `O(lanes + k log n)` for `k` merchants out of `n`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::cell::{Cell, Key, Next};
use crate::recommend::{Phase, Tally};
use crate::ring;
use crate::rule::Frame;

/// A position in the order of one query, packed so that one comparison decides:
/// phase, group, distance on the ring, slot - 32 bits each, the first the most significant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position(u128);

impl Position {
    fn new(phase: Phase, group: u32, distance: u32, slot: u32) -> Self {
        let phase: u32 = match phase {
            Phase::Reserved => 0,
            Phase::OnTime => 1,
            Phase::Late => 2,
        };
        Self(
            u128::from(phase) << 96 | u128::from(group) << 64 | u128::from(distance) << 32 | u128::from(slot),
        )
    }

    /// The same phase at the key that the lane came to.
    const fn at(self, group: u32, distance: u32, slot: u32) -> Self {
        Self(self.0 >> 96 << 96 | (group as u128) << 64 | (distance as u128) << 32 | slot as u128)
    }

    /// The position right behind this one.
    const fn behind(self) -> Self {
        Self(self.0 + 1)
    }

    const fn key(self, start: u32) -> Key {
        let distance = (self.0 >> 32 & 0xFFFF_FFFF) as u32;
        Key {
            group: (self.0 >> 64 & 0xFFFF_FFFF) as u32,
            point: start.wrapping_add(distance),
            slot: self.slot(),
        }
    }

    const fn slot(self) -> u32 {
        (self.0 & 0xFFFF_FFFF) as u32
    }

    /// Without the slot: what the rule compares. Equal where two merchants share a point of the ring.
    const fn rank(self) -> u128 {
        self.0 >> 32
    }
}

/// How far the walk came in one lane. Not settled: the next key is here or behind, so that most lanes never
/// have to be opened.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    at: Reverse<Position>,
    settled: bool,
    lane: u32,
}

/// The slots of the first `wanted` merchants in the order of this query, less those in `gone` (sorted). Those
/// on one ring point with the last come along, for the ids to decide.
pub(super) fn best(cell: &Cell, frame: &Frame<'_>, wanted: usize, gone: &[u32]) -> Vec<u32> {
    let mut heads = heads(cell, frame);
    let mut best = Vec::with_capacity(wanted);
    let mut last = 0;
    while let Some(mut head) = heads.peek_mut() {
        let Reverse(at) = head.at;
        if best.len() >= wanted && at.rank() > last {
            break;
        }
        if head.settled {
            if gone.binary_search(&at.slot()).is_err() {
                best.push(at.slot());
                last = at.rank();
            }
            head.at = Reverse(at.behind());
            head.settled = false;
            continue;
        }
        let lane = cell.lanes().get(head.lane as usize);
        match lane.and_then(|lane| lane.next_key(at.key(frame.start), frame.start)) {
            Some(Next::Key(key)) => {
                head.at = Reverse(at.at(key.group, ring::clockwise(frame.start, key.point), key.slot));
                head.settled = true;
            }
            Some(Next::Group(group)) => head.at = Reverse(at.at(group, 0, 0)),
            None => {
                PeekMut::pop(head);
            }
        }
    }
    best
}

/// One head for each lane that the query takes, at the lane's first group.
fn heads(cell: &Cell, frame: &Frame<'_>) -> BinaryHeap<Head> {
    let taken = (0..).zip(cell.lanes()).filter_map(|(at, lane)| {
        let phase = lane.key.phase(frame).ok()?;
        let position = Position::new(phase, lane.first_group(), 0, 0);
        Some(Head { at: Reverse(position), settled: false, lane: at })
    });
    taken.collect()
}

/// Every merchant of the cell, counted by its lane.
pub(super) fn tally(cell: &Cell, frame: &Frame<'_>) -> Tally {
    let mut tally = Tally::default();
    for lane in cell.lanes() {
        tally.add(lane.key.phase(frame).err(), lane.len());
    }
    tally
}
