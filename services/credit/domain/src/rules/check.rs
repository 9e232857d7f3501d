//! Which rules can be put in force, and what is wrong with the others.

use core::fmt;

use kernel::{Grade, Severity};

use super::{Bounds, BreachRule, Confidence, Rules, SCORE_MAX};
use crate::tally::{Dimension, Evidence};

/// No single number of points may be larger: a slip of the keyboard should not get in force.
pub(crate) const POINTS_MAX: i64 = 10_000;
const RATIO_MAX: u32 = 1_000_000;
/// Nothing in a ledger is made to end later than this.
pub(crate) const VALID_DAYS_MAX: u32 = 3_650;

/// Something in the rules that cannot be put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct RuleProblem {
    /// JSON pointer into the document.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl Rules {
    /// Checks that the document can be put in force: every guarantee that the model gives to merchants and to
    /// citizens rests on it.
    ///
    /// # Errors
    /// All that is wrong with it, each pointing into the document.
    pub fn validate(&self) -> Result<(), Vec<RuleProblem>> {
        let mut found = Problems::default();
        found.unless(self.version >= 1, "/version", "versions count from 1");
        self.check_dimensions(&mut found);
        self.check_followups(&mut found);
        self.check_breaches(&mut found);
        self.check_outweighing(&mut found);
        self.quality.check(&mut found);
        self.check_bands(&mut found);
        self.check_gates(&mut found);
        self.check_entry(&mut found);
        found.0.extend(self.process.problems());
        self.evaluation.check(&mut found);
        self.activities.check(&self.dimensions, &mut found);
        if found.0.is_empty() { Ok(()) } else { Err(found.0) }
    }

    fn check_dimensions(&self, found: &mut Problems) {
        for dimension in Dimension::ALL {
            let pointer = format!("/dimensions/{}", dimension.as_str());
            let Bounds { floor, ceiling } = self.dimensions.of(dimension);
            found.unless(floor <= ceiling, &pointer, "the floor must not be above the ceiling");
            found.unless(
                floor.abs() <= POINTS_MAX && (0..=SCORE_MAX).contains(&ceiling),
                &pointer,
                "the floor must be within -10000 and 10000, the ceiling within 0 and 1000",
            );
            let opening = self.opening.of(dimension);
            found.unless(
                (floor..=ceiling).contains(&opening),
                format_args!("/opening/{}", dimension.as_str()),
                "must lie within the bounds of its dimension",
            );
        }
        let ceilings: i128 = Dimension::ALL
            .into_iter()
            .map(|dimension| i128::from(self.dimensions.of(dimension).ceiling))
            .sum();
        found.unless(
            ceilings == i128::from(SCORE_MAX),
            "/dimensions",
            "the four ceilings must add up to 1000",
        );
    }

    fn check_followups(&self, found: &mut Problems) {
        for dimension in Dimension::ALL {
            found.unless(
                (0..=POINTS_MAX).contains(&self.followup.satisfied.of(dimension)),
                format_args!("/followup/satisfied/{}", dimension.as_str()),
                "a content citizen must not cost points",
            );
            found.unless(
                (-POINTS_MAX..=0).contains(&self.followup.unsatisfied.of(dimension)),
                format_args!("/followup/unsatisfied/{}", dimension.as_str()),
                "a citizen who is not content must not earn points",
            );
        }
    }

    fn check_breaches(&self, found: &mut Problems) {
        let mut lighter: Option<BreachRule> = None;
        for severity in Severity::ALL {
            let rule = self.breach_rule(severity);
            for dimension in Dimension::ALL {
                found.unless(
                    (-POINTS_MAX..=0).contains(&rule.points.of(dimension)),
                    format_args!("/breach/{severity}/points/{}", dimension.as_str()),
                    "a breach must not earn points",
                );
            }
            let cost = rule.points.total();
            found.unless(cost < 0, format_args!("/breach/{severity}/points"), "a breach must cost points");
            found.unless(
                usize::from(rule.levels_down) < Grade::ALL.len(),
                format_args!("/breach/{severity}/levels_down"),
                "there are five steps from AAA to D",
            );
            found.unless(
                rule.valid_days.is_none_or(|days| (1..=VALID_DAYS_MAX).contains(&days)),
                format_args!("/breach/{severity}/valid_days"),
                "must be within 1 and 3650",
            );
            if let Some(lighter) = lighter {
                let graver = cost <= lighter.points.total()
                    && rule.cap <= lighter.cap
                    && rule.levels_down >= lighter.levels_down
                    && rule.valid_days.unwrap_or(u32::MAX) >= lighter.valid_days.unwrap_or(u32::MAX);
                found.unless(
                    graver,
                    format_args!("/breach/{severity}"),
                    "must not be milder than the severity before it",
                );
            }
            lighter = Some(rule);
        }
    }

    /// Points for activities can not outweigh a verified breach: even the mildest takes more from the credit
    /// record than activities can ever give. For that the record must be lost whole: nothing earns it above
    /// its ceiling, and its floor does not stop the loss before the score is 0.
    fn check_outweighing(&self, found: &mut Problems) {
        let Bounds { floor, ceiling } = self.dimensions.credit_activities;
        let most = ceiling.saturating_sub(floor);
        for severity in Severity::ALL {
            found.unless(
                self.breach_rule(severity).points.credit_record.saturating_neg() > most,
                format_args!("/breach/{severity}/points/credit_record"),
                "must take more than the span of credit activities, so that these never outweigh a breach",
            );
        }
        found.unless(
            self.followup.satisfied.credit_record == 0,
            "/followup/satisfied/credit_record",
            "the credit record is kept, not earned: must be 0",
        );
        let others: i64 = Dimension::ALL
            .into_iter()
            .filter(|dimension| *dimension != Dimension::CreditRecord)
            .map(|dimension| self.dimensions.of(dimension).ceiling.clamp(0, SCORE_MAX))
            .sum();
        found.unless(
            self.dimensions.credit_record.floor <= -others,
            "/dimensions/credit_record/floor",
            "must reach as far down as the other ceilings reach up, so that every breach counts",
        );
    }

    fn check_bands(&self, found: &mut Problems) {
        let grades: Vec<Grade> = self.bands.iter().map(|band| band.grade).collect();
        found.unless(
            grades.iter().eq(Grade::ALL.iter().rev()),
            "/bands",
            "must name AAA, AA, A, B, C and D once each, in this order",
        );
        for (place, pair) in self.bands.windows(2).enumerate() {
            let [better, worse] = pair else { continue };
            found.unless(
                worse.score_min < better.score_min,
                format_args!("/bands/{}/score_min", place + 1),
                "must be below that of the better grade",
            );
        }
        found.unless(
            self.bands.first().is_some_and(|best| i64::from(best.score_min) <= SCORE_MAX),
            "/bands/0/score_min",
            "must be in reach: at most 1000",
        );
        found.unless(
            self.bands.last().is_some_and(|worst| worst.score_min == 0),
            format_args!("/bands/{}/score_min", self.bands.len().saturating_sub(1)),
            "the last band must begin at 0, so that every score has a grade",
        );
    }

    fn check_gates(&self, found: &mut Problems) {
        let Confidence { z_squared_numerator, z_squared_denominator } = self.confidence;
        found.unless(
            (1..=RATIO_MAX).contains(&z_squared_numerator)
                && (1..=RATIO_MAX).contains(&z_squared_denominator),
            "/confidence",
            "both must be within 1 and 1000000",
        );
        for (place, gate) in self.gates.iter().enumerate() {
            found.unless(
                gate.lower_bound_permille <= 1_000,
                format_args!("/gates/{place}/lower_bound_permille"),
                "must be at most 1000",
            );
        }
        for (place, pair) in self.gates.windows(2).enumerate() {
            let [better, worse] = pair else { continue };
            found.unless(
                worse.grade < better.grade
                    && worse.callbacks_min <= better.callbacks_min
                    && worse.lower_bound_permille <= better.lower_bound_permille,
                format_args!("/gates/{}", place + 1),
                "gates stand once per grade, best first, and a lower grade must not ask for more",
            );
        }
    }

    fn check_entry(&self, found: &mut Problems) {
        found.unless(
            self.merited(self.opening, Evidence::ZERO) >= self.entry_grade,
            "/entry_grade",
            "a newcomer's opening points and lack of evidence must allow it",
        );
    }
}

/// What was found wrong so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<RuleProblem>);

impl Problems {
    /// Notes the problem at the pointer, unless it holds.
    pub(crate) fn unless(&mut self, holds: bool, pointer: impl fmt::Display, problem: &str) {
        if !holds {
            self.0.push(RuleProblem { pointer: pointer.to_string(), problem: problem.to_owned() });
        }
    }
}
