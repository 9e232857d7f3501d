//! What a step would do before it is taken, found by the very functions that take it.

use core::ops::Range;

use kernel::{CaseId, EntryId, Grade, Severity, Timestamp};

use crate::commands::{Change, Recording, breached};
use crate::merchant::{Finding, Merchant};
use crate::process::Moment;
use crate::publicity::BoardNotice;
use crate::rules::Rules;

/// What a breach would do that is verified at a moment (预计影响).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachEffect {
    /// How grave it would be.
    pub severity: Severity,
    /// The score then, 0 to 1,000.
    pub score: u16,
    /// The grade then.
    pub grade: Grade,
    /// When its points count no more; none where they always do.
    pub counts_until: Option<Timestamp>,
    /// For how long the board shows it; none where its class is not published.
    pub published: Option<Range<Timestamp>>,
}

/// What a breach of this severity would do to the merchant at the moment. Nothing is recorded.
#[must_use]
pub fn foresee_breach(
    merchant: &Merchant,
    severity: Severity,
    rules: &Rules,
    at: Moment<'_>,
) -> BreachEffect {
    // Of no case and no entry there is: neither is seen in the effect.
    let finding = Finding { case: CaseId::from_u128(0), severity, verified_at: at.now };
    let recording = Recording { rules, now: at.now, entry: EntryId::from_u128(0) };
    let Change { merchant: then, entries, .. } = breached(merchant, finding, None, recording);
    BreachEffect {
        severity,
        score: then.credit.score,
        grade: then.credit.grade,
        counts_until: entries.iter().find_map(|entry| entry.posting.valid_until),
        published: BoardNotice::breach_span(merchant, severity, at),
    }
}
