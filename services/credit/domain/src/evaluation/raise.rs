//! What would raise a merchant's grade (提升建议): what the rules ask for and it does not have yet.

use kernel::{CaseId, EntryId, Grade, ProceedingId, Severity, Timestamp};
use serde::{Deserialize, Serialize};

use super::Assessed;
use crate::ledger::{Cause, Entry};
use crate::process::{Hold, Proceeding, Stage};
use crate::rules::{Rules, severity_of};
use crate::tally::{Dimension, Evidence};

/// Call-backs that are counted ahead: who lacks more of them lacks something else.
const AHEAD_MAX: i64 = 10_000;
/// Breaches named, the last ones.
const BREACHES_MAX: usize = 50;

/// One thing that would raise the grade, or that keeps it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Raise {
    /// The score lacks this much for a better grade.
    Points {
        /// Which.
        grade: Grade,
        /// How many points.
        missing: u16,
        /// What each dimension can still give before its ceiling.
        room: Vec<(Dimension, i64)>,
    },
    /// Too little is known about its work for a better grade.
    Evidence {
        /// Which.
        grade: Grade,
        /// So many more content citizens in a row would do; absent where ten thousand would not.
        content_callbacks: Option<u32>,
    },
    /// A breach takes points until this moment.
    Breach {
        /// The case.
        case: CaseId,
        /// The entry, for an objection.
        entry: EntryId,
        /// How grave.
        severity: Severity,
        /// What it takes from the score, as a negative number.
        points: i64,
        /// When it stops; never by itself, when absent.
        ends_at: Option<Timestamp>,
        /// Whether it caps the grade until it is repaired.
        until_repaired: bool,
    },
    /// A proceeding holds the grade down.
    Measure {
        /// The proceeding.
        proceeding: ProceedingId,
        /// The best grade beside it.
        cap: Grade,
        /// When it ends by itself.
        ends_at: Option<Timestamp>,
        /// Whether an application for repair is open.
        repair_applied: bool,
    },
}

/// What would raise the grade of a merchant that was assessed so, as of that moment. `breaches` are the entries of
/// verified breaches in its ledger, `reversed` those that were taken back, `files` the proceedings against it.
#[must_use]
pub fn raises(rules: &Rules, found: &Assessed, evidenced: &Evidenced<'_>, as_of: Timestamp) -> Vec<Raise> {
    let mut all = Vec::new();
    let better = Grade::ALL.into_iter().find(|grade| *grade > found.grade);
    if let Some(grade) = better {
        all.extend(points(rules, found, grade));
        all.extend(evidence(rules, found.tally.evidence, grade));
    }
    let counting = evidenced.breaches.iter().filter(|entry| !entry.posting.has_ended(as_of));
    let counting = counting.filter(|entry| !evidenced.reversed.contains(&entry.posting.id));
    all.extend(counting.rev().take(BREACHES_MAX).filter_map(|entry| breach(entry, found)));
    all.extend(evidenced.files.iter().flat_map(|file| measures(rules, file)));
    all
}

/// What stands in ledger and files about breaches and measures.
#[derive(Debug, Clone, Copy)]
pub struct Evidenced<'a> {
    /// Entries of verified breaches, the first first.
    pub breaches: &'a [Entry],
    /// Entries that were taken back or repaired.
    pub reversed: &'a [EntryId],
    /// Proceedings, as they were known.
    pub files: &'a [Proceeding],
}

fn points(rules: &Rules, found: &Assessed, grade: Grade) -> Option<Raise> {
    let wanted = rules.bands.iter().find(|band| band.grade == grade)?.score_min;
    let missing = wanted.checked_sub(found.score).filter(|missing| *missing > 0)?;
    let room = Dimension::ALL.into_iter().map(|dimension| {
        let ceiling = rules.dimensions.of(dimension).ceiling;
        (dimension, ceiling.saturating_sub(found.counted.of(dimension)))
    });
    Some(Raise::Points { grade, missing, room: room.filter(|(_, points)| *points > 0).collect() })
}

fn evidence(rules: &Rules, evidence: Evidence, grade: Grade) -> Option<Raise> {
    let opens = |more: i64| {
        let evidence = Evidence { satisfied: evidence.satisfied.saturating_add(more), ..evidence };
        rules.gate(evidence) >= grade
    };
    if opens(0) {
        return None;
    }
    // More content citizens never close a gate, so the least number is found by halving.
    let (mut low, mut high) = (0, AHEAD_MAX);
    while low < high {
        let middle = low + (high - low) / 2;
        if opens(middle) { high = middle } else { low = middle + 1 }
    }
    let content_callbacks = u32::try_from(high).ok().filter(|_| opens(high));
    Some(Raise::Evidence { grade, content_callbacks })
}

fn breach(entry: &Entry, found: &Assessed) -> Option<Raise> {
    let posting = &entry.posting;
    let Cause::Breach(case) = posting.cause else { return None };
    Some(Raise::Breach {
        case,
        entry: posting.id,
        severity: severity_of(&posting.rule)?,
        points: posting.tally.points.total(),
        ends_at: posting.valid_until,
        until_repaired: found.findings.iter().any(|finding| finding.case == case),
    })
}

fn measures<'a>(rules: &'a Rules, file: &'a Proceeding) -> impl Iterator<Item = Raise> + 'a {
    let in_force = matches!(file.stage(), Stage::InForce | Stage::Appealed);
    file.restraints().into_iter().filter_map(move |restraint| {
        let cap = restraint.hold.cap(rules);
        (cap < Grade::AAA).then(|| Raise::Measure {
            proceeding: file.id,
            cap,
            ends_at: file
                .sanction()
                .filter(|_| in_force && restraint.hold != Hold::Removed)
                .map(|sanction| sanction.until),
            repair_applied: file.open_repair().is_some(),
        })
    })
}
