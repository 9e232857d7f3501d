//! Places by their national administrative codes (GB/T 2260 and its street extension).

use core::fmt;
use core::str::FromStr;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A code has the wrong number of digits, or is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {what}: expected {digits} digits such as {example}")]
pub struct PlaceError {
    what: &'static str,
    digits: u8,
    example: &'static str,
}

/// Reads a number; its digits are for the place to count.
struct CodeVisitor {
    digits: u8,
    example: &'static str,
}

impl Visitor<'_> for CodeVisitor {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number of {} digits such as {}", self.digits, self.example)
    }

    fn visit_u64<E: de::Error>(self, code: u64) -> Result<u32, E> {
        code.try_into().map_err(|_| E::invalid_value(Unexpected::Unsigned(code), &self))
    }

    fn visit_i64<E: de::Error>(self, code: i64) -> Result<u32, E> {
        code.try_into().map_err(|_| E::invalid_value(Unexpected::Signed(code), &self))
    }
}

macro_rules! places {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $digits:literal, $min:literal..=$max:literal, $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// Checks the number of digits; whether the place exists is for the reference data to say.
            ///
            /// # Errors
            /// [`PlaceError`] when the code has another number of digits.
            pub const fn try_new(code: u32) -> Result<Self, PlaceError> {
                if code >= $min && code <= $max {
                    Ok(Self(code))
                } else {
                    Err(PlaceError { what: $what, digits: $digits, example: $example })
                }
            }

            /// The code as a number.
            #[must_use]
            pub const fn code(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = PlaceError;

            fn try_from(code: u32) -> Result<Self, PlaceError> {
                Self::try_new(code)
            }
        }

        impl From<$name> for u32 {
            fn from(place: $name) -> Self {
                place.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        /// Says its own rule where it is none: a number type would speak of its range.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = deserializer.deserialize_u32(CodeVisitor { digits: $digits, example: $example })?;
                Self::try_new(code).map_err(de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = PlaceError;

            fn from_str(text: &str) -> Result<Self, PlaceError> {
                Self::try_new(text.parse().unwrap_or(0))
            }
        }
    )*};
}

places! {
    /// A city by its adcode, such as 330200 for Ningbo (宁波市). Part of every key, subject and query.
    City, "a city code", 6, 100_000..=999_999, "330200";
    /// A district or county (区县) by its adcode, such as 330203 for Haishu (海曙区).
    District, "a district code", 6, 100_000..=999_999, "330203";
    /// A street or town (街道, 镇) by its nine-digit code: the unit of a merchant's service area.
    Area, "an area code", 9, 100_000_000..=999_999_999, "330203001";
}

impl Area {
    /// The district the street lies in.
    #[must_use]
    pub const fn district(self) -> District {
        District(self.0 / 1_000)
    }

    /// The city the street lies in.
    #[must_use]
    pub const fn city(self) -> City {
        City(self.0 / 100_000 * 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_knows_its_district_and_city() {
        let street: Area = "330203001".parse().unwrap();
        assert_eq!(street.district(), District::try_new(330_203).unwrap());
        assert_eq!(street.city(), City::try_new(330_200).unwrap());
    }

    #[test]
    fn a_code_of_the_wrong_length_is_refused_with_an_example() {
        let refused = "3302".parse::<City>().unwrap_err();
        assert_eq!(refused.to_string(), "not a city code: expected 6 digits such as 330200");
    }
}
