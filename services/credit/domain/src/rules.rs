//! The credit model as data: a small, versioned document that turns a tally into a score and a grade.
//!
//! Every number is a default of this platform and a setting. 81890 publishes its dimensions and its six
//! grades, but no weights and no thresholds; nothing here may be presented as its own.
//!
//! A grade needs three things at once: the score's band, the evidence gate of the grade, and no open serious
//! finding. All decisions are exact integer arithmetic.

use core::fmt;
use core::time::Duration;

use kernel::{Grade, Severity, Timestamp};
use serde::{Deserialize, Serialize};

use crate::activities::ActivityRules;
use crate::evaluation::EvaluationRules;
use crate::process::ProcessRules;
use crate::quality::QualityRules;
use crate::tally::{Dimension, Evidence, Points};

/// The highest score.
pub(crate) const SCORE_MAX: i64 = 1_000;
/// No single number of points may be larger: a slip of the keyboard should not get in force.
pub(crate) const POINTS_MAX: i64 = 10_000;
const RATIO_MAX: u32 = 1_000_000;
/// Nothing in a ledger is made to end later than this.
pub(crate) const VALID_DAYS_MAX: u32 = 3_650;
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A version of the rules (评价规则).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Counts the versions, from 1. Every ledger entry names the one it was made by.
    pub version: u32,
    /// Since when it is in force.
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
    pub bands: Vec<Band>,
    /// What must be known about a merchant before it can hold a grade.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The least; may be negative.
    pub floor: i64,
    /// The most.
    pub ceiling: i64,
}

/// What a call-back is worth. One that reached nobody is no evidence and worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowupRules {
    /// The citizen was content.
    pub satisfied: Points,
    /// The citizen was not content, without a breach.
    pub unsatisfied: Points,
}

/// What a verified breach does, by how grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachRule {
    /// What it adds: nothing positive.
    pub points: Points,
    /// The best grade until the next evaluation.
    pub cap: Grade,
    /// How many grades it takes at once, down to `immediate_floor`.
    pub levels_down: u8,
    /// After how many days its points no longer count; never, when absent.
    #[serde(default)]
    pub valid_days: Option<u32>,
}

/// From this score on, this grade is in reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The grade.
    pub grade: Grade,
    /// The least score, 0 to 1,000.
    pub score_min: u16,
}

/// What must be known before a merchant can hold a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// The grade.
    pub grade: Grade,
    /// Call-backs that said something, at least.
    pub callbacks_min: u32,
    /// The Wilson lower bound of the share of content citizens, at least; per mille.
    pub lower_bound_permille: u16,
}

/// The confidence of the Wilson lower bound, as z squared: 38416/10000 is 1.96 squared, or 95 % two-sided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    /// Of z squared.
    pub z_squared_numerator: u32,
    /// Of z squared.
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

    /// Whether the Wilson lower bound of satisfied/(satisfied + unsatisfied) is at least `permille`/1000.
    ///
    /// The bound is the smallest share t with |p - t| <= z * sqrt(t(1 - t)/n), so it reaches t exactly when
    /// p >= t and (p - t)^2 >= z^2 * t(1 - t)/n. With p = s/n, t = a/1000 and z^2 = c/d, and both sides times
    /// (1000n)^2 d, that is (1000s - an)^2 d >= c a (1000 - a) n: no root, no float, no rounding.
    fn lower_bound_reaches(&self, evidence: Evidence, permille: u16) -> bool {
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

#[derive(Default)]
pub(crate) struct Problems(Vec<RuleProblem>);

impl Problems {
    pub(crate) fn unless(&mut self, holds: bool, pointer: impl fmt::Display, problem: &str) {
        if !holds {
            self.0.push(RuleProblem { pointer: pointer.to_string(), problem: problem.to_owned() });
        }
    }
}
