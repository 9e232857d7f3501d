//! The numbers of the yearly evaluation. All are settings of this platform.

use serde::{Deserialize, Serialize};

use crate::calendar::WORKING_DAYS_MAX;
use crate::rules::Problems;

const PUBLISH_DAYS_MAX: u16 = 180;

/// The part of the rules that the evaluation runs by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationRules {
    /// From its computation to its publication. Plain days, so that the deadline never waits for the calendar of a
    /// coming year.
    pub publish_within_days: u16,
    /// How long merchants may object before the grades take effect.
    pub objection_working_days: u16,
}

impl EvaluationRules {
    pub(crate) fn check(&self, found: &mut Problems) {
        found.unless(
            (1..=PUBLISH_DAYS_MAX).contains(&self.publish_within_days),
            "/evaluation/publish_within_days",
            "must be within 1 and 180",
        );
        found.unless(
            (1..=WORKING_DAYS_MAX).contains(&self.objection_working_days),
            "/evaluation/objection_working_days",
            "must be within 1 and 250 working days",
        );
    }
}
