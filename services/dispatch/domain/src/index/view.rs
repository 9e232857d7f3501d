//! One query on its way through its cell.

use kernel::{MerchantId, Timestamp};

use super::Index;
use super::cell::Cell;
use super::walk::{AboveShare, Survey};
use crate::query::Query;
use crate::recommend::{Candidate, ExclusionReason, Recommendation, Tally, line_up};
use crate::rule::{Contender, Frame};

/// A query's way into its cell.
pub(crate) struct View<'a> {
    index: &'a Index,
    cell: Option<&'a Cell>,
    category: u32,
    pub(crate) frame: Frame<'a>,
    survey: Survey,
    /// Every merchant of the cell, counted once.
    pub(crate) tally: Tally,
    /// Slots of a kind that the query takes and that still do not stand among their kind, sorted: they may not be
    /// chosen, or stand behind.
    aside: Vec<u32>,
    /// Of these, who was given more than the share cap allows, in order: a few at most.
    above_share: Vec<AboveShare>,
}

impl Index {
    /// Prepares a query: its cell, and what the kinds do not tell.
    pub(crate) fn view<'a>(&'a self, query: &'a Query, now: Timestamp) -> View<'a> {
        let frame = Frame::new(query, &self.policy, now.max(self.as_of));
        let category = self.category_numbers.get(&query.category).copied();
        let cell = category.and_then(|category| self.cells.get(&(query.area, category)));
        let survey = cell.map_or_else(Survey::default, |cell| Survey::of(cell, &frame));
        let category = category.unwrap_or(u32::MAX);
        let tally = survey.tally;
        let (aside, above_share) = (Vec::new(), Vec::new());
        let mut view = View { index: self, cell, category, frame, survey, tally, aside, above_share };
        view.reckon_with_overdue();
        view.leave_out_tried();
        view.hold_to_share();
        view.aside.sort_unstable();
        view
    }
}

impl View<'_> {
    /// The slots of the best, in order.
    pub(crate) fn best(&self, wanted: usize) -> Vec<u32> {
        self.cell.map_or_else(Vec::new, |cell| {
            self.survey.best(cell, &self.frame, wanted, (&self.aside, &self.above_share))
        })
    }

    /// The answer that lists these.
    pub(crate) fn answer(&self, best: &[u32]) -> Recommendation {
        self.frame.answer(self.candidates(best, self.frame.limit()), self.tally)
    }

    /// These in order, at most `limit`.
    pub(crate) fn candidates(&self, best: &[u32], limit: usize) -> Vec<Candidate> {
        let mut candidates = Vec::with_capacity(best.len());
        for slot in best {
            let Some(record) = self.index.records.get(*slot as usize) else { continue };
            let above = self.above_share.iter().find(|above| above.slot == *slot);
            candidates.push(self.frame.candidate(record.profile(), above.map(|above| above.share)));
        }
        line_up(&mut candidates, limit);
        candidates
    }

    /// A merchant as this cell sees it; none when it does not serve the cell.
    pub(crate) fn contender(&self, slot: u32) -> Option<Contender> {
        let record = self.index.records.get(slot as usize)?;
        let orders = self.cell.map_or(0, |cell| cell.shares.orders(record.merchant));
        record.contender(self.category, self.frame.query.area, orders)
    }

    /// A merchant of this cell by its id; none when it does not serve the cell or is not known.
    pub(crate) fn find(&self, merchant: MerchantId) -> Option<(u32, Contender)> {
        let slot = *self.index.slots.get(&merchant)?;
        Some((slot, self.contender(slot)?))
    }

    /// Orders of the cell given to anybody.
    pub(crate) fn orders(&self) -> u32 {
        self.cell.map_or(0, |cell| cell.shares.of())
    }

    /// All merchants of the cell. For people and records, not for the hot path.
    pub(crate) fn all(&self) -> impl Iterator<Item = Contender> + '_ {
        self.cell.into_iter().flat_map(Cell::entries).filter_map(|entry| self.contender(entry.slot()))
    }

    /// The slots of the kinds that the query leaves.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = u32> + '_ {
        let entries = self.cell.into_iter().flat_map(Cell::entries);
        entries.filter(|entry| self.survey.leaves(entry.kind())).map(|entry| entry.slot())
    }

    /// Commitments and green codes that ended since the last sweep: few, and none in the usual case.
    fn reckon_with_overdue(&mut self) {
        for (_, slot) in self.index.ends.range(..=(self.frame.now, u32::MAX)) {
            let Some(record) = self.index.records.get(*slot as usize) else { continue };
            let area = self.frame.query.area;
            let Some(place) = record.place_in(*slot, self.category, area) else { continue };
            let Some(contender) = self.contender(*slot) else { continue };
            let placed = place.kind.phase(&self.frame).err();
            let verdict = self.frame.exclusion_but_tried(&contender);
            if verdict != placed {
                self.tally.shift(placed, verdict);
            }
            if verdict.is_some() {
                self.aside.push(*slot);
            }
        }
    }

    /// Merchants that had their chance with this request.
    fn leave_out_tried(&mut self) {
        for merchant in &self.frame.query.tried {
            let Some((slot, contender)) = self.find(*merchant) else { continue };
            if self.frame.exclusion_but_tried(&contender).is_none() && !self.aside.contains(&slot) {
                self.tally.shift(None, Some(ExclusionReason::AlreadyTried));
                self.aside.push(slot);
            }
        }
    }

    /// Merchants that were given more than their share stand behind the others of their arrival band.
    fn hold_to_share(&mut self) {
        let Some(cell) = self.cell else { return };
        let Some(cap) = self.frame.cap(cell.shares.of(), self.tally.eligible) else { return };
        for (merchant, share) in cell.shares.above(cap) {
            let Some((slot, contender)) = self.find(merchant) else { continue };
            if self.frame.exclusion(&contender).is_none() {
                let rank = self.frame.candidate(contender.profile, Some(share)).rank();
                self.above_share.push(AboveShare { rank, slot, share });
                self.aside.push(slot);
            }
        }
        self.above_share.sort_unstable_by_key(|above| above.rank);
    }
}
