//! What ends, and what a merchant is told about it ahead.

use core::fmt;

use kernel::{CategoryCode, QualificationCode, Timestamp};
use serde::{Deserialize, Serialize};

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A qualification or an insurance.
    Paper(QualificationCode),
    /// The commitment of a category.
    Commitment(CategoryCode),
    /// The price list of a category that was taken over.
    Prices(CategoryCode),
    /// The green worker of a category that was taken over.
    Workers(CategoryCode),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paper(code) => write!(f, "paper:{code}"),
            Self::Commitment(category) => write!(f, "commitment:{category}"),
            Self::Prices(category) => write!(f, "prices:{category}"),
            Self::Workers(category) => write!(f, "workers:{category}"),
        }
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

impl TryFrom<String> for Subject {
    type Error = SubjectError;

    fn try_from(text: String) -> Result<Self, SubjectError> {
        match text.split_once(':') {
            Some(("paper", code)) => code.parse().map(Self::Paper).map_err(|_| SubjectError),
            Some(("commitment", code)) => code.parse().map(Self::Commitment).map_err(|_| SubjectError),
            Some(("prices", code)) => code.parse().map(Self::Prices).map_err(|_| SubjectError),
            Some(("workers", code)) => code.parse().map(Self::Workers).map_err(|_| SubjectError),
            _ => Err(SubjectError),
        }
    }
}

/// The text names nothing that ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a subject: expected paper:<code>, or commitment, prices or workers with :<category>")]
pub struct SubjectError;

/// A merchant is told that something ends soon (到期提醒).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiryNotice {
    /// What ends.
    pub subject: Subject,
    /// When.
    pub expires_at: Timestamp,
    /// The notice of this many days before.
    pub days_before: u16,
    /// The categories that are suspended then.
    pub categories: Vec<CategoryCode>,
}
