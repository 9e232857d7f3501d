use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// How grave a verified breach is (失信等级), lightest first. The classes are those of the national rule on
/// credit repair in force since 2026-04-01.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 轻微: not published, at most 3 months.
    Minor,
    /// 一般: published 3 to 12 months.
    General,
    /// 严重: published 1 to 3 years.
    Serious,
}

impl Severity {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Minor, Self::General, Self::Serious];

    /// The one form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::General => "general",
            Self::Serious => "serious",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a severity: expected one of minor, general, serious")]
pub struct SeverityError;

impl FromStr for Severity {
    type Err = SeverityError;

    fn from_str(text: &str) -> Result<Self, SeverityError> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text).ok_or(SeverityError)
    }
}
