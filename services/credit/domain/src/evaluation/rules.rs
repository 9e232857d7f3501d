//! The numbers of the yearly evaluation. All are settings of this platform.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calendar::WORKING_DAYS_MAX;
use crate::rules::Problems;

const PUBLISH_DAYS_MAX: u16 = 180;

/// The part of the rules that the evaluation runs by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationRules {
    /// From its computation to its publication. Plain days, so that the deadline never waits for the calendar of a
    /// coming year.
    #[schemars(range(min = 1, max = PUBLISH_DAYS_MAX), extend("x-unit" = "days"))]
    pub publish_within_days: u16,
    /// How long merchants may object before the grades take effect.
    #[schemars(range(min = 1, max = WORKING_DAYS_MAX), extend("x-unit" = "working_days"))]
    pub objection_working_days: u16,
}

impl EvaluationRules {
    pub(crate) fn check(&self, found: &mut Problems) {
        found.unless(
            (1..=PUBLISH_DAYS_MAX).contains(&self.publish_within_days),
            "/evaluation/publish_within_days",
            "应在 1 至 180 之间",
            "must be within 1 and 180",
        );
        found.unless(
            (1..=WORKING_DAYS_MAX).contains(&self.objection_working_days),
            "/evaluation/objection_working_days",
            "应在 1 至 250 个工作日之间",
            "must be within 1 and 250 working days",
        );
    }
}
