//! Working days, as the State Council's notices have them.

use credit_domain::{Calendar, CalendarData, Whose};
use kernel::{Day, Timestamp};
use proptest::prelude::*;

const DATA: &str = include_str!("../../../data/calendar.v1.json");

pub(crate) fn calendar() -> Calendar {
    Calendar::try_new(&serde_json::from_str::<CalendarData>(DATA).unwrap()).unwrap()
}

/// As it was before the notice of this year was out.
fn calendar_without(year: i32) -> Calendar {
    let mut data: serde_json::Value = serde_json::from_str(DATA).unwrap();
    data["years"].as_array_mut().unwrap().retain(|known| known["year"] != year);
    Calendar::try_new(&serde_json::from_value::<CalendarData>(data).unwrap()).unwrap()
}

fn noon(day: &str) -> Timestamp {
    day.parse::<Day>().unwrap().at_minute(720)
}

/// The last day on which something of this day can be done in time.
fn last_day(from: &str, working_days: u16) -> String {
    last_day_of(Whose::Merchants, from, working_days)
}

fn last_day_of(whose: Whose, from: &str, working_days: u16) -> String {
    let deadline = calendar().add_working_days(noon(from), working_days, whose);
    let city = deadline.in_city();
    assert_eq!(city.minute, 0, "a deadline is the end of a day");
    city.day.plus(-1).to_string()
}

#[test]
fn each_year_has_as_many_working_days_as_its_holidays_leave() {
    // 13 days off by law in each year; whatever is moved around them is worked on a weekend instead.
    for (first, last) in [("2024-12-31", "2025-12-31"), ("2025-12-31", "2026-12-31")] {
        assert_eq!(calendar().working_days_between(noon(first), noon(last), Whose::Merchants), 248);
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
    let deadline = calendar().add_working_days(night, 1, Whose::Merchants);
    assert_eq!(deadline.to_string(), "2026-11-25T16:00:00Z");
}

#[test]
fn before_the_notice_of_a_year_is_out_time_is_counted_in_the_merchants_favour() {
    // 1 January 2027 is a Friday: the merchant loses no day of the holiday, the platform takes none.
    assert_eq!(last_day_of(Whose::Merchants, "2026-12-28", 5), "2027-01-05");
    assert_eq!(last_day_of(Whose::Platforms, "2026-12-28", 5), "2027-01-04");
    // The Spring Festival of 2027 is in February; of an unknown year it could be in January.
    assert_eq!(last_day_of(Whose::Merchants, "2027-01-14", 2), "2027-03-02");
    assert_eq!(last_day_of(Whose::Platforms, "2027-01-14", 2), "2027-01-18");
    assert_eq!(last_day("2026-12-28", 3), "2026-12-31");
}

#[test]
fn how_far_the_days_are_known_is_said_ahead() {
    let known = |now: &str| calendar().known_until(noon(now)).in_city().day.to_string();
    assert_eq!((known("2025-06-01").as_str(), known("2026-12-31").as_str()), ("2027-01-01", "2027-01-01"));
    assert_eq!(known("2028-06-01"), "2028-01-01", "what is not known now is not known at all");
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
        let deadline = calendar().add_working_days(event, days, Whose::Merchants);
        let last = deadline.before(core::time::Duration::from_micros(1));
        prop_assert_eq!(calendar().working_days_between(event, last, Whose::Merchants), u32::from(days));
        prop_assert!(calendar().is_working_day(last.in_city().day, Whose::Merchants));
    }

    #[test]
    fn whatever_the_notice_says_no_merchant_had_less_time_than_it_leaves(
        year in 2025_i32..=2026, start in -20_i32..330, days in 1_u16..40,
    ) {
        let event = kernel::Day::from_calendar(year, 1, 1).unwrap().plus(start).at_minute(720);
        let told = calendar_without(year).add_working_days(event, days, Whose::Merchants);
        let by_the_notice = calendar().add_working_days(event, days, Whose::Merchants);
        prop_assert!(told >= by_the_notice, "{told} {by_the_notice}");
    }

    #[test]
    fn whatever_the_notice_says_the_platform_took_no_holiday_ahead(
        year in 2025_i32..=2026, start in -20_i32..330, days in 1_u16..40,
    ) {
        let event = kernel::Day::from_calendar(year, 1, 1).unwrap().plus(start).at_minute(720);
        let own = calendar_without(year).add_working_days(event, days, Whose::Platforms);
        let merchants = calendar_without(year).add_working_days(event, days, Whose::Merchants);
        let by_the_notice = calendar().add_working_days(event, days, Whose::Platforms);
        prop_assert!(own <= merchants);
        // Weekends that the notice has worked are all that it can be late by.
        let late = calendar().working_days_between(by_the_notice, own, Whose::Platforms);
        prop_assert!(late <= 5, "{own} {by_the_notice}");
    }
}
