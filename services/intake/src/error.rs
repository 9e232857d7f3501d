//! Everything that can go wrong here, and what it means to whoever asked: a front end over HTTP, or the bus.

use core::time::Duration;

use chassis::bus::consume::Outcome;
use chassis::bus::rpc::RpcError;
use chassis::store::group::Refused;
use chassis::store::{StoreError, WriteError};
use intake_domain::{FieldError, Refusal};
use kernel::Version;

/// Before an event is tried again whose database did not answer.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another service, asked on the way.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The load is shed, or the service is stopping.
    #[error(transparent)]
    Busy(#[from] Refused),
    /// Fields that have to be mended; never empty.
    #[error("{} fields have to be mended", .0.len())]
    Invalid(Vec<FieldError>),
    /// The domain refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing in this city.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// Somebody changed it after the caller had read it.
    #[error("it was changed meanwhile and is at version {now}")]
    Moved {
        /// The version it has.
        now: Version,
    },
    /// The `Idempotency-Key` was used for something else.
    #[error("the idempotency key was used with another payload")]
    OtherPayload,
    /// The signature was used before.
    #[error("the signature was used before: sign each request anew")]
    Replayed,
}

impl Error {
    /// HTTP status and problem code.
    #[must_use]
    pub fn problem(&self) -> (u16, &'static str) {
        match self {
            Self::Store(StoreError::Full(_)) => (507, "storage-full"),
            Self::Store(StoreError::Unavailable(_) | StoreError::Collision(_)) => {
                (503, "database-unavailable")
            }
            Self::Store(
                StoreError::Taken(_) | StoreError::Json(_) | StoreError::Corrupt(_) | StoreError::Other(_),
            ) => (500, "internal"),
            Self::Rpc(RpcError::Unavailable(_)) => (503, "service-unavailable"),
            Self::Rpc(RpcError::Malformed(_)) => (502, "service-not-understood"),
            // What the other service says of the caller's wish is the caller's to mend.
            Self::Rpc(RpcError::Refused { status, .. }) => (*status, "refused-by-service"),
            Self::Busy(Refused::Overloaded) => (503, "overloaded"),
            Self::Busy(Refused::Stopping) => (503, "stopping"),
            Self::Invalid(_) => (422, "invalid-request"),
            Self::Refused(Refusal::TooLate { .. }) => (409, "too-late"),
            Self::Refused(Refusal::ReasonTooLong) => (422, "reason-too-long"),
            Self::Unknown(_) => (404, "unknown"),
            Self::Moved { .. } => (412, "moved"),
            Self::OtherPayload => (422, "idempotency-key-reused"),
            Self::Replayed => (409, "signature-replayed"),
        }
    }
}

impl WriteError for Error {
    fn is_transient(&self) -> bool {
        match self {
            // A key that another transaction took meanwhile is found by the look-up of the next try.
            Self::Store(error) => error.is_transient() || matches!(error, StoreError::Taken(_)),
            Self::Rpc(_)
            | Self::Busy(_)
            | Self::Invalid(_)
            | Self::Refused(_)
            | Self::Unknown(_)
            | Self::Moved { .. }
            | Self::OtherPayload
            | Self::Replayed => false,
        }
    }
}

/// What an error makes of the event whose handling it ended.
impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error @ (StoreError::Json(_) | StoreError::Corrupt(_))) => {
                Self::Reject(error.to_string())
            }
            // Where waiting cannot help either, the consumer gives up after a bounded number of deliveries.
            Error::Store(
                error @ (StoreError::Collision(_)
                | StoreError::Unavailable(_)
                | StoreError::Full(_)
                | StoreError::Taken(_)
                | StoreError::Other(_)),
            ) => Self::RetryAfter(RETRY_AFTER, error.to_string()),
            error @ (Error::Rpc(_) | Error::Busy(_)) => Self::RetryAfter(RETRY_AFTER, error.to_string()),
            error @ (Error::Invalid(_)
            | Error::Refused(_)
            | Error::Unknown(_)
            | Error::Moved { .. }
            | Error::OtherPayload
            | Error::Replayed) => Self::Reject(error.to_string()),
        }
    }
}
