//! Which entries a report lists: every one that is new since the report before it, so that none falls between two.

use super::{KNOWN_BEHIND, Order, Period, begins_at, year_end};
use crate::ledger::{Cause, Entry};

/// The entries of one report, the last one first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Those that count from within its period.
    pub of_period: Vec<&'a Entry>,
    /// Those that count from before its period, and that the report before it did not know: an honour of an earlier
    /// year, a correction, the entry of the evaluation itself.
    pub late: Vec<&'a Entry>,
}

/// What the report of this order lists of a ledger.
///
/// The report before it is the one of the last year before the period that the ledger was evaluated for; where there
/// is none, nothing was told yet, and all earlier entries are late ones. That report knew at least what was recorded
/// [`KNOWN_BEHIND`] before the first moment at which its run could begin. What was recorded between that and the real
/// beginning of its run may stand in both; what stood in none would be worse.
#[must_use]
pub fn listed<'a>(ledger: &'a [Entry], order: &Order) -> Listed<'a> {
    let period = Period::of(order);
    let known = || ledger.iter().rev().filter(|entry| entry.posting.recorded_at <= order.known_at);
    let before = known()
        .filter_map(|entry| match entry.posting.cause {
            Cause::Evaluation(year) => year_end(year).zip(begins_at(year)),
            _ => None,
        })
        .filter(|(ended, _)| *ended < period.from)
        .max();
    let told = |entry: &Entry| {
        before.is_some_and(|(ended, begins)| {
            entry.posting.valid_from <= ended && entry.posting.recorded_at <= begins.before(KNOWN_BEHIND)
        })
    };
    Listed {
        of_period: known().filter(|entry| period.contains(entry.posting.valid_from)).collect(),
        late: known().filter(|entry| entry.posting.valid_from < period.from && !told(entry)).collect(),
    }
}
