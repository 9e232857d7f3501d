//! Everything that can go wrong here, and what it means to whoever asked.

use core::time::Duration;

use axum::response::{IntoResponse, Response};
use chassis::bus::subscription::Outcome;
use chassis::http::Problem;
use chassis::store::{StoreError, WriteError};
use feedback_domain::{Refusal, TEXT_CHARS_MAX};
use kernel::Version;

use crate::problems::{
    ALREADY_RECORDED, ALREADY_RULED, CASE_CLOSED, CLAIMED_BY_ANOTHER, CLAUSE_UNSUSPECTED, CREDIT_SILENT,
    HANDLED_THE_CASE, NOT_CLAIMED, NOT_DUE, NOT_FOUND, NOTHING_SUSPECTED, OUTSIDE_CALLING_HOURS,
    TEXT_MISSING, TEXT_TOO_LONG, UNKNOWN_CLAUSE,
};

/// Before an event or a request is tried again whose database did not answer.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The domain refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing in this city.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// Credit has no such clause in force for the category.
    #[error("there is no such clause in force for the category")]
    UnknownClause,
    /// Credit, whose clauses they are, does not answer.
    #[error("credit does not say whether there is such a clause")]
    CreditSilent,
    /// Somebody changed it after the caller had read it.
    #[error("it was changed meanwhile and is at version {now}")]
    Moved {
        /// The version it has.
        now: Version,
    },
}

impl WriteError for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

/// What an error makes of the event whose handling it ended.
impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(StoreError::Json(error)) => Self::Reject(error.to_string()),
            Error::Store(error @ StoreError::Corrupt(_)) => Self::Reject(error.to_string()),
            // Where waiting cannot help either, the consumer gives up after a bounded number of deliveries.
            Error::Store(
                error @ (StoreError::Collision(_)
                | StoreError::Unavailable(_)
                | StoreError::Full(_)
                | StoreError::Taken(_)
                | StoreError::Other(_)),
            ) => Self::RetryAfter(RETRY_AFTER, error.to_string()),
            error @ (Error::Refused(_)
            | Error::Unknown(_)
            | Error::UnknownClause
            | Error::CreditSilent
            | Error::Moved { .. }) => Self::Reject(error.to_string()),
        }
    }
}

/// What an error tells the client.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) if error.is_unavailable() => Self::unavailable(&error, RETRY_AFTER),
            Error::Store(error) => Self::internal(&error),
            Error::Refused(refusal) => refused(&refusal),
            Error::Unknown(what) => NOT_FOUND.detail(format!("there is no such {what} in this city")),
            Error::UnknownClause => {
                Self::new(UNKNOWN_CLAUSE).at("#/clause", "unknown-clause", Error::UnknownClause.to_string())
            }
            Error::CreditSilent => Self::new(CREDIT_SILENT).retry_after(RETRY_AFTER),
            Error::Moved { now } => Self::stale(now),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let problem = Problem::new(match refusal {
        Refusal::HandledTheCase => HANDLED_THE_CASE,
        Refusal::NotDue { .. } => NOT_DUE,
        Refusal::OutsideCallingHours { .. } => OUTSIDE_CALLING_HOURS,
        Refusal::ClaimedByAnother { .. } => CLAIMED_BY_ANOTHER,
        Refusal::NotClaimed => NOT_CLAIMED,
        Refusal::NothingSuspected => NOTHING_SUSPECTED,
        Refusal::ClauseUnsuspected => CLAUSE_UNSUSPECTED,
        Refusal::NoClause => UNKNOWN_CLAUSE,
        Refusal::TextTooLong => TEXT_TOO_LONG,
        Refusal::Empty(_) => TEXT_MISSING,
        Refusal::CaseClosed => CASE_CLOSED,
        Refusal::RuledOtherwise { .. } => ALREADY_RULED,
        Refusal::RecordedOtherwise { .. } => ALREADY_RECORDED,
    });
    match refusal {
        Refusal::NotDue { due_at } => problem.detail(refusal.to_string()).with("due_at", due_at.to_string()),
        Refusal::OutsideCallingHours { next } => problem.with("next", next.to_string()),
        Refusal::ClaimedByAnother { until, .. } => problem.with("until", until.to_string()),
        Refusal::TextTooLong => problem.with("characters_max", TEXT_CHARS_MAX),
        Refusal::Empty(field) => problem.at(format!("#/{field}"), "text-missing", "must not be empty"),
        Refusal::ClauseUnsuspected => problem.at("#/clause", "clause-unsuspected", refusal.to_string()),
        Refusal::NoClause => problem.at("#/clause", "unknown-clause", refusal.to_string()),
        // Who was first, when, and what stands.
        Refusal::RuledOtherwise { severity, by, at } => {
            let stands = if severity.is_some() { "verified" } else { "dismissed" };
            let problem =
                problem.with("stands", stands).with("by", by.to_string()).with("at", at.to_string());
            match severity {
                Some(severity) => problem.with("severity", severity.as_str()),
                None => problem,
            }
        }
        Refusal::RecordedOtherwise { outcome, by, at } => {
            problem.with("stands", outcome.as_str()).with("by", by.to_string()).with("at", at.to_string())
        }
        Refusal::HandledTheCase | Refusal::NotClaimed | Refusal::NothingSuspected | Refusal::CaseClosed => {
            problem
        }
    }
}
