//! Everything that can go wrong here, and what it means to whoever asked.

use core::time::Duration;

use chassis::bus::consume::Outcome;
use chassis::store::{StoreError, WriteError};
use feedback_domain::Refusal;
use kernel::Version;

/// Before an event is tried again whose database did not answer.
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
            error @ (Error::Refused(_) | Error::Unknown(_) | Error::Moved { .. }) => {
                Self::Reject(error.to_string())
            }
        }
    }
}
