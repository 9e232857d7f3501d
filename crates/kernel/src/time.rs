//! Time: one instant type in UTC, and the civil time of a Chinese city (UTC+8, no summer time).

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{OffsetDateTime, UtcOffset};

/// The text is no RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an instant: expected RFC 3339 such as 2026-11-23T08:00:00Z")]
pub struct TimestampError;

/// An instant in UTC, in whole microseconds (what both databases keep). RFC 3339 on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since 1970 (negative before), as stored.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This much later; stays at the last instant when there is none.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This much earlier; stays at the first instant when there is none.
    #[must_use]
    pub fn before(self, wait: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long since `earlier`; zero when it is not earlier, so that a clock set back harms nothing.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The civil time in the city.
    #[must_use]
    pub fn in_city(self) -> CityTime {
        let local = self.offset_date_time().to_offset(CITY_OFFSET);
        CityTime {
            day: Day(local.date().to_julian_day()),
            minute: u16::from(local.hour()) * 60 + u16::from(local.minute()),
        }
    }

    /// The last day in the city that counts before this end: an end is the first moment that counts no more, so one
    /// at midnight is said as the day before.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.before(Duration::from_micros(1)).in_city().day
    }

    fn offset_date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.offset_date_time().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampError)?;
        i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000)).map(Self).map_err(|_| TimestampError)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, TimestampError> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(instant: Timestamp) -> Self {
        instant.to_string()
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// All of mainland China keeps UTC+8.
const CITY_OFFSET: UtcOffset = offset!(+8);

/// A calendar day in the city, as a Julian day number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(i32);

impl Day {
    /// From a Julian day number, as stored.
    #[must_use]
    pub const fn from_julian(number: i32) -> Self {
        Self(number)
    }

    /// From year, month and day of the calendar; none where there is no such day.
    #[must_use]
    pub fn from_calendar(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = time::Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year, month, day).ok().map(|date| Self(date.to_julian_day()))
    }

    /// The Julian day number.
    #[must_use]
    pub const fn julian(self) -> i32 {
        self.0
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// This many days later, or earlier when negative.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The same day of the month so many months later; the last of that month where it is shorter.
    #[must_use]
    pub fn plus_months(self, months: u16) -> Self {
        let Ok(date) = time::Date::from_julian_day(self.0) else { return self };
        let months = i32::from(u8::from(date.month())) - 1 + i32::from(months);
        let year = date.year().saturating_add(months.div_euclid(12));
        let month = u8::try_from(months.rem_euclid(12) + 1).ok().and_then(|month| month.try_into().ok());
        let Some(month): Option<time::Month> = month else { return self };
        let last = month.length(year);
        time::Date::from_calendar_date(year, month, date.day().min(last))
            .map_or(self, |date| Self(date.to_julian_day()))
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        time::Date::from_julian_day(self.0).map_or(0, time::Date::year)
    }

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub const fn is_weekend(self) -> bool {
        // Julian day 0 was a Monday.
        self.0.rem_euclid(7) >= 5
    }

    /// The instant of this minute of the day in the city.
    #[must_use]
    pub fn at_minute(self, minute: u16) -> Timestamp {
        let midnight = time::Date::from_julian_day(self.0)
            .map_or(OffsetDateTime::UNIX_EPOCH, |day| day.midnight().assume_offset(CITY_OFFSET));
        Timestamp(midnight.unix_timestamp().saturating_mul(1_000_000))
            .after(Duration::from_secs(u64::from(minute) * 60))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match time::Date::from_julian_day(self.0) {
            Ok(day) => day.fmt(f),
            Err(_) => f.write_str("?"),
        }
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no calendar day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day: expected a date such as 2026-11-23")]
pub struct DayError;

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let form = time::macros::format_description!("[year]-[month]-[day]");
        time::Date::parse(text, form).map(|date| Self(date.to_julian_day())).map_err(|_| DayError)
    }
}

/// Day and minute on the clocks of the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CityTime {
    /// The calendar day.
    pub day: Day,
    /// Minutes since midnight, 0 to 1,439.
    pub minute: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_from_its_text() {
        let instant = Timestamp::from_micros(1_795_000_000_123_456);
        assert_eq!(instant.to_string().parse(), Ok(instant));
    }

    #[test]
    fn the_city_is_eight_hours_ahead_of_utc() {
        let late: Timestamp = "2026-11-23T17:30:00Z".parse().unwrap();
        let city = late.in_city();
        assert_eq!((city.day.to_string().as_str(), city.minute), ("2026-11-24", 90));
        assert_eq!(city.day.at_minute(90), late);
    }

    #[test]
    fn an_end_at_midnight_is_said_as_the_day_before_and_any_other_as_its_own() {
        let ends = ["2026-02-14T16:00:00Z", "2026-02-14T16:00:00.000001Z", "2026-02-15T04:00:00Z"];
        let days = ends.map(|end| end.parse::<Timestamp>().unwrap().last_day().to_string());
        assert_eq!(days, ["2026-02-14", "2026-02-15", "2026-02-15"]);
    }

    #[test]
    fn a_day_reads_back_from_its_text_and_knows_its_year_and_weekend() {
        let day: Day = "2026-11-28".parse().unwrap();
        assert_eq!((day.to_string().as_str(), day.year()), ("2026-11-28", 2026));
        let weekend: Vec<bool> = (-1..3).map(|days| day.plus(days).is_weekend()).collect();
        assert_eq!(weekend, [false, true, true, false]);
        assert!("2026-02-29".parse::<Day>().is_err());
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let later = |day: &str, months| day.parse::<Day>().unwrap().plus_months(months).to_string();
        assert_eq!(later("2026-11-30", 3), "2027-02-28");
        assert_eq!(later("2026-11-23", 14), "2028-01-23");
        assert_eq!(later("2027-11-30", 3), "2028-02-29");
    }

    #[test]
    fn time_since_a_later_instant_is_zero() {
        assert_eq!(Timestamp::EPOCH.since(Timestamp::from_micros(5)), Duration::ZERO);
    }
}
