//! What can go wrong with workers, scans and entries.

use core::time::Duration;

use axum::http::StatusCode;
use chassis::http::problem::{IDEMPOTENCY_KEY_REUSED, INVALID_BODY, Kind, OVERLOADED, Problem, UNAVAILABLE};
use chassis::store::group::Refused;
use credit_domain::workers::{CardNumberError, EntryRefusal, Outcome, WorkerRefusal};
use kernel::Version;

use super::{Error, NOT_FOUND};

/// Before a request is tried again that was too much at this moment.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why nothing was done about a worker.
#[derive(Debug, thiserror::Error)]
pub enum WorkersError {
    /// There is no such worker, or it is not the caller's business.
    #[error("the city has no such worker")]
    UnknownWorker,
    /// There is no such scan, or it is not the caller's.
    #[error("the city has no such scan")]
    UnknownScan,
    /// It changed since the caller looked at it.
    #[error("the worker changed meanwhile")]
    Moved {
        /// Its version.
        now: Version,
    },
    /// The domain refuses it.
    #[error(transparent)]
    Refused(#[from] WorkerRefusal),
    /// The scan showed nobody.
    #[error("the scan shows nobody")]
    Unshown(Outcome),
    /// The text is no code at all.
    #[error("not a worker's code")]
    Unreadable,
    /// The key was used for another code.
    #[error("the key was used for something else")]
    OtherCode,
    /// The entry is not confirmed.
    #[error(transparent)]
    Entry(#[from] EntryRefusal),
    /// No key signs codes here.
    #[error("no key is configured that signs worker codes")]
    NoKey,
    /// The city has given out all its card numbers.
    #[error(transparent)]
    Cards(#[from] CardNumberError),
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

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal;)*) => {$(
        $(#[$doc])*
        pub const $name: Kind = Kind::new(StatusCode::$status, $code, $title);
    )*};
}

kinds! {
    /// A transfer has to be asked for.
    ENROLLED_ELSEWHERE = CONFLICT, "enrolled-elsewhere", "another merchant enrols this person";
    /// Nobody enrols the worker.
    NOT_ENROLLED = CONFLICT, "not-enrolled", "no merchant enrols this worker";
    /// It takes nobody in.
    MERCHANT_REMOVED = CONFLICT, "merchant-removed", "the merchant is no longer affiliated";
    /// That comes first.
    TRANSFER_UNDER_WAY = CONFLICT, "transfer-under-way", "a transfer of this worker is under way";
    /// There is none.
    NO_TRANSFER = CONFLICT, "no-transfer", "no such transfer is under way";
    /// A slip of the pen.
    IMPLAUSIBLE_EXPIRY = UNPROCESSABLE_ENTITY, "implausible-expiry", "no paper is good for so long";
    /// The number stands for another training.
    OTHER_TRAINING = CONFLICT, "other-training", "the training was recorded with other particulars";
    /// Stars rest on something.
    NO_SUCH_TRAINING = UNPROCESSABLE_ENTITY, "no-such-training", "the worker has no such training or exam";
    /// It was not passed.
    TRAINING_NOT_PASSED = UNPROCESSABLE_ENTITY, "training-not-passed", "the training or exam was not passed";
    /// No key of ours signed it.
    FORGED_CODE = UNPROCESSABLE_ENTITY, "forged-code", "the code was not signed here";
    /// The worker shows a fresh one.
    EXPIRED_CODE = GONE, "expired-code", "the code has expired: the phone shows a fresh one";
    /// The worker shows a fresh one.
    USED_CODE = CONFLICT, "used-code", "the code was scanned before: the phone shows a fresh one";
    /// No worker holds the card.
    UNKNOWN_CARD = NOT_FOUND, "unknown-card", "no worker of this city holds this card";
    /// Nobody answers for the worker.
    NOBODYS_WORKER = GONE, "nobodys-worker", "no affiliated merchant enrols this worker: do not let anybody in";
    /// Nothing to be confirmed.
    NOTHING_SHOWN = CONFLICT, "nothing-shown", "the scan showed nobody";
    /// A printed card proves nothing.
    IDENTIFIES_ONLY = CONFLICT, "identifies-only", "a printed card only identifies";
    /// Scan again.
    SCAN_TOO_OLD = GONE, "scan-too-old", "the scan is too old";
    /// Scan again.
    WORKER_MOVED = CONFLICT, "worker-moved", "the worker has changed merchants since";
    /// Nobody goes in on red.
    RED_CODE = CONFLICT, "red-code", "the safety code is red";
}

impl From<WorkersError> for Problem {
    fn from(error: WorkersError) -> Self {
        match error {
            WorkersError::UnknownWorker | WorkersError::UnknownScan => NOT_FOUND.detail(error.to_string()),
            WorkersError::Moved { now } => Self::stale(now),
            WorkersError::Refused(refusal) => of_refusal(&refusal),
            WorkersError::Unshown(outcome) => of_outcome(outcome).into(),
            WorkersError::Unreadable => {
                Self::new(INVALID_BODY).at("#/code", "invalid-value", "not a worker's code")
            }
            WorkersError::OtherCode => Self::new(IDEMPOTENCY_KEY_REUSED),
            WorkersError::Entry(refusal) => of_entry(refusal),
            WorkersError::NoKey => UNAVAILABLE.detail(error.to_string()),
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
        WorkerRefusal::NotYours => return NOT_FOUND.detail(WorkersError::UnknownWorker.to_string()),
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
        EntryRefusal::NotYours => return NOT_FOUND.detail(WorkersError::UnknownScan.to_string()),
        EntryRefusal::NothingShown => NOTHING_SHOWN,
        EntryRefusal::IdentifiesOnly => IDENTIFIES_ONLY,
        EntryRefusal::TooLate => SCAN_TOO_OLD,
        EntryRefusal::Moved => WORKER_MOVED,
        EntryRefusal::Red => RED_CODE,
    };
    kind.detail(refusal.to_string())
}
