//! What comes of an objection that is upheld (救济). Every entry of a ledger admits one kind of remedy, whatever made it.
//!
//! - What did not happen is taken back, as if it had never been recorded.
//! - An entry that should have given other points is corrected by one entry more, which holds the difference and counts
//!   as long as the first: nothing is edited, no evidence is invented, and what took the first back still does.
//! - A yearly grade is computed anew, from the whole ledger as it is known now.
//! - What a proceeding took falls with the proceeding, as by an appeal.
//!
//! The grade is at once what is allowed then: waiting for February would keep a wrong in force.

use serde::{Deserialize, Serialize};

use crate::commands::{
    Change, QUALITY, Recording, Refusal, appended, applied_before, awarded, ending, posting, quality,
    settled, touched,
};
use crate::evaluation::Fold;
use crate::ledger::{Cause, Entry, Posting};
use crate::merchant::Merchant;
use crate::process::{ProcessRefusal, words};
use crate::rules::Rules;
use crate::tally::{Dimension, Evidence, Points, Tally};
use kernel::{ObjectionId, Step};

/// A kind of remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemedyKind {
    /// The entry is taken back (冲正).
    TakeBack,
    /// The entry gets the points that it should have given (更正).
    Correct,
    /// The yearly evaluation is computed anew (重新评定).
    Reassess,
    /// What the proceeding imposed is reversed (撤销).
    Overturn,
}

words!(
    RemedyKind,
    "take_back, correct, reassess, overturn",
    [TakeBack = "take_back", Correct = "correct", Reassess = "reassess", Overturn = "overturn",]
);

impl RemedyKind {
    /// What an entry admits that was made by this.
    #[must_use]
    pub const fn of(cause: Cause) -> Self {
        match cause {
            Cause::Followup(_) | Cause::Breach(_) => Self::TakeBack,
            Cause::Evaluation(_) | Cause::Quality(_) | Cause::Reassessment(_) => Self::Reassess,
            Cause::Sanction(_) => Self::Overturn,
            Cause::Opening
            | Cause::Reversal(_)
            | Cause::Expiry(_)
            | Cause::Admission(_)
            | Cause::Repair(_)
            | Cause::Activity(_)
            | Cause::Honour(_)
            | Cause::Volunteering(_)
            | Cause::Recount(_)
            | Cause::Correction(_)
            // These make no entry.
            | Cause::Workers
            | Cause::Papers
            | Cause::Leaving
            | Cause::Objection(_) => Self::Correct,
        }
    }
}

/// What is proposed, and carried out when the objection is upheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Remedy {
    /// The entry is taken back.
    TakeBack,
    /// The entry should have given these points.
    Correct {
        /// In each dimension that it is about.
        points: Named,
    },
    /// The last yearly evaluation is computed anew.
    Reassess,
    /// What the proceeding imposed is reversed.
    Overturn,
}

/// Points that an entry should have given (应有分), in the dimensions that are named: one left out is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Named {
    /// In social evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social_evaluation: Option<i64>,
    /// In credit activities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_activities: Option<i64>,
    /// In the credit record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_record: Option<i64>,
    /// In demonstration and leadership.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demonstration: Option<i64>,
}

impl Named {
    /// What is named in one dimension.
    #[must_use]
    pub const fn of(self, dimension: Dimension) -> Option<i64> {
        match dimension {
            Dimension::SocialEvaluation => self.social_evaluation,
            Dimension::CreditActivities => self.credit_activities,
            Dimension::CreditRecord => self.credit_record,
            Dimension::Demonstration => self.demonstration,
        }
    }
}

impl Remedy {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> RemedyKind {
        match self {
            Self::TakeBack => RemedyKind::TakeBack,
            Self::Correct { .. } => RemedyKind::Correct,
            Self::Reassess => RemedyKind::Reassess,
            Self::Overturn => RemedyKind::Overturn,
        }
    }

    /// The one of this kind, where it needs no points to be named.
    ///
    /// # Errors
    /// [`ProcessRefusal::RemedyUnfit`].
    pub const fn plain(kind: RemedyKind) -> Result<Self, ProcessRefusal> {
        match kind {
            RemedyKind::TakeBack => Ok(Self::TakeBack),
            RemedyKind::Reassess => Ok(Self::Reassess),
            RemedyKind::Overturn => Ok(Self::Overturn),
            RemedyKind::Correct => Err(ProcessRefusal::RemedyUnfit { admits: kind }),
        }
    }
}

/// Whether the rule at this pointer is about the dimension. A beginning is about all of them.
fn concerns(rule: &str, dimension: Dimension) -> bool {
    let is = |beginning: &str| rule.starts_with(beginning);
    match dimension {
        _ if is("/opening") || is("/entry_grade") => true,
        Dimension::SocialEvaluation => is("/followup/") || is("/quality"),
        Dimension::CreditActivities => is("/activities/") && !is("/activities/honours/"),
        Dimension::CreditRecord => is("/breach/"),
        Dimension::Demonstration => is("/activities/honours/"),
    }
}

/// Whether the entry can be taken back for its merchant's sake: it gave nothing that would be missed.
///
/// # Errors
/// [`ProcessRefusal::NoBetter`].
pub fn removable(entry: &Entry) -> Result<(), ProcessRefusal> {
    if entry.posting.tally.points.total() > 0 { Err(ProcessRefusal::NoBetter) } else { Ok(()) }
}

/// The points with which the entry can be put right: all are named in the dimensions that it is about and none in
/// another, nowhere more than the dimension counts, and better for the merchant than what it gave.
///
/// # Errors
/// [`ProcessRefusal::PointsMissing`], [`ProcessRefusal::PointsUnfit`], [`ProcessRefusal::NoBetter`].
pub fn correctable(entry: &Entry, named: Named, rules: &Rules) -> Result<Points, ProcessRefusal> {
    let given = entry.posting.tally.points;
    let mut points = Points::ZERO;
    for dimension in Dimension::ALL {
        let about = concerns(&entry.posting.rule, dimension) || given.of(dimension) != 0;
        let span = if about {
            let bounds = rules.dimensions.of(dimension);
            bounds.ceiling.saturating_sub(bounds.floor)
        } else {
            0
        };
        let right = match named.of(dimension) {
            Some(right) => right,
            None if about => return Err(ProcessRefusal::PointsMissing(dimension.as_str())),
            None => 0,
        };
        if !(-span..=span).contains(&right) {
            return Err(ProcessRefusal::PointsUnfit { dimension: dimension.as_str(), min: -span, max: span });
        }
        *points.of_mut(dimension) = right;
    }
    if points.total() <= given.total() { Err(ProcessRefusal::NoBetter) } else { Ok(points) }
}

/// Puts an entry right: one more holds what is missing to these points, and counts as long. What the last evaluation
/// counted the entry in, it counts the correction in. `earlier` is the correction's own entry, if any.
///
/// # Errors
/// [`Refusal`] when the entries are not this merchant's.
pub fn correct(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    entry: &Entry,
    points: Points,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Correction(entry.posting.id);
    if let Some(first) = applied_before(merchant, entry.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    let wrong = &entry.posting;
    let tally = Tally { points: points + -wrong.tally.points, evidence: Evidence::ZERO };
    let made = posting(tally, wrong.category.as_ref(), cause, wrong.rule.clone(), wrong.valid_from, at);
    let mut next = touched(merchant, cause, at.now);
    let correction = appended(&mut next, Posting { valid_until: wrong.valid_until, ..made }, at.rules);
    let mut entries = vec![correction.clone()];
    if correction.posting.has_ended(at.now) {
        let ended = ending(&correction.posting, at.following(1));
        entries.push(appended(&mut next, ended, at.rules));
    }
    if let Some(measured) = next.credit.quality.as_mut()
        && let Some(step) = measured.with_correction(&correction, entry)
    {
        let as_of = measured.as_of;
        next.credit.awarded = measured.award(at.rules);
        if step != 0 {
            let cause = Cause::Quality(correction.posting.id);
            let put_right = posting(quality(step), None, cause, QUALITY.to_owned(), as_of, at.following(2));
            entries.push(appended(&mut next, put_right, at.rules));
        }
    }
    let grade = next.credit.allowed(at.rules);
    Ok(Step::Done(settled(merchant, next, entries, grade)))
}

/// Computes the merchant's last yearly evaluation anew, from its whole `ledger` as it is known now and as of the end of
/// that year: what was recorded too late for it is in it, by the rules of now. The one that took effect stays in the
/// ledger; this one takes its place. `earlier` is its own entry, if any.
///
/// # Errors
/// [`ProcessRefusal::NothingEvaluated`] when no year of this affiliation took effect, and [`ProcessRefusal::NoBetter`]
/// when award or grade would be lower than those in force.
pub fn reassess(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    objection: ObjectionId,
    ledger: &Fold,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, ProcessRefusal> {
    if let Some(first) = earlier {
        return Ok(Step::AlreadyDone(first.clone()));
    }
    let in_force = merchant.credit.quality.as_ref().map(|measured| measured.as_of);
    if in_force != Some(ledger.as_of()) || !ledger.is_evaluated() {
        return Err(ProcessRefusal::NothingEvaluated);
    }
    let change = awarded(merchant, Cause::Reassessment(objection), ledger, at);
    let (after, before) = (&change.merchant.credit, &merchant.credit);
    if after.awarded < before.awarded || after.grade < before.grade {
        return Err(ProcessRefusal::NoBetter);
    }
    Ok(Step::Done(change))
}
