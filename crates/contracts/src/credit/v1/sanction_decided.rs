use kernel::{City, MerchantId, ProceedingId, Severity, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// A step of the ladder of platform measures (平台措施), lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Told what to mind.
    Remind,
    /// Warned.
    Warning,
    /// Ordered to put it right.
    Rectification,
    /// No preferred dispatch.
    PreferenceSuspension,
    /// No work for a time.
    Suspension,
    /// Affiliation ends.
    Removal,
}

/// What was decided in a proceeding, or became of what had been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SanctionOutcome {
    /// Nothing comes of it.
    Dropped,
    /// A measure is in force.
    Imposed,
    /// An appeal did not change it.
    Upheld,
    /// It was reversed.
    Reversed,
    /// It was repaired.
    Repaired,
    /// Its time is over.
    Expired,
}

/// A proceeding against a merchant was decided, or what it had imposed ended: for those who tell people. What it
/// does to the ranking is in the standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SanctionDecided {
    /// The proceeding.
    pub proceeding: ProceedingId,
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// How grave the finding is.
    pub class: Severity,
    /// What was decided.
    pub outcome: SanctionOutcome,
    /// The measure; absent when nothing came of it.
    pub measure: Option<Measure>,
    /// Until when it has effect, unless it ends before.
    pub until: Option<Timestamp>,
    /// Whether it stands on the publicity board meanwhile.
    pub published: bool,
    /// When.
    pub decided_at: Timestamp,
}

event!(SanctionDecided, "credit", "sanction-decided", "1", Stream::Credit, merchant, {
    Self {
        proceeding: example::id(50),
        merchant: example::id(3),
        city: example::city(),
        class: Severity::General,
        outcome: SanctionOutcome::Imposed,
        measure: Some(Measure::PreferenceSuspension),
        until: Some(example::at(24 * 92)),
        published: true,
        decided_at: example::at(26),
    }
});
