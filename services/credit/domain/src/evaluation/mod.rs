//! The yearly evaluation (年度评价): what a merchant merits for a year, what would raise it, and the run over a whole
//! city that lets all grades take effect together.
//!
//! A [`Fold`] takes a merchant's ledger in entry by entry, in any order, and holds no more than a few numbers. It can
//! be kept and gone on with, so what was recorded since is added without reading the ledger again. What it says is a
//! function of the entries, the proceedings and the rules alone: run again, it says the same to the bit, and
//! [`Digest`] makes that visible.

mod lines;
mod listed;
mod peers;
mod raise;
mod report;
mod rules;
mod run;

use core::fmt;
use core::str::FromStr;

use kernel::{EntryId, Grade, MerchantId, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ledger::{Cause, Entry};
use crate::merchant::{Finding, allowed};
use crate::process::{Proceeding, Restraint, repaired_case};
use crate::quality::{Measure, Measured};
use crate::rules::{Rules, severity_of};
use crate::simulation::Limit;
use crate::tally::{Points, Tally};

pub use lines::{CallbackLine, DimensionLine, GateLine, Quality, QualityLine, RuleLine};
pub use listed::{Listed, listed};
pub use peers::{BIN_WIDTH, Histogram, PEERS_MIN, Peers, Standing as PeerStanding, Standings};
pub use raise::{Evidenced, Raise, raises};
pub use report::{GradeStep, Period, Report, ReportInputs, forecast, report};
pub use rules::EvaluationRules;
pub use run::{
    CALLBACK_LINES_MAX, ENTRIES_NAMED_MAX, Evaluation, EvaluationRefusal, EvaluationState, KNOWN_BEHIND,
    MERCHANTS_MAX, Move, Order, Progress, Scope, Summary, year_due,
};

/// Breaches and sanctions that one fold keeps: with so many of them no points are left for a repair to give back.
const FACTS_MAX: usize = 200;
/// Between two moments that can be told apart.
const INSTANT: core::time::Duration = core::time::Duration::from_micros(1);

/// The last moment of the year in the city: what happened later is of the next one. None for a year without one.
#[must_use]
pub fn year_end(year: u16) -> Option<Timestamp> {
    first_of(year.checked_add(1)?, 1).map(|next| next.before(INSTANT))
}

/// The first moment of the year, in the city; none for a year that no calendar has.
#[must_use]
pub fn year_begin(year: u16) -> Option<Timestamp> {
    first_of(year, 1)
}

/// When the evaluation of the year begins: 1 February of the year after, at midnight in the city.
#[must_use]
pub fn begins_at(year: u16) -> Option<Timestamp> {
    first_of(year.checked_add(1)?, 2)
}

fn first_of(year: u16, month: u8) -> Option<Timestamp> {
    let day: kernel::Day = format!("{year:04}-{month:02}-01").parse().ok()?;
    Some(day.at_minute(0))
}

/// A merchant's ledger as far as it was read, for an evaluation as of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fold {
    as_of: Timestamp,
    tally: Tally,
    measure: Measure,
    /// Entries taken in.
    known: u64,
    /// All entries up to this place were taken in.
    through: u64,
    /// Entries that count at the moment.
    counted: u64,
    opened: bool,
    anew: bool,
    /// Breaches and sanctions that count at the moment.
    facts: Vec<Fact>,
    /// Those of any time that were reversed.
    reversed: Vec<EntryId>,
    /// Those of any time that were repaired after the moment.
    repaired: Vec<EntryId>,
}

/// What a breach or a sanction took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Fact {
    entry: EntryId,
    points: Points,
    /// What of it stays until it is repaired: a serious breach.
    serious: Option<Finding>,
}

impl Fold {
    /// Of nothing yet.
    #[must_use]
    pub fn new(rules: &Rules, as_of: Timestamp) -> Self {
        Self {
            as_of,
            tally: Tally::ZERO,
            measure: Measure::new(rules, as_of),
            known: 0,
            through: 0,
            counted: 0,
            opened: false,
            anew: false,
            facts: Vec::new(),
            reversed: Vec::new(),
            repaired: Vec::new(),
        }
    }

    /// Takes an entry in; each once.
    pub fn add(&mut self, entry: &Entry) {
        let posting = &entry.posting;
        self.known += 1;
        if entry.seq == self.through + 1 {
            self.through = entry.seq;
        }
        if posting.valid_from > self.as_of {
            match posting.cause {
                Cause::Admission(_) => self.anew = true,
                // What is repaired by now counts no more, though it did at the moment.
                Cause::Repair(fact) => self.repaired.push(fact),
                _ => {}
            }
            return;
        }
        self.opened |= posting.cause == Cause::Opening;
        let severity = severity_of(&posting.rule);
        if let (Cause::Reversal(of), Some(_)) = (posting.cause, severity) {
            self.reversed.push(of);
        }
        if posting.has_ended(self.as_of) || matches!(posting.cause, Cause::Expiry(_)) {
            return;
        }
        self.counted += 1;
        self.tally = self.tally + posting.tally;
        self.measure.add(posting);
        let serious = match (posting.cause, severity) {
            (Cause::Breach(case), Some(severity @ Severity::Serious)) => {
                Some(Finding { case, severity, verified_at: posting.valid_from })
            }
            (Cause::Breach(_) | Cause::Sanction(_), Some(_)) => None,
            _ => return,
        };
        if self.facts.len() < FACTS_MAX {
            self.facts.push(Fact { entry: posting.id, points: posting.tally.points, serious });
        }
    }

    /// Facts that count at the moment and were not reversed: those that were repaired since, or the others.
    fn facts(&self, repaired: bool) -> impl Iterator<Item = &Fact> {
        let standing = self.facts.iter().filter(|fact| !self.reversed.contains(&fact.entry));
        standing.filter(move |fact| self.repaired.contains(&fact.entry) == repaired)
    }

    /// Entries that count at the moment with no points any more, as they were repaired since.
    pub(crate) fn repaired(&self) -> Vec<EntryId> {
        self.facts(true).map(|fact| fact.entry).collect()
    }

    /// The moment.
    #[must_use]
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// How many entries were taken in: the whole ledger, where its end has this place.
    #[must_use]
    pub const fn known(&self) -> u64 {
        self.known
    }

    /// The place up to which all entries were taken in.
    #[must_use]
    pub const fn through(&self) -> u64 {
        self.through
    }

    /// Whether there was a merchant at the moment, and it is the same one since: who was admitted anew begins anew.
    #[must_use]
    pub const fn is_evaluated(&self) -> bool {
        self.opened && !self.anew
    }

    /// Its quality with what it is awarded for, and how far social evaluation is to move.
    pub(crate) fn finish(&self) -> (Measured, i64) {
        let (mut measured, step) = self.measure.clone().finish();
        measured.awarded_for = self.tally;
        measured.awarded_for.points.social_evaluation += step;
        self.facts(true).for_each(|fact| measured.give_back(fact.entry, fact.points));
        (measured, step)
    }

    /// What the merchant merits, with the proceedings against it as they were `known_at`; none where there was
    /// nobody to evaluate.
    #[must_use]
    pub fn assess(&self, rules: &Rules, files: &[Proceeding], known_at: Timestamp) -> Option<Assessed> {
        if !self.is_evaluated() {
            return None;
        }
        let (measured, step) = self.finish();
        let tally = measured.awarded_for;
        let files: Vec<Proceeding> = files.iter().map(|file| file.as_of(known_at)).collect();
        let repaired: Vec<_> = files.iter().filter_map(repaired_case).collect();
        let serious = self.facts(false).filter_map(|fact| fact.serious);
        let findings = serious.filter(|finding| !repaired.contains(&finding.case));
        let findings: Vec<Finding> = findings.collect();
        let restraints: Vec<Restraint> = files.iter().flat_map(Proceeding::restraints).collect();
        let score = rules.score(tally.points);
        let (band, gate) = (rules.band(score), rules.gate(tally.evidence));
        let awarded = measured.award(rules);
        let grade = allowed(awarded, tally, &findings, &restraints, rules);
        let limit = match () {
            () if grade < awarded => Limit::Finding,
            () if gate < band => Limit::Evidence,
            () => Limit::Score,
        };
        Some(Assessed {
            tally,
            counted: rules.within_bounds(tally.points),
            step,
            measured,
            score,
            awarded,
            grade,
            limit,
            findings,
            entries: self.counted,
        })
    }
}

/// What an evaluation finds for one merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// What counts, added up, with the measured quality and without the points of what was repaired.
    pub tally: Tally,
    /// The points as they count.
    pub counted: Points,
    /// By how much the measured quality moves social evaluation.
    pub step: i64,
    /// The measured quality.
    pub measured: Measured,
    /// The score.
    pub score: u16,
    /// What score and evidence merit.
    pub awarded: Grade,
    /// The same with open serious findings and what proceedings hold against it.
    pub grade: Grade,
    /// What decides the grade.
    pub limit: Limit,
    /// Open serious findings.
    pub findings: Vec<Finding>,
    /// Entries that count.
    pub entries: u64,
}

/// A hash over all results of a run, merchant by merchant: two runs that found the same have the same, and no two
/// that differ anywhere have. 64 hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// After one more result.
    #[must_use]
    pub fn then(self, merchant: MerchantId, found: &Assessed) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"81890.credit.evaluation.1");
        hasher.update(self.0);
        hasher.update(merchant.uuid().as_bytes());
        let Assessed { tally, counted, step, measured, score, awarded, grade, limit, findings, entries } =
            found;
        for points in [tally.points, *counted] {
            crate::Dimension::ALL.iter().for_each(|one| hasher.update(points.of(*one).to_be_bytes()));
        }
        let evidence = tally.evidence;
        for number in [evidence.satisfied, evidence.unsatisfied, evidence.verified_orders, *step] {
            hasher.update(number.to_be_bytes());
        }
        hasher.update(score.to_be_bytes());
        hasher.update([awarded.rank(), grade.rank(), *limit as u8]);
        hasher.update(entries.to_be_bytes());
        let mut weights: Vec<_> = measured.weights.iter().collect();
        weights.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (category, weights) in weights {
            let name = category.as_ref().map_or("", |category| category.as_str());
            hasher.update((name.len() as u64).to_be_bytes());
            hasher.update(name);
            hasher.update(weights.satisfied.to_be_bytes());
            hasher.update(weights.unsatisfied.to_be_bytes());
        }
        hasher.update((findings.len() as u64).to_be_bytes());
        findings.iter().for_each(|finding| hasher.update(finding.case.uuid().as_bytes()));
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = crate::HashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<crate::EntryHash>().map(|hash| Self(hash.bytes()))
    }
}

impl TryFrom<String> for Digest {
    type Error = crate::HashError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}
