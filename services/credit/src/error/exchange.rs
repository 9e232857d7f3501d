//! Why an import does not go on, or a row of it is not carried out.

use chassis::http::Problem;
use credit_domain::exchange::ImportRefusal;

use super::Error;
use crate::problems::{CONFLICT, NOT_FOUND, ROWS_BAD, SAME_PERSON};

/// Why an import does not go on, or a row of it is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Its life does not allow it.
    #[error(transparent)]
    Refused(#[from] ImportRefusal),
    /// Of a row.
    #[error("no merchant of this city has this social credit code")]
    NoMerchant,
    /// Of a row.
    #[error("no worker of this city has this card")]
    NoCard,
}

impl From<ImportRefusal> for Error {
    fn from(refusal: ImportRefusal) -> Self {
        ExchangeError::from(refusal).into()
    }
}

/// What a client is told.
pub(super) fn problem(error: ExchangeError) -> Problem {
    let detail = error.to_string();
    match error {
        ExchangeError::Refused(ImportRefusal::SamePerson) => SAME_PERSON.detail(detail),
        ExchangeError::Refused(ImportRefusal::RowsBad { bad, rows }) => {
            ROWS_BAD.detail(detail).with("bad", bad).with("rows", rows)
        }
        ExchangeError::Refused(ImportRefusal::NotNow(_) | ImportRefusal::NothingGood) => {
            CONFLICT.detail(detail)
        }
        ExchangeError::NoMerchant => Problem::new(NOT_FOUND).at("#/merchant", "unknown-merchant", detail),
        ExchangeError::NoCard => Problem::new(NOT_FOUND).at("#/card", "unknown-card", detail),
    }
}
