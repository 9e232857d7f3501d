use kernel::{ActorId, City, EvaluationId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// A run of the yearly evaluation looked at all merchants of a city. No grade has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationComputed {
    /// The run.
    pub evaluation: EvaluationId,
    /// Its city.
    pub city: City,
    /// The year that it evaluates.
    pub year: u16,
    /// The moment that it is as of: the end of the year.
    pub as_of: Timestamp,
    /// Merchants that were evaluated.
    pub merchants: u32,
    /// A hash over all results, 64 hex digits: run again, it is the same.
    pub digest: String,
    /// Until when somebody is to publish it.
    pub publish_by: Timestamp,
    /// When.
    pub computed_at: Timestamp,
}

event!(EvaluationComputed, "credit", "evaluation-computed", "1", Stream::Credit, evaluation, {
    Self {
        evaluation: example::id(70),
        city: example::city(),
        year: 2026,
        as_of: example::at(24 * 38 - 9),
        merchants: 1_000,
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        publish_by: example::at(24 * 84 - 8),
        computed_at: example::at(24 * 70 - 8),
    }
});

/// Its results were published by another person than began it: merchants see theirs and may object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationPublished {
    /// The run.
    pub evaluation: EvaluationId,
    /// Its city.
    pub city: City,
    /// The year.
    pub year: u16,
    /// When the time to object is over and the grades take effect.
    pub effective_at: Timestamp,
    /// Who published it.
    pub published_by: ActorId,
    /// When.
    pub published_at: Timestamp,
}

event!(EvaluationPublished, "credit", "evaluation-published", "1", Stream::Credit, evaluation, {
    Self {
        evaluation: example::id(70),
        city: example::city(),
        year: 2026,
        effective_at: example::at(24 * 88 - 9),
        published_by: example::id(10),
        published_at: example::at(24 * 72),
    }
});

/// The grades of the year are in effect, all of a city's at one moment. What each merchant's change is, its own
/// `grade-changed` and `standing-changed` say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GradesInEffect {
    /// The run.
    pub evaluation: EvaluationId,
    /// Its city.
    pub city: City,
    /// The year.
    pub year: u16,
    /// Merchants whose year was evaluated.
    pub merchants: u32,
    /// Those graded better than before.
    pub raised: u32,
    /// Those graded worse.
    pub lowered: u32,
    /// Since when.
    pub effective_at: Timestamp,
}

event!(GradesInEffect, "credit", "grades-in-effect", "1", Stream::Credit, evaluation, {
    Self {
        evaluation: example::id(70),
        city: example::city(),
        year: 2026,
        merchants: 998,
        raised: 120,
        lowered: 75,
        effective_at: example::at(24 * 88 - 9),
    }
});

/// Nobody published an evaluation in time: said once, so that somebody sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationOverdue {
    /// The run.
    pub evaluation: EvaluationId,
    /// Its city.
    pub city: City,
    /// The year.
    pub year: u16,
    /// The first instant that was too late.
    pub due_by: Timestamp,
}

event!(EvaluationOverdue, "credit", "evaluation-overdue", "1", Stream::Credit, evaluation, {
    Self { evaluation: example::id(70), city: example::city(), year: 2026, due_by: example::at(24 * 84 - 8) }
});
