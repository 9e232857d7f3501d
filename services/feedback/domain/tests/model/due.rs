//! What falls due when.

use feedback_domain::Due;
use kernel::Timestamp;
use proptest::prelude::*;

use crate::support::city_time;

fn is_within(due: Due, at: Timestamp, now: Timestamp) -> bool {
    let span = due.span(now);
    span.from.is_none_or(|from| at >= from) && at < span.before
}

#[test]
fn today_is_the_day_of_the_city_from_midnight_to_midnight() {
    let now = city_time(24, "07:30");
    for (at, due) in [
        (city_time(23, "23:59"), Some(Due::Overdue)),
        (city_time(24, "00:00"), Some(Due::Today)),
        (city_time(24, "23:59"), Some(Due::Today)),
        (city_time(25, "00:00"), None),
    ] {
        let found = [Due::Overdue, Due::Today].into_iter().find(|due| is_within(*due, at, now));
        assert_eq!(found, due, "{at}");
    }
}

proptest! {
    #[test]
    fn nothing_is_overdue_and_due_today(due_minute in 0_i64..10_000_000, now_minute in 0_i64..10_000_000) {
        let at = |minute: i64| Timestamp::from_micros(1_700_000_040_000_000 + minute * 60_000_000);
        let (due_at, now) = (at(due_minute), at(now_minute));
        prop_assert!(!(is_within(Due::Overdue, due_at, now) && is_within(Due::Today, due_at, now)));
    }
}
