//! Version 1, released with the first platform. Never edited.

use kernel::{ActorId, CallbackId, CaseId, CategoryCode, City, MerchantId, RequestId, Severity, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// What the citizen said when called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowupOutcome {
    /// Content.
    Satisfied,
    /// Not content, without a breach.
    Unsatisfied,
    /// Not reached in all tries: no evidence, never "satisfied".
    Unreached,
    /// Something that may break the commitment: a case was opened.
    SuspectedBreach,
}

/// A call-back was finished (回访).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FollowupRecorded {
    /// The task.
    pub callback: CallbackId,
    /// The city.
    pub city: City,
    /// The request it asked about.
    pub request: RequestId,
    /// The merchant that served.
    pub merchant: MerchantId,
    /// The category served.
    pub category: CategoryCode,
    /// What was said.
    pub outcome: FollowupOutcome,
    /// When.
    pub recorded_at: Timestamp,
    /// Who made the call, by the id of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<ActorId>,
}

event!(FollowupRecorded, "feedback", "followup-recorded", "1", Stream::Feedback, request, {
    Self {
        callback: example::id(5),
        city: example::city(),
        request: example::id(1),
        merchant: example::id(3),
        category: example::constant("lock-opening"),
        outcome: FollowupOutcome::Satisfied,
        recorded_at: example::at(24),
        recorded_by: Some(example::id(9)),
    }
});

/// A breach of a commitment was verified (失信核实): it lowers the credit immediately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BreachVerified {
    /// The case.
    pub case: CaseId,
    /// The city.
    pub city: City,
    /// The request it came from.
    pub request: RequestId,
    /// The merchant that broke its commitment.
    pub merchant: MerchantId,
    /// The category whose commitment was broken.
    pub category: CategoryCode,
    /// What of the commitment was broken, by the standards library.
    pub clause: String,
    /// How grave.
    pub severity: Severity,
    /// When it was verified.
    pub verified_at: Timestamp,
    /// Who verified it, by the id of the account: nobody of them examines an objection to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<ActorId>,
}

event!(BreachVerified, "feedback", "breach-verified", "1", Stream::Feedback, merchant, {
    Self {
        case: example::id(6),
        city: example::city(),
        request: example::id(1),
        merchant: example::id(3),
        category: example::constant("lock-opening"),
        clause: "price-as-posted".to_owned(),
        severity: Severity::General,
        verified_at: example::at(26),
        verified_by: Some(example::id(9)),
    }
});

/// A suspected breach did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BreachDismissed {
    /// The case.
    pub case: CaseId,
    /// The city.
    pub city: City,
    /// The request it came from.
    pub request: RequestId,
    /// The merchant that was suspected.
    pub merchant: MerchantId,
    /// When it was dismissed.
    pub dismissed_at: Timestamp,
}

event!(BreachDismissed, "feedback", "breach-dismissed", "1", Stream::Feedback, merchant, {
    Self {
        case: example::id(6),
        city: example::city(),
        request: example::id(1),
        merchant: example::id(3),
        dismissed_at: example::at(26),
    }
});
