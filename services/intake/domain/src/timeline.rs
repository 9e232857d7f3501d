//! The timeline of a request (办理过程): what happened, when, and who did it.

use core::fmt;
use core::str::FromStr;

use kernel::{Actor, AssignmentId, CallbackId, MerchantId, PersonalText, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::progress::AssignmentStep;
use crate::request::Request;

/// What dispatch or feedback said about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// What happened.
    pub happening: Happening,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Actor,
}

/// What can happen to a request outside intake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A step of an assignment.
    Assignment {
        /// The assignment.
        assignment: AssignmentId,
        /// The merchant that holds or held it.
        merchant: MerchantId,
        /// The step.
        step: AssignmentStep,
    },
    /// Nobody is left that could serve it.
    Unserved,
    /// The call-back is finished (回访), whatever came of it: the request is closed (办结).
    CalledBack {
        /// The call-back.
        callback: CallbackId,
    },
}

impl Happening {
    /// How it stands in the timeline.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Assignment { step, .. } => match step {
                AssignmentStep::Offered => Kind::Offered,
                AssignmentStep::Accepted => Kind::Accepted,
                AssignmentStep::Declined => Kind::Declined,
                AssignmentStep::Expired => Kind::Expired,
                AssignmentStep::Released => Kind::Released,
                AssignmentStep::Completed => Kind::Completed,
            },
            Self::Unserved => Kind::Unserved,
            Self::CalledBack { .. } => Kind::CalledBack,
        }
    }

    const fn assignment(self) -> Option<(AssignmentId, MerchantId)> {
        match self {
            Self::Assignment { assignment, merchant, .. } => Some((assignment, merchant)),
            Self::Unserved | Self::CalledBack { .. } => None,
        }
    }
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TimelineKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request was accepted (受理).
    Received,
    /// It was offered to a merchant (派单).
    Offered,
    /// The merchant took it (接单).
    Accepted,
    /// The merchant turned it down.
    Declined,
    /// The merchant did not answer in time.
    Expired,
    /// The merchant was let go because the request was cancelled.
    Released,
    /// The work is done (完工).
    Completed,
    /// Nobody is left that could serve it.
    Unserved,
    /// The citizen was called back, or could not be reached (回访).
    CalledBack,
    /// It was cancelled (取消).
    Cancelled,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Offered,
        Self::Accepted,
        Self::Declined,
        Self::Expired,
        Self::Released,
        Self::Completed,
        Self::Unserved,
        Self::CalledBack,
        Self::Cancelled,
    ];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Released => "released",
            Self::Completed => "completed",
            Self::Unserved => "unserved",
            Self::CalledBack => "called_back",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of timeline entry")]
pub struct KindError;

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(text: &str) -> Result<Self, KindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(KindError)
    }
}

/// One entry. Entries are added and never changed; a request's version is the place of its last entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its place: the version of the request that it came with.
    pub seq: Version,
    /// What happened.
    pub kind: Kind,
    /// When it happened.
    pub at: Timestamp,
    /// When intake learned of it: later than `at` for what comes over the bus.
    pub recorded_at: Timestamp,
    /// Who did it.
    pub by: Actor,
    /// The assignment and its merchant, for what concerns one.
    pub assignment: Option<(AssignmentId, MerchantId)>,
    /// In somebody's words: the reason of a cancellation.
    pub note: Option<PersonalText>,
}

impl TimelineEntry {
    pub(crate) fn new(request: &Request, kind: Kind, at: Timestamp, by: Actor, now: Timestamp) -> Self {
        Self { seq: request.version, kind, at, recorded_at: now, by, assignment: None, note: None }
    }

    pub(crate) fn of(request: &Request, fact: &Fact, now: Timestamp) -> Self {
        let entry = Self::new(request, fact.happening.kind(), fact.at, fact.by, now);
        Self { assignment: fact.happening.assignment(), ..entry }
    }
}
