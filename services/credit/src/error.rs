//! Everything that can go wrong here, and what it means to whoever asked.

pub(crate) mod admission;
mod evaluation;
pub mod exchange;
mod process;
pub mod workers;

use core::time::Duration;

use axum::response::{IntoResponse, Response};
use chassis::bus::rpc::RpcError;
use chassis::bus::subscription::Outcome;
use chassis::http::Problem;
use chassis::http::problem::IDEMPOTENCY_KEY_REUSED;
use chassis::store::{StoreError, WriteError};
use credit_domain::certificate::CertificateRefusal;
use credit_domain::evaluation::EvaluationRefusal;
use credit_domain::model::ModelRefusal;
use credit_domain::process::ProcessRefusal;
use credit_domain::sample::PlanError;
use credit_domain::simulation::RunRefusal;
use credit_domain::{Denied, Refusal, UnknownRules};
use kernel::{City, MerchantId, ModelId, ProceedingId, SimulationId, Version};

use crate::policy::PolicyError;
use crate::problems::{
    ALREADY_OPENED, CONFLICT, INVALID_RULES, NOT_CERTIFIABLE, NOT_FOUND, REFUSED, SAME_PERSON, UNKNOWN_CLAUSE,
};

use exchange::ExchangeError;
use workers::WorkersError;

/// Before an event or a request is tried again whose database did not answer.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Before somebody comes back who found no key: people put it there.
const KEY_RETRY_AFTER: Duration = Duration::from_secs(600);

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
    /// There is no such thing in this city, or it is not the caller's business.
    #[error("there is no such {0} in this city")]
    Unknown(&'static str),
    /// There is no such version of the rules, drafted or approved.
    #[error("there is no model {0}")]
    UnknownModel(ModelId),
    /// No approved version of the rules has this number.
    #[error(transparent)]
    UnknownRules(#[from] UnknownRules),
    /// There is no such run of a draft.
    #[error("there is no simulation {0}")]
    UnknownSimulation(SimulationId),
    /// The life of the rules does not allow it.
    #[error(transparent)]
    Model(#[from] ModelRefusal),
    /// The run came to its end before.
    #[error(transparent)]
    Run(#[from] RunRefusal),
    /// The resource changed since it was looked at.
    #[error("it is at version {now} by now")]
    Moved {
        /// The version it has.
        now: Version,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used with another payload")]
    KeyReused,
    /// One answer cannot be folded from so many entries.
    #[error("the ledger has more entries than one answer is folded from")]
    LedgerTooLong,
    /// The reference data has no such city.
    #[error("the reference data has no city {0}")]
    UnknownCity(City),
    /// Something around admission is not carried out.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A sample city cannot be made so.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// What is compiled in cannot be put in force.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// What a sample city is made of cannot be read.
    #[error("data/sample.json cannot be read")]
    Recipe(#[source] serde_json::Error),
    /// Something about workers, scans and entries.
    #[error(transparent)]
    Workers(#[from] WorkersError),
    /// Due process does not allow it.
    #[error(transparent)]
    Process(#[from] ProcessRefusal),
    /// Neither the commitment nor a standard that was in force has this clause.
    #[error("neither the commitment nor a standard that was in force then has this clause")]
    UnknownClause,
    /// The life of an evaluation does not allow it.
    #[error(transparent)]
    Evaluation(#[from] EvaluationRefusal),
    /// No certificate is issued.
    #[error(transparent)]
    Certificate(#[from] CertificateRefusal),
    /// A live proceeding is about the same breach.
    #[error("proceeding {0} is about this breach already")]
    AlreadyOpened(ProceedingId),
    /// An import, or a row of one.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
}

impl WriteError for Error {
    fn is_transient(&self) -> bool {
        // Whoever took a key was faster: the next try sees what was done.
        matches!(self, Self::Store(error) if error.is_transient() || matches!(error, StoreError::Taken(_)))
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
            | Error::Unknown(_)
            | Error::UnknownModel(_)
            | Error::UnknownRules(_)
            | Error::UnknownSimulation(_)
            | Error::Model(_)
            | Error::Run(_)
            | Error::Moved { .. }
            | Error::KeyReused
            | Error::LedgerTooLong
            | Error::UnknownCity(_)
            | Error::Denied(_)
            | Error::Plan(_)
            | Error::Policy(_)
            | Error::Recipe(_)
            | Error::Workers(_)
            | Error::Process(_)
            | Error::UnknownClause
            | Error::Evaluation(_)
            | Error::Certificate(_)
            | Error::AlreadyOpened(_)
            | Error::Exchange(_)) => Self::Reject(error.to_string()),
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
            error @ (Error::UnknownMerchant { .. }
            | Error::Unknown(_)
            | Error::UnknownModel(_)
            | Error::UnknownRules(_)
            | Error::UnknownSimulation(_)
            | Error::UnknownCity(_)) => {
                Self::Refused { status: 404, code: "not-found".to_owned(), detail: error.to_string() }
            }
            error @ (Error::Refused(_)
            | Error::Model(_)
            | Error::Run(_)
            | Error::Denied(_)
            | Error::Process(_)
            | Error::UnknownClause
            | Error::Evaluation(_)
            | Error::Certificate(_)
            | Error::Moved { .. }
            | Error::KeyReused
            | Error::AlreadyOpened(_)
            | Error::Exchange(_)
            | Error::LedgerTooLong
            | Error::Plan(_)
            | Error::Policy(_)
            | Error::Recipe(_)
            | Error::Workers(_)) => {
                Self::Refused { status: 422, code: "refused".to_owned(), detail: error.to_string() }
            }
        }
    }
}

/// What an error tells the client.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) if error.is_unavailable() => Self::unavailable(&error, RETRY_AFTER),
            Error::Store(error) => Self::internal(&error),
            error @ (Error::UnknownMerchant { .. }
            | Error::Unknown(_)
            | Error::UnknownModel(_)
            | Error::UnknownRules(_)
            | Error::UnknownSimulation(_)
            | Error::UnknownCity(_)) => NOT_FOUND.detail(error.to_string()),
            Error::Moved { now } => Self::stale(now),
            Error::KeyReused => Self::new(IDEMPOTENCY_KEY_REUSED),
            Error::Model(refusal) => of_model(&refusal),
            Error::Denied(denied) => admission::problem(denied),
            Error::Certificate(refusal) => of_certificate(refusal),
            error @ Error::Run(_) => CONFLICT.detail(error.to_string()),
            Error::Workers(error) => error.into(),
            Error::Process(refusal) => process::problem(&refusal),
            Error::Exchange(error) => exchange::problem(error),
            error @ Error::UnknownClause => {
                Self::new(UNKNOWN_CLAUSE).at("#/clause", "invalid-value", error.to_string())
            }
            Error::Evaluation(refusal) => evaluation::problem(&refusal),
            error @ Error::AlreadyOpened(id) => {
                ALREADY_OPENED.detail(error.to_string()).with("proceeding", id.to_string())
            }
            error @ (Error::Refused(_)
            | Error::LedgerTooLong
            | Error::Plan(_)
            | Error::Policy(_)
            | Error::Recipe(_)) => REFUSED.detail(error.to_string()),
        }
    }
}

fn of_certificate(refusal: CertificateRefusal) -> Problem {
    if refusal.is_of_standing() {
        NOT_CERTIFIABLE.detail(refusal.to_string())
    } else {
        Problem::unavailable(&refusal, KEY_RETRY_AFTER)
    }
}

fn of_model(refusal: &ModelRefusal) -> Problem {
    match refusal {
        ModelRefusal::Invalid(problems) => {
            problems.iter().fold(Problem::new(INVALID_RULES), |whole, found| {
                whole.at(format!("#/document{}", found.pointer), "invalid-rule", found.problem.en.clone())
            })
        }
        ModelRefusal::Note => Problem::new(REFUSED).at("#/note", "invalid-value", refusal.to_string()),
        ModelRefusal::TooEarly(_) => {
            Problem::new(REFUSED).at("#/in_force_from", "invalid-value", refusal.to_string())
        }
        ModelRefusal::SamePerson => SAME_PERSON.detail(refusal.to_string()),
        ModelRefusal::Closed(_) | ModelRefusal::NotSimulated | ModelRefusal::TooMany => {
            CONFLICT.detail(refusal.to_string())
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
