//! The numbers of due process: deadlines in working days, what each class of finding allows, and for how long.
//! All are settings of this platform.

use std::collections::BTreeSet;

use kernel::{Grade, Severity};
use serde::{Deserialize, Serialize};

use super::{Measure, RedLine};
use crate::calendar::WORKING_DAYS_MAX;
use crate::rules::RuleProblem;

/// The longest that anything lasts, in months.
const MONTHS_MAX: u16 = 120;
/// No re-admission for one year: published, so no version may do with less.
const BAN_MONTHS_MIN: u16 = 12;

/// The part of the rules that proceedings run by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessRules {
    /// From opening to notice.
    pub notice_working_days: u16,
    /// From notice to the end of the time to reply.
    pub reply_working_days: u16,
    /// From the reply, the end of the time to reply, or the hearing, to the decision.
    pub decision_working_days: u16,
    /// From the decision to the end of the time to appeal.
    pub appeal_working_days: u16,
    /// From the appeal to its ruling.
    pub appeal_decision_working_days: u16,
    /// From an objection to its decision.
    pub objection_decision_working_days: u16,
    /// From the application for repair to its decision.
    pub repair_decision_working_days: u16,
    /// From the proof of rectification to the word on it.
    pub proof_decision_working_days: u16,
    /// The longest time to put something right.
    pub rectification_working_days_max: u16,
    /// From an emergency suspension to its confirmation by another person; without it the suspension ends.
    pub emergency_confirm_working_days: u16,
    /// The longest that an emergency suspension lasts without a decision. Plain days, so that what cannot wait
    /// never waits for the calendar of a coming year.
    pub emergency_days_max: u16,
    /// From this measure on a merchant may ask for a hearing.
    pub hearing_from: Measure,
    /// From calling a hearing to the earliest day for it: what the merchant has to prepare.
    pub hearing_notice_working_days: u16,
    /// From calling a hearing to the last day for it, so that no date holds up the decision for good.
    pub hearing_within_working_days: u16,
    /// The best grade without preferred dispatch.
    pub preference_cap: Grade,
    /// What ends an affiliation at once (红线); 81890 publishes these three.
    pub red_lines: BTreeSet<RedLine>,
    /// How long nobody behind a removed merchant is admitted again; 81890 publishes one year.
    pub ban_months: u16,
    /// What each class of finding allows.
    pub classes: ClassRules,
}

/// What each class of finding allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// The shortest time, after which repair can be asked for.
    pub months_min: u16,
    /// The longest time.
    pub months_max: u16,
    /// Whether it stands on the publicity board meanwhile.
    pub published: bool,
    /// The heaviest measure.
    pub heaviest: Measure,
}

impl ProcessRules {
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
        let mut unless = |holds: bool, pointer: String, problem: &str| {
            if !holds {
                let pointer = format!("/process/{pointer}");
                found.push(RuleProblem { pointer, problem: problem.to_owned() });
            }
        };
        for (name, days) in self.periods() {
            let fits = (1..=WORKING_DAYS_MAX).contains(&days);
            unless(fits, name.to_owned(), "must be within 1 and 250 working days");
        }
        unless(
            self.emergency_confirm_working_days < self.emergency_days_max,
            "emergency_days_max".to_owned(),
            "must be longer than the time to confirm the suspension",
        );
        unless(
            self.hearing_notice_working_days < self.hearing_within_working_days,
            "hearing_within_working_days".to_owned(),
            "must be longer than the notice of a hearing",
        );
        let ban_fits = (BAN_MONTHS_MIN..=MONTHS_MAX).contains(&self.ban_months);
        unless(ban_fits, "ban_months".to_owned(), "must be within 12 and 120");
        let published = RedLine::ALL.iter().all(|line| self.red_lines.contains(line));
        unless(published, "red_lines".to_owned(), "must name bribery, concealment and fraud");
        unless(self.preference_cap < Grade::AA, "preference_cap".to_owned(), "must be below AA");
        let mut lighter: Option<ClassRule> = None;
        for class in Severity::ALL {
            let rule = self.class(class);
            let fits = (1..=MONTHS_MAX).contains(&rule.months_min)
                && (rule.months_min..=MONTHS_MAX).contains(&rule.months_max);
            unless(fits, format!("classes/{class}"), "the months must rise, within 1 and 120");
            if let Some(lighter) = lighter {
                let graver = rule.months_min >= lighter.months_min
                    && rule.months_max >= lighter.months_max
                    && rule.published >= lighter.published
                    && rule.heaviest >= lighter.heaviest;
                unless(graver, format!("classes/{class}"), "must not be milder than the class before it");
            }
            lighter = Some(rule);
        }
        let removes = self.classes.serious.heaviest == Measure::Removal;
        unless(removes, "classes/serious/heaviest".to_owned(), "a red line needs the removal");
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
