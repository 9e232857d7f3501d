//! How a merchant stood at a past moment, as known at a later one: a pure fold of its ledger.
//!
//! An entry has two times: since when (and until when) it counts, and when the ledger learned of it. `known_at`
//! picks the entries that had been recorded by then, `as_of` what of them counted at that moment. So "as known
//! today" leaves out a breach that was overturned last week even for the time before, and "as known then" shows
//! what was in force.
//!
//! The score is a sum and so does not depend on the order of the entries. The grade does: it falls at once and
//! rises with an evaluation. Events are taken in the order of the time since when they count. An evaluation has two:
//! its entry counts since the end of the year, and its award takes effect when it was recorded. What is repaired
//! later is taken out of the award when it is repaired. A correction counts since the entry that it puts right, and
//! gives the grade back when it was recorded.
//!
//! What a proceeding holds against the merchant is in no entry, as a measure need not cost points: it is taken
//! from the proceedings themselves, as their files were at the moment.

mod steps;

use core::time::Duration;
use std::collections::{HashMap, HashSet};

use kernel::{EntryId, Grade, Timestamp};

use crate::activities::is_given;
use crate::commands::NEWCOMER;
use crate::evaluation::GradeStep;
use crate::ledger::{Cause, Entry, Posting};
use crate::merchant::{Finding, allowed, keep_finding};
use crate::process::{End, Ending, Hold, Proceeding, Restraint, repaired_case, restraints_after};
use crate::rules::{Rules, severity_of};
use crate::tally::{Points, Tally};

pub use steps::{StandingStep, standing_history, thinned};

/// Between two moments that can be told apart.
const INSTANT: Duration = Duration::from_micros(1);

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
    /// The share of content citizens, per mille, of which what counted made us sure ([`Rules::sure_permille`]).
    pub sure_permille: u16,
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

/// How the merchant with this ledger and these proceedings stood at the moment; none where its ledger had not
/// been opened.
///
/// # Errors
/// [`UnknownRules`] when `rules` lacks a version that an entry names.
pub fn past<'a>(
    ledger: &[Entry],
    proceedings: &[Proceeding],
    moment: Moment,
    rules: impl Fn(u32) -> Option<&'a Rules>,
) -> Result<Option<Past>, UnknownRules> {
    let known = ledger.iter().filter(|entry| counted(entry, moment));
    let Some(last) = known.max_by_key(|entry| entry.seq) else { return Ok(None) };
    let replay = replayed(ledger, proceedings, moment, &rules, |_, _| {})?;
    let Replay { tally, grades, findings, entries, .. } = replay;
    let rules = rules(last.posting.rules_version).ok_or(UnknownRules(last.posting.rules_version))?;
    Ok(grades.map(|(awarded, grade)| Past {
        tally,
        counted: rules.within_bounds(tally.points),
        score: rules.score(tally.points),
        sure_permille: rules.sure_permille(tally.evidence),
        grade,
        awarded,
        findings,
        rules_version: rules.version,
        entries,
    }))
}

/// How the grade moved until the moment, the first step first.
///
/// # Errors
/// [`UnknownRules`] when `rules` lacks a version that an entry names.
pub(crate) fn grade_steps<'a>(
    ledger: &[Entry],
    proceedings: &[Proceeding],
    moment: Moment,
    rules: impl Fn(u32) -> Option<&'a Rules>,
) -> Result<Vec<GradeStep>, UnknownRules> {
    let mut steps: Vec<GradeStep> = Vec::new();
    replayed(ledger, proceedings, moment, &rules, |event, replay| {
        let Some((_, to)) = replay.grades else { return };
        let from = steps.last().map(|step| step.to);
        if from != Some(to) {
            steps.push(GradeStep::new(event.at, from, to, event.cause()));
        }
    })?;
    Ok(steps)
}

/// The merchant after all events until the moment; `seen` looks at it after each.
fn replayed<'a>(
    ledger: &[Entry],
    proceedings: &[Proceeding],
    moment: Moment,
    rules: &impl Fn(u32) -> Option<&'a Rules>,
    mut seen: impl FnMut(&Event<'_>, &Replay),
) -> Result<Replay, UnknownRules> {
    let mut replay = Replay::default();
    // A file moves the grade by the rules of the entries before it.
    let mut in_force = None;
    let standing = standing(ledger, moment);
    for event in events(&standing, proceedings, moment) {
        match event.what {
            What::Entry(kind, entry) => {
                let number = entry.posting.rules_version;
                let rules = rules(number).ok_or(UnknownRules(number))?;
                in_force = Some(rules);
                replay.take(kind, &entry.posting, rules);
                if kind == Kind::Measured {
                    replay.leave_out(&late_for(entry, &standing));
                }
            }
            What::File(file) => {
                if let Some(rules) = in_force {
                    replay.settle(file, event.at, moment, rules);
                }
            }
        }
        seen(&event, &replay);
    }
    Ok(replay)
}

/// Whether the moment knows of the entry, and the entry counts since then or earlier.
fn counted(entry: &Entry, moment: Moment) -> bool {
    entry.posting.recorded_at <= moment.known_at && entry.posting.valid_from <= moment.as_of
}

/// Something that happened to the merchant.
struct Event<'a> {
    at: Timestamp,
    what: What<'a>,
}

enum What<'a> {
    /// To an entry.
    Entry(Kind, &'a Entry),
    /// A proceeding began or ceased to hold something against the merchant.
    File(&'a Proceeding),
}

impl Event<'_> {
    /// What made it: the end of an entry is none of what began it.
    const fn cause(&self) -> Cause {
        match self.what {
            What::Entry(Kind::Ended, entry) => Cause::Expiry(entry.posting.id),
            What::Entry(_, entry) => entry.posting.cause,
            What::File(file) => Cause::Sanction(file.id),
        }
    }

    /// Where it stands among the events.
    const fn place(&self) -> (Timestamp, Kind, u64) {
        match self.what {
            What::Entry(kind, entry) => (self.at, kind, entry.seq),
            What::File(_) => (self.at, Kind::Settled, 0),
        }
    }
}

/// What happened; at the same moment, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The entry began to count.
    Began,
    /// Its time was over.
    Ended,
    /// What it says did not hold, or was put right: the grade is given back.
    Overturned,
    /// A proceeding took effect or ended; after the entry that it made.
    Settled,
    /// The moment that an evaluation is as of: its entry counts, and what is merited now will be awarded.
    Measured,
    /// The evaluation took effect.
    Evaluated,
}

/// Entries that the moment knows of, and knows of no reversal.
fn standing(ledger: &[Entry], moment: Moment) -> Vec<&Entry> {
    let known = || ledger.iter().filter(|entry| entry.posting.recorded_at <= moment.known_at);
    let reversed: HashSet<EntryId> = known()
        .filter_map(|entry| match entry.posting.cause {
            Cause::Reversal(of) => Some(of),
            _ => None,
        })
        .collect();
    known().filter(|entry| !reversed.contains(&entry.posting.id)).collect()
}

/// What counted at the moment of an evaluation, but was recorded after it took effect: it is in no award, until the
/// year is computed anew. What puts right or repairs an entry that was in it is in it.
fn late_for<'a>(evaluation: &Entry, standing: &[&'a Entry]) -> Vec<&'a Entry> {
    let as_of = evaluation.posting.valid_from;
    let by_id: HashMap<EntryId, &Entry> = standing.iter().map(|entry| (entry.posting.id, *entry)).collect();
    let is_late = |entry: &Entry| match entry.posting.cause {
        Cause::Expiry(_) | Cause::Reversal(_) | Cause::Quality(_) => false,
        Cause::Evaluation(_) | Cause::Reassessment(_) => false,
        _ => fact_of(entry, &by_id).is_some_and(|fact| fact.seq > evaluation.seq),
    };
    let counted = |posting: &Posting| posting.valid_from <= as_of && !posting.has_ended(as_of);
    let later = standing.iter().copied().filter(|entry| entry.seq > evaluation.seq);
    later.filter(|entry| counted(&entry.posting) && is_late(entry)).collect()
}

/// The fact that an entry is about: what puts right or repairs an entry, which may itself put another right, is about
/// the fact of that one. None where that one does not stand.
fn fact_of<'a>(mut entry: &'a Entry, by_id: &HashMap<EntryId, &'a Entry>) -> Option<&'a Entry> {
    // Each is about an earlier one, so this ends.
    while let Cause::Correction(of) | Cause::Repair(of) = entry.posting.cause {
        entry = by_id.get(&of).copied().filter(|earlier| earlier.seq < entry.seq)?;
    }
    Some(entry)
}

fn events<'a>(standing: &[&'a Entry], proceedings: &'a [Proceeding], moment: Moment) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    // A ledger may learn of a fact from before it was opened, such as an honour: there was no grade to be moved then.
    let opened = standing.iter().find(|entry| entry.posting.cause == Cause::Opening);
    let opened = opened.map_or(Timestamp::EPOCH, |entry| entry.posting.valid_from);
    for entry in standing.iter().copied() {
        let posting = &entry.posting;
        let (at, kind) = match posting.cause {
            // Told by the entries themselves: when they end, and that they are left out.
            Cause::Expiry(_) => continue,
            Cause::Reversal(_) => (posting.recorded_at, Kind::Overturned),
            Cause::Correction(_) => {
                let put_right = What::Entry(Kind::Overturned, entry);
                events.push(Event { at: posting.recorded_at, what: put_right });
                (posting.valid_from, Kind::Began)
            }
            Cause::Evaluation(_) | Cause::Reassessment(_) => {
                let took_effect = What::Entry(Kind::Evaluated, entry);
                events.push(Event { at: posting.recorded_at, what: took_effect });
                (posting.valid_from, Kind::Measured)
            }
            _ => (posting.valid_from, Kind::Began),
        };
        events.push(Event { at: at.max(opened), what: What::Entry(kind, entry) });
        if let (Kind::Began, Some(until)) = (kind, posting.valid_until) {
            events.push(Event { at: until.max(opened), what: What::Entry(Kind::Ended, entry) });
        }
    }
    for file in proceedings {
        let known = file.moments().filter(|at| *at <= moment.known_at);
        events.extend(known.map(|at| Event { at, what: What::File(file) }));
    }
    events.retain(|event| event.at <= moment.as_of);
    events.sort_by_key(Event::place);
    events
}

/// What an evaluation awards for.
struct Award {
    evaluation: EntryId,
    tally: Tally,
    /// Breaches and sanctions in it.
    facts: Vec<(EntryId, Points)>,
    /// The grade of entry, once the merchant came back anew.
    at_most: Grade,
}

impl Award {
    /// A repair takes the points of its fact out. None where they were not in it.
    fn give_back(&mut self, fact: EntryId) -> Option<&Self> {
        let place = self.facts.iter().position(|(entry, _)| *entry == fact)?;
        let (_, points) = self.facts.swap_remove(place);
        self.tally.points = self.tally.points + -points;
        Some(self)
    }

    fn grade(&self, rules: &Rules) -> Grade {
        rules.merited(self.tally.points, self.tally.evidence).min(self.at_most)
    }
}

/// The merchant as the events make it.
#[derive(Default)]
struct Replay {
    tally: Tally,
    /// Award and grade, once the ledger is opened.
    grades: Option<(Grade, Grade)>,
    /// Breaches and sanctions that count.
    facts: Vec<(EntryId, Points)>,
    /// Evaluations that are still to take effect.
    measured: Vec<Award>,
    /// The last one that did.
    in_force: Option<Award>,
    findings: Vec<Finding>,
    restraints: Vec<Restraint>,
    entries: u64,
}

impl Replay {
    fn take(&mut self, kind: Kind, posting: &Posting, rules: &Rules) {
        match kind {
            Kind::Began | Kind::Measured => {
                self.tally = self.tally + posting.tally;
                self.entries += 1;
            }
            Kind::Ended => {
                self.tally = self.tally + -posting.tally;
                self.entries = self.entries.saturating_sub(1);
            }
            Kind::Overturned | Kind::Settled | Kind::Evaluated => {}
        }
        self.note_findings(kind, posting);
        let came_back = kind == Kind::Began && matches!(posting.cause, Cause::Admission(_));
        if came_back {
            self.restraints.retain(|held| held.hold != Hold::Removed);
        }
        if kind == Kind::Measured {
            let (tally, facts, at_most) = (self.tally, self.facts.clone(), Grade::AAA);
            self.measured.push(Award { evaluation: posting.id, tally, facts, at_most });
        }
        // What was measured, and what is put right in it, moves the grade when the evaluation takes effect.
        if kind == Kind::Measured || matches!(posting.cause, Cause::Quality(_)) {
            return;
        }
        let awarded = self.awarded(kind, posting, rules);
        // A repair is the one entry that gives the grade back by what it adds; its end gives nothing.
        let repaired = matches!(posting.cause, Cause::Repair(_)) && kind == Kind::Began;
        // What was given and is taken back lifts nothing either.
        let corrected = matches!(posting.cause, Cause::Correction(_));
        let taken = kind == Kind::Overturned && is_given(&posting.rule) && !corrected;
        let follows = (matches!(kind, Kind::Began | Kind::Ended) || taken) && !repaired && !came_back;
        self.grade(awarded, follows, rules);
    }

    /// Takes these out of what was just measured.
    fn leave_out(&mut self, late: &[&Entry]) {
        let Some(award) = self.measured.last_mut() else { return };
        for entry in late {
            award.tally = award.tally + -entry.posting.tally;
            award.facts.retain(|(fact, _)| *fact != entry.posting.id);
        }
    }

    fn note_findings(&mut self, kind: Kind, posting: &Posting) {
        let Some(severity) = severity_of(&posting.rule) else {
            if kind == Kind::Evaluated {
                self.findings.retain(|finding| finding.outlasts(posting.valid_from));
            }
            return;
        };
        let case = match posting.cause {
            Cause::Breach(case) => Some(case),
            Cause::Sanction(_) => None,
            _ => return,
        };
        match kind {
            Kind::Began => {
                self.facts.push((posting.id, posting.tally.points));
                let found = case.map(|case| Finding { case, severity, verified_at: posting.valid_from });
                found.into_iter().for_each(|finding| keep_finding(&mut self.findings, finding));
            }
            Kind::Ended => {
                self.facts.retain(|(entry, _)| *entry != posting.id);
                self.findings.retain(|finding| Some(finding.case) != case);
            }
            Kind::Measured | Kind::Evaluated | Kind::Overturned | Kind::Settled => {}
        }
    }

    /// The award after the event; before it, the ledger may not even have been opened.
    fn awarded(&mut self, kind: Kind, posting: &Posting, rules: &Rules) -> Grade {
        let merited = rules.merited(self.tally.points, self.tally.evidence);
        let before = match (self.grades, kind) {
            (None, Kind::Began) if posting.rule == NEWCOMER => return rules.entry_grade,
            (None, _) => return merited,
            (Some((awarded, _)), _) => awarded,
        };
        match (kind, posting.cause) {
            (Kind::Evaluated, _) => {
                let place = self.measured.iter().position(|award| award.evaluation == posting.id);
                self.in_force = place.map(|place| self.measured.swap_remove(place));
                self.in_force.as_ref().map_or(merited, |award| award.grade(rules))
            }
            (Kind::Began, Cause::Repair(fact)) => {
                for award in &mut self.measured {
                    award.give_back(fact);
                }
                let anew = self.in_force.as_mut().and_then(|award| award.give_back(fact));
                anew.map_or(before, |award| award.grade(rules).max(before))
            }
            (Kind::Began, Cause::Admission(_)) => {
                if let Some(award) = &mut self.in_force {
                    award.at_most = award.at_most.min(rules.entry_grade);
                }
                before.min(rules.entry_grade)
            }
            _ => before,
        }
    }

    /// What the file held against the merchant until this moment, and what it holds from it on. Of one that is
    /// known to have been reversed nothing ever weighed.
    fn settle(&mut self, file: &Proceeding, at: Timestamp, moment: Moment, rules: &Rules) {
        let Some((awarded, _)) = self.grades else { return };
        let (before, now) = (file.as_of(at.before(INSTANT)), file.as_of(at));
        let held = now.restraints();
        let known = file.as_of(moment.known_at).end;
        let reversed = matches!(known, Some(End { how: Ending::Reversed, .. }));
        // A removal that a re-admission ended ends no second time.
        let weighed = |it: &Restraint| reversed || it.hold != Hold::Removed || self.restraints.contains(it);
        let lifted = before.restraints().iter().any(|it| !held.contains(it) && weighed(it));
        if reversed {
            self.restraints.retain(|restraint| restraint.proceeding != file.id);
        } else {
            self.restraints = restraints_after(&self.restraints, &now, at);
        }
        let findings = self.findings.len();
        if let Some(repaired) = repaired_case(&now) {
            self.findings.retain(|finding| finding.case != repaired);
        }
        let eased = lifted || self.findings.len() < findings;
        self.grade(awarded, !eased, rules);
    }

    /// The grade is what is allowed; where it only `follows`, it rises by nothing.
    fn grade(&mut self, awarded: Grade, follows: bool, rules: &Rules) {
        let allowed = allowed(awarded, self.tally, &self.findings, &self.restraints, rules);
        let grade = self.grades.filter(|_| follows).map_or(allowed, |(_, grade)| grade.min(allowed));
        self.grades = Some((awarded, grade));
    }
}
