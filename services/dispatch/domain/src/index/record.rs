//! One merchant in memory. Compact: a city may hold a million.

use std::sync::Arc;

use kernel::{Area, CategoryCode, City, Grade, MerchantId, Timestamp, Version};

use super::cell::{Kind, Place};
use crate::facts::{Commitment, Hours, Load, MerchantFacts, Proximity, Status, served_permille};
use crate::recommend::group;
use crate::rule::{Contender, Profile, barred};
use crate::{Standing, ring};

/// No instant of a merchant's facts lies ahead.
pub(super) const FOREVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// A category by its number in the index, and the end of its commitment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) category: u32,
    pub(super) until: Timestamp,
}

/// Where a merchant serves ([`areas`](Self::areas) x [`terms`](Self::terms)) and what it is like.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) merchant: MerchantId,
    name: Arc<str>,
    city: City,
    /// Sorted, once each.
    pub(super) areas: Box<[Area]>,
    /// Sorted by category, once each.
    pub(super) terms: Box<[Term]>,
    pub(super) state: State,
}

/// All that a merchant's place in its cells depends on, and what a list shows beside it. Its places follow from
/// it alone, so that a change is: the places before, the places after, move what differs.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) version: Version,
    load_version: Version,
    green_until: Option<Timestamp>,
    /// The first instant of this merchant's facts (end of a commitment, of its green codes) that its places do
    /// not yet reckon with: what ends before it has ended, what ends at it or later is in force.
    pub(super) holds_until: Timestamp,
    capacity: u32,
    open: u32,
    served: u32,
    verified_orders: u32,
    point: u32,
    home: Area,
    hours: Hours,
    score: u16,
    grade: Grade,
    status: Status,
    under_objection: bool,
    newcomer: bool,
}

impl Record {
    /// From canonical facts; the places hold from `as_of` on.
    pub(super) fn new(
        facts: MerchantFacts,
        mut terms: Vec<Term>,
        load: &Load,
        as_of: Timestamp,
        newcomer_below: u32,
    ) -> Self {
        terms.sort_unstable_by_key(|term| term.category);
        let mut record = Self {
            merchant: facts.merchant,
            name: facts.name,
            city: facts.city,
            areas: facts.areas.into(),
            terms: terms.into(),
            state: State {
                version: facts.version,
                load_version: load.version,
                green_until: facts.green_until,
                holds_until: FOREVER,
                capacity: facts.capacity,
                open: load.open,
                served: load.served,
                verified_orders: facts.verified_orders,
                point: ring::merchant_point(facts.merchant),
                home: facts.home,
                hours: facts.hours,
                score: facts.score,
                grade: facts.grade,
                status: facts.status,
                under_objection: facts.under_objection,
                newcomer: facts.verified_orders < newcomer_below,
            },
        };
        record.state = record.as_of(as_of);
        record
    }

    /// The state whose places hold from this instant on.
    pub(super) fn as_of(&self, instant: Timestamp) -> State {
        let ends = self.terms.iter().map(|term| term.until).chain(self.state.green_until);
        let holds_until = ends.filter(|end| *end > instant).min().unwrap_or(FOREVER);
        State { holds_until, ..self.state }
    }

    /// The state with another load.
    pub(super) fn with_load(&self, load: &Load) -> State {
        State { load_version: load.version, open: load.open, served: load.served, ..self.state }
    }

    /// The state under another bound for newcomers.
    pub(super) fn with_newcomers_below(&self, newcomer_below: u32) -> State {
        State { newcomer: self.state.verified_orders < newcomer_below, ..self.state }
    }

    pub(super) fn load(&self) -> Load {
        let State { load_version, open, served, .. } = self.state;
        Load { merchant: self.merchant, version: load_version, open, served }
    }

    pub(super) const fn is_full(&self) -> bool {
        self.state.open >= self.state.capacity
    }

    pub(super) fn standing(&self) -> Standing {
        let State { version, grade, score, status, .. } = self.state;
        Standing { version, grade, score, status }
    }

    /// The end of the commitment by which the merchant serves this cell.
    fn serves(&self, category: u32, area: Area) -> Option<Term> {
        self.areas.binary_search(&area).ok()?;
        let at = self.terms.binary_search_by_key(&category, |term| term.category).ok()?;
        self.terms.get(at).copied()
    }

    /// Where the merchant stands in this cell; none when it does not serve it.
    pub(super) fn place_in(&self, slot: u32, category: u32, area: Area) -> Option<Place> {
        Some(self.state.place(slot, self.serves(category, area)?, area))
    }

    /// The merchant as this cell sees it, which gave it so many orders; none when it does not serve it.
    pub(super) fn contender(&self, category: u32, area: Area, orders: u32) -> Option<Contender> {
        let commitment_until = self.serves(category, area)?.until;
        Some(Contender { commitment_until, orders, profile: self.profile() })
    }

    /// The merchant as all its cells see it.
    pub(super) fn profile(&self) -> Profile {
        let state = &self.state;
        Profile {
            merchant: self.merchant,
            name: Arc::clone(&self.name),
            credit_version: state.version,
            grade: state.grade,
            score: state.score,
            status: state.status,
            home: state.home,
            capacity: state.capacity,
            hours: state.hours,
            verified_orders: state.verified_orders,
            green_until: state.green_until,
            under_objection: state.under_objection,
            load_version: state.load_version,
            open: state.open,
            served: state.served,
        }
    }

    /// The facts it was made from, in canonical form.
    pub(super) fn facts(&self, categories: &[CategoryCode]) -> MerchantFacts {
        let state = &self.state;
        let signed = |term: &Term| {
            let category = categories.get(term.category as usize)?.clone();
            Some(Commitment { category, commitment_until: term.until })
        };
        MerchantFacts {
            city: self.city,
            merchant: self.merchant,
            version: state.version,
            name: Arc::clone(&self.name),
            grade: state.grade,
            score: state.score,
            status: state.status,
            home: state.home,
            areas: self.areas.to_vec(),
            categories: self.terms.iter().filter_map(signed).collect(),
            capacity: state.capacity,
            hours: state.hours,
            verified_orders: state.verified_orders,
            green_until: state.green_until,
            under_objection: state.under_objection,
        }
        .canonical()
    }
}

impl State {
    /// Where a merchant in this state stands in one of its cells.
    pub(super) fn place(&self, slot: u32, term: Term, area: Area) -> Place {
        let holds = |until: Timestamp| until >= self.holds_until;
        let kind = match barred(self.status, self.grade, holds(term.until), self.open, self.capacity) {
            Some(reason) => Kind::Out(reason),
            None => Kind::Open {
                hours: self.hours,
                proximity: Proximity::between(self.home, area),
                newcomer: self.newcomer,
                green: self.green_until.is_some_and(holds),
            },
        };
        let group = group(self.grade, served_permille(self.served, self.capacity));
        Place { kind, group, point: self.point, slot }
    }
}
