//! Calling hours.

use feedback_domain::{CallPolicy, Window, first_call_window};
use kernel::Timestamp;
use proptest::prelude::*;

use crate::support::city_time;

#[test]
fn the_first_call_is_due_when_calling_hours_begin_the_day_after() {
    let policy = CallPolicy::default();
    for completed in [city_time(23, "00:00"), city_time(23, "08:15"), city_time(23, "23:59")] {
        assert_eq!(first_call_window(completed, &policy), city_time(24, "09:00"));
    }
}

#[test]
fn the_next_callable_moment_is_now_or_the_next_opening() {
    let policy = CallPolicy::default();
    for (from, callable) in [
        (city_time(24, "08:59"), city_time(24, "09:00")),
        (city_time(24, "09:00"), city_time(24, "09:00")),
        (city_time(24, "11:59"), city_time(24, "11:59")),
        (city_time(24, "12:00"), city_time(24, "14:00")),
        (city_time(24, "20:00"), city_time(25, "09:00")),
    ] {
        assert_eq!(policy.callable_from(from), callable, "from {from}");
    }
}

#[test]
fn policies_that_cannot_be_put_in_force_are_refused_with_pointers() {
    let pointers = |change: fn(&mut CallPolicy)| {
        let mut policy = CallPolicy::default();
        change(&mut policy);
        let problems = policy.validate().unwrap_err();
        problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(CallPolicy::default().validate(), Ok(()));
    assert_eq!(pointers(|policy| policy.windows.clear()), "/windows");
    assert_eq!(pointers(|policy| policy.windows[1] = Window { from: 600, to: 700 }), "/windows/1");
    assert_eq!(pointers(|policy| policy.windows[1].to = 1_441), "/windows/1");
    assert_eq!(pointers(|policy| policy.attempts_max = 0), "/attempts_max");
    assert_eq!(pointers(|policy| (policy.version, policy.claim_min) = (0, 0)), "/version /claim_min");
}

/// Windows cut at sorted, distinct minutes.
fn policies() -> impl Strategy<Value = CallPolicy> {
    prop::collection::btree_set(0_u16..=1_440, 2..8).prop_map(|cuts| {
        let cuts: Vec<u16> = cuts.into_iter().collect();
        let windows = cuts.chunks_exact(2).map(|pair| Window { from: pair[0], to: pair[1] }).collect();
        CallPolicy { windows, ..CallPolicy::default() }
    })
}

proptest! {
    #[test]
    fn the_callable_moment_is_the_first_one_inside_calling_hours(
        policy in policies(), minute in 0_i64..4_000_000,
    ) {
        prop_assert_eq!(policy.validate(), Ok(()));
        let at = |minute: i64| Timestamp::from_micros(1_700_000_040_000_000 + minute * 60_000_000);
        let callable = policy.callable_from(at(minute));
        prop_assert!(policy.open_at(callable) && callable >= at(minute));
        let skipped = (minute..).map(at).take_while(|moment| *moment < callable);
        prop_assert!(skipped.take(1_500).all(|moment| !policy.open_at(moment)));
        prop_assert!(first_call_window(at(minute), &policy).in_city().day == at(minute).in_city().day.next());
    }
}
