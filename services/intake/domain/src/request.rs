//! A citizen's request and what can happen to it.

use core::fmt;
use core::str::FromStr;

use kernel::{
    Actor, Area, CategoryCode, Channel, CitizenId, City, ItemCode, MerchantId, PersonalText, RequestId, Risk,
    Step, Timestamp, Urgency, Version,
};
use serde::{Deserialize, Serialize};

use crate::contact::Contact;
use crate::progress::Progress;
use crate::timeline::{Fact, Kind, TimelineEntry};

const REASON_CHARS_MAX: usize = 500;

/// Who chooses the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The platform offers it to the first of the recommendation, and on to the next.
    Auto,
    /// The citizen or an operator picks from the recommendation.
    Choose,
}

/// Where a request stands (办理状态), in the order of a life without incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RequestStatus))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted by the platform, waiting for a merchant (已受理).
    Received,
    /// Nobody is left that could serve it; an operator has to see to it (无人承接).
    Unserved,
    /// Offered to a merchant (已派单).
    Offered,
    /// Taken by the merchant (已接单).
    Accepted,
    /// Withdrawn (已取消).
    Cancelled,
    /// The work is done; the call-back is to come (已完工).
    Completed,
    /// Called back and closed (已办结).
    Closed,
}

impl Status {
    /// All statuses.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Unserved,
        Self::Offered,
        Self::Accepted,
        Self::Cancelled,
        Self::Completed,
        Self::Closed,
    ];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Unserved => "unserved",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
            Self::Closed => "closed",
        }
    }

    /// Whether the work is still to be done (未完成): neither done nor withdrawn.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Received | Self::Unserved | Self::Offered | Self::Accepted => true,
            Self::Cancelled | Self::Completed | Self::Closed => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a request status")]
pub struct StatusError;

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(StatusError)
    }
}

/// What a citizen asked for (诉求).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The request.
    pub id: RequestId,
    /// Its city.
    pub city: City,
    /// Who asked.
    pub citizen: CitizenId,
    /// How to reach the citizen.
    pub contact: Contact,
    /// By which way it came.
    pub channel: Channel,
    /// What is asked for.
    pub item: ItemCode,
    /// The category of the item.
    pub category: CategoryCode,
    /// In which street.
    pub area: Area,
    /// How soon it must be settled.
    pub urgency: Urgency,
    /// How much can go wrong.
    pub risk: Risk,
    /// Whether a worker enters the home.
    pub enters_home: bool,
    /// When it was received.
    pub received_at: Timestamp,
    /// When the service is wanted.
    pub wanted_at: Timestamp,
    /// By when the matter must be settled.
    pub due_by: Timestamp,
    /// In the citizen's words.
    pub description: PersonalText,
    /// Who chooses the merchant.
    pub mode: Mode,
    /// The merchant that the citizen asked for, if any.
    pub preferred: Option<MerchantId>,
    /// All that was heard of it.
    pub progress: Progress,
    /// Where it stands: always that of its progress, kept beside it to search by.
    pub status: Status,
    /// Counts its changes, which are the entries of its timeline.
    pub version: Version,
}

/// A status that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusChange {
    /// Before.
    pub from: Status,
    /// After.
    pub to: Status,
}

/// What a command or a fact leads to; carried out whole, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The request after it, with its version raised by one.
    pub request: Request,
    /// The entry to add to its timeline.
    pub entry: TimelineEntry,
    /// Set when the status moved; a fact that came late is in the timeline alone.
    pub moved: Option<StatusChange>,
}

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The work is done.
    #[error("too late to cancel: the request is {status}")]
    TooLate {
        /// Where the request stands.
        status: Status,
    },
    /// The reason is too long.
    #[error("a reason has at most {REASON_CHARS_MAX} characters")]
    ReasonTooLong,
}

/// Withdraws a request that is not done (取消). The reason may be empty. Already done gives the moment of the
/// first cancellation.
///
/// # Errors
/// [`Refusal`] when the work is done or the reason too long.
pub fn cancel(
    request: &Request,
    by: Actor,
    reason: PersonalText,
    now: Timestamp,
) -> Result<Step<Change, Timestamp>, Refusal> {
    if reason.chars() > REASON_CHARS_MAX {
        return Err(Refusal::ReasonTooLong);
    }
    if let Some(first) = request.progress.cancelled_at {
        return Ok(Step::AlreadyDone(first));
    }
    if !request.status.is_open() {
        return Err(Refusal::TooLate { status: request.status });
    }
    let mut progress = request.progress.clone();
    progress.cancelled_at = Some(now);
    let (request, moved) = advanced(request, progress);
    let mut entry = TimelineEntry::new(&request, Kind::Cancelled, now, by, now);
    entry.note = (reason.chars() > 0).then_some(reason);
    Ok(Step::Done(Change { request, entry, moved }))
}

/// Takes in what dispatch or feedback said. Each fact has one effect however often it is heard, and the status
/// comes out the same in whatever order facts are heard.
pub fn apply(request: &Request, fact: &Fact, now: Timestamp) -> Step<Change, ()> {
    let mut progress = request.progress.clone();
    if !progress.hear(&fact.happening, fact.at) {
        return Step::AlreadyDone(());
    }
    let (request, moved) = advanced(request, progress);
    let entry = TimelineEntry::of(&request, fact, now);
    Step::Done(Change { request, entry, moved })
}

/// The request with this progress, its next version, and whether its status moved.
fn advanced(request: &Request, progress: Progress) -> (Request, Option<StatusChange>) {
    let (from, to) = (request.status, progress.status());
    let next = Request { progress, status: to, version: request.version.next(), ..request.clone() };
    (next, (from != to).then_some(StatusChange { from, to }))
}
