//! What a merchant's volunteering of a calendar year is worth: a function of the year's whole quantities, capped. A
//! report gives what it adds to that; a withdrawn one takes its entry back, and what others then are worth more, or
//! less, is put right by one entry more.

use std::collections::BTreeMap;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DeedKind, Report};
use crate::activities::{Counting, VolunteerRules, give, taken};
use crate::commands::{Change, Recording, Refusal, appended, applied_before, posting, taken_back, touched};
use crate::ledger::{Cause, Entry, Posting};
use crate::merchant::Merchant;
use crate::process::ProcessRefusal;
use crate::tally::{Evidence, Points, Tally};

/// The rule that caps a year.
const CAP: &str = "/activities/volunteer/points_per_year_max";

/// A merchant's volunteering in a calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VolunteerYear {
    /// How much of each kind was done.
    pub done: BTreeMap<DeedKind, u64>,
    /// What the ledger's entries about it add up to.
    pub counted: i64,
    /// What of it was added when entries were put right: worth as much as what was reported, under the same cap.
    #[serde(default)]
    pub corrected: i64,
}

impl VolunteerYear {
    /// What it is worth.
    #[must_use]
    pub fn worth(&self, rules: &VolunteerRules) -> i64 {
        let each = self.done.iter().map(|(kind, quantity)| rules.worth(*kind).of(*quantity));
        each.fold(self.corrected, i64::saturating_add).min(rules.points_per_year_max)
    }

    /// The year with an entry about it put right by so many points more.
    ///
    /// # Errors
    /// [`ProcessRefusal::PointsUnfit`] beyond what a year can give.
    pub fn put_right(&self, given: i64, right: i64, rules: &VolunteerRules) -> Result<Self, ProcessRefusal> {
        let room = rules.points_per_year_max.saturating_sub(self.counted).max(0);
        let more = right.saturating_sub(given);
        if more > room {
            let (dimension, min, max) = ("credit_activities", given, given.saturating_add(room));
            return Err(ProcessRefusal::PointsUnfit { dimension, min, max });
        }
        let (counted, corrected) = (self.counted.saturating_add(more), self.corrected.saturating_add(more));
        Ok(Self { counted, corrected, ..self.clone() })
    }

    fn with(&self, report: &Report) -> Self {
        let mut next = self.clone();
        let done = next.done.entry(report.says.deed.kind()).or_default();
        *done = done.saturating_add(report.says.deed.quantity());
        next
    }

    fn without(&self, report: &Report) -> Self {
        let mut next = self.clone();
        let done = next.done.entry(report.says.deed.kind()).or_default();
        *done = done.saturating_sub(report.says.deed.quantity());
        next
    }
}

/// What came of a report, or of its withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The year after it.
    pub year: VolunteerYear,
    /// The points of it.
    pub points: i64,
    /// What it does to the merchant; nothing where it moves no point.
    pub change: Option<Change>,
}

impl Given {
    fn nothing(year: &VolunteerYear) -> Self {
        Self { year: year.clone(), points: 0, change: None }
    }
}

/// Gives what a report adds to the year; nothing where it does not count.
///
/// # Errors
/// [`Refusal::OtherMerchant`].
pub fn give_for_report(
    merchant: &Merchant,
    year: &VolunteerYear,
    report: &Report,
    at: Recording<'_>,
) -> Result<Given, Refusal> {
    let (cause, rules) = (Cause::Volunteering(report.says.id), &at.rules.activities.volunteer);
    applied_before(merchant, report.says.merchant, cause, None)?;
    if report.counting == Counting::BeforeOpening {
        return Ok(Given::nothing(year));
    }
    let mut next = year.with(report);
    let done_at = report.says.deed.done_at();
    let until = rules.counts_until(done_at);
    // Rules that came in force meanwhile may cap lower: what was given stays.
    let points = next.worth(rules).saturating_sub(year.counted).max(0);
    if points == 0 || until <= at.now {
        return Ok(Given { year: next, points: 0, change: None });
    }
    next.counted = next.counted.saturating_add(points);
    let rule = format!("/activities/volunteer/{}", report.says.deed.kind());
    let change = give(merchant, cause, rule, activities(points), done_at, Some(until), at);
    Ok(Given { year: next, points, change: Some(change) })
}

/// Takes back what a report gave, `given`, if it gave anything: its entry, and behind it what corrected that; and counts
/// the year anew without it.
///
/// # Errors
/// [`Refusal::OtherMerchant`].
pub fn withdraw_report(
    merchant: &Merchant,
    given: &[Entry],
    year: &VolunteerYear,
    report: &Report,
    at: Recording<'_>,
) -> Result<Given, Refusal> {
    let (recount, rules) = (Cause::Recount(report.says.id), &at.rules.activities.volunteer);
    let cause = given.first().map_or(recount, |entry| Cause::Reversal(entry.posting.id));
    applied_before(merchant, report.says.merchant, cause, None)?;
    if report.counting == Counting::BeforeOpening {
        return Ok(Given::nothing(year));
    }
    let mut year = year.without(report);
    let mut next = touched(merchant, cause, at.now);
    let worth = |entry: &Entry| entry.posting.tally.points.credit_activities;
    let corrections: i64 = given.iter().skip(1).map(worth).sum();
    let own: i64 = given.iter().map(worth).sum();
    year.corrected = year.corrected.saturating_sub(corrections);
    // Each of them makes up to three entries.
    let numbers = (0_u8..u8::MAX).step_by(4);
    let mut entries = Vec::new();
    for (entry, number) in given.iter().zip(numbers) {
        entries.extend(taken_back(&mut next, entry, at.following(number)));
    }
    let rest = year.counted.saturating_sub(own);
    let until = rules.counts_until(report.says.deed.done_at());
    let more = if until <= at.now { 0 } else { year.worth(rules).saturating_sub(rest) };
    if more != 0 {
        let tally = Tally { points: activities(more), evidence: Evidence::ZERO };
        let made = posting(tally, None, recount, CAP.to_owned(), at.now, at.following(3));
        entries.push(appended(&mut next, until_then(made, until), at.rules));
    }
    year.counted = rest.saturating_add(more);
    let points = more.saturating_sub(own);
    let change = (!entries.is_empty()).then(|| taken(merchant, next, entries, at.rules));
    Ok(Given { year, points, change })
}

const fn activities(points: i64) -> Points {
    Points { credit_activities: points, ..Points::ZERO }
}

fn until_then(posting: Posting, until: Timestamp) -> Posting {
    Posting { valid_until: Some(until), ..posting }
}
