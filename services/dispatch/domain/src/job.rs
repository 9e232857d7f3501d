//! A request as dispatch sees it.

use core::time::Duration;

use kernel::{Area, AssignmentId, CategoryCode, City, MerchantId, RequestId, Risk, Timestamp, Urgency};
use serde::{Deserialize, Serialize};

use crate::query::Query;

/// Who picks the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JobMode))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The rule: the first is offered the job, and after a decline the next.
    Auto,
    /// A person, from the recommendation; the rule, when none has picked in time.
    Choose,
}

impl Mode {
    /// The one word for it, in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Choose => "choose",
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JobState {
    /// For an offer.
    Waiting,
    /// One merchant holds it, by this assignment and no other (I2).
    Assigned {
        /// The live assignment.
        assignment: AssignmentId,
    },
    /// Done.
    Completed {
        /// By this assignment.
        assignment: AssignmentId,
    },
    /// The request was cancelled.
    Cancelled,
    /// Nobody can be found: a person has to look at it. May still be offered.
    Unserved,
}

impl JobState {
    /// The one word for it, in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Assigned { .. } => "assigned",
            Self::Completed { .. } => "completed",
            Self::Cancelled => "cancelled",
            Self::Unserved => "unserved",
        }
    }
}

/// A request as dispatch sees it (派单任务): what the rule needs to know, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The request.
    pub request: RequestId,
    /// Where.
    pub city: City,
    /// What is needed.
    pub category: CategoryCode,
    /// The street.
    pub area: Area,
    /// Dispatch class.
    pub urgency: Urgency,
    /// Of the item.
    pub risk: Risk,
    /// Of the item.
    pub enters_home: bool,
    /// When the service is wanted.
    pub wanted_at: Timestamp,
    /// When somebody must be at the door.
    pub due_by: Timestamp,
    /// Who picks.
    pub mode: Mode,
    /// How long a person has to pick each time the job waits, in minutes; for ever when absent. Of the policy in
    /// force when it came.
    pub choose_minutes: Option<u16>,
    /// Who declined it or let it expire, in that order: not offered again, unless a person asks again.
    pub tried: Vec<MerchantId>,
    /// How far it has come.
    #[serde(flatten)]
    pub state: JobState,
}

impl Job {
    /// What to ask the ranking for this job.
    #[must_use]
    pub fn query(&self, limit: u16, daily_seed: u64) -> Query {
        Query {
            request: Some(self.request),
            city: self.city,
            category: self.category.clone(),
            area: self.area,
            urgency: self.urgency,
            risk: self.risk,
            enters_home: self.enters_home,
            wanted_at: self.wanted_at,
            due_by: self.due_by,
            limit,
            daily_seed,
            tried: self.tried.clone(),
        }
    }

    /// When the rule decides, if the job waits since `now`: at once, or when nobody has picked in time.
    #[must_use]
    pub fn rule_from(&self, now: Timestamp) -> Option<Timestamp> {
        let patience = match self.mode {
            Mode::Auto => Some(0),
            Mode::Choose => self.choose_minutes,
        };
        let waits = self.state == JobState::Waiting;
        patience.filter(|_| waits).map(|minutes| now.after(Duration::from_secs(u64::from(minutes) * 60)))
    }

    pub(crate) fn in_state(&self, state: JobState) -> Self {
        Self { state, ..self.clone() }
    }

    /// Back to waiting without this merchant; a person's turn once too many were tried.
    pub(crate) fn after_trying(&self, merchant: MerchantId) -> Self {
        let mut job = self.in_state(JobState::Waiting);
        if !job.tried.contains(&merchant) {
            job.tried.push(merchant);
        }
        if job.tried.len() >= Query::TRIED_MAX {
            job.state = JobState::Unserved;
        }
        job
    }
}
