//! The credit model as data: a small, versioned document that turns a tally into a score and a grade.
//!
//! Every number is a default of this platform and a setting. 81890 publishes its dimensions and its six
//! grades, but no weights and no thresholds; nothing here may be presented as its own.
//!
//! A grade needs three things at once: the score's band, the evidence gate of the grade, and no open serious
//! finding. All decisions are exact integer arithmetic.

mod check;
mod schema;

use core::time::Duration;

use kernel::{Grade, Severity, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::activities::ActivityRules;
use crate::evaluation::EvaluationRules;
use crate::process::ProcessRules;
use crate::quality::QualityRules;
use crate::tally::{Dimension, Evidence, Points};

pub use check::RuleProblem;
pub(crate) use check::{POINTS_MAX, Problems, VALID_DAYS_MAX};
pub use schema::{UNITLESS, UNITS};

/// The highest score.
const SCORE_MAX: i64 = 1_000;
/// The whole.
pub(crate) const PERMILLE: u16 = 1_000;
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A version of the rules (评价规则).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Counts the versions, from 1. Every ledger entry names the one it was made by.
    #[schemars(range(min = 1), extend("x-unit" = "number", "readOnly" = true))]
    pub version: u32,
    /// Since when it is in force.
    #[schemars(extend("readOnly" = true))]
    pub in_force_from: Timestamp,
    /// Where the numbers come from.
    pub source: String,
    /// What a newcomer starts with.
    pub opening: Points,
    /// Between which bounds each dimension counts towards the score.
    pub dimensions: DimensionBounds,
    /// What call-backs are worth.
    pub followup: FollowupRules,
    /// What a verified breach costs, and what it does at once.
    pub breach: BreachRules,
    /// How service quality is measured, which the evaluation sets social evaluation to.
    pub quality: QualityRules,
    /// Steps down (`levels_down`) end here: only the score can take a merchant lower, to where it gets no work.
    pub immediate_floor: Grade,
    /// The best grade while a serious finding is open.
    pub open_serious_cap: Grade,
    /// From which score on each grade is in reach, best grade first.
    #[schemars(length(min = Grade::ALL.len(), max = Grade::ALL.len()), extend("x-key" = "grade"))]
    pub bands: Vec<Band>,
    /// What must be known about a merchant before it can hold a grade.
    #[schemars(length(max = Grade::ALL.len()), extend("x-key" = "grade"))]
    pub gates: Vec<Gate>,
    /// How sure the evidence must make us.
    pub confidence: Confidence,
    /// The grade of a newcomer, until its first evaluation.
    pub entry_grade: Grade,
    /// Deadlines, measures and periods of proceedings, objections and repair.
    pub process: ProcessRules,
    /// Deadlines of the yearly evaluation.
    pub evaluation: EvaluationRules,
    /// What activities, honours and volunteering are worth.
    pub activities: ActivityRules,
}

/// The bounds of the four dimensions. The ceilings add up to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DimensionBounds {
    /// Of social evaluation.
    pub social_evaluation: Bounds,
    /// Of credit activities: capped, so that they can not outweigh a breach.
    pub credit_activities: Bounds,
    /// Of the credit record.
    pub credit_record: Bounds,
    /// Of demonstration and leadership.
    pub demonstration: Bounds,
}

impl DimensionBounds {
    /// Of one dimension.
    #[must_use]
    pub const fn of(self, dimension: Dimension) -> Bounds {
        match dimension {
            Dimension::SocialEvaluation => self.social_evaluation,
            Dimension::CreditActivities => self.credit_activities,
            Dimension::CreditRecord => self.credit_record,
            Dimension::Demonstration => self.demonstration,
        }
    }
}

/// The least and the most that a dimension counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The least; may be negative.
    #[schemars(range(min = -POINTS_MAX, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub floor: i64,
    /// The most.
    #[schemars(range(min = 0, max = SCORE_MAX), extend("x-unit" = "points"))]
    pub ceiling: i64,
}

/// What a call-back is worth. One that reached nobody is no evidence and worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowupRules {
    /// The citizen was content.
    #[schemars(transform = schema::never_takes)]
    pub satisfied: Points,
    /// The citizen was not content, without a breach.
    #[schemars(transform = schema::never_gives)]
    pub unsatisfied: Points,
}

/// What a verified breach does, by how grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreachRules {
    /// A minor one.
    pub minor: BreachRule,
    /// A general one.
    pub general: BreachRule,
    /// A serious one.
    pub serious: BreachRule,
}

/// What one verified breach does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreachRule {
    /// What it adds: nothing positive.
    #[schemars(transform = schema::never_gives)]
    pub points: Points,
    /// The best grade until the next evaluation.
    pub cap: Grade,
    /// How many grades it takes at once, down to `immediate_floor`.
    #[schemars(range(max = Grade::ALL.len() - 1), extend("x-unit" = "grades"))]
    pub levels_down: u8,
    /// After how many days its points no longer count; never, when absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = VALID_DAYS_MAX), extend("x-unit" = "days"))]
    pub valid_days: Option<u32>,
}

/// From this score on, this grade is in reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The grade.
    pub grade: Grade,
    /// The least score, 0 to 1,000.
    #[schemars(range(max = SCORE_MAX), extend("x-unit" = "points"))]
    pub score_min: u16,
}

/// What must be known before a merchant can hold a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// The grade.
    pub grade: Grade,
    /// Call-backs that said something, at least.
    #[schemars(extend("x-unit" = "callbacks"))]
    pub callbacks_min: u32,
    /// The Wilson lower bound of the share of content citizens, at least; per mille.
    #[schemars(range(max = PERMILLE), extend("x-unit" = "permille"))]
    pub lower_bound_permille: u16,
}

/// The confidence of the Wilson lower bound, as z squared: 38416/10000 is 1.96 squared, or 95 % two-sided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    /// Of z squared.
    #[schemars(range(min = 1, max = check::RATIO_MAX), extend("x-unit" = "number"))]
    pub z_squared_numerator: u32,
    /// Of z squared.
    #[schemars(range(min = 1, max = check::RATIO_MAX), extend("x-unit" = "number"))]
    pub z_squared_denominator: u32,
}

impl Rules {
    /// The score of these points, 0 to 1,000: each dimension within its bounds, then all together.
    #[must_use]
    pub fn score(&self, points: Points) -> u16 {
        u16::try_from(self.within_bounds(points).total().clamp(0, SCORE_MAX)).unwrap_or_default()
    }

    /// The points as they count: each dimension within its bounds.
    #[must_use]
    pub fn within_bounds(&self, mut points: Points) -> Points {
        for dimension in Dimension::ALL {
            let Bounds { floor, ceiling } = self.dimensions.of(dimension);
            let value = points.of_mut(dimension);
            *value = (*value).min(ceiling).max(floor);
        }
        points
    }

    /// The grade that a score reaches.
    #[must_use]
    pub fn band(&self, score: u16) -> Grade {
        self.bands.iter().find(|band| score >= band.score_min).map_or(Grade::D, |band| band.grade)
    }

    /// The best grade that the evidence allows.
    #[must_use]
    pub fn gate(&self, evidence: Evidence) -> Grade {
        let open = |grade: Grade| {
            self.gates.iter().filter(|gate| gate.grade == grade).all(|gate| {
                evidence.callbacks() >= i64::from(gate.callbacks_min)
                    && self.lower_bound_reaches(evidence, gate.lower_bound_permille)
            })
        };
        Grade::ALL.into_iter().rev().find(|grade| open(*grade)).unwrap_or(Grade::D)
    }

    /// The grade that score and evidence deserve, findings left aside.
    #[must_use]
    pub fn merited(&self, points: Points, evidence: Evidence) -> Grade {
        self.band(self.score(points)).min(self.gate(evidence))
    }

    /// What a verified breach of this severity does.
    #[must_use]
    pub const fn breach_rule(&self, severity: Severity) -> BreachRule {
        match severity {
            Severity::Minor => self.breach.minor,
            Severity::General => self.breach.general,
            Severity::Serious => self.breach.serious,
        }
    }

    /// The best grade beside a finding of this severity.
    #[must_use]
    pub fn finding_cap(&self, severity: Severity) -> Grade {
        match severity {
            Severity::Minor | Severity::General => self.breach_rule(severity).cap,
            Severity::Serious => self.breach.serious.cap.min(self.open_serious_cap),
        }
    }

    /// The points that the rule at this JSON pointer sets; none where it sets none, or is not there.
    #[must_use]
    pub fn points_at(&self, rule: &str) -> Option<Points> {
        match rule {
            "/opening" => Some(self.opening),
            "/followup/satisfied" => Some(self.followup.satisfied),
            "/followup/unsatisfied" => Some(self.followup.unsatisfied),
            _ => match severity_of(rule) {
                Some(severity) => Some(self.breach_rule(severity).points),
                None => self.activities.points_at(rule),
            },
        }
    }

    /// When what this rule set at that moment stops counting, if it does.
    #[must_use]
    pub fn valid_until(&self, rule: &str, from: Timestamp) -> Option<Timestamp> {
        let days = match severity_of(rule) {
            Some(severity) => self.breach_rule(severity).valid_days?,
            None => self.activities.valid_days(rule)?,
        };
        Some(from.after(DAY.saturating_mul(days)))
    }

    /// The largest share of content citizens, per mille, of which the evidence makes us sure (满意率下限).
    #[must_use]
    pub fn sure_permille(&self, evidence: Evidence) -> u16 {
        // What is reached is reached by every smaller share as well, so the largest is found by halving.
        let (mut low, mut high) = (0, 1_000);
        while low < high {
            let middle = high - (high - low) / 2;
            if self.lower_bound_reaches(evidence, middle) { low = middle } else { high = middle - 1 }
        }
        low
    }

    /// Whether the Wilson lower bound of satisfied/(satisfied + unsatisfied) is at least `permille`/1000.
    ///
    /// The bound is the smallest share t with |p - t| <= z * sqrt(t(1 - t)/n), so it reaches t exactly when
    /// p >= t and (p - t)^2 >= z^2 * t(1 - t)/n. With p = s/n, t = a/1000 and z^2 = c/d, and both sides times
    /// (1000n)^2 d, that is (1000s - an)^2 d >= c a (1000 - a) n: no root, no float, no rounding.
    pub(crate) fn lower_bound_reaches(&self, evidence: Evidence, permille: u16) -> bool {
        let a = i128::from(permille);
        let (n, s) = (i128::from(evidence.callbacks()), i128::from(evidence.satisfied));
        if a == 0 || n <= 0 {
            return a == 0;
        }
        let lead = 1_000 * s - a * n;
        let (c, d) = (
            i128::from(self.confidence.z_squared_numerator),
            i128::from(self.confidence.z_squared_denominator),
        );
        lead >= 0 && lead.saturating_mul(lead).saturating_mul(d) >= (c * a * (1_000 - a)).saturating_mul(n)
    }
}

/// How grave the breach was whose rule this JSON pointer names.
pub(crate) fn severity_of(rule: &str) -> Option<Severity> {
    rule.strip_prefix("/breach/")?.parse().ok()
}
