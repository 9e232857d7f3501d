//! Values for the examples that are stored beside the schemas.

use core::str::FromStr;

use kernel::{Area, City, Timestamp};
use uuid::Uuid;

/// Parses a constant. Only examples use it, and a test makes every example.
#[expect(clippy::expect_used, reason = "constants only, and a test makes every example")]
pub(crate) fn constant<T: FromStr>(text: &str) -> T
where
    T::Err: core::fmt::Debug,
{
    text.parse().expect("a well-formed constant")
}

/// Ningbo.
pub(crate) fn city() -> City {
    constant("330200")
}

/// A street of Haishu.
pub(crate) fn area() -> Area {
    constant("330203001")
}

/// The n-th example id.
pub(crate) fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(0x0198_c5c0_0000_7000_8000_0000_0000_0000 + n).into()
}

/// 2026-11-23 at this hour, UTC.
pub(crate) fn at(hour: i64) -> Timestamp {
    Timestamp::from_micros((1_795_392_000 + hour * 3_600) * 1_000_000)
}
