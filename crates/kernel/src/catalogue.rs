//! Codes of the service catalogue. The catalogue itself is data: see `contracts::reference`.

use core::borrow::Borrow;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The text is no code of the catalogue's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a catalogue code: expected 1 to 40 of a-z, 0-9 and '-', such as lock-opening")]
pub struct CodeError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the form; whether the catalogue has it is for the reference data to say.
            ///
            /// # Errors
            /// [`CodeError`] unless it is 1 to 40 of a-z, 0-9 and '-'.
            pub fn try_new(code: &str) -> Result<Self, CodeError> {
                let fits = (1..=40).contains(&code.len())
                    && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                if fits { Ok(Self(code.into())) } else { Err(CodeError) }
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = CodeError;

            fn try_from(code: String) -> Result<Self, CodeError> {
                Self::try_new(&code)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0.as_ref().into()
            }
        }

        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(code: &str) -> Result<Self, CodeError> {
                Self::try_new(code)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

codes! {
    /// A service category (服务大类), such as `lock-opening`: the unit of admission and commitment.
    CategoryCode;
    /// A service item (服务项目) within a category: what a citizen asks for.
    ItemCode;
    /// A proof (资质) that a category demands of its merchants, such as `locksmith-filing`.
    QualificationCode;
    /// A question that the citizen is asked about a request, unique within its category.
    QuestionCode;
}

/// Dispatch class (紧急程度): how soon the matter must be settled, after Beijing's rule.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Life, property, emergencies: 1 h.
    Emergency,
    /// Utilities and extreme weather: 2 h.
    Utility,
    /// All else: 24 h.
    Normal,
}

impl Urgency {
    /// From the moment a request is received until it is due.
    #[must_use]
    pub const fn due_in(self) -> Duration {
        match self {
            Self::Emergency => Duration::from_secs(3_600),
            Self::Utility => Duration::from_secs(2 * 3_600),
            Self::Normal => Duration::from_secs(24 * 3_600),
        }
    }
}

/// How much can go wrong for a person (风险). Nursing, child care and lock opening are high.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// A share of such orders is kept for newcomers.
    Low,
    /// Never given to newcomers by the reserve.
    High,
}
