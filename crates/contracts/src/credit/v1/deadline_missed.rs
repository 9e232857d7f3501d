use kernel::{City, MerchantId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::streams::Stream;
use crate::{event, example};

/// What was to be done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// Another person's word on an emergency suspension.
    Confirmation,
    /// The notice to the merchant.
    Notice,
    /// The hearing that the merchant asked for, or its record.
    Hearing,
    /// The decision of a proceeding.
    Decision,
    /// What the merchant was ordered to put right.
    Rectification,
    /// The word on its proof.
    Proof,
    /// The ruling on an appeal.
    Appeal,
    /// The decision on an application for repair.
    Repair,
    /// The decision on an objection.
    Objection,
}

/// A deadline of due process passed with nothing done: said once for each, so that somebody sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeadlineMissed {
    /// The proceeding or the objection.
    pub subject: Uuid,
    /// The merchant that it concerns.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// What was due.
    pub what: Deadline,
    /// The first instant that was too late.
    pub due_by: Timestamp,
}

event!(DeadlineMissed, "credit", "deadline-missed", "1", Stream::Credit, merchant, {
    Self {
        subject: example::id(50),
        merchant: example::id(3),
        city: example::city(),
        what: Deadline::Decision,
        due_by: example::at(24 * 14 - 8),
    }
});
