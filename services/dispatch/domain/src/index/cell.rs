//! One cell (category and street): its merchants in lanes, each lane kept sorted.
//!
//! A lane holds merchants that every query treats alike: the same hours, proximity, newcomer and green flags;
//! or the same bar that no query can lift. A query therefore takes or leaves a lane as a whole and never walks
//! over merchants it cannot use, however many there are.

use std::collections::BTreeSet;

use crate::facts::{Hours, Proximity};
use crate::recommend::{ExclusionReason, Phase};
use crate::rule::Frame;

/// Position in a lane: credit band and orders given, then the place on the ring. The slot finds the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) group: u32,
    pub(super) point: u32,
    pub(super) slot: u32,
}

/// What the merchants of a lane have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LaneKey {
    /// May be chosen, as far as the query does not say otherwise.
    Open { hours: Hours, proximity: Proximity, newcomer: bool, green: bool },
    /// May not.
    Out(ExclusionReason),
}

impl LaneKey {
    /// In which phase of its order a query takes the lane.
    ///
    /// # Errors
    /// The reason why it leaves the lane.
    pub(super) fn phase(self, frame: &Frame<'_>) -> Result<Phase, ExclusionReason> {
        match self {
            Self::Out(reason) => Err(reason),
            Self::Open { hours, proximity, newcomer, green } => match frame.unsuited(hours, green) {
                Some(reason) => Err(reason),
                None => Ok(frame.phase(proximity, newcomer)),
            },
        }
    }
}

/// Where a merchant stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) lane: LaneKey,
    pub(super) key: Key,
}

/// Merchants that every query treats alike, in order.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) key: LaneKey,
    /// The group of the first key, beside the lane so that a query can leave the keys alone until their turn.
    first_group: u32,
    keys: BTreeSet<Key>,
}

/// What comes next in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// This key.
    Key(Key),
    /// Nothing more in the group; the next one is this.
    Group(u32),
}

impl Lane {
    /// The next key clockwise from `start` in this group, at this key or behind it; else the next group.
    ///
    /// "Clockwise" makes two arcs of a sorted group: from the start to the top, then from zero to the start.
    pub(super) fn next_key(&self, from: Key, start: u32) -> Option<Next> {
        let Key { group, point, .. } = from;
        let arc_end = Key { group, point: start, slot: 0 };
        if point < start {
            if let Some(key) = self.keys.range(from..arc_end).next() {
                return Some(Next::Key(*key));
            }
            let beyond = Key { group: group.saturating_add(1), point: 0, slot: 0 };
            return self.keys.range(beyond..).next().map(|key| Next::Group(key.group));
        }
        let ahead = self.keys.range(from..).next().copied();
        if let Some(key) = ahead.filter(|key| key.group == group) {
            return Some(Next::Key(key));
        }
        let zero = Key { group, point: 0, slot: 0 };
        let wrapped = self.keys.range(zero..arc_end).next();
        wrapped.map(|key| Next::Key(*key)).or(ahead.map(|key| Next::Group(key.group)))
    }

    pub(super) const fn first_group(&self) -> u32 {
        self.first_group
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.keys.iter().map(|key| key.slot)
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.keys.len()).unwrap_or(u32::MAX)
    }

    fn note_first(&mut self) {
        self.first_group = self.keys.first().map_or(u32::MAX, |key| key.group);
    }
}

/// The merchants that serve one category in one street.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// Sorted by key, none empty.
    lanes: Vec<Lane>,
}

impl Cell {
    pub(super) fn insert(&mut self, place: Place) {
        let at = match self.lanes.binary_search_by_key(&place.lane, |lane| lane.key) {
            Ok(at) => at,
            Err(at) => {
                let lane = Lane { key: place.lane, first_group: u32::MAX, keys: BTreeSet::new() };
                self.lanes.insert(at, lane);
                at
            }
        };
        if let Some(lane) = self.lanes.get_mut(at) {
            lane.keys.insert(place.key);
            lane.note_first();
        }
    }

    pub(super) fn remove(&mut self, place: Place) {
        let Ok(at) = self.lanes.binary_search_by_key(&place.lane, |lane| lane.key) else { return };
        let Some(lane) = self.lanes.get_mut(at) else { return };
        lane.keys.remove(&place.key);
        if lane.keys.is_empty() {
            self.lanes.remove(at);
        } else {
            lane.note_first();
        }
    }

    pub(super) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }
}
