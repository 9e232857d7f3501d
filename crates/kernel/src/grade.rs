use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// A merchant's credit grade (信用等级), worst first so that `AAA > D`.
///
/// Six levels in four classes: A-class (AAA, AA, A), B, C, D. Never to be mixed with a worker's skill stars
/// or safety colour.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Grade {
    /// Removed from dispatch.
    D,
    /// Dispatched last.
    C,
    /// Where newcomers enter.
    B,
    /// Good.
    A,
    /// Very good.
    AA,
    /// Excellent.
    AAA,
}

impl Grade {
    /// All grades, worst first.
    pub const ALL: [Self; 6] = [Self::D, Self::C, Self::B, Self::A, Self::AA, Self::AAA];

    /// 0 for D up to 5 for AAA.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::D => 0,
            Self::C => 1,
            Self::B => 2,
            Self::A => 3,
            Self::AA => 4,
            Self::AAA => 5,
        }
    }

    /// As it is written on a certificate.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::D => "D",
            Self::C => "C",
            Self::B => "B",
            Self::A => "A",
            Self::AA => "AA",
            Self::AAA => "AAA",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no grade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a grade: expected one of AAA, AA, A, B, C, D")]
pub struct GradeError;

impl FromStr for Grade {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, GradeError> {
        Self::ALL.into_iter().find(|grade| grade.as_str() == text).ok_or(GradeError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_order_from_d_up_to_aaa() {
        assert!(Grade::ALL.is_sorted());
        assert!(Grade::AAA > Grade::AA && Grade::B > Grade::C);
    }

    #[test]
    fn every_grade_reads_back_from_its_text() {
        for grade in Grade::ALL {
            assert_eq!(grade.as_str().parse(), Ok(grade));
        }
    }
}
