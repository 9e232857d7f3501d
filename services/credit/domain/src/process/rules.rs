//! The numbers of due process: deadlines in working days, what each class of finding allows, and for how long.
//! All are settings of this platform.

use std::collections::BTreeSet;

use kernel::{Grade, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Measure, RedLine};
use crate::calendar::WORKING_DAYS_MAX;
use crate::rules::RuleProblem;
use crate::words::Words;

/// The longest that anything lasts, in months.
const MONTHS_MAX: u16 = 120;
/// No re-admission for one year: published, so no version may do with less.
const BAN_MONTHS_MIN: u16 = 12;

/// The part of the rules that proceedings run by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessRules {
    /// From opening to notice.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub notice_working_days: u16,
    /// From notice to the end of the time to reply.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub reply_working_days: u16,
    /// From the reply, the end of the time to reply, or the hearing, to the decision.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub decision_working_days: u16,
    /// From the decision to the end of the time to appeal.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub appeal_working_days: u16,
    /// From the appeal to its ruling.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub appeal_decision_working_days: u16,
    /// From an objection to its decision.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub objection_decision_working_days: u16,
    /// From the application for repair to its decision.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub repair_decision_working_days: u16,
    /// From the proof of rectification to the word on it.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub proof_decision_working_days: u16,
    /// The longest time to put something right.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub rectification_working_days_max: u16,
    /// From an emergency suspension to its confirmation by another person; without it the suspension ends.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub emergency_confirm_working_days: u16,
    /// The longest that an emergency suspension lasts without a decision. Plain days, so that what cannot wait
    /// never waits for the calendar of a coming year.
    #[schemars(extend("x-unit" = "days"))]
    pub emergency_days_max: u16,
    /// From this measure on a merchant may ask for a hearing.
    pub hearing_from: Measure,
    /// From calling a hearing to the earliest day for it: what the merchant has to prepare.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub hearing_notice_working_days: u16,
    /// From calling a hearing to the last day for it, so that no date holds up the decision for good.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub hearing_within_working_days: u16,
    /// The best grade without preferred dispatch.
    pub preference_cap: Grade,
    /// What ends an affiliation at once (红线); 81890 publishes these three.
    #[schemars(length(min = RedLine::ALL.len()), extend("x-source" = "published"))]
    pub red_lines: BTreeSet<RedLine>,
    /// How long nobody behind a removed merchant is admitted again; 81890 publishes one year.
    #[schemars(range(min = BAN_MONTHS_MIN, max = MONTHS_MAX), extend("x-unit" = "months", "x-source" = "published"))]
    pub ban_months: u16,
    /// What each class of finding allows.
    pub classes: ClassRules,
}

/// What each class of finding allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassRules {
    /// 轻微.
    pub minor: ClassRule,
    /// 一般.
    pub general: ClassRule,
    /// 严重.
    pub serious: ClassRule,
}

/// For how long a finding has effect, whether it is published as long, and what it can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// The shortest time, after which repair can be asked for.
    #[schemars(range(min = 1, max = MONTHS_MAX), extend("x-unit" = "months"))]
    pub months_min: u16,
    /// The longest time.
    #[schemars(range(min = 1, max = MONTHS_MAX), extend("x-unit" = "months"))]
    pub months_max: u16,
    /// Whether it stands on the publicity board meanwhile.
    pub published: bool,
    /// The heaviest measure.
    pub heaviest: Measure,
}

impl ProcessRules {
    /// The fewest and the most months that a measure lasts in this class. A removal lasts as long as its ban, and
    /// that is the same for everybody.
    #[must_use]
    pub fn months(&self, class: Severity, measure: Measure) -> (u16, u16) {
        if measure == Measure::Removal {
            return (self.ban_months, self.ban_months);
        }
        let class = self.class(class);
        (class.months_min, class.months_max)
    }

    /// What this class allows.
    #[must_use]
    pub const fn class(&self, class: Severity) -> ClassRule {
        match class {
            Severity::Minor => self.classes.minor,
            Severity::General => self.classes.general,
            Severity::Serious => self.classes.serious,
        }
    }

    /// All that is wrong with them, each pointing into the rules.
    pub(crate) fn problems(&self) -> Vec<RuleProblem> {
        let mut found = Vec::new();
        let mut unless = |holds: bool, pointer: String, zh: &str, en: &str| {
            if !holds {
                let pointer = format!("/process/{pointer}");
                found.push(RuleProblem { pointer, problem: Words::new(zh, en) });
            }
        };
        for (name, days) in self.periods() {
            let fits = (1..=WORKING_DAYS_MAX).contains(&days);
            unless(
                fits,
                name.to_owned(),
                "应在 1 至 250 个工作日之间",
                "must be within 1 and 250 working days",
            );
        }
        unless(
            self.emergency_confirm_working_days < self.emergency_days_max,
            "emergency_days_max".to_owned(),
            "应长于确认紧急暂停的期限",
            "must be longer than the time to confirm the suspension",
        );
        unless(
            self.hearing_notice_working_days < self.hearing_within_working_days,
            "hearing_within_working_days".to_owned(),
            "应长于听证的准备时间",
            "must be longer than the notice of a hearing",
        );
        let ban_fits = (BAN_MONTHS_MIN..=MONTHS_MAX).contains(&self.ban_months);
        unless(ban_fits, "ban_months".to_owned(), "应在 12 至 120 之间", "must be within 12 and 120");
        let published = RedLine::ALL.iter().all(|line| self.red_lines.contains(line));
        unless(
            published,
            "red_lines".to_owned(),
            "应包括行贿、隐瞒和弄虚作假",
            "must name bribery, concealment and fraud",
        );
        unless(self.preference_cap < Grade::AA, "preference_cap".to_owned(), "应低于 AA", "must be below AA");
        let mut lighter: Option<ClassRule> = None;
        for class in Severity::ALL {
            let rule = self.class(class);
            let fits = (1..=MONTHS_MAX).contains(&rule.months_min)
                && (rule.months_min..=MONTHS_MAX).contains(&rule.months_max);
            unless(
                fits,
                format!("classes/{class}"),
                "最短不能长于最长，都在 1 至 120 个月之间",
                "the months must rise, within 1 and 120",
            );
            if let Some(lighter) = lighter {
                let graver = rule.months_min >= lighter.months_min
                    && rule.months_max >= lighter.months_max
                    && rule.published >= lighter.published
                    && rule.heaviest >= lighter.heaviest;
                unless(
                    graver,
                    format!("classes/{class}"),
                    "不能比轻一类的更宽",
                    "must not be milder than the class before it",
                );
            }
            lighter = Some(rule);
        }
        let removes = self.classes.serious.heaviest == Measure::Removal;
        unless(
            removes,
            "classes/serious/heaviest".to_owned(),
            "红线须能终止加盟",
            "a red line needs the removal",
        );
        found
    }

    const fn periods(&self) -> [(&'static str, u16); 12] {
        [
            ("notice_working_days", self.notice_working_days),
            ("reply_working_days", self.reply_working_days),
            ("decision_working_days", self.decision_working_days),
            ("appeal_working_days", self.appeal_working_days),
            ("appeal_decision_working_days", self.appeal_decision_working_days),
            ("objection_decision_working_days", self.objection_decision_working_days),
            ("repair_decision_working_days", self.repair_decision_working_days),
            ("proof_decision_working_days", self.proof_decision_working_days),
            ("rectification_working_days_max", self.rectification_working_days_max),
            ("emergency_confirm_working_days", self.emergency_confirm_working_days),
            ("hearing_notice_working_days", self.hearing_notice_working_days),
            ("hearing_within_working_days", self.hearing_within_working_days),
        ]
    }
}
