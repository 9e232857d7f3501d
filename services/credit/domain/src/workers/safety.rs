//! The safety code (安心码): its colour is computed at the moment of the scan and never stored. Not to be mixed
//! with a merchant's grade or a worker's skill stars.

use core::fmt;
use core::str::FromStr;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// The outcome of a worker's identity check (身份核验).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// Not made yet.
    Unchecked,
    /// Passed, and still good.
    Passed,
    /// Passed once, no longer good.
    Lapsed,
    /// Something is wrong with it.
    Abnormal,
}

impl Identity {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Unchecked, Self::Passed, Self::Lapsed, Self::Abnormal];

    /// The one form in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Passed => "passed",
            Self::Lapsed => "lapsed",
            Self::Abnormal => "abnormal",
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no outcome of an identity check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identity status: expected one of unchecked, passed, lapsed, abnormal")]
pub struct IdentityError;

impl FromStr for Identity {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        Self::ALL.into_iter().find(|identity| identity.as_str() == text).ok_or(IdentityError)
    }
}

/// The safety colour (红黄绿码), worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Identity unchecked, lapsed or abnormal.
    Red,
    /// Identity passed; exam or insurance missing or expired.
    Yellow,
    /// Identity passed, medical exam and liability insurance both in date.
    Green,
}

/// What a worker's colour depends on. An expiry is the first moment at which the paper is no longer good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Papers {
    /// The identity check.
    pub identity: Identity,
    /// Expiry of the medical exam (健康体检); none when there was none.
    pub exam_until: Option<Timestamp>,
    /// Expiry of the liability insurance (责任保险); none when there is none.
    pub insurance_until: Option<Timestamp>,
}

impl Papers {
    /// Of somebody whose papers nobody has seen yet.
    pub const NONE: Self = Self { identity: Identity::Unchecked, exam_until: None, insurance_until: None };

    /// The colour at this moment.
    #[must_use]
    pub fn colour(self, now: Timestamp) -> Colour {
        colour(self.identity, self.exam_until, self.insurance_until, now)
    }

    /// The first moment at which the colour is no longer green; none if it is green at no moment.
    #[must_use]
    pub fn green_until(self) -> Option<Timestamp> {
        match self.identity {
            Identity::Passed => Some(self.exam_until?.min(self.insurance_until?)),
            Identity::Unchecked | Identity::Lapsed | Identity::Abnormal => None,
        }
    }
}

/// The colour of a worker with these papers at this moment.
#[must_use]
pub fn colour(
    identity: Identity,
    exam_until: Option<Timestamp>,
    insurance_until: Option<Timestamp>,
    now: Timestamp,
) -> Colour {
    let in_date = |until: Option<Timestamp>| until.is_some_and(|until| now < until);
    match identity {
        Identity::Unchecked | Identity::Lapsed | Identity::Abnormal => Colour::Red,
        Identity::Passed if in_date(exam_until) && in_date(insurance_until) => Colour::Green,
        Identity::Passed => Colour::Yellow,
    }
}

/// Until when at least one of these workers is green; none if none ever was. May lie in the past.
pub fn green_until(workers: impl IntoIterator<Item = Papers>) -> Option<Timestamp> {
    workers.into_iter().filter_map(Papers::green_until).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    fn later(micros: i64) -> Option<Timestamp> {
        Some(Timestamp::from_micros(NOON.as_micros() + micros))
    }

    #[test]
    fn the_colour_follows_the_standard() {
        assert_eq!(colour(Identity::Passed, later(1), later(1), NOON), Colour::Green);
        assert_eq!(colour(Identity::Passed, later(0), later(1), NOON), Colour::Yellow);
        assert_eq!(colour(Identity::Passed, later(1), None, NOON), Colour::Yellow);
        assert_eq!(colour(Identity::Lapsed, later(1), later(1), NOON), Colour::Red);
        assert_eq!(colour(Identity::Abnormal, later(1), later(1), NOON), Colour::Red);
        assert_eq!(Papers::NONE.colour(NOON), Colour::Red);
    }

    fn papers() -> impl Strategy<Value = Papers> {
        let until = || prop::option::of((0_i64..20).prop_map(Timestamp::from_micros));
        (prop::sample::select(&Identity::ALL[..]), until(), until()).prop_map(
            |(identity, exam_until, insurance_until)| Papers { identity, exam_until, insurance_until },
        )
    }

    proptest! {
        #[test]
        fn a_merchant_has_a_green_worker_exactly_until_green_until(
            workers in prop::collection::vec(papers(), 0..6), now in 0_i64..20,
        ) {
            let now = Timestamp::from_micros(now);
            let any_green = workers.iter().any(|papers| papers.colour(now) == Colour::Green);
            prop_assert_eq!(green_until(workers).is_some_and(|until| now < until), any_green);
        }
    }
}
