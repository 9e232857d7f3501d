//! The entries that a command leads to, and what follows from them for the merchant: shared by all commands.

use kernel::{CategoryCode, Grade, MerchantId, Timestamp};

use super::{Change, GradeChange, QUALITY, Recording, Refusal};
use crate::ledger::{Cause, Entry, Posting, Tip};
use crate::merchant::{Credit, Merchant, Moved};
use crate::rules::Rules;
use crate::tally::{Evidence, Points, Tally};

/// The earlier result of the same fact, after checking that everything belongs together.
pub(crate) fn applied_before(
    merchant: &Merchant,
    fact: MerchantId,
    cause: Cause,
    earlier: Option<&Entry>,
) -> Result<Option<Entry>, Refusal> {
    let id = merchant.profile.id;
    for about in [Some(fact), earlier.map(|entry| entry.merchant)].into_iter().flatten() {
        if about != id {
            return Err(Refusal::OtherMerchant { merchant: id, fact: about });
        }
    }
    match earlier {
        Some(entry) if entry.posting.cause != cause => {
            Err(Refusal::OtherCause { expected: cause, found: entry.posting.cause })
        }
        first => Ok(first.cloned()),
    }
}

pub(crate) fn posting(
    tally: Tally,
    category: Option<&CategoryCode>,
    cause: Cause,
    rule: String,
    valid_from: Timestamp,
    at: Recording<'_>,
) -> Posting {
    Posting {
        id: at.entry,
        tally,
        category: category.cloned(),
        cause,
        rules_version: at.rules.version,
        clause: None,
        valid_from,
        valid_until: at.rules.valid_until(&rule, valid_from),
        recorded_at: at.now,
        rule,
    }
}

/// The opposite of a posting, from now on and without an end.
fn compensating(posting: &Posting, cause: Cause, at: Recording<'_>) -> Posting {
    Posting {
        id: at.entry,
        tally: -posting.tally,
        category: posting.category.clone(),
        cause,
        rule: posting.rule.clone(),
        rules_version: at.rules.version,
        clause: None,
        valid_from: at.now,
        valid_until: None,
        recorded_at: at.now,
    }
}

/// What takes a posting back from its end on.
pub(crate) fn ending(posting: &Posting, at: Recording<'_>) -> Posting {
    let ended = compensating(posting, Cause::Expiry(posting.id), at);
    Posting { valid_from: posting.valid_until.unwrap_or(at.now), ..ended }
}

/// Takes a reversed entry out of the last evaluation, where it was in it: the award is what it would have been,
/// and so is the measured quality, by the posting given back.
fn reassessed(merchant: &mut Merchant, reversed: &Entry, at: Recording<'_>) -> Option<Posting> {
    let Credit { quality: Some(measured), awarded, .. } = &mut merchant.credit else { return None };
    let step = measured.without(reversed)?;
    *awarded = measured.award(at.rules);
    let cause = Cause::Quality(reversed.posting.id);
    let as_of = measured.as_of;
    (step != 0).then(|| posting(quality(step), None, cause, QUALITY.to_owned(), as_of, at))
}

/// A step of social evaluation, which is no evidence.
pub(crate) fn quality(step: i64) -> Tally {
    Tally { points: Points { social_evaluation: step, ..Points::ZERO }, evidence: Evidence::ZERO }
}

/// Appends the posting, notes what goes with it, and lets the grade follow: down at once, never up.
pub(crate) fn recorded(
    merchant: &Merchant,
    posting: Posting,
    at: Recording<'_>,
    note: impl FnOnce(&mut Credit),
) -> Change {
    let mut next = touched(merchant, posting.cause, at.now);
    let entry = appended(&mut next, posting, at.rules);
    note(&mut next.credit);
    let grade = next.credit.grade.min(next.credit.allowed(at.rules));
    settled(merchant, next, vec![entry], grade)
}

/// Takes an entry back as if it had never been: [`reverse`](super::reverse) says how.
pub(crate) fn taken_back(merchant: &mut Merchant, entry: &Entry, at: Recording<'_>) -> Vec<Entry> {
    let reversal = Posting {
        valid_from: entry.posting.valid_from,
        valid_until: entry.posting.valid_until,
        ..compensating(&entry.posting, Cause::Reversal(entry.posting.id), at)
    };
    let mut entries = vec![appended(merchant, reversal, at.rules)];
    if let Some(first) = entries.first().filter(|first| first.posting.has_ended(at.now)) {
        // What it takes back has ended, or is about to: neither may count.
        let ended = ending(&first.posting, at.following(1));
        entries.push(appended(merchant, ended, at.rules));
    }
    if let Some(corrected) = reassessed(merchant, entry, at.following(2)) {
        entries.push(appended(merchant, corrected, at.rules));
    }
    entries
}

/// Puts the posting in the merchant's ledger; the score follows from it.
pub(crate) fn appended(merchant: &mut Merchant, posting: Posting, rules: &Rules) -> Entry {
    let credit = &mut merchant.credit;
    let entry = credit.tip.append(merchant.profile.id, posting);
    credit.tip = Tip { seq: entry.seq, hash: entry.hash };
    credit.tally = credit.tally + entry.posting.tally;
    credit.score = rules.score(credit.tally.points);
    credit.rules_version = rules.version;
    entry
}

/// Sets the grade of the next version, and notes whether this moved it or the score.
pub(crate) fn settled(before: &Merchant, mut merchant: Merchant, entries: Vec<Entry>, to: Grade) -> Change {
    let from = core::mem::replace(&mut merchant.credit.grade, to);
    if from != to || before.credit.score != merchant.credit.score {
        merchant.moved = Moved { cause: merchant.cause, at: merchant.changed_at };
    }
    let grade_change = (from != to).then_some(GradeChange { from, to, cause: merchant.cause });
    Change { merchant, entries, grade_change }
}

/// The merchant with its next version.
pub(crate) fn touched(merchant: &Merchant, cause: Cause, now: Timestamp) -> Merchant {
    Merchant { version: merchant.version.next(), cause, changed_at: now, ..merchant.clone() }
}
