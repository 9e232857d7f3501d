//! Everything that can go wrong here, and what it means to whoever asked: a front end over HTTP, or the bus.

use core::time::Duration;

use axum::response::{IntoResponse, Response};
use chassis::auth::REPLAYED;
use chassis::bus::rpc::RpcError;
use chassis::bus::subscription::Outcome;
use chassis::http::problem::{IDEMPOTENCY_KEY_REUSED, Kind, OVERLOADED, Problem, UNAVAILABLE};
use chassis::store::group::Refused;
use chassis::store::{StoreError, WriteError};
use intake_domain::{FieldCode, FieldError, Refusal};
use kernel::Version;

pub(crate) use crate::problems::*;

/// Before an event is tried again whose database did not answer.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Before a full disk is worth another try.
const FULL_AFTER: Duration = Duration::from_secs(60);

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
    /// The same of a query, whose parameters have the names of a draft's fields.
    #[error("{} parameters have to be mended", .0.len())]
    InvalidQuery(Vec<FieldError>),
    /// The domain refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing in this city.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// The code is that of no request in this city.
    #[error("there is no request with this code")]
    UnknownCode,
    /// Too many codes that lead nowhere were tried.
    #[error("too many codes were tried: come back in {} s", .0.as_secs())]
    Guessed(Duration),
    /// The merchant does not hold the request now.
    #[error("the merchant does not hold the request now")]
    ContactClosed,
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

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(StoreError::Full(_)) => Self::new(STORAGE_FULL).retry_after(FULL_AFTER),
            Error::Store(ref store @ (StoreError::Unavailable(_) | StoreError::Collision(_))) => {
                Self::unavailable(store, RETRY_AFTER)
            }
            Error::Store(
                ref store @ (StoreError::Taken(_)
                | StoreError::Json(_)
                | StoreError::Corrupt(_)
                | StoreError::Other(_)),
            ) => Self::internal(store),
            Error::Rpc(ref rpc @ RpcError::Unavailable(_)) => Self::unavailable(rpc, RETRY_AFTER),
            Error::Rpc(ref rpc @ RpcError::Malformed(_)) => Self::internal(rpc),
            Error::Rpc(RpcError::Refused { status: 503, .. }) => {
                Self::new(UNAVAILABLE).retry_after(RETRY_AFTER)
            }
            Error::Rpc(RpcError::Refused { code, detail, .. }) => {
                REFUSED_BY_SERVICE.detail(detail).with("service_code", code)
            }
            Error::Busy(Refused::Overloaded | Refused::Stopping) => {
                Self::new(OVERLOADED).retry_after(RETRY_AFTER)
            }
            Error::Invalid(fields) => told(&fields, |pointer| format!("#{pointer}")),
            Error::InvalidQuery(fields) => {
                told(&fields, |pointer| pointer.trim_start_matches('/').to_owned())
            }
            Error::Refused(refusal @ Refusal::TooLate { .. }) => TOO_LATE.detail(refusal.to_string()),
            Error::Refused(refusal @ Refusal::ReasonTooLong) => REASON_TOO_LONG.detail(refusal.to_string()),
            Error::Unknown(what) => NOT_FOUND.detail(format!("there is no such {what}")),
            Error::UnknownCode => Self::new(UNKNOWN_TRACKING_CODE),
            Error::Guessed(wait) => Self::new(TRACKING_BUSY).retry_after(wait),
            Error::ContactClosed => Self::new(CONTACT_CLOSED),
            Error::Moved { now } => Self::stale(now),
            Error::OtherPayload => IDEMPOTENCY_KEY_REUSED
                .detail("another body came with this key before: a new intent needs a new key"),
            Error::Replayed => REPLAYED.detail("sign each request anew"),
        }
    }
}

/// Each field with where it is, in the words of whoever sent it.
fn told(fields: &[FieldError], place: impl Fn(&str) -> String) -> Problem {
    fields.iter().fold(Problem::new(kind_of(fields)), |problem, field| {
        problem.at(place(field.pointer), word(field.code), field.mend.clone())
    })
}

/// A mistake of a kind that front ends act on (fetch the catalogue anew, ask another city) has a type of its own,
/// where it is the only one.
fn kind_of(fields: &[FieldError]) -> Kind {
    match fields {
        [FieldError { pointer: "/item", code: FieldCode::Unknown, .. }] => UNKNOWN_ITEM,
        [FieldError { pointer: "/area", code: FieldCode::Unknown, .. }] => UNKNOWN_STREET,
        [FieldError { pointer: "/area", code: FieldCode::OtherCity, .. }] => WRONG_CITY,
        _ => INVALID_REQUEST,
    }
}

const fn word(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => "required",
        FieldCode::TooShort => "too-short",
        FieldCode::TooLong => "too-long",
        FieldCode::Malformed => "malformed",
        FieldCode::Unknown => "unknown",
        FieldCode::OtherCity => "other-city",
        FieldCode::InThePast => "in-the-past",
        FieldCode::TooFarAhead => "too-far-ahead",
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
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
            | Self::InvalidQuery(_)
            | Self::Refused(_)
            | Self::Unknown(_)
            | Self::UnknownCode
            | Self::Guessed(_)
            | Self::ContactClosed
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
            | Error::InvalidQuery(_)
            | Error::Refused(_)
            | Error::Unknown(_)
            | Error::UnknownCode
            | Error::Guessed(_)
            | Error::ContactClosed
            | Error::Moved { .. }
            | Error::OtherPayload
            | Error::Replayed) => Self::Reject(error.to_string()),
        }
    }
}
