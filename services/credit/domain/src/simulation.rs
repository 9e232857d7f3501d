//! A draft of the rules tried out on the real ledger (规则试算): who would move from which grade to which, why,
//! and what that would do to dispatch.
//!
//! Both the rules in force and the draft are asked the same question: what would this merchant be graded if its
//! evaluation were held at the moment? So what differs comes from the rules alone. Facts are taken as the ledger
//! has them; the points of an entry are those that the asked rules give to its rule, and where these do not
//! price it (a history taken over from elsewhere), the points as recorded.

mod contest;
mod run;
mod settings;

use std::collections::BTreeMap;

use kernel::{Grade, Severity, Timestamp};
use serde::{Deserialize, Serialize};

use crate::commands::QUALITY;
use crate::ledger::{Cause, Entry, Posting};
use crate::merchant::{Credit, Finding, allowed};
use crate::quality::{Measure, Measured};
use crate::rules::{Rules, severity_of};
use crate::tally::{Evidence, Points, Tally};

pub use contest::{Cell, Contest, Outcome, Share, Side};
pub use run::{CategoryMean, MERCHANTS_MAX, Order, Progress, Run, RunRefusal, RunState, Summary, Transition};

/// Rules named as reasons for one merchant.
const REASONS_MAX: usize = 5;

/// One merchant's ledger under one version of the rules, entry by entry and in any order.
#[derive(Debug, Clone)]
pub struct Trial<'a> {
    rules: &'a Rules,
    as_of: Timestamp,
    tally: Tally,
    measure: Measure,
    by_rule: BTreeMap<String, i64>,
}

/// What decides a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The band of the score.
    Score,
    /// How much is known about its work.
    Evidence,
    /// An open serious finding, or what a proceeding holds against the merchant.
    Finding,
}

/// What a trial found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The points as they count.
    pub counted: Points,
    /// The score.
    pub score: u16,
    /// The grade.
    pub grade: Grade,
    /// What decides it.
    pub limit: Limit,
    /// The measured quality.
    pub measured: Measured,
    /// How much is known about its work.
    evidence: Evidence,
    by_rule: BTreeMap<String, i64>,
}

impl<'a> Trial<'a> {
    /// Under these rules, at this moment: what was recorded later is not looked at.
    #[must_use]
    pub fn new(rules: &'a Rules, as_of: Timestamp) -> Self {
        let measure = Measure::new(rules, as_of);
        Self { rules, as_of, tally: Tally::ZERO, measure, by_rule: BTreeMap::new() }
    }

    /// Takes an entry in.
    pub fn add(&mut self, entry: &Entry) {
        let posting = &entry.posting;
        if posting.recorded_at > self.as_of || posting.valid_from > self.as_of {
            return;
        }
        let Some(posting) = self.recast(posting) else { return };
        if posting.has_ended(self.as_of) {
            return;
        }
        self.tally = self.tally + posting.tally;
        *self.by_rule.entry(posting.rule.clone()).or_default() += posting.tally.points.total();
        self.measure.add(&posting);
    }

    /// The posting as these rules would have made it; none for what follows from the others.
    fn recast(&self, posting: &Posting) -> Option<Posting> {
        let recorded = posting.tally.points;
        let severity = severity_of(&posting.rule);
        let repairs = match posting.cause {
            Cause::Repair(_) => true,
            Cause::Reversal(_) => severity.is_some() && recorded.total() < 0,
            _ => false,
        };
        let points = match (posting.cause, self.rules.points_at(&posting.rule)) {
            (Cause::Expiry(_) | Cause::Evaluation(_) | Cause::Quality(_) | Cause::Reassessment(_), _) => {
                return None;
            }
            // What people put right stays as they did it.
            (Cause::Correction(_), _) | (_, None) => recorded,
            // A repair that is taken back takes what the fact took.
            (Cause::Reversal(_), Some(points)) if repairs => points,
            (Cause::Reversal(_) | Cause::Repair(_), Some(points)) => -points,
            (_, Some(points)) => points,
        };
        let valid_until = match severity {
            // A repair began later than the fact with which it ends: its own beginning says nothing.
            Some(_) if !repairs => self.rules.valid_until(&posting.rule, posting.valid_from),
            _ => posting.valid_until,
        };
        Some(Posting { tally: Tally { points, ..posting.tally }, valid_until, ..posting.clone() })
    }

    /// The merchant as the evaluation would grade it, with the findings and restraints that it has.
    #[must_use]
    pub fn finish(self, credit: &Credit) -> Assessment {
        let Self { rules, as_of: _, mut tally, measure, mut by_rule } = self;
        let (measured, step) = measure.finish();
        tally.points.social_evaluation += step;
        by_rule.insert(QUALITY.to_owned(), step);
        let lasting = credit.findings.iter().filter(|finding| finding.severity == Severity::Serious);
        let lasting: Vec<Finding> = lasting.copied().collect();
        let (band, gate) = (rules.band(rules.score(tally.points)), rules.gate(tally.evidence));
        let grade = allowed(band.min(gate), tally, &lasting, &credit.restraints, rules);
        let limit = match () {
            () if grade < band.min(gate) => Limit::Finding,
            () if gate < band => Limit::Evidence,
            () => Limit::Score,
        };
        Assessment {
            counted: rules.within_bounds(tally.points),
            score: rules.score(tally.points),
            grade,
            limit,
            measured,
            evidence: tally.evidence,
            by_rule,
        }
    }
}

/// Why a merchant would be graded otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// By how much the dimensions, as they count, would move.
    pub dimensions: Points,
    /// By how much the rules would pay more or less, the largest difference first; at most five.
    pub rules: Vec<(String, i64)>,
    /// Settings that give no points and would move the grade, as JSON pointers: of what grades ask for, of how far a
    /// dimension counts, of what a finding caps.
    #[serde(default)]
    pub settings: Vec<String>,
    /// What decides the grade under the rules in force.
    pub limit_before: Limit,
    /// What would decide it under the draft.
    pub limit_after: Limit,
}

/// What lies between two assessments of the same ledger, each under its rules.
#[must_use]
pub fn why((before, in_force): (&Assessment, &Rules), (after, draft): (&Assessment, &Rules)) -> Why {
    let mut moved: BTreeMap<&str, i64> = BTreeMap::new();
    for (rule, points) in &after.by_rule {
        *moved.entry(rule).or_default() += points;
    }
    for (rule, points) in &before.by_rule {
        *moved.entry(rule).or_default() -= points;
    }
    let mut rules: Vec<(String, i64)> = moved
        .into_iter()
        .filter(|(_, step)| *step != 0)
        .map(|(rule, step)| (rule.to_owned(), step))
        .collect();
    rules.sort_by_key(|(_, step)| core::cmp::Reverse(step.unsigned_abs()));
    rules.truncate(REASONS_MAX);
    Why {
        dimensions: after.counted + -before.counted,
        rules,
        settings: settings::behind((before, in_force), (after, draft)),
        limit_before: before.limit,
        limit_after: after.limit,
    }
}
