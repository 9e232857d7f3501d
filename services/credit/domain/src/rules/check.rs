//! Which rules can be put in force, and what is wrong with the others.

use core::fmt;

use kernel::{Grade, Severity};

use super::{Bounds, BreachRule, Confidence, Rules, SCORE_MAX};
use crate::tally::{Dimension, Evidence};
use crate::words::Words;

/// No single number of points may be larger: a slip of the keyboard should not get in force.
pub(crate) const POINTS_MAX: i64 = 10_000;
/// Of the confidence, both sides.
pub(super) const RATIO_MAX: u32 = 1_000_000;
/// Nothing in a ledger is made to end later than this.
pub(crate) const VALID_DAYS_MAX: u32 = 3_650;

/// Something in the rules that cannot be put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {}", problem.en)]
pub struct RuleProblem {
    /// JSON pointer into the document.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub problem: Words,
}

impl Rules {
    /// Checks that the document can be put in force: every guarantee that the model gives to merchants and to
    /// citizens rests on it.
    ///
    /// # Errors
    /// All that is wrong with it, each pointing into the document.
    pub fn validate(&self) -> Result<(), Vec<RuleProblem>> {
        let mut found = Problems::default();
        found.unless(self.version >= 1, "/version", "版本号从 1 起", "versions count from 1");
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
            found.unless(
                floor <= ceiling,
                &pointer,
                "下限不能高于上限",
                "the floor must not be above the ceiling",
            );
            found.unless(
                floor.abs() <= POINTS_MAX && (0..=SCORE_MAX).contains(&ceiling),
                &pointer,
                "下限应在 −10000 至 10000 之间，上限应在 0 至 1000 之间",
                "the floor must be within -10000 and 10000, the ceiling within 0 and 1000",
            );
            let opening = self.opening.of(dimension);
            found.unless(
                (floor..=ceiling).contains(&opening),
                format_args!("/opening/{}", dimension.as_str()),
                "应在该维度的上下限之内",
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
            "四个维度的上限相加应为 1000",
            "the four ceilings must add up to 1000",
        );
    }

    fn check_followups(&self, found: &mut Problems) {
        for dimension in Dimension::ALL {
            found.unless(
                (0..=POINTS_MAX).contains(&self.followup.satisfied.of(dimension)),
                format_args!("/followup/satisfied/{}", dimension.as_str()),
                "市民满意不能扣分",
                "a content citizen must not cost points",
            );
            found.unless(
                (-POINTS_MAX..=0).contains(&self.followup.unsatisfied.of(dimension)),
                format_args!("/followup/unsatisfied/{}", dimension.as_str()),
                "市民不满意不能加分",
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
                    "失信不能加分",
                    "a breach must not earn points",
                );
            }
            let cost = rule.points.total();
            found.unless(
                cost < 0,
                format_args!("/breach/{severity}/points"),
                "失信必须扣分",
                "a breach must cost points",
            );
            found.unless(
                usize::from(rule.levels_down) < Grade::ALL.len(),
                format_args!("/breach/{severity}/levels_down"),
                "从 AAA 到 D 只有五级",
                "there are five steps from AAA to D",
            );
            found.unless(
                rule.valid_days.is_none_or(|days| (1..=VALID_DAYS_MAX).contains(&days)),
                format_args!("/breach/{severity}/valid_days"),
                "应在 1 至 3650 之间",
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
                    "不能比轻一档的失信更宽",
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
                "扣分应多于信用建设活动的上下限之差，活动才不会抵过失信",
                "must take more than the span of credit activities, so that these never outweigh a breach",
            );
        }
        found.unless(
            self.followup.satisfied.credit_record == 0,
            "/followup/satisfied/credit_record",
            "信用记录只能守住，不能挣来：应为 0",
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
            "应低到其余三个上限之和的相反数，每次失信才都算数",
            "must reach as far down as the other ceilings reach up, so that every breach counts",
        );
    }

    fn check_bands(&self, found: &mut Problems) {
        let grades: Vec<Grade> = self.bands.iter().map(|band| band.grade).collect();
        found.unless(
            grades.iter().eq(Grade::ALL.iter().rev()),
            "/bands",
            "应依次列出 AAA、AA、A、B、C、D，各一次",
            "must name AAA, AA, A, B, C and D once each, in this order",
        );
        for (place, pair) in self.bands.windows(2).enumerate() {
            let [better, worse] = pair else { continue };
            found.unless(
                worse.score_min < better.score_min,
                format_args!("/bands/{}/score_min", place + 1),
                "应低于上一等级的分数",
                "must be below that of the better grade",
            );
        }
        found.unless(
            self.bands.first().is_some_and(|best| i64::from(best.score_min) <= SCORE_MAX),
            "/bands/0/score_min",
            "应能达到：最多 1000",
            "must be in reach: at most 1000",
        );
        found.unless(
            self.bands.last().is_some_and(|worst| worst.score_min == 0),
            format_args!("/bands/{}/score_min", self.bands.len().saturating_sub(1)),
            "最后一级应从 0 分起，每个分数才都有等级",
            "the last band must begin at 0, so that every score has a grade",
        );
    }

    fn check_gates(&self, found: &mut Problems) {
        let Confidence { z_squared_numerator, z_squared_denominator } = self.confidence;
        found.unless(
            (1..=RATIO_MAX).contains(&z_squared_numerator)
                && (1..=RATIO_MAX).contains(&z_squared_denominator),
            "/confidence",
            "两个数都应在 1 至 1000000 之间",
            "both must be within 1 and 1000000",
        );
        for (place, gate) in self.gates.iter().enumerate() {
            found.unless(
                gate.lower_bound_permille <= 1_000,
                format_args!("/gates/{place}/lower_bound_permille"),
                "最多 1000",
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
                "每个等级一行，由高到低，低的等级不能要求更多",
                "gates stand once per grade, best first, and a lower grade must not ask for more",
            );
        }
    }

    fn check_entry(&self, found: &mut Problems) {
        found.unless(
            self.merited(self.opening, Evidence::ZERO) >= self.entry_grade,
            "/entry_grade",
            "新加盟企业的起始分、没有回访时应能达到这一等级",
            "a newcomer's opening points and lack of evidence must allow it",
        );
    }
}

/// What was found wrong so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<RuleProblem>);

impl Problems {
    /// Notes the problem at the pointer, unless it holds.
    pub(crate) fn unless(&mut self, holds: bool, pointer: impl fmt::Display, zh: &str, en: &str) {
        if !holds {
            self.0.push(RuleProblem { pointer: pointer.to_string(), problem: Words::new(zh, en) });
        }
    }
}
