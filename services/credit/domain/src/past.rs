//! How a merchant stood at a past moment, as known at a later one: a pure fold of its ledger.
//!
//! An entry has two times: since when (and until when) it counts, and when the ledger learned of it. `known_at`
//! picks the entries that had been recorded by then, `as_of` what of them counted at that moment. So "as known
//! today" leaves out a breach that was overturned last week even for the time before, and "as known then" shows
//! what was in force.
//!
//! The score is a sum and so does not depend on the order of the entries. The grade does: it falls at once and
//! rises with an evaluation. Events are taken in the order of the time since when they count.

use std::collections::HashSet;

use kernel::{EntryId, Grade, Severity, Timestamp};

use crate::commands::NEWCOMER;
use crate::ledger::{Cause, Entry};
use crate::merchant::{Finding, allowed, keep_finding};
use crate::rules::{Rules, severity_of};
use crate::tally::{Points, Tally};

/// Which moment is asked about, and with whose eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub as_of: Timestamp,
    /// What was recorded later is not known.
    pub known_at: Timestamp,
}

/// How a merchant stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What the entries that counted add up to.
    pub tally: Tally,
    /// The points as they counted, within the bounds of their dimensions.
    pub counted: Points,
    /// The score.
    pub score: u16,
    /// The grade.
    pub grade: Grade,
    /// The grade given at the last evaluation or at entry.
    pub awarded: Grade,
    /// Verified breaches that weighed on the grade.
    pub findings: Vec<Finding>,
    /// The rules of the last entry, by which the score is computed.
    pub rules_version: u32,
    /// How many entries counted.
    pub entries: u64,
}

/// An entry was made by rules that are not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rules of version {0} are not there")]
pub struct UnknownRules(pub u32);

/// How the merchant with this ledger stood at the moment; none where its ledger had not been opened.
///
/// # Errors
/// [`UnknownRules`] when `rules` lacks a version that an entry names.
pub fn past<'a>(
    ledger: &[Entry],
    moment: Moment,
    rules: impl Fn(u32) -> Option<&'a Rules>,
) -> Result<Option<Past>, UnknownRules> {
    let events = events(ledger, moment);
    let known = ledger.iter().filter(|entry| counted(entry, moment));
    let Some(last) = known.max_by_key(|entry| entry.seq) else { return Ok(None) };
    let rules_of = |version: u32| rules(version).ok_or(UnknownRules(version));
    let mut replay = Replay::default();
    for event in events {
        replay.take(&event, rules_of(event.entry.posting.rules_version)?);
    }
    let Replay { tally, grades, findings, entries } = replay;
    let rules = rules_of(last.posting.rules_version)?;
    Ok(grades.map(|(awarded, grade)| Past {
        tally,
        counted: rules.within_bounds(tally.points),
        score: rules.score(tally.points),
        grade,
        awarded,
        findings,
        rules_version: rules.version,
        entries,
    }))
}

/// Whether the moment knows of the entry, and the entry counts since then or earlier.
fn counted(entry: &Entry, moment: Moment) -> bool {
    entry.posting.recorded_at <= moment.known_at && entry.posting.valid_from <= moment.as_of
}

/// Something that happened to the merchant.
struct Event<'a> {
    at: Timestamp,
    kind: Kind,
    entry: &'a Entry,
}

/// What happened; at the same moment, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The entry began to count.
    Began,
    /// Its time was over.
    Ended,
    /// What it says did not hold: the grade is given back.
    Overturned,
    /// The year was evaluated.
    Evaluated,
}

fn events(ledger: &[Entry], moment: Moment) -> Vec<Event<'_>> {
    let known = || ledger.iter().filter(|entry| entry.posting.recorded_at <= moment.known_at);
    let reversed: HashSet<EntryId> = known()
        .filter_map(|entry| match entry.posting.cause {
            Cause::Reversal(of) => Some(of),
            _ => None,
        })
        .collect();
    let mut events = Vec::new();
    for entry in known().filter(|entry| !reversed.contains(&entry.posting.id)) {
        let posting = &entry.posting;
        let (at, kind) = match posting.cause {
            // Told by the entries themselves: when they end, and that they are left out.
            Cause::Expiry(_) => continue,
            Cause::Reversal(_) => (posting.recorded_at, Kind::Overturned),
            Cause::Evaluation(_) => (posting.valid_from, Kind::Evaluated),
            _ => (posting.valid_from, Kind::Began),
        };
        events.push(Event { at, kind, entry });
        if let (Kind::Began, Some(until)) = (kind, posting.valid_until) {
            events.push(Event { at: until, kind: Kind::Ended, entry });
        }
    }
    events.retain(|event| event.at <= moment.as_of);
    events.sort_by_key(|event| (event.at, event.kind, event.entry.seq));
    events
}

/// The merchant as the events make it.
#[derive(Default)]
struct Replay {
    tally: Tally,
    /// Award and grade, once the ledger is opened.
    grades: Option<(Grade, Grade)>,
    findings: Vec<Finding>,
    entries: u64,
}

impl Replay {
    fn take(&mut self, event: &Event<'_>, rules: &Rules) {
        let Entry { posting, .. } = event.entry;
        match event.kind {
            Kind::Began | Kind::Evaluated => {
                self.tally = self.tally + posting.tally;
                self.entries += 1;
            }
            Kind::Ended => {
                self.tally = self.tally + -posting.tally;
                self.entries = self.entries.saturating_sub(1);
            }
            Kind::Overturned => {}
        }
        match (event.kind, posting.cause, severity_of(&posting.rule)) {
            (Kind::Began, Cause::Breach(case), Some(severity)) => {
                keep_finding(&mut self.findings, Finding { case, severity, verified_at: posting.valid_from });
            }
            (Kind::Ended, Cause::Breach(case), _) => self.findings.retain(|finding| finding.case != case),
            (Kind::Evaluated, _, _) => self.findings.retain(|finding| finding.severity == Severity::Serious),
            _ => {}
        }
        let merited = rules.merited(self.tally.points, self.tally.evidence);
        let awarded = match (event.kind, self.grades) {
            (Kind::Began, None) if posting.rule == NEWCOMER => rules.entry_grade,
            (Kind::Evaluated, _) | (_, None) => merited,
            (_, Some((awarded, _))) => awarded,
        };
        let allowed = allowed(awarded, self.tally, &self.findings, rules);
        let grade = match (event.kind, self.grades) {
            (Kind::Began | Kind::Ended, Some((_, grade))) => grade.min(allowed),
            (Kind::Overturned | Kind::Evaluated, _) | (_, None) => allowed,
        };
        self.grades = Some((awarded, grade));
    }
}
