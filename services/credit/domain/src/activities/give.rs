//! What is given becomes an entry; what should not have been given is taken back by another.

use kernel::{MerchantId, Step, Timestamp};

use super::{Activity, Counting, Honour};
use crate::commands::{
    Change, Recording, Refusal, applied_before, posting, recorded, settled, taken_back, touched,
};
use crate::ledger::{Cause, Entry, Posting};
use crate::merchant::Merchant;
use crate::rules::Rules;
use crate::tally::{Evidence, Points, Tally};

/// Whether the rule at this pointer gives: no citizen's word and no breach is behind it.
pub(crate) fn is_given(rule: &str) -> bool {
    rule.starts_with("/activities/")
}

/// The merchant attended the activity: once, however often it is said.
///
/// # Errors
/// [`Refusal`] when fact, merchant and earlier entry do not belong together.
pub fn give_for_attendance(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    activity: &Activity,
    attended_by: MerchantId,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Activity(activity.id);
    if let Some(first) = applied_before(merchant, attended_by, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    let rule = format!("/activities/attended/{}", activity.says.kind);
    let points = at.rules.activities.points_at(&rule).unwrap_or(Points::ZERO);
    Ok(Step::Done(give(merchant, cause, rule, points, activity.says.starts_at, None, at)))
}

/// The honour was granted: it counts from its day to its end. One from before the merchant was affiliated moves nothing.
///
/// # Errors
/// [`Refusal`] when fact, merchant and earlier entry do not belong together.
pub fn give_for_honour(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    honour: &Honour,
    at: Recording<'_>,
) -> Result<Step<Option<Change>, Entry>, Refusal> {
    let cause = Cause::Honour(honour.id);
    if let Some(first) = applied_before(merchant, honour.says.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    if honour.counting == Counting::BeforeOpening {
        return Ok(Step::Done(None));
    }
    let says = &honour.says;
    let rule = format!("/activities/honours/{}/{}", says.kind, says.level);
    let points = at.rules.activities.points_at(&rule).unwrap_or(Points::ZERO);
    let change = give(merchant, cause, rule, points, says.granted_at, Some(says.valid_until), at);
    Ok(Step::Done(Some(change)))
}

/// Gives points, from a moment to an end: the one that is named, or what the rule says.
pub(crate) fn give(
    merchant: &Merchant,
    cause: Cause,
    rule: String,
    points: Points,
    from: Timestamp,
    until: Option<Timestamp>,
    at: Recording<'_>,
) -> Change {
    let tally = Tally { points, evidence: Evidence::ZERO };
    let made = posting(tally, None, cause, rule, from, at);
    let valid_until = until.or(made.valid_until);
    recorded(merchant, Posting { valid_until, ..made }, at, |_| {})
}

/// Takes an entry back that should not have been given: the score is again what it would have been without it.
/// The grade follows down, never up: else whoever lost something would rise by it. `earlier` is the reversal's
/// own entry, if any.
///
/// # Errors
/// [`Refusal`] when the entries are not this merchant's.
pub fn take_back(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    entry: &Entry,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Reversal(entry.posting.id);
    if let Some(first) = applied_before(merchant, entry.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    if !is_given(&entry.posting.rule) {
        return Err(Refusal::NotReversible(entry.posting.cause));
    }
    let mut next = touched(merchant, cause, at.now);
    let entries = taken_back(&mut next, entry, at);
    Ok(Step::Done(taken(merchant, next, entries, at.rules)))
}

/// The grade follows what was taken.
pub(crate) fn taken(before: &Merchant, next: Merchant, entries: Vec<Entry>, rules: &Rules) -> Change {
    let grade = next.credit.grade.min(next.credit.allowed(rules));
    settled(before, next, entries, grade)
}
