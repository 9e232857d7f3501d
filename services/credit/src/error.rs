//! Everything that can go wrong here, and what it means to whoever asked.

mod process;

use core::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::bus::consume::Outcome;
use chassis::bus::rpc::RpcError;
use chassis::http::problem::{self, Kind, Problem};
use chassis::store::{StoreError, WriteError};
use credit_domain::Refusal;
use credit_domain::process::ProcessRefusal;
use credit_domain::sample::PlanError;
use kernel::{City, MerchantId, ProceedingId, Version};

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
    /// There is no such merchant in this city.
    #[error("city {city} has no merchant {merchant}")]
    UnknownMerchant {
        /// Where it was looked for.
        city: City,
        /// Who was looked for.
        merchant: MerchantId,
    },
    /// The reference data has no such city.
    #[error("the reference data has no city {0}")]
    UnknownCity(City),
    /// A sample city cannot be made so.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Due process does not allow it.
    #[error(transparent)]
    Process(#[from] ProcessRefusal),
    /// There is no such thing in this city.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// Somebody changed it after the caller had read it.
    #[error("it was changed meanwhile and is at version {now}")]
    Moved {
        /// The version it has.
        now: Version,
    },
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// A live proceeding is about the same breach.
    #[error("proceeding {0} is about this breach already")]
    AlreadyOpened(ProceedingId),
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
            | Error::UnknownMerchant { .. }
            | Error::UnknownCity(_)
            | Error::Plan(_)
            | Error::Process(_)
            | Error::Unknown(_)
            | Error::Moved { .. }
            | Error::KeyReused
            | Error::AlreadyOpened(_)) => Self::Reject(error.to_string()),
        }
    }
}

/// What an error makes of the question whose answering it ended: who asks learns the class, the log the rest.
impl From<Error> for RpcError {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) if error.is_unavailable() => {
                tracing::warn!(%error, "a question is not answered");
                Self::Unavailable(crate::NAME)
            }
            Error::Store(error) => {
                tracing::error!(%error, "a question is not answered");
                let detail = "the database refused".to_owned();
                Self::Refused { status: 500, code: "internal".to_owned(), detail }
            }
            error @ (Error::UnknownMerchant { .. } | Error::UnknownCity(_) | Error::Unknown(_)) => {
                Self::Refused { status: 404, code: "not-found".to_owned(), detail: error.to_string() }
            }
            error @ (Error::Refused(_)
            | Error::Plan(_)
            | Error::Process(_)
            | Error::Moved { .. }
            | Error::KeyReused
            | Error::AlreadyOpened(_)) => {
                Self::Refused { status: 422, code: "refused".to_owned(), detail: error.to_string() }
            }
        }
    }
}

/// There is no such merchant or city.
pub const NOT_FOUND: Kind =
    Kind::new(StatusCode::NOT_FOUND, "not-found", "there is no such thing in this city");
/// The domain refuses it.
pub const REFUSED: Kind =
    Kind::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", "the rules of credit do not allow it");

/// What an error tells the client.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) if error.is_unavailable() => Self::unavailable(&error, RETRY_AFTER),
            Error::Store(error) => Self::internal(&error),
            error @ (Error::UnknownMerchant { .. } | Error::UnknownCity(_)) => {
                NOT_FOUND.detail(error.to_string())
            }
            error @ (Error::Refused(_) | Error::Plan(_)) => REFUSED.detail(error.to_string()),
            Error::Process(refusal) => process::problem(&refusal),
            error @ Error::Unknown(_) => NOT_FOUND.detail(error.to_string()),
            Error::Moved { now } => Self::stale(now),
            Error::KeyReused => problem::IDEMPOTENCY_KEY_REUSED.into(),
            error @ Error::AlreadyOpened(id) => {
                process::ALREADY_OPENED.detail(error.to_string()).with("proceeding", id.to_string())
            }
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
