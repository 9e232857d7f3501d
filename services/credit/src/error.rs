//! Everything that can go wrong here, and what it means to whoever asked.

use core::time::Duration;

use crate::policy::PolicyError;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::bus::consume::Outcome;
use chassis::bus::rpc::RpcError;
use chassis::http::problem::{IDEMPOTENCY_KEY_REUSED, INVALID_BODY, Kind, Problem};
use chassis::store::{StoreError, WriteError};
use credit_domain::sample::PlanError;
use credit_domain::{Denied, Refusal};
use kernel::{City, MerchantId, Version};

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
    /// Something around admission is not carried out.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such thing in this city.
    #[error("there is no such {0} in this city")]
    Unknown(&'static str),
    /// It is not the version any more that the caller looked at.
    #[error("it is at version {now} by now")]
    Moved {
        /// The version it has.
        now: Version,
    },
    /// An idempotency key was used for something else.
    #[error("the idempotency key was used for another payload")]
    KeyReused,
    /// A sample city cannot be made so.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// What is compiled in cannot be put in force.
    #[error(transparent)]
    Policy(#[from] PolicyError),
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
            | Error::Denied(_)
            | Error::Unknown(_)
            | Error::Moved { .. }
            | Error::KeyReused
            | Error::Plan(_)
            | Error::Policy(_)) => Self::Reject(error.to_string()),
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
            | Error::Policy(_)
            | Error::Denied(_)
            | Error::Moved { .. }
            | Error::KeyReused) => {
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

/// There is one already, and it is another.
pub const EXISTS: Kind = Kind::new(StatusCode::CONFLICT, "exists", "there is another one already");
/// It is over, or not as far yet.
pub const NOT_NOW: Kind =
    Kind::new(StatusCode::CONFLICT, "not-now", "this cannot be done with it as it stands");
/// The admission policy has no row for the category.
pub const NO_POLICY: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "no-policy",
    "the admission policy does not rule this category",
);
/// Blocking checks are not passed.
pub const CHECKS_OPEN: Kind =
    Kind::new(StatusCode::CONFLICT, "checks-open", "blocking checks are not passed");
/// Whoever investigated does not decide.
pub const SAME_PERSON: Kind =
    Kind::new(StatusCode::FORBIDDEN, "same-person", "whoever investigated does not decide");
/// Another text than the one in force was signed.
pub const OTHER_TEXT: Kind =
    Kind::new(StatusCode::CONFLICT, "other-text", "the commitment in force has another text");
/// As many as are kept.
pub const TOO_MANY: Kind = Kind::new(StatusCode::CONFLICT, "too-many", "no more of these are kept");

/// Why something around admission is not carried out, each with its own type of problem.
fn denied_problem(denied: Denied) -> Problem {
    let detail = denied.to_string();
    match denied {
        Denied::Invalid(problems) => {
            problems.into_iter().fold(Problem::new(INVALID_BODY), |told, problem| {
                told.at(problem.pointer, "invalid-value", problem.problem)
            })
        }
        Denied::Exists(_) => EXISTS.detail(detail),
        Denied::State { .. } | Denied::PublicityRuns(_) => NOT_NOW.detail(detail),
        Denied::NoPolicy(_) => NO_POLICY.detail(detail),
        Denied::ChecksOpen(checks) => checks.into_iter().fold(CHECKS_OPEN.detail(detail), |told, check| {
            let category = check.category.map(|category| format!("/{category}")).unwrap_or_default();
            told.at(format!("{}{category}", check.kind), "check-open", check.evidence)
        }),
        Denied::SamePerson => SAME_PERSON.detail(detail),
        Denied::OtherText => OTHER_TEXT.detail(detail),
        Denied::TooMany { .. } => TOO_MANY.detail(detail),
    }
}

/// What an error tells the client.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) if error.is_unavailable() => Self::unavailable(&error, RETRY_AFTER),
            Error::Store(error) => Self::internal(&error),
            error @ (Error::UnknownMerchant { .. } | Error::UnknownCity(_) | Error::Unknown(_)) => {
                NOT_FOUND.detail(error.to_string())
            }
            error @ (Error::Refused(_) | Error::Plan(_) | Error::Policy(_)) => {
                REFUSED.detail(error.to_string())
            }
            Error::Denied(denied) => denied_problem(denied),
            Error::Moved { now } => Self::stale(now),
            Error::KeyReused => IDEMPOTENCY_KEY_REUSED.into(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
