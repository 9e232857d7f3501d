//! What is sent to do something in a proceeding. None has a `Debug`: what people say may be personal.

use credit_domain::process::{Act, Measure};
use kernel::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::words;

/// What an officer does. Reasons name nobody.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Investigation {
    /// Suspend before the notice, because it cannot wait.
    Suspend {
        /// Why it cannot wait; names nobody.
        reason: String,
    },
    /// Tell the merchant what it is about and what may come of it at most.
    Notify {
        /// The heaviest that may come of it.
        #[schema(schema_with = words::measure)]
        announced: Measure,
        /// Why; names nobody.
        reason: String,
    },
    /// Call a hearing, or call it for another date; the rules say how far ahead the date lies.
    CallHearing { on: Timestamp },
    /// Keep the minutes of a hearing.
    RecordHearing {
        /// Whether the merchants' association took part.
        association: bool,
        /// Whether the legal adviser took part.
        legal_adviser: bool,
        /// What was said.
        minutes: String,
    },
}

/// What a reviewer does. Reasons name nobody.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ProceedingDecision)]
pub(super) enum Decision {
    /// Confirm an emergency suspension.
    ConfirmSuspension {},
    /// End an emergency suspension that need not be. The proceeding goes on.
    LiftSuspension {
        /// Why it need not be; names nobody.
        reason: String,
    },
    /// Impose a measure. The reason is published with it.
    Impose {
        /// Which.
        #[schema(schema_with = words::measure)]
        measure: Measure,
        /// For how many months: within those of the class, and for a removal those of the ban.
        months: u16,
        /// Of a rectification: within how many working days.
        rectify_working_days: Option<u16>,
        /// Why; published with it, and names nobody.
        reason: String,
    },
    /// Drop it.
    Drop {
        /// Why; names nobody.
        reason: String,
    },
    /// Say whether it is put right.
    JudgeProof {
        /// Whether it is put right.
        granted: bool,
        /// Why; names nobody.
        reason: String,
    },
    /// Rule on the appeal: granted means reversed.
    RuleOnAppeal {
        /// Whether the decision is reversed.
        granted: bool,
        /// Why; names nobody.
        reason: String,
    },
    /// Decide on the repair.
    DecideRepair {
        /// Whether the repair is granted.
        granted: bool,
        /// Why; names nobody.
        reason: String,
    },
}

/// What a merchant does in its own proceeding.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ProceedingAnswer)]
pub(super) enum Answer {
    /// Reply to the notice.
    Reply {
        /// What the merchant says.
        text: String,
        /// Whether it asks for a hearing.
        #[serde(default)]
        asks_hearing: bool,
    },
    /// Show that it put right what was ordered.
    Prove {
        /// What shows it.
        proof: String,
    },
    /// Appeal.
    Appeal {
        /// What is wrong with the decision.
        grounds: String,
    },
    /// Apply for repair.
    ApplyForRepair {
        /// What shows that it was put right.
        proof: String,
    },
}

impl From<Investigation> for Act {
    fn from(body: Investigation) -> Self {
        match body {
            Investigation::Suspend { reason } => Self::Suspend { reason },
            Investigation::Notify { announced, reason } => Self::Notify { announced, reason },
            Investigation::CallHearing { on } => Self::CallHearing { on },
            Investigation::RecordHearing { association, legal_adviser, minutes } => {
                Self::RecordHearing { association, legal_adviser, minutes: minutes.into() }
            }
        }
    }
}

impl From<Decision> for Act {
    fn from(body: Decision) -> Self {
        match body {
            Decision::ConfirmSuspension {} => Self::ConfirmSuspension,
            Decision::LiftSuspension { reason } => Self::LiftSuspension { reason },
            Decision::Impose { measure, months, rectify_working_days, reason } => {
                Self::Impose { measure, months, rectify_working_days, reason }
            }
            Decision::Drop { reason } => Self::Drop { reason },
            Decision::JudgeProof { granted, reason } => Self::JudgeProof { granted, reason },
            Decision::RuleOnAppeal { granted, reason } => Self::RuleOnAppeal { granted, reason },
            Decision::DecideRepair { granted, reason } => Self::DecideRepair { granted, reason },
        }
    }
}

impl From<Answer> for Act {
    fn from(body: Answer) -> Self {
        match body {
            Answer::Reply { text, asks_hearing } => Self::Reply { text: text.into(), asks_hearing },
            Answer::Prove { proof } => Self::Prove { proof: proof.into() },
            Answer::Appeal { grounds } => Self::Appeal { grounds: grounds.into() },
            // When its last breach was verified is for the merchant's row to say.
            Answer::ApplyForRepair { proof } => {
                Self::ApplyForRepair { proof: proof.into(), last_breach_at: None }
            }
        }
    }
}
