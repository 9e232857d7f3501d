//! One query on its way through its cell.

use kernel::{MerchantId, Timestamp};

use super::Index;
use super::cell::Cell;
use super::walk::Survey;
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
    /// Slots of a kind that the query takes and that still may not be chosen, sorted.
    gone: Vec<u32>,
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
        let mut view = View { index: self, cell, category, frame, survey, tally, gone: Vec::new() };
        view.reckon_with_overdue();
        view.leave_out_tried();
        view.gone.sort_unstable();
        view
    }
}

impl View<'_> {
    /// The slots of the best, in order.
    pub(crate) fn best(&self, wanted: usize) -> Vec<u32> {
        self.cell.map_or_else(Vec::new, |cell| self.survey.best(cell, &self.frame, wanted, &self.gone))
    }

    /// The answer that lists these.
    pub(crate) fn answer(&self, best: &[u32]) -> Recommendation {
        self.frame.answer(self.candidates(best, self.frame.limit()), self.tally)
    }

    /// These in order, at most `limit`.
    pub(crate) fn candidates(&self, best: &[u32], limit: usize) -> Vec<Candidate> {
        let mut candidates = Vec::with_capacity(best.len());
        let records = best.iter().filter_map(|slot| self.index.records.get(*slot as usize));
        candidates.extend(records.map(|record| self.frame.candidate(record.profile())));
        line_up(&mut candidates, limit);
        candidates
    }

    /// A merchant as this cell sees it; none when it does not serve the cell.
    pub(crate) fn contender(&self, slot: u32) -> Option<Contender> {
        self.index.records.get(slot as usize)?.contender(self.category, self.frame.query.area)
    }

    /// A merchant of this cell by its id; none when it does not serve the cell or is not known.
    pub(crate) fn find(&self, merchant: MerchantId) -> Option<(u32, Contender)> {
        let slot = *self.index.slots.get(&merchant)?;
        Some((slot, self.contender(slot)?))
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
            let Some(contender) = record.contender(self.category, area) else { continue };
            let placed = place.kind.phase(&self.frame).err();
            let verdict = self.frame.exclusion_but_tried(&contender);
            if verdict != placed {
                self.tally.shift(placed, verdict);
            }
            if verdict.is_some() {
                self.gone.push(*slot);
            }
        }
    }

    /// Merchants that had their chance with this request.
    fn leave_out_tried(&mut self) {
        for merchant in &self.frame.query.tried {
            let Some((slot, contender)) = self.find(*merchant) else { continue };
            if self.frame.exclusion_but_tried(&contender).is_none() && !self.gone.contains(&slot) {
                self.tally.shift(None, Some(ExclusionReason::AlreadyTried));
                self.gone.push(slot);
            }
        }
    }
}
