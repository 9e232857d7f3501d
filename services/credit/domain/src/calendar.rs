//! Working days (工作日) in the city's zone: Monday to Friday, without the public holidays, and with the weekend
//! days that are worked instead (调休). Which days these are is set by the State Council once a year, in a notice
//! of the November before, so they are data; a year whose notice is not in the data is never guessed.
//!
//! A period in working days begins on the day after the event and ends with the end of its last working day: a
//! deadline is the first instant that is too late.

use std::collections::BTreeMap;

use kernel::{Day, Timestamp};
use serde::Deserialize;

/// Nothing here is due farther off than this: a larger number is a slip of the keyboard.
pub const WORKING_DAYS_MAX: u16 = 250;

/// The data have no such year: the notice of the State Council for it is to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the calendar has no holidays of {0} yet: working days of that year are not known")]
pub struct UnknownYear(pub i32);

/// What the calendar is read from, as the notices have it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarData {
    years: Vec<YearData>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearData {
    year: i32,
    /// The notice; for people.
    #[serde(rename = "source")]
    _source: String,
    holidays: Vec<HolidayData>,
    working_weekends: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayData {
    name: String,
    first: String,
    last: String,
}

/// The data cannot be a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct CalendarProblem {
    /// JSON pointer into the data.
    pub pointer: String,
    /// What is wrong.
    pub problem: String,
}

/// Which days are worked (工作日历).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Year {
    /// Days off, weekends among them.
    off: Vec<(Day, Day)>,
    /// Weekend days that are worked.
    worked: Vec<Day>,
}

impl Calendar {
    /// Checks the data and makes the calendar of it.
    ///
    /// # Errors
    /// The first thing that is wrong, pointing into the data.
    pub fn try_new(data: &CalendarData) -> Result<Self, CalendarProblem> {
        let mut years = BTreeMap::new();
        for (place, given) in data.years.iter().enumerate() {
            let pointer = format!("/years/{place}");
            let year = read_year(given, &pointer)?;
            if years.insert(given.year, year).is_some() {
                return Err(wrong(format!("{pointer}/year"), "stands there twice"));
            }
        }
        Ok(Self { years })
    }

    /// Whether the day is worked.
    ///
    /// # Errors
    /// [`UnknownYear`].
    pub fn is_working_day(&self, day: Day) -> Result<bool, UnknownYear> {
        let year = self.years.get(&day.year()).ok_or(UnknownYear(day.year()))?;
        if day.is_weekend() {
            return Ok(year.worked.contains(&day));
        }
        Ok(!year.off.iter().any(|&(first, last)| (first..=last).contains(&day)))
    }

    /// The deadline of something that is to be done within so many working days of `event`.
    ///
    /// # Errors
    /// [`UnknownYear`] when the period reaches into a year that is not known.
    pub fn add_working_days(&self, event: Timestamp, days: u16) -> Result<Timestamp, UnknownYear> {
        let mut day = event.in_city().day;
        let mut left = days.min(WORKING_DAYS_MAX);
        while left > 0 {
            day = day.next();
            left -= u16::from(self.is_working_day(day)?);
        }
        Ok(day.next().at_minute(0))
    }

    /// Working days after the day of `from`, up to and with the day of `to`; 0 when `to` is not later.
    ///
    /// # Errors
    /// [`UnknownYear`] when the period touches a year that is not known.
    pub fn working_days_between(&self, from: Timestamp, to: Timestamp) -> Result<u32, UnknownYear> {
        let (mut day, last) = (from.in_city().day, to.in_city().day);
        let mut count = 0;
        while day < last {
            day = day.next();
            count += u32::from(self.is_working_day(day)?);
        }
        Ok(count)
    }
}

fn read_year(given: &YearData, pointer: &str) -> Result<Year, CalendarProblem> {
    let mut year = Year::default();
    for (place, holiday) in given.holidays.iter().enumerate() {
        let pointer = format!("{pointer}/holidays/{place}");
        let first = read_day(&holiday.first, given.year, format!("{pointer}/first"))?;
        let last = read_day(&holiday.last, given.year, format!("{pointer}/last"))?;
        if holiday.name.is_empty() || last < first {
            return Err(wrong(pointer, "has a name, and ends no earlier than it begins"));
        }
        year.off.push((first, last));
    }
    for (place, text) in given.working_weekends.iter().enumerate() {
        let pointer = format!("{pointer}/working_weekends/{place}");
        let day = read_day(text, given.year, pointer.clone())?;
        let off = year.off.iter().any(|&(first, last)| (first..=last).contains(&day));
        if !day.is_weekend() || off {
            return Err(wrong(pointer, "must be a Saturday or a Sunday outside the holidays"));
        }
        year.worked.push(day);
    }
    Ok(year)
}

fn read_day(text: &str, year: i32, pointer: String) -> Result<Day, CalendarProblem> {
    match text.parse::<Day>() {
        Ok(day) if day.year() == year => Ok(day),
        Ok(_) => Err(wrong(pointer, "lies in another year")),
        Err(error) => Err(wrong(pointer, &error.to_string())),
    }
}

fn wrong(pointer: String, problem: &str) -> CalendarProblem {
    CalendarProblem { pointer, problem: problem.to_owned() }
}
