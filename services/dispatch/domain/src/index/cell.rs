//! One cell (category and street): its merchants in order, each with its kind.
//!
//! A kind is what the merchants of a cell have in common as far as queries can tell them apart: the hours, the
//! proximity, newcomer and green or not. A query takes or leaves a kind as a whole; how many each has is counted,
//! so that nobody has to be looked at to be left out. Whom no query can take stands in a run apart.

use super::run::{Entry, Run};
use super::shares::Shares;
use crate::facts::{Hours, Proximity};
use crate::recommend::{ExclusionReason, Phase};
use crate::rule::Frame;

/// What queries tell merchants of a cell apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// May be chosen, as far as the query does not say otherwise.
    Open { hours: Hours, proximity: Proximity, newcomer: bool, green: bool },
    /// May not.
    Out(ExclusionReason),
}

impl Kind {
    /// In which phase of its order a query takes the kind.
    ///
    /// # Errors
    /// The reason why it leaves the kind.
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
    pub(super) kind: Kind,
    pub(super) group: u32,
    pub(super) point: u32,
    pub(super) slot: u32,
}

/// A kind, and how many of the cell are of it. Its number is its position; one of zero merchants is free for
/// another kind.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) kind: Kind,
    pub(super) merchants: u32,
}

/// The merchants that serve one category in one street.
#[derive(Debug, Default)]
pub(super) struct Cell {
    kinds: Vec<Counted>,
    open: Run,
    out: Run,
    /// Who was given how many of its orders. Kept apart: an order moves every share of the cell, and no entry.
    pub(super) shares: Shares,
}

impl Cell {
    pub(super) fn insert(&mut self, place: Place) {
        let number = self.number_for(place.kind);
        if let Some(counted) = self.kinds.get_mut(number) {
            *counted = Counted { kind: place.kind, merchants: counted.merchants.saturating_add(1) };
        }
        self.run_of(place.kind).insert(entry(place, number));
    }

    pub(super) fn remove(&mut self, place: Place) {
        let Some(number) = self.kinds.iter().position(|counted| counted.kind == place.kind) else { return };
        if let Some(counted) = self.kinds.get_mut(number) {
            counted.merchants = counted.merchants.saturating_sub(1);
        }
        self.run_of(place.kind).remove(entry(place, number));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.out.is_empty() && self.shares.is_empty()
    }

    /// By number.
    pub(super) fn kinds(&self) -> &[Counted] {
        &self.kinds
    }

    /// Those that a query may take, in order.
    pub(super) const fn open(&self) -> &Run {
        &self.open
    }

    /// All, those whom no query can take first.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.out.iter().chain(self.open.iter())
    }

    /// The kind's number; that of a free place, or a new one, when the cell has none of it.
    fn number_for(&mut self, kind: Kind) -> usize {
        let mut free = None;
        for (number, counted) in self.kinds.iter().enumerate() {
            if counted.kind == kind {
                return number;
            }
            if counted.merchants == 0 {
                free = Some(number);
            }
        }
        free.unwrap_or_else(|| {
            self.kinds.push(Counted { kind, merchants: 0 });
            self.kinds.len() - 1
        })
    }

    const fn run_of(&mut self, kind: Kind) -> &mut Run {
        match kind {
            Kind::Open { .. } => &mut self.open,
            Kind::Out(_) => &mut self.out,
        }
    }
}

fn entry(place: Place, number: usize) -> Entry {
    let Place { group, point, slot, .. } = place;
    Entry::new(group, point, slot, super::number(number))
}
