//! The whole ranking of a city in memory: a pure fold of standings and loads that answers in time independent
//! of the number of merchants.
//!
//! Shape: records in slots, and per [`CellKey`] a sorted run that points to them. A change moves one merchant in
//! its own cells; a query walks the run from where its draw starts and reads as many records as it lists.
//!
//! Bounds: one record per merchant ever affiliated, one entry per merchant, category and street (16 bytes), one
//! count per merchant, category and street that was ever ordered from it, one waiting load per merchant that dispatch
//! assigned but credit did not tell of yet.
//!
//! Order: the fold does not depend on the order across merchants, takes each version once, and a rebuild from
//! snapshots answers the same as the index that grew.

mod cell;
mod record;
mod run;
mod shares;
mod view;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Area, CategoryCode, Grade, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::facts::{CellOrders, Load, MerchantFacts, Status};
use crate::policy::Policy;
use crate::query::Query;
use crate::recommend::{Recommendation, Share};
use cell::Cell;
use record::{FOREVER, Record, State, Term};
pub(crate) use view::View;

/// One category in one street: the merchants that compete for the same requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellKey {
    /// The street.
    pub area: Area,
    /// The category.
    pub category: CategoryCode,
}

/// A merchant's part of one market, for the merchant itself to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketShare {
    /// Which market.
    #[serde(flatten)]
    pub cell: CellKey,
    /// Its part.
    #[serde(flatten)]
    pub share: Share,
    /// Whether that is above the share cap: then it stands behind the others, except in emergencies and where fewer
    /// merchants can be chosen than the cap needs.
    pub above_cap: bool,
}

/// What a change of credit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Counts credit's changes.
    pub version: Version,
    /// Credit grade.
    pub grade: Grade,
    /// Credit score.
    pub score: u16,
    /// Member, suspended or removed.
    pub status: Status,
}

/// What became of a snapshot.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fold<P> {
    /// It is newer than what was known, and counts from now on.
    Applied {
        /// What was known before; none at first sight.
        previous: Option<P>,
        /// The cells whose answers may differ now, sorted.
        affected: Vec<CellKey>,
    },
    /// It is not newer; nothing changed.
    Stale {
        /// The version known.
        mine: Version,
    },
}

/// The ranking of the merchants folded in so far, under one policy. Usually one per city, so that a change in
/// one city does not hold up the answers of another.
#[derive(Debug)]
pub struct Index {
    policy: Policy,
    as_of: Timestamp,
    records: Vec<Record>,
    slots: BTreeMap<MerchantId, u32>,
    categories: Vec<CategoryCode>,
    category_numbers: BTreeMap<CategoryCode, u32>,
    cells: BTreeMap<(Area, u32), Cell>,
    /// For every record with an end ahead: the instant until which its places hold.
    ends: BTreeSet<(Timestamp, u32)>,
    waiting_loads: BTreeMap<MerchantId, Load>,
}

impl Index {
    /// An index without merchants.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        Self {
            policy,
            as_of: Timestamp::EPOCH,
            records: Vec::new(),
            slots: BTreeMap::new(),
            categories: Vec::new(),
            category_numbers: BTreeMap::new(),
            cells: BTreeMap::new(),
            ends: BTreeSet::new(),
            waiting_loads: BTreeMap::new(),
        }
    }

    /// The policy in force.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Merchants known.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether no merchant is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The version of a merchant's standing here; none when it is not known.
    #[must_use]
    pub fn credit_version(&self, merchant: MerchantId) -> Option<Version> {
        self.record(merchant).map(|(_, record)| record.state.version)
    }

    /// A merchant's load here; none when neither its facts nor its load are known.
    #[must_use]
    pub fn load(&self, merchant: MerchantId) -> Option<Load> {
        let known = self.record(merchant).map(|(_, record)| record.load());
        known.or_else(|| self.waiting_loads.get(&merchant).copied())
    }

    /// A merchant's facts in canonical form.
    #[must_use]
    pub fn facts(&self, merchant: MerchantId) -> Option<MerchantFacts> {
        self.record(merchant).map(|(_, record)| record.facts(&self.categories))
    }

    /// Whether a merchant holds as many jobs as it can; none when it is not known.
    #[must_use]
    pub fn is_full(&self, merchant: MerchantId) -> Option<bool> {
        self.record(merchant).map(|(_, record)| record.is_full())
    }

    /// What a merchant was given of the orders of the cells it serves, where it was given any.
    #[must_use]
    pub fn market_shares(&self, merchant: MerchantId) -> Vec<MarketShare> {
        let Some((slot, _)) = self.record(merchant) else { return Vec::new() };
        let shares = self.cells_of(slot).into_iter().filter_map(|key| {
            let category = self.category_numbers.get(&key.category)?;
            let shares = &self.cells.get(&(key.area, *category))?.shares;
            let share = Share { orders: shares.orders(merchant), of: shares.of() };
            let above_cap = self.policy.share_cap.is_some_and(|cap| cap.is_above(share));
            (share.orders > 0).then_some(MarketShare { cell: key, share, above_cap })
        });
        shares.collect()
    }

    /// The orders of all cells, by street, category and merchant.
    pub fn cell_orders(&self) -> impl Iterator<Item = CellOrders> + '_ {
        self.cells.iter().flat_map(|((area, category), cell)| {
            let code = self.categories.get(*category as usize);
            code.into_iter().flat_map(|code| cell.shares.all(*area, code))
        })
    }

    /// The facts and loads of all merchants by id: two indexes that know the same give the same bytes.
    pub fn snapshots(&self) -> impl Iterator<Item = (MerchantFacts, Load)> + '_ {
        let records = self.slots.values().filter_map(|slot| self.records.get(*slot as usize));
        records.map(|record| (record.facts(&self.categories), record.load()))
    }

    /// Folds in a standing.
    pub fn apply_facts(&mut self, facts: MerchantFacts) -> Fold<Standing> {
        let known = self.record(facts.merchant).map(|(slot, record)| (slot, record.standing()));
        if let Some((_, Standing { version: mine, .. })) = known
            && facts.version <= mine
        {
            return Fold::Stale { mine };
        }
        let merchant = facts.merchant;
        let load = self.load(merchant).unwrap_or(Load::none(merchant));
        let record = self.new_record(facts.canonical(), &load);
        let mut affected = Vec::new();
        let slot = match known {
            Some((slot, _)) => {
                affected = self.cells_of(slot);
                self.take_out(slot);
                if let Some(mine) = self.records.get_mut(slot as usize) {
                    *mine = record;
                }
                slot
            }
            None => {
                let slot = number(self.records.len());
                self.records.push(record);
                self.slots.insert(merchant, slot);
                self.waiting_loads.remove(&merchant);
                slot
            }
        };
        self.put_in(slot);
        affected.extend(self.cells_of(slot));
        affected.sort_unstable();
        affected.dedup();
        Fold::Applied { previous: known.map(|(_, standing)| standing), affected }
    }

    /// Folds in a load. One that comes before its merchant's facts is kept for them.
    pub fn apply_load(&mut self, load: Load) -> Fold<Load> {
        let previous = self.load(load.merchant);
        let mine = previous.map_or(Version(0), |previous| previous.version);
        if load.version <= mine {
            return Fold::Stale { mine };
        }
        let known = self.record(load.merchant);
        let Some((slot, state)) = known.map(|(slot, record)| (slot, record.with_load(&load))) else {
            self.waiting_loads.insert(load.merchant, load);
            return Fold::Applied { previous, affected: Vec::new() };
        };
        self.restate(slot, state);
        Fold::Applied { previous, affected: self.cells_of(slot) }
    }

    /// Folds in the orders of a cell that one merchant was given. It need not be known, nor serve the cell any more:
    /// its orders are part of the market all the same.
    pub fn apply_orders(&mut self, given: &CellOrders) -> Fold<u32> {
        let category = self.category_number(&given.category);
        let cell = self.cells.entry((given.area, category)).or_default();
        match cell.shares.apply(given) {
            Ok(previous) => {
                let affected = vec![CellKey { area: given.area, category: given.category.clone() }];
                Fold::Applied { previous, affected }
            }
            Err(mine) => Fold::Stale { mine },
        }
    }

    /// Puts another policy in force; every answer from now on names it.
    pub fn adopt(&mut self, policy: Policy) {
        let below = policy.newcomer_below_orders;
        let regroup = below != self.policy.newcomer_below_orders;
        self.policy = policy;
        if !regroup {
            return;
        }
        for slot in 0..number(self.records.len()) {
            if let Some(state) = self.records.get(slot as usize).map(|it| it.with_newcomers_below(below)) {
                self.restate(slot, state);
            }
        }
    }

    /// Whether a commitment or green code ended that no [`sweep`](Self::sweep) has seen to yet.
    #[must_use]
    pub fn is_sweep_due(&self, now: Timestamp) -> bool {
        self.ends.first().is_some_and(|(end, _)| *end <= now)
    }

    /// Moves merchants whose commitment or green code has ended, `merchants_max` at most, and gives the cells
    /// whose answers may differ now, sorted.
    ///
    /// Answers do not depend on it: what is overdue is reckoned with by every query. It keeps that small, and it
    /// is how the end of a commitment becomes known.
    pub fn sweep(&mut self, now: Timestamp, merchants_max: usize) -> Vec<CellKey> {
        self.as_of = self.as_of.max(now);
        let due: Vec<u32> =
            self.ends.range(..=(now, u32::MAX)).take(merchants_max).map(|(_, slot)| *slot).collect();
        let mut affected = Vec::new();
        for slot in due {
            if let Some(state) = self.records.get(slot as usize).map(|record| record.as_of(self.as_of)) {
                self.restate(slot, state);
                affected.extend(self.cells_of(slot));
            }
        }
        affected.sort_unstable();
        affected.dedup();
        affected
    }

    /// The best candidates for a need, in the order of the rule, with everyone left out counted by reason.
    ///
    /// Judged at `now`, or at the last sweep when that was later: time does not run backwards for merchants.
    #[must_use]
    pub fn recommend(&self, query: &Query, now: Timestamp) -> Recommendation {
        let view = self.view(query, now);
        let best = view.best(view.frame.limit());
        view.answer(&best)
    }

    fn record(&self, merchant: MerchantId) -> Option<(u32, &Record)> {
        let slot = *self.slots.get(&merchant)?;
        Some((slot, self.records.get(slot as usize)?))
    }

    fn new_record(&mut self, facts: MerchantFacts, load: &Load) -> Record {
        let mut terms = Vec::with_capacity(facts.categories.len());
        for signed in &facts.categories {
            let category = self.category_number(&signed.category);
            terms.push(Term { category, until: signed.commitment_until });
        }
        Record::new(facts, terms, load, self.as_of, self.policy.newcomer_below_orders)
    }

    fn category_number(&mut self, category: &CategoryCode) -> u32 {
        if let Some(known) = self.category_numbers.get(category) {
            return *known;
        }
        let new = number(self.categories.len());
        self.categories.push(category.clone());
        self.category_numbers.insert(category.clone(), new);
        new
    }

    fn cells_of(&self, slot: u32) -> Vec<CellKey> {
        let Some(record) = self.records.get(slot as usize) else { return Vec::new() };
        let mut cells = Vec::with_capacity(record.areas.len() * record.terms.len());
        for area in &record.areas {
            let codes = record.terms.iter().filter_map(|term| self.categories.get(term.category as usize));
            cells.extend(codes.map(|category| CellKey { area: *area, category: category.clone() }));
        }
        cells.sort_unstable();
        cells
    }

    /// Gives a merchant its places.
    fn put_in(&mut self, slot: u32) {
        let Self { records, cells, ends, .. } = self;
        let Some(record) = records.get(slot as usize) else { return };
        if record.state.holds_until != FOREVER {
            ends.insert((record.state.holds_until, slot));
        }
        for area in &record.areas {
            for term in &record.terms {
                let place = record.state.place(slot, *term, *area);
                cells.entry((*area, term.category)).or_default().insert(place);
            }
        }
    }

    /// Takes a merchant out of its places.
    fn take_out(&mut self, slot: u32) {
        let Self { records, cells, ends, .. } = self;
        let Some(record) = records.get(slot as usize) else { return };
        ends.remove(&(record.state.holds_until, slot));
        for area in &record.areas {
            for term in &record.terms {
                let key = (*area, term.category);
                let Some(cell) = cells.get_mut(&key) else { continue };
                cell.remove(record.state.place(slot, *term, *area));
                if cell.is_empty() {
                    cells.remove(&key);
                }
            }
        }
    }

    /// Changes a merchant's state and moves it in those of its cells where that changes its place.
    fn restate(&mut self, slot: u32, state: State) {
        let Self { records, cells, ends, .. } = self;
        let Some(record) = records.get_mut(slot as usize) else { return };
        let before = core::mem::replace(&mut record.state, state);
        if before.holds_until != state.holds_until {
            ends.remove(&(before.holds_until, slot));
            if state.holds_until != FOREVER {
                ends.insert((state.holds_until, slot));
            }
        }
        for area in &record.areas {
            for term in &record.terms {
                let (from, to) = (before.place(slot, *term, *area), state.place(slot, *term, *area));
                if from == to {
                    continue;
                }
                let cell = cells.entry((*area, term.category)).or_default();
                cell.remove(from);
                cell.insert(to);
            }
        }
    }
}

/// Slots and categories are numbered in 32 bits: 4 billion merchants do not fit in memory.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
