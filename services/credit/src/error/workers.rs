//! What can go wrong with workers, scans and entries.

use core::time::Duration;

use chassis::http::problem::{INVALID_BODY, OVERLOADED, UNAVAILABLE};
use chassis::http::{Kind, Problem};
use chassis::store::group::Refused;
use credit_domain::workers::{CardNumberError, EntryRefusal, Outcome, WorkerRefusal};

use super::Error;
use crate::problems::{
    ENROLLED_ELSEWHERE, EXPIRED_CODE, FORGED_CODE, IDENTIFIES_ONLY, IMPLAUSIBLE_EXPIRY, MERCHANT_REMOVED,
    NO_SUCH_TRAINING, NO_TRANSFER, NOBODYS_WORKER, NOT_ENROLLED, NOTHING_SHOWN, OTHER_TRAINING, RED_CODE,
    SCAN_TOO_OLD, SCANS_BUSY, TRAINING_NOT_PASSED, TRANSFER_UNDER_WAY, UNKNOWN_CARD, USED_CODE, WORKER_MOVED,
};

use crate::usecases::workers::TRIES_WINDOW;

/// Before a request is tried again that was too much at this moment.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What is not there when [`Error::Unknown`] speaks of a worker, or of one that is not the caller's business.
pub(crate) const WORKER: &str = "worker";
/// What is not there when it speaks of a scan, or of one that is not the caller's.
pub(crate) const SCAN: &str = "scan";

/// Why nothing was done about a worker.
#[derive(Debug, thiserror::Error)]
pub enum WorkersError {
    /// The domain refuses it.
    #[error(transparent)]
    Refused(#[from] WorkerRefusal),
    /// The scan showed nobody.
    #[error("the scan shows nobody")]
    Unshown(Outcome),
    /// The text is no code at all.
    #[error("not a worker's code")]
    Unreadable,
    /// The entry is not confirmed.
    #[error(transparent)]
    Entry(#[from] EntryRefusal),
    /// No key signs codes here.
    #[error("no key is configured that signs worker codes")]
    NoKey,
    /// The city has given out all its card numbers.
    #[error(transparent)]
    Cards(#[from] CardNumberError),
    /// The public tried too often.
    #[error("too many scans at this moment")]
    TooManyTries,
    /// Too much load, or stopping.
    #[error(transparent)]
    Busy(#[from] Refused),
}

macro_rules! through {
    ($($from:ty),*) => {$(
        impl From<$from> for Error {
            fn from(error: $from) -> Self {
                Self::Workers(error.into())
            }
        }
    )*};
}

through! { WorkerRefusal, EntryRefusal, CardNumberError, Refused }

impl From<WorkersError> for Problem {
    fn from(error: WorkersError) -> Self {
        match error {
            WorkersError::Refused(refusal) => of_refusal(&refusal),
            WorkersError::Unshown(outcome) => of_outcome(outcome).into(),
            WorkersError::Unreadable => {
                Self::new(INVALID_BODY).at("#/code", "invalid-value", "not a worker's code")
            }
            WorkersError::Entry(refusal) => of_entry(refusal),
            WorkersError::NoKey => UNAVAILABLE.detail(error.to_string()),
            WorkersError::TooManyTries => SCANS_BUSY.detail(error.to_string()).retry_after(TRIES_WINDOW),
            WorkersError::Cards(error) => Self::internal(&error),
            WorkersError::Busy(Refused::Overloaded | Refused::Stopping) => {
                Self::new(OVERLOADED).retry_after(RETRY_AFTER)
            }
        }
    }
}

fn of_refusal(refusal: &WorkerRefusal) -> Problem {
    let kind = match refusal {
        WorkerRefusal::EnrolledElsewhere => ENROLLED_ELSEWHERE,
        WorkerRefusal::NotEnrolled => NOT_ENROLLED,
        WorkerRefusal::MerchantRemoved => MERCHANT_REMOVED,
        // Whether somebody else enrols the worker is not the caller's business.
        WorkerRefusal::NotYours => return Error::Unknown(WORKER).into(),
        WorkerRefusal::TransferUnderWay { .. } => TRANSFER_UNDER_WAY,
        WorkerRefusal::NoTransfer => NO_TRANSFER,
        WorkerRefusal::ImplausibleExpiry => IMPLAUSIBLE_EXPIRY,
        WorkerRefusal::OtherTraining { .. } => OTHER_TRAINING,
        WorkerRefusal::NoSuchTraining => NO_SUCH_TRAINING,
        WorkerRefusal::TrainingNotPassed { .. } => TRAINING_NOT_PASSED,
    };
    kind.detail(refusal.to_string())
}

/// What a scan that shows nobody tells whoever scanned.
const fn of_outcome(outcome: Outcome) -> Kind {
    match outcome {
        Outcome::Forged => FORGED_CODE,
        Outcome::Expired => EXPIRED_CODE,
        Outcome::Used => USED_CODE,
        Outcome::Unknown => UNKNOWN_CARD,
        Outcome::NotEnrolled | Outcome::MerchantRemoved => NOBODYS_WORKER,
        Outcome::Shown => NOTHING_SHOWN,
    }
}

fn of_entry(refusal: EntryRefusal) -> Problem {
    let kind = match refusal {
        EntryRefusal::NotYours => return Error::Unknown(SCAN).into(),
        EntryRefusal::NothingShown => NOTHING_SHOWN,
        EntryRefusal::IdentifiesOnly => IDENTIFIES_ONLY,
        EntryRefusal::TooLate => SCAN_TOO_OLD,
        EntryRefusal::Moved => WORKER_MOVED,
        EntryRefusal::Red => RED_CODE,
    };
    kind.detail(refusal.to_string())
}
