//! Why an import does not go on, or a row of it is not carried out.

use chassis::http::Problem;
use credit_domain::Unfit;
use credit_domain::exchange::ImportRefusal;

use super::Error;
use crate::problems::{CONFLICT, NOT_FOUND, ROWS_BAD, SAME_PERSON};

/// Why an import does not go on, or a row of it is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Its life does not allow it.
    #[error(transparent)]
    Refused(#[from] ImportRefusal),
    /// A row names what is not there.
    #[error("{}", .0.unfit().en)]
    Unknown(Named),
}

/// What a row names, and what is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A merchant, by its social credit code.
    Merchant,
    /// A worker, by the number of the card.
    Card,
}

impl Named {
    /// In one word, with hyphens.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Merchant => "unknown-merchant",
            Self::Card => "unknown-card",
        }
    }

    /// What is told of it.
    #[must_use]
    pub fn unfit(self) -> Unfit {
        let (column, zh, en) = match self {
            Self::Merchant => (
                "merchant",
                "本市没有使用此代码的企业。请先导入企业，或核对代码。",
                "no merchant of this city has this social credit code",
            ),
            Self::Card => (
                "card",
                "本市没有此卡号。请核对，或改填姓名和公民身份号码。",
                "no worker of this city has this card",
            ),
        };
        Unfit { pointer: format!("#/{column}"), zh: zh.to_owned(), en: en.to_owned() }
    }
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
        ExchangeError::Unknown(unknown) => {
            let Unfit { pointer, zh: _, en } = unknown.unfit();
            Problem::new(NOT_FOUND).at(pointer, unknown.code(), en)
        }
    }
}
