//! What a ledger entry adds: points in four dimensions, and evidence. Sums of integers, so that the order of
//! the entries can not matter.

use core::iter::Sum;
use core::ops::{Add, Neg};
use core::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::POINTS_MAX;

/// The four dimensions of the credit model of 2016 (四个维度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Social evaluation (社会评价): what citizens say when called back.
    SocialEvaluation,
    /// Participation in 81890's credit activities (信用建设活动).
    CreditActivities,
    /// Credit record (信用记录): verified breaches and what was done about them.
    CreditRecord,
    /// Demonstration and leadership (示范引领).
    Demonstration,
}

impl Dimension {
    /// All four.
    pub const ALL: [Self; 4] =
        [Self::SocialEvaluation, Self::CreditActivities, Self::CreditRecord, Self::Demonstration];

    /// The one form in data and storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SocialEvaluation => "social_evaluation",
            Self::CreditActivities => "credit_activities",
            Self::CreditRecord => "credit_record",
            Self::Demonstration => "demonstration",
        }
    }
}

/// The text names no dimension.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a dimension: expected one of social_evaluation, credit_activities, credit_record, demonstration"
)]
pub struct DimensionError;

impl FromStr for Dimension {
    type Err = DimensionError;

    fn from_str(text: &str) -> Result<Self, DimensionError> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == text).ok_or(DimensionError)
    }
}

/// Credit points (信用分), one integer per dimension. A dimension left out is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Points {
    /// In social evaluation.
    #[schemars(range(min = -POINTS_MAX, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub social_evaluation: i64,
    /// In credit activities.
    #[schemars(range(min = -POINTS_MAX, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub credit_activities: i64,
    /// In the credit record.
    #[schemars(range(min = -POINTS_MAX, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub credit_record: i64,
    /// In demonstration and leadership.
    #[schemars(range(min = -POINTS_MAX, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub demonstration: i64,
}

impl Points {
    /// None in any dimension.
    pub const ZERO: Self =
        Self { social_evaluation: 0, credit_activities: 0, credit_record: 0, demonstration: 0 };

    /// The points in one dimension.
    #[must_use]
    pub const fn of(self, dimension: Dimension) -> i64 {
        match dimension {
            Dimension::SocialEvaluation => self.social_evaluation,
            Dimension::CreditActivities => self.credit_activities,
            Dimension::CreditRecord => self.credit_record,
            Dimension::Demonstration => self.demonstration,
        }
    }

    /// The points in one dimension, to be changed.
    pub const fn of_mut(&mut self, dimension: Dimension) -> &mut i64 {
        match dimension {
            Dimension::SocialEvaluation => &mut self.social_evaluation,
            Dimension::CreditActivities => &mut self.credit_activities,
            Dimension::CreditRecord => &mut self.credit_record,
            Dimension::Demonstration => &mut self.demonstration,
        }
    }

    /// Over all dimensions.
    #[must_use]
    pub fn total(self) -> i64 {
        Dimension::ALL.into_iter().map(|dimension| self.of(dimension)).sum()
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            social_evaluation: self.social_evaluation + other.social_evaluation,
            credit_activities: self.credit_activities + other.credit_activities,
            credit_record: self.credit_record + other.credit_record,
            demonstration: self.demonstration + other.demonstration,
        }
    }
}

impl Neg for Points {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            social_evaluation: -self.social_evaluation,
            credit_activities: -self.credit_activities,
            credit_record: -self.credit_record,
            demonstration: -self.demonstration,
        }
    }
}

/// How much is known about a merchant's work. Signed, so that a compensating entry can take some back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// Call-backs in which the citizen was content.
    pub satisfied: i64,
    /// Call-backs in which the citizen was not content, and verified breaches.
    pub unsatisfied: i64,
    /// Orders that a call-back confirmed to have been served, whatever was said about them.
    pub verified_orders: i64,
}

impl Evidence {
    /// None.
    pub const ZERO: Self = Self { satisfied: 0, unsatisfied: 0, verified_orders: 0 };

    /// Call-backs that say something: those not reached are no evidence.
    #[must_use]
    pub const fn callbacks(self) -> i64 {
        self.satisfied + self.unsatisfied
    }
}

impl Add for Evidence {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            satisfied: self.satisfied + other.satisfied,
            unsatisfied: self.unsatisfied + other.unsatisfied,
            verified_orders: self.verified_orders + other.verified_orders,
        }
    }
}

impl Neg for Evidence {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            satisfied: -self.satisfied,
            unsatisfied: -self.unsatisfied,
            verified_orders: -self.verified_orders,
        }
    }
}

/// What one ledger entry adds, and what all of a merchant's entries add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Points per dimension.
    pub points: Points,
    /// Evidence.
    pub evidence: Evidence,
}

impl Tally {
    /// Nothing.
    pub const ZERO: Self = Self { points: Points::ZERO, evidence: Evidence::ZERO };
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { points: self.points + other.points, evidence: self.evidence + other.evidence }
    }
}

impl Neg for Tally {
    type Output = Self;

    fn neg(self) -> Self {
        Self { points: -self.points, evidence: -self.evidence }
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::ZERO, Add::add)
    }
}
