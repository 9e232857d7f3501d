//! How score and grade moved, step by step: what a chart shows.

use core::time::Duration;
use std::collections::BTreeMap;

use kernel::{Grade, Timestamp};

use super::{Event, INSTANT, Kind, Moment, UnknownRules, What, counted, replayed};
use crate::ledger::{Cause, Entry};
use crate::process::{End, Ending, Proceeding};
use crate::rules::Rules;

/// How a merchant stood from one moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingStep {
    /// Since when.
    pub at: Timestamp,
    /// The score from then on.
    pub score: u16,
    /// The grade from then on.
    pub grade: Grade,
    /// What made it.
    pub cause: Cause,
}

impl StandingStep {
    fn stands_like(&self, other: &Self) -> bool {
        (self.score, self.grade) == (other.score, other.grade)
    }
}

/// What a ledger learns of within this, it learns of at once: what a bus and a queue take.
const AT_ONCE: Duration = Duration::from_secs(60);
/// Corrections after which a history is looked at anew, at most: the last ones. What stood before is told as it was known
/// when the first of them was made.
const CORRECTIONS_MAX: usize = 64;

/// Each change of score or grade until the moment as it stood then, the first first. What was taken back or put right later
/// stands until it was: there the correction is a change of its own. What became known late stands from then on.
///
/// # Errors
/// [`UnknownRules`] when `rules` lacks a version that an entry names.
pub fn standing_history<'a>(
    ledger: &[Entry],
    proceedings: &[Proceeding],
    until: Timestamp,
    rules: impl Fn(u32) -> Option<&'a Rules>,
) -> Result<Vec<StandingStep>, UnknownRules> {
    let mut history: Vec<StandingStep> = Vec::new();
    let mut begins: Option<(Timestamp, Cause)> = None;
    let corrections = corrections(ledger, proceedings, until);
    let ends = corrections.iter().map(|(at, cause)| (at.before(INSTANT), Some((*at, *cause))));
    for (eyes, next) in ends.chain([(until, None)]) {
        let moment = Moment { as_of: eyes, known_at: eyes };
        let steps = standing_steps(ledger, proceedings, moment, &rules)?;
        let (before, after) = match begins {
            Some((from, _)) => steps.split_at(steps.partition_point(|step| step.at <= from)),
            None => steps.split_at(0),
        };
        if let (Some((at, cause)), Some(step)) = (begins, before.last()) {
            let made = if step.at == at { step.cause } else { cause };
            take(&mut history, StandingStep { at, cause: made, ..*step });
        }
        after.iter().for_each(|step| take(&mut history, *step));
        begins = next;
    }
    Ok(history)
}

/// When it was learned that something earlier was not so, or was so, and by what; the first first.
fn corrections(ledger: &[Entry], proceedings: &[Proceeding], until: Timestamp) -> BTreeMap<Timestamp, Cause> {
    let corrects = |entry: &&Entry| match entry.posting.cause {
        Cause::Reversal(_) | Cause::Correction(_) | Cause::Reassessment(_) => true,
        // The end of an entry stands in the entry.
        Cause::Expiry(_) => false,
        _ => is_late(entry),
    };
    let entries =
        ledger.iter().filter(corrects).map(|entry| (entry.posting.recorded_at, entry.posting.cause));
    let files = proceedings.iter().filter_map(|file| match file.end {
        Some(End { how: Ending::Reversed, at }) => Some((at, Cause::Sanction(file.id))),
        _ => None,
    });
    // What the ledger says of a moment is said before what a file does.
    let mut found: BTreeMap<_, _> = files.chain(entries).filter(|(at, _)| *at <= until).collect();
    while found.len() > CORRECTIONS_MAX {
        found.pop_first();
    }
    found
}

/// When the ledger knew of it, where that was at once.
fn learned(event: &Event<'_>) -> Timestamp {
    match event.what {
        What::Entry(Kind::Began, entry) if !is_late(entry) => event.at.max(entry.posting.recorded_at),
        What::Entry(..) | What::File(_) => event.at,
    }
}

/// Whether the ledger learned of it long after it counted.
fn is_late(entry: &Entry) -> bool {
    entry.posting.recorded_at > entry.posting.valid_from.after(AT_ONCE)
}

/// Each change of score or grade until the moment, the first first: at each of them [`super::past`], asked about that
/// moment with the same eyes, finds the same.
fn standing_steps<'a>(
    ledger: &[Entry],
    proceedings: &[Proceeding],
    moment: Moment,
    rules: impl Fn(u32) -> Option<&'a Rules>,
) -> Result<Vec<StandingStep>, UnknownRules> {
    let mut steps: Vec<StandingStep> = Vec::new();
    // The score goes by the rules of the last entry that counts by then.
    let mut entries: Vec<&Entry> = ledger.iter().filter(|entry| counted(entry, moment)).collect();
    entries.sort_by_key(|entry| entry.posting.valid_from);
    let mut entries = entries.into_iter().peekable();
    let mut last: Option<&Entry> = None;
    replayed(ledger, proceedings, moment, &rules, |event, replay| {
        while let Some(entry) = entries.next_if(|entry| entry.posting.valid_from <= event.at) {
            last = last.filter(|last| last.seq > entry.seq).or(Some(entry));
        }
        let by = last.and_then(|entry| rules(entry.posting.rules_version));
        let (Some(by), Some((_, grade))) = (by, replay.grades) else { return };
        let at = learned(event).max(steps.last().map_or(event.at, |last| last.at));
        let step = StandingStep { at, score: by.score(replay.tally.points), grade, cause: event.cause() };
        take(&mut steps, step);
    })?;
    Ok(steps)
}

/// Of one moment its end alone is a step, and only where it differs from what was before.
fn take(steps: &mut Vec<StandingStep>, step: StandingStep) {
    let earlier = steps.pop_if(|last| last.at == step.at);
    if steps.last().is_some_and(|last| last.stands_like(&step)) {
        return;
    }
    let made_by = earlier.filter(|earlier| earlier.stands_like(&step));
    steps.push(made_by.unwrap_or(step));
}

/// At most so many of these steps: the last, and from each of equal parts the last that moved the grade, or else its
/// last. What is left out lies between.
#[must_use]
pub fn thinned(mut steps: Vec<StandingStep>, most: usize) -> Vec<StandingStep> {
    if steps.len() <= most {
        return steps;
    }
    let last = steps.pop();
    let part = steps.len().div_ceil(most.saturating_sub(1).max(1));
    let mut kept = Vec::with_capacity(most);
    let mut before = None;
    for part in steps.chunks(part) {
        let mut chosen = None;
        for step in part {
            let moved = before.is_some_and(|grade| grade != step.grade);
            before = Some(step.grade);
            chosen = match chosen {
                Some((chosen, true)) if !moved => Some((chosen, true)),
                _ => Some((*step, moved)),
            };
        }
        kept.extend(chosen.map(|(step, _)| step));
    }
    kept.extend(last);
    kept.split_off(kept.len().saturating_sub(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at: i64, score: u16, grade: Grade) -> StandingStep {
        StandingStep { at: Timestamp::from_micros(at), score, grade, cause: Cause::Opening }
    }

    fn scores(steps: &[StandingStep]) -> Vec<u16> {
        steps.iter().map(|step| step.score).collect()
    }

    #[test]
    fn of_one_moment_only_what_it_ends_with_is_a_step() {
        let mut steps = Vec::new();
        for one in [(1, 500, Grade::B), (2, 480, Grade::B), (2, 500, Grade::B), (3, 510, Grade::B)] {
            take(&mut steps, step(one.0, one.1, one.2));
        }
        assert_eq!(scores(&steps), [500, 510]);
    }

    #[test]
    fn of_many_steps_the_last_and_those_that_moved_the_grade_are_kept() {
        let grade = |n: u16| if n < 42 { Grade::A } else { Grade::B };
        let steps: Vec<_> = (0..100).map(|n| step(i64::from(n), n, grade(n))).collect();
        let kept = thinned(steps.clone(), 10);
        assert_eq!((kept.len(), kept.last()), (10, steps.last()));
        assert!(scores(&kept).contains(&42), "{:?}", scores(&kept));
        assert_eq!(thinned(steps.clone(), 100), steps);
        assert_eq!(scores(&thinned(steps, 1)), [99]);
    }
}
