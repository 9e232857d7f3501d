//! What the instruments said lately, for people: the figures that are scraped, held against how they stood a while ago.
//!
//! Nothing is measured a second time. The registry is read as a scrape reads it, a few of its series are kept for
//! each of three windows, and what happened within a window is the difference. Kept are 180 readings at most; an
//! instance that started within a window has no more to say than since its start, and says so.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use kernel::{Channel, Timestamp};
use prometheus::proto::{Metric, MetricFamily};
use tokio::time::Instant;

use super::metrics::SECONDS;
use super::{CallOutcome, Metrics, Stage, names};

/// Each window: its length, and how far apart its readings are. The first is what the alerts look at.
const WINDOWS: [(Duration, Duration); 3] = [
    (Duration::from_secs(300), Duration::from_secs(15)),
    (Duration::from_secs(3_600), Duration::from_secs(60)),
    (Duration::from_secs(24 * 3_600), Duration::from_secs(900)),
];

/// The same for five minutes, an hour and a day.
pub(crate) type Each<T> = [T; WINDOWS.len()];

/// What was counted: since the start, or within a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// The stages that are measured here, each by its buckets.
    pub(crate) stages: BTreeMap<Stage, Buckets>,
    /// Calls of channels; none stands for one that is not ours.
    pub(crate) calls: BTreeMap<(Option<Channel>, CallOutcome), u64>,
    /// Requests answered over HTTP.
    pub(crate) answered: u64,
    /// Of these, with an error of ours.
    pub(crate) failed: u64,
    /// Of these, turned away because too many were in work.
    pub(crate) shed: u64,
}

/// How many took how long: for each upper bound those up to it and above the one before, and those above the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Buckets(Vec<(Bound, u64)>);

/// An upper bound in nanoseconds, which all of ours are exact in; none for what has no bound.
type Bound = Option<u64>;

/// A reading of the registry.
#[derive(Debug, Clone)]
struct Reading {
    at: Instant,
    wall: Timestamp,
    figures: Figures,
}

/// The readings of one window, oldest first; never empty.
struct Window {
    span: Duration,
    step: Duration,
    oldest: Reading,
    later: VecDeque<Reading>,
}

/// What happened within each window.
#[derive(Debug, Clone)]
pub(crate) struct Lately {
    /// Since when, and what.
    pub(crate) windows: Each<(Timestamp, Figures)>,
}

/// The readings of one service instance.
pub(crate) struct Recent {
    metrics: Metrics,
    windows: Mutex<Each<Window>>,
}

impl Recent {
    /// Begins now, with nothing counted.
    pub(crate) fn new(metrics: Metrics, at: Instant, wall: Timestamp) -> Self {
        let start = Reading { at, wall, figures: Figures::default() };
        let window = |(span, step)| Window { span, step, oldest: start.clone(), later: VecDeque::new() };
        Self { metrics, windows: Mutex::new(WINDOWS.map(window)) }
    }

    /// Reads the registry and keeps it where it is due.
    pub(crate) fn keep(&self, at: Instant, wall: Timestamp) {
        let reading = Reading { at, wall, figures: read(&self.metrics) };
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.iter_mut().for_each(|window| window.keep(&reading));
    }

    /// What happened lately.
    pub(crate) fn lately(&self) -> Lately {
        let now = read(&self.metrics);
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        Lately { windows: windows.each_ref().map(|one| (one.oldest.wall, now.since(&one.oldest.figures))) }
    }
}

impl Window {
    fn keep(&mut self, reading: &Reading) {
        let newest = self.later.back().unwrap_or(&self.oldest);
        if reading.at.duration_since(newest.at) >= self.step {
            self.later.push_back(reading.clone());
        }
        while reading.at.duration_since(self.oldest.at) > self.span
            && let Some(next) = self.later.pop_front()
        {
            self.oldest = next;
        }
    }
}

impl Figures {
    /// What came after `before`. Counters only grow, so that less than before is none.
    fn since(&self, before: &Self) -> Self {
        let stages = self.stages.iter().map(|(stage, buckets)| {
            let came = before.stages.get(stage).map_or_else(|| buckets.clone(), |was| buckets.since(was));
            (*stage, came)
        });
        let calls = self.calls.iter().map(|(key, count)| {
            let was = before.calls.get(key).copied().unwrap_or_default();
            (*key, count.saturating_sub(was))
        });
        Self {
            stages: stages.collect(),
            calls: calls.collect(),
            answered: self.answered.saturating_sub(before.answered),
            failed: self.failed.saturating_sub(before.failed),
            shed: self.shed.saturating_sub(before.shed),
        }
    }
}

impl Buckets {
    fn of(metrics: &[Metric]) -> Self {
        // Every bucket is there before the first value is.
        let bounds = SECONDS.into_iter().map(nanoseconds).chain([None]);
        let mut counts: BTreeMap<(bool, Bound), u64> =
            bounds.map(|bound| ((bound.is_none(), bound), 0)).collect();
        for histogram in metrics.iter().map(Metric::get_histogram) {
            let mut below = 0;
            for bucket in histogram.get_bucket() {
                let (bound, up_to) = (nanoseconds(bucket.upper_bound()), bucket.cumulative_count());
                *counts.entry((bound.is_none(), bound)).or_default() += up_to.saturating_sub(below);
                below = up_to;
            }
            let above = histogram.get_sample_count().saturating_sub(below);
            *counts.entry((true, None)).or_default() += above;
        }
        Self(counts.into_iter().map(|((_, bound), count)| (bound, count)).collect())
    }

    fn since(&self, before: &Self) -> Self {
        let was: BTreeMap<Bound, u64> = before.0.iter().copied().collect();
        let came = |(bound, count): &(Bound, u64)| {
            (*bound, count.saturating_sub(was.get(bound).copied().unwrap_or_default()))
        };
        Self(self.0.iter().map(came).collect())
    }

    /// Each upper bound in milliseconds, ascending, none for what has no bound; with its count.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (Option<f64>, u64)> {
        self.0.iter().map(|(bound, count)| (bound.map(milliseconds), *count))
    }

    /// How many in all.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// In milliseconds, the time that this share of all did not exceed: as a dashboard's `histogram_quantile` reckons
    /// it, evenly spread within a bucket. What is above the last bound counts as that bound.
    pub(crate) fn quantile_ms(&self, share: f64) -> Option<f64> {
        let wanted = share * number(self.count());
        let (mut below, mut lower) = (0.0, 0.0);
        for (bound, count) in &self.0 {
            let (count, Some(upper)) = (number(*count), bound.map(milliseconds)) else { break };
            if count > 0.0 && below + count >= wanted {
                return Some(lower + (upper - lower) * (wanted - below) / count);
            }
            (below, lower) = (below + count, upper);
        }
        (self.count() > 0).then_some(lower)
    }
}

/// The series that are kept, of all that are scraped.
fn read(metrics: &Metrics) -> Figures {
    let families = metrics.gather();
    let family = |name: &str, suffix: &str| {
        let name = name.replace('.', "_") + suffix;
        families.iter().find(|family| family.name() == name).map_or(&[][..], MetricFamily::get_metric)
    };
    let mut figures = Figures::default();
    for stage in metrics.stages() {
        figures.stages.insert(stage, Buckets::of(family(stage.metric(), "_seconds")));
    }
    for metric in family(names::CHANNEL_CALLS, "_total") {
        let outcome = label(metric, names::CHANNEL_OUTCOME);
        if let Some(outcome) = CallOutcome::ALL.into_iter().find(|one| one.as_str() == outcome) {
            let channel = label(metric, names::CHANNEL).parse().ok();
            *figures.calls.entry((channel, outcome)).or_default() += whole(metric.get_counter().get_value());
        }
    }
    for metric in family(names::HTTP_SERVER_DURATION, "_seconds") {
        let answered = metric.get_histogram().get_sample_count();
        figures.answered += answered;
        if label(metric, names::HTTP_STATUS).starts_with('5') {
            figures.failed += answered;
        }
    }
    let shed =
        family(names::HTTP_SHED, "_total").iter().map(|metric| whole(metric.get_counter().get_value()));
    figures.shed = shed.sum();
    figures
}

fn label<'a>(metric: &'a Metric, name: &str) -> &'a str {
    let name = name.replace('.', "_");
    let found = metric.get_label().iter().find(|label| label.name() == name);
    found.map_or("", |label| label.value())
}

fn nanoseconds(seconds: f64) -> Bound {
    // Infinity is none.
    Duration::try_from_secs_f64(seconds).ok().and_then(|bound| u64::try_from(bound.as_nanos()).ok())
}

fn milliseconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64() * 1_000.0
}

/// Exact up to four thousand million: more than happens in a day.
fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A counter of whole numbers, which the registry keeps as a real one.
fn whole(value: f64) -> u64 {
    // Through nanoseconds: the one conversion from a real number that neither wraps nor loses what is whole.
    Duration::try_from_secs_f64(value).map_or(0, |seconds| seconds.as_secs())
}

#[cfg(test)]
#[path = "recent_tests.rs"]
mod tests;
