use serde::{Deserialize, Serialize};

use crate::Refusal;

/// The most characters of what names a clause, such as `DB33/T 2396-2021#5.2`.
pub const CLAUSE_CHARS_MAX: usize = 120;

/// What names a clause (条款): a code of the commitment, or `number#clause` of a standard.
///
/// Whoever has one knows that it has the form of one, and no more: whether there is this clause is for credit to say,
/// whose library it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clause(String);

impl Clause {
    /// From what a person chose.
    ///
    /// # Errors
    /// [`Refusal::Empty`] when nothing was chosen, [`Refusal::NoClause`] when it can not name one: it is longer than
    /// [`CLAUSE_CHARS_MAX`], or has line breaks and the like in it.
    pub fn try_new(text: impl Into<String>) -> Result<Self, Refusal> {
        let text = text.into();
        if text.trim().is_empty() {
            return Err(Refusal::Empty("clause"));
        }
        if text.chars().count() > CLAUSE_CHARS_MAX || text.chars().any(char::is_control) {
            return Err(Refusal::NoClause);
        }
        Ok(Self(text))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Clause {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::try_new(text)
    }
}

impl From<Clause> for String {
    fn from(clause: Clause) -> Self {
        clause.0
    }
}
