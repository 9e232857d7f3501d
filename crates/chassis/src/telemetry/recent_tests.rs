use super::super::Calls;
use super::*;

const START: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

struct Seen {
    metrics: Metrics,
    recent: Recent,
    start: Instant,
}

impl Seen {
    fn new() -> Self {
        let metrics = Metrics::try_new("test", "1").unwrap();
        let start = Instant::now();
        Self { recent: Recent::new(metrics.clone(), start, START), metrics, start }
    }

    /// Keeps a reading every five seconds from `from` to `to`, in seconds after the start.
    fn keep(&self, from: u64, to: u64) {
        for seconds in (from..=to).step_by(5) {
            let after = Duration::from_secs(seconds);
            self.recent.keep(self.start + after, START.after(after));
        }
    }

    /// What was applied within each window.
    fn applied(&self) -> Each<u64> {
        self.recent.lately().windows.map(|(_, figures)| figures.stages[&Stage::Applied].count())
    }
}

#[test]
fn what_happened_leaves_each_window_when_it_is_that_old() {
    let seen = Seen::new();
    let applied = seen.metrics.stage(Stage::Applied);
    applied.record(0.001, &[]);
    assert_eq!(seen.applied(), [1, 1, 1]);
    seen.keep(0, 290);
    assert_eq!(seen.applied(), [1, 1, 1]);
    seen.keep(295, 3_500);
    applied.record(0.001, &[]);
    assert_eq!(seen.applied(), [1, 2, 2]);
    seen.keep(3_505, 3_700);
    assert_eq!(seen.applied(), [1, 1, 2]);
}

#[test]
fn a_window_says_since_when_it_is_and_never_from_before_the_start() {
    let seen = Seen::new();
    seen.keep(0, 600);
    let [five_minutes, hour, day] = seen.recent.lately().windows.map(|(since, _)| since);
    assert_eq!((hour, day), (START, START));
    assert_eq!(five_minutes, START.after(Duration::from_secs(300)));
}

#[test]
fn readings_are_bounded_however_long_an_instance_runs() {
    let seen = Seen::new();
    for quarter in 0..400 {
        let after = Duration::from_secs(quarter * 900);
        seen.recent.keep(seen.start + after, START.after(after));
    }
    let windows = seen.recent.windows.lock().unwrap();
    assert_eq!(windows.each_ref().map(|window| window.later.len()), [0, 4, 96]);
}

#[test]
fn quantiles_are_reckoned_within_their_bucket() {
    let seen = Seen::new();
    let applied = seen.metrics.stage(Stage::Applied);
    // 98 between 0.5 and 1 ms, and 2 above every bound.
    (0..98).for_each(|_| applied.record(0.000_8, &[]));
    (0..2).for_each(|_| applied.record(60.0, &[]));
    let [(_, figures), ..] = seen.recent.lately().windows;
    let took = &figures.stages[&Stage::Applied];
    let half = took.quantile_ms(0.5).unwrap();
    assert!((0.5..1.0).contains(&half), "{half}");
    assert_eq!(took.quantile_ms(0.99), Some(10_000.0));
    assert_eq!(took.counts().last(), Some((None, 2)));
    assert_eq!(Buckets::default().quantile_ms(0.99), None);
}

#[test]
fn a_stage_is_shown_where_it_is_measured_before_anything_came_and_nowhere_else() {
    let seen = Seen::new();
    let _pushed = seen.metrics.stage(Stage::Pushed);
    let [(_, figures), ..] = seen.recent.lately().windows;
    assert_eq!(figures.stages.keys().collect::<Vec<_>>(), [&Stage::Pushed]);
    let pushed = &figures.stages[&Stage::Pushed];
    assert_eq!((pushed.count(), pushed.counts().count(), pushed.quantile_ms(0.99)), (0, 18, None));
}

#[test]
fn calls_are_counted_by_channel_and_outcome() {
    let seen = Seen::new();
    let calls = Calls::new(&seen.metrics);
    calls.count(Some(Channel::Wechat), CallOutcome::Received);
    calls.count(Some(Channel::Wechat), CallOutcome::Received);
    calls.count(None, CallOutcome::UnknownChannel);
    let [(_, figures), ..] = seen.recent.lately().windows;
    let counted: Vec<_> = figures.calls.into_iter().filter(|(_, count)| *count > 0).collect();
    let expected =
        [((None, CallOutcome::UnknownChannel), 1), ((Some(Channel::Wechat), CallOutcome::Received), 2)];
    assert_eq!(counted, expected);
}
