//! Working days (工作日) in the city's zone: Monday to Friday, without the public holidays, and with the weekend
//! days that are worked instead (调休). Which days these are is set by the State Council once a year, in a notice
//! of the November before, so they are data. In a year whose notice is not in the data, time is counted in the
//! merchant's favour ([`Whose`]): no deadline waits for the notice, and none that was told is moved by it.
//! `docs/adr/0015-a-year-without-a-calendar.md` says why.
//!
//! A period in working days begins on the day after the event and ends with the end of its last working day: a
//! deadline is the first instant that is too late.

use std::collections::BTreeMap;

use kernel::{Day, Timestamp};
use serde::Deserialize;

/// Nothing here is due farther off than this: a larger number is a slip of the keyboard.
pub const WORKING_DAYS_MAX: u16 = 250;

/// Whose time is counted: it decides between two readings of a year whose notice is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// What a merchant is given, to reply or to appeal. A day on which a holiday could fall is not counted: it has
    /// no less time than the notice will leave it.
    Merchants,
    /// What the platform gives itself, to decide or to confirm. Each day from Monday to Friday is counted: it takes
    /// no holiday that it has not been given.
    Platforms,
}

/// Between these days, month and day, a holiday can take days off, by the law on public holidays (全国年节及纪念日放假办法) and by
/// where the lunar days it names can fall, with the weekends that notices have joined to them.
const SEASONS: [((u8, u8), (u8, u8)); 7] = [
    // 元旦: one day and the weekend beside it.
    ((1, 1), (1, 3)),
    // 春节: the new moon lies between 21 January and 20 February.
    ((1, 18), (3, 1)),
    // 清明节: 4 to 6 April.
    ((4, 2), (4, 8)),
    // 劳动节.
    ((4, 28), (5, 6)),
    // 端午节: between 27 May and 25 June.
    ((5, 25), (6, 28)),
    // 中秋节: between 7 September and 8 October; with it 国庆节.
    ((9, 5), (10, 11)),
    // 元旦 of the year after.
    ((12, 30), (12, 31)),
];

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

    /// Whether the day is worked. Where that is not known, whether it is counted as one.
    #[must_use]
    pub fn is_working_day(&self, day: Day, whose: Whose) -> bool {
        let Some(year) = self.years.get(&day.year()) else {
            return !day.is_weekend() && (whose == Whose::Platforms || !may_be_off(day));
        };
        if day.is_weekend() {
            return year.worked.contains(&day);
        }
        !year.off.iter().any(|&(first, last)| (first..=last).contains(&day))
    }

    /// The deadline of something that is to be done within so many working days of `event`.
    #[must_use]
    pub fn add_working_days(&self, event: Timestamp, days: u16, whose: Whose) -> Timestamp {
        let mut day = event.in_city().day;
        let mut left = days.min(WORKING_DAYS_MAX);
        while left > 0 {
            day = day.next();
            left -= u16::from(self.is_working_day(day, whose));
        }
        day.next().at_minute(0)
    }

    /// Working days after the day of `from`, up to and with the day of `to`; 0 when `to` is not later.
    #[must_use]
    pub fn working_days_between(&self, from: Timestamp, to: Timestamp, whose: Whose) -> u32 {
        let (mut day, last) = (from.in_city().day, to.in_city().day);
        let mut count = 0;
        while day < last {
            day = day.next();
            count += u32::from(self.is_working_day(day, whose));
        }
        count
    }

    /// The first moment of the first year that is not known, from `now` on: until then every day is.
    #[must_use]
    pub fn known_until(&self, now: Timestamp) -> Timestamp {
        let this = now.in_city().day.year();
        let unknown = (this..).find(|year| !self.years.contains_key(year)).unwrap_or(this);
        Day::from_calendar(unknown, 1, 1).map_or(now, |day| day.at_minute(0))
    }
}

/// Whether a holiday could fall on the day.
fn may_be_off(day: Day) -> bool {
    let on = |(month, of_month)| Day::from_calendar(day.year(), month, of_month);
    SEASONS.iter().any(|&(first, last)| on(first) <= Some(day) && Some(day) <= on(last))
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
