//! What is counted of the bus. Attributes are made once; an event costs no more than its share of an addition.

use contracts::streams::Stream;
use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter;

use super::subscription::Outcome;
use crate::telemetry::{Metrics, names};

/// Deliveries of one durable consumer by their outcome.
#[derive(Clone)]
pub(crate) struct ConsumerFigures {
    consumed: Counter<u64>,
    restarts: Counter<u64>,
    attributes: [[KeyValue; 3]; Self::OUTCOMES.len()],
}

/// Deliveries of one batch, in the order of [`ConsumerFigures::OUTCOMES`].
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally([u64; ConsumerFigures::OUTCOMES.len()]);

impl Tally {
    pub(super) fn note(&mut self, outcome: &Outcome) {
        let [done, duplicate, retry, dead] = &mut self.0;
        *match outcome {
            Outcome::Done => done,
            Outcome::Duplicate => duplicate,
            Outcome::RetryAfter(..) => retry,
            Outcome::Reject(_) => dead,
        } += 1;
    }
}

impl ConsumerFigures {
    const OUTCOMES: [&str; 4] = ["done", "duplicate", "retry", "dead"];

    pub(crate) fn new(metrics: &Metrics, durable: &'static str) -> Self {
        let consumed = metrics.counter(names::MESSAGING_CONSUMED, "Messages delivered, by their outcome.");
        let attributes = Self::OUTCOMES.map(|outcome| {
            [
                KeyValue::new(names::MESSAGING_SYSTEM, names::NATS),
                KeyValue::new(names::MESSAGING_CONSUMER, durable),
                KeyValue::new(names::MESSAGING_OUTCOME, outcome),
            ]
        });
        // From the start at zero, so that the first one is seen as an increase.
        for with in &attributes {
            consumed.add(0, with);
        }
        let restarts = metrics.counter(names::CONSUMER_RESTARTS, "Times the consumer started over.");
        let figures = Self { consumed, restarts, attributes };
        figures.restarted(0);
        figures
    }

    pub(super) fn restarted(&self, times: u64) {
        let [[_, consumer, _], ..] = &self.attributes;
        self.restarts.add(times, core::slice::from_ref(consumer));
    }

    pub(super) fn add(&self, tally: &Tally) {
        for (count, with) in tally.0.iter().zip(&self.attributes) {
            if *count > 0 {
                self.consumed.add(*count, with);
            }
        }
    }
}

/// What the relay got done.
#[derive(Clone)]
pub(crate) struct RelayFigures {
    sent: Counter<u64>,
    failures: Counter<u64>,
    healed: Counter<u64>,
}

impl RelayFigures {
    pub(crate) fn new(metrics: &Metrics, owned: &[Stream]) -> Self {
        let figures = Self {
            sent: metrics.counter(names::MESSAGING_SENT, "Messages that a stream acknowledged."),
            failures: metrics.counter(names::RELAY_FAILURES, "Rounds of the relay that did not get through."),
            healed: metrics.counter(names::STREAM_HEALED, "Streams filled again from the outbox."),
        };
        figures.failures.add(0, &[]);
        for stream in owned {
            figures.sent(stream.spec().name, 0);
            figures.healed.add(0, &Self::of(stream.spec().name));
        }
        figures
    }

    pub(super) fn sent(&self, stream: &str, count: usize) {
        self.sent.add(u64::try_from(count).unwrap_or(u64::MAX), &Self::of(stream));
    }

    pub(super) fn failed(&self) {
        self.failures.add(1, &[]);
    }

    pub(super) fn healed(&self, stream: &str) {
        self.healed.add(1, &Self::of(stream));
    }

    fn of(stream: &str) -> [KeyValue; 2] {
        [
            KeyValue::new(names::MESSAGING_SYSTEM, names::NATS),
            KeyValue::new(names::MESSAGING_DESTINATION, stream.to_owned()),
        ]
    }
}
