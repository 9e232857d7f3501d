//! Everything that can go wrong here, and what it means to whoever asked: HTTP status and outcome on the bus side
//! by side.

use core::time::Duration;

use axum::http::StatusCode;
use chassis::bus::rpc::RpcError;
use chassis::bus::subscription::Outcome;
use chassis::http::problem::{self, Kind, Problem};
use chassis::store::{StoreError, WriteError};
use dispatch_domain::{ChoiceRefusal, ExclusionReason, ProposalRefusal, ProposalState, QueryError, Refusal};
use kernel::MerchantId;

use crate::problems::{
    ALREADY_ACCEPTED, ALREADY_TRIED, ASSIGNMENT_ENDED, CATCHING_UP, CREDIT_SILENT, DOES_NOT_SERVE,
    INVALID_NEED, MERCHANT_FULL, NOBODY_ELIGIBLE, NOT_ACCEPTED, NOT_DUE, NOT_ELIGIBLE, NOTE_NEEDED,
    PROPOSAL_ENDED, REASON_NEEDED, REQUEST_ASSIGNED, REQUEST_CANCELLED, REQUEST_COMPLETED, SAME_PERSON,
    SECOND_PERSON_NEEDED, TOO_LATE, UNKNOWN_AREA, UNKNOWN_ASSIGNMENT, UNKNOWN_ITEM, UNKNOWN_PROPOSAL,
    UNKNOWN_REQUEST, UNSETTLED,
};

/// Before an event is tried again that has to wait for something.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A step that cannot be taken.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody, or not this one, can be chosen.
    #[error(transparent)]
    Choice(#[from] ChoiceRefusal),
    /// The need does not make sense.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Dispatch was not told of such a request (yet).
    #[error("there is no such request")]
    UnknownRequest,
    /// There is no such assignment in this city.
    #[error("there is no such assignment")]
    UnknownAssignment,
    /// The catalogue has no such item.
    #[error("the catalogue has no such item")]
    UnknownItem,
    /// The city has no such street.
    #[error("the city has no such street")]
    UnknownArea,
    /// The ranking is being rebuilt.
    #[error("the ranking has not caught up yet")]
    CatchingUp,
    /// Credit cannot confirm the standing, and the policy does not allow to go on without.
    #[error("credit does not confirm the standing of merchant {0}")]
    Unconfirmed(MerchantId),
    /// There is no such proposal in this city.
    #[error("there is no such proposal")]
    UnknownProposal,
    /// A proposal that cannot be settled so.
    #[error(transparent)]
    Proposal(#[from] ProposalRefusal),
    /// Too many choices of late were against the rule.
    #[error("the choice is against the rule, as too many were of late: a second person has to agree")]
    SecondPersonNeeded,
    /// Standings or loads moved faster than they could be confirmed.
    #[error("the ranking moved in each of {0} rounds")]
    Unsettled(u32),
}

impl Error {
    /// The proposal came to this end before.
    pub(crate) const fn ended(state: ProposalState) -> Self {
        Self::Proposal(ProposalRefusal::Ended(state))
    }

    /// The type of problem over HTTP; a refused question has the same status and code.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Store(error) if error.is_unavailable() => problem::UNAVAILABLE,
            Self::Store(_) => problem::INTERNAL,
            Self::Refused(refusal) => refused(refusal),
            Self::Choice(refusal) => choice(refusal),
            Self::Query(_) => INVALID_NEED,
            Self::UnknownRequest => UNKNOWN_REQUEST,
            Self::UnknownAssignment => UNKNOWN_ASSIGNMENT,
            Self::UnknownItem => UNKNOWN_ITEM,
            Self::UnknownArea => UNKNOWN_AREA,
            Self::CatchingUp => CATCHING_UP,
            Self::Unconfirmed(_) => CREDIT_SILENT,
            Self::UnknownProposal => UNKNOWN_PROPOSAL,
            Self::Proposal(refusal) => proposal(refusal),
            Self::SecondPersonNeeded => SECOND_PERSON_NEEDED,
            Self::Unsettled(_) => UNSETTLED,
        }
    }
}

const fn refused(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::JobCancelled => REQUEST_CANCELLED,
        Refusal::JobCompleted => REQUEST_COMPLETED,
        Refusal::AlreadyTried(_) => ALREADY_TRIED,
        Refusal::Full { .. } => MERCHANT_FULL,
        // Whose it is stays untold.
        Refusal::NotTheirs => UNKNOWN_ASSIGNMENT,
        Refusal::TooLate { .. } => TOO_LATE,
        Refusal::NotDue { .. } => NOT_DUE,
        Refusal::NotAccepted => NOT_ACCEPTED,
        Refusal::AlreadyAccepted => ALREADY_ACCEPTED,
        Refusal::Ended(_) => ASSIGNMENT_ENDED,
        Refusal::Assigned => REQUEST_ASSIGNED,
        Refusal::Mismatch => problem::INTERNAL,
    }
}

const fn proposal(refusal: &ProposalRefusal) -> Kind {
    match refusal {
        ProposalRefusal::SamePerson => SAME_PERSON,
        ProposalRefusal::TooLate { .. } => TOO_LATE,
        ProposalRefusal::NotDue { .. } => NOT_DUE,
        ProposalRefusal::Ended(_) => PROPOSAL_ENDED,
    }
}

const fn choice(refusal: &ChoiceRefusal) -> Kind {
    match refusal {
        ChoiceRefusal::NobodyEligible => NOBODY_ELIGIBLE,
        ChoiceRefusal::DoesNotServe(_) => DOES_NOT_SERVE,
        ChoiceRefusal::NotEligible { reason: ExclusionReason::AlreadyTried, .. } => ALREADY_TRIED,
        ChoiceRefusal::NotEligible { .. } => NOT_ELIGIBLE,
        ChoiceRefusal::ReasonNeeded { .. } | ChoiceRefusal::AgainNeedsReason(_) => REASON_NEEDED,
        ChoiceRefusal::Note => NOTE_NEEDED,
    }
}

/// What an error makes of an HTTP request.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let kind = error.kind();
        match kind.status {
            StatusCode::INTERNAL_SERVER_ERROR => Self::internal(&error),
            StatusCode::SERVICE_UNAVAILABLE if kind == problem::UNAVAILABLE => {
                Self::unavailable(&error, RETRY_AFTER)
            }
            StatusCode::SERVICE_UNAVAILABLE => kind.detail(error.to_string()).retry_after(RETRY_AFTER),
            StatusCode::NOT_FOUND => kind.into(),
            _ => {
                let problem = kind.detail(error.to_string());
                match error {
                    Error::Choice(ChoiceRefusal::NotEligible { reason, .. }) => {
                        problem.with("reason", reason.as_str())
                    }
                    _ => problem,
                }
            }
        }
    }
}

impl WriteError for Error {
    fn is_transient(&self) -> bool {
        match self {
            // Two first loads or two live assignments at once: the second try sees the first's.
            Self::Store(error) => error.is_collision() || matches!(error, StoreError::Taken(_)),
            Self::Refused(_)
            | Self::Choice(_)
            | Self::Query(_)
            | Self::UnknownRequest
            | Self::UnknownAssignment
            | Self::UnknownItem
            | Self::UnknownArea
            | Self::CatchingUp
            | Self::Unconfirmed(_)
            | Self::UnknownProposal
            | Self::Proposal(_)
            | Self::SecondPersonNeeded
            | Self::Unsettled(_) => false,
        }
    }
}

/// What an error makes of the event whose handling it ended.
impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        match &error {
            Error::Store(StoreError::Json(_) | StoreError::Corrupt(_)) => Self::Reject(error.to_string()),
            // A cancellation may overtake a request that is being tried again.
            Error::Store(_)
            | Error::UnknownRequest
            | Error::CatchingUp
            | Error::Unconfirmed(_)
            | Error::Unsettled(_) => Self::RetryAfter(RETRY_AFTER, error.to_string()),
            Error::Refused(_)
            | Error::Choice(_)
            | Error::Query(_)
            | Error::UnknownAssignment
            | Error::UnknownProposal
            | Error::Proposal(_)
            | Error::SecondPersonNeeded
            | Error::UnknownItem
            | Error::UnknownArea => Self::Reject(error.to_string()),
        }
    }
}

/// What an error makes of a question.
impl From<Error> for RpcError {
    fn from(error: Error) -> Self {
        let kind = error.kind();
        // The text of an internal error stays here.
        let detail = if kind == problem::INTERNAL {
            tracing::error!(error = ?error, "a question could not be answered");
            kind.title.to_owned()
        } else {
            error.to_string()
        };
        Self::Refused { status: kind.status.as_u16(), code: kind.code.to_owned(), detail }
    }
}
