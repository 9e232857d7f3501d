//! Working days, as the State Council's notices have them.

use credit_domain::{Calendar, CalendarData, UnknownYear};
use kernel::{Day, Timestamp};
use proptest::prelude::*;

const DATA: &str = include_str!("../../../data/calendar.v1.json");

pub(crate) fn calendar() -> Calendar {
    Calendar::try_new(&serde_json::from_str::<CalendarData>(DATA).unwrap()).unwrap()
}

fn noon(day: &str) -> Timestamp {
    day.parse::<Day>().unwrap().at_minute(720)
}

/// The last day on which something of this day can be done in time.
fn last_day(from: &str, working_days: u16) -> String {
    let deadline = calendar().add_working_days(noon(from), working_days).unwrap();
    let city = deadline.in_city();
    assert_eq!(city.minute, 0, "a deadline is the end of a day");
    city.day.plus(-1).to_string()
}

#[test]
fn each_year_has_as_many_working_days_as_its_holidays_leave() {
    // 13 days off by law in each year; whatever is moved around them is worked on a weekend instead.
    for (first, last) in [("2024-12-31", "2025-12-31"), ("2025-12-31", "2026-12-31")] {
        assert_eq!(calendar().working_days_between(noon(first), noon(last)), Ok(248));
    }
}

#[test]
fn a_plain_week_ends_after_seven_days() {
    assert_eq!(last_day("2026-11-23", 5), "2026-11-30");
    assert_eq!(last_day("2026-11-20", 1), "2026-11-23");
}

#[test]
fn the_spring_festival_is_not_worked_and_the_saturdays_around_it_are() {
    // 14 February is worked; 15 to 23 are off; 28 is worked again.
    assert_eq!(last_day("2026-02-13", 5), "2026-02-27");
    assert_eq!(last_day("2026-02-27", 1), "2026-02-28");
}

#[test]
fn the_national_days_move_the_weekends_around_them() {
    assert_eq!(last_day("2025-09-26", 3), "2025-09-30");
    assert_eq!(last_day("2025-09-30", 3), "2025-10-11");
}

#[test]
fn a_day_is_one_of_the_city_and_not_of_greenwich() {
    // 01:00 on Tuesday in the city.
    let night: Timestamp = "2026-11-23T17:00:00Z".parse().unwrap();
    let deadline = calendar().add_working_days(night, 1).unwrap();
    assert_eq!(deadline.to_string(), "2026-11-25T16:00:00Z");
}

#[test]
fn a_year_without_a_notice_is_refused_and_not_guessed() {
    assert_eq!(calendar().add_working_days(noon("2026-12-28"), 5), Err(UnknownYear(2027)));
    assert_eq!(last_day("2026-12-28", 3), "2026-12-31");
    let told = UnknownYear(2027).to_string();
    assert!(told.contains("2027"), "{told}");
}

#[test]
fn data_that_can_not_be_a_calendar_are_refused_with_a_pointer() {
    let pointer = |from: &str, to: &str| {
        let data: CalendarData = serde_json::from_str(&DATA.replace(from, to)).unwrap();
        Calendar::try_new(&data).unwrap_err().pointer
    };
    assert_eq!(pointer("\"2025-04-27\"", "\"2025-04-28\""), "/years/0/working_weekends/2");
    assert_eq!(pointer("\"last\": \"2026-01-03\"", "\"last\": \"2025-12-31\""), "/years/1/holidays/0/last");
    assert_eq!(pointer("\"first\": \"2026-10-01\"", "\"first\": \"1 October\""), "/years/1/holidays/6/first");
    assert_eq!(pointer("\"year\": 2026", "\"year\": 2025"), "/years/1/holidays/0/first");
}

proptest! {
    #[test]
    fn so_many_working_days_later_lie_so_many_working_days_between(
        start in 0_i32..320, minute in 0_u16..1_440, days in 1_u16..40,
    ) {
        let event = "2025-01-01".parse::<Day>().unwrap().plus(start).at_minute(minute);
        let deadline = calendar().add_working_days(event, days).unwrap();
        let last = deadline.before(core::time::Duration::from_micros(1));
        prop_assert_eq!(calendar().working_days_between(event, last), Ok(u32::from(days)));
        prop_assert!(calendar().is_working_day(last.in_city().day).unwrap());
    }
}
