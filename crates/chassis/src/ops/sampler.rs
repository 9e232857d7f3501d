//! Figures that cost a question to the database or the bus: asked on a slow tick, and shown from memory.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::Arc;

use async_nats::jetstream::stream::Stream as JetStream;
use contracts::streams::Stream;
use futures::future;
use kernel::{Clock, Timestamp};
use opentelemetry::KeyValue;
use opentelemetry::metrics::Gauge;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Ops;
use super::sample::{Fill, Flow, Outbox};
use crate::bus::subscription::Subscription;
use crate::store::StoreError;
use crate::telemetry::{Metrics, names};

/// Between two samples.
const EVERY: Duration = Duration::from_secs(5);
/// Counting the inbox reads an index of millions: once in so many samples.
const INBOX_EVERY: u32 = 120;
/// How long the bus may take to say how a consumer is.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Samples what operations watch.
pub(crate) struct Sampler {
    ops: Ops,
    owned: &'static [Stream],
    clock: Arc<dyn Clock>,
    fill: Gauge<f64>,
    outbox_waiting: Gauge<f64>,
    outbox_age: Gauge<f64>,
    letters: Gauge<f64>,
    inbox: Gauge<f64>,
    pending: Gauge<f64>,
    unacked: Gauge<f64>,
    stalled: Gauge<f64>,
    places: HashMap<&'static str, Place>,
    ticks: u32,
}

/// How far a consumer was, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    delivered: u64,
    acked: u64,
    since: Instant,
}

impl Sampler {
    pub(crate) fn new(ops: Ops, owned: &'static [Stream], clock: Arc<dyn Clock>, metrics: &Metrics) -> Self {
        let bus = ops.bus.clone();
        metrics.observe(names::BUS_CONNECTED, "1 while the connection to the bus stands.", move || {
            if bus.is_connected() { 1.0 } else { 0.0 }
        });
        let info = metrics.gauge(names::BUILD_INFO, "Always 1: which version runs.");
        info.record(1.0, &[KeyValue::new(names::VERSION, env!("CARGO_PKG_VERSION"))]);
        let gauge = |name, unit, about| metrics.gauge_in(name, unit, about);
        Self {
            ops,
            owned,
            clock,
            fill: gauge(names::STREAM_FILL, "1", "Share of a stream's bytes that is taken."),
            outbox_waiting: gauge(names::OUTBOX_WAITING, "{row}", "Outbox rows that wait to be published."),
            outbox_age: gauge(names::OUTBOX_AGE, "s", "Age of the oldest outbox row that waits."),
            letters: gauge(names::DEAD_LETTERS, "{letter}", "Dead letters that wait for someone."),
            inbox: gauge(names::INBOX_EVENTS, "{event}", "Events remembered as done."),
            pending: gauge(names::CONSUMER_PENDING, "{message}", "Messages yet to be given to the consumer."),
            unacked: gauge(names::CONSUMER_UNACKED, "{message}", "Messages given and not acknowledged."),
            stalled: gauge(names::CONSUMER_STALLED, "s", "Without progress though something waits."),
            places: HashMap::new(),
            ticks: 0,
        }
    }

    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.ops.instance.recent.keep(Instant::now(), self.ops.instance.wall.now());
            let answered = self.ask_database().await;
            self.ops.note(|sample| sample.database_answers = Some(answered.is_ok()));
            if let Err(error) = answered {
                tracing::debug!(%error, "the database could not be sampled");
            }
            // Without a connection there is no answer to wait for; the last figures stay.
            if self.ops.bus.is_connected() {
                for subscription in self.ops.subscriptions() {
                    self.ask_bus(&subscription).await;
                }
                for stream in self.owned {
                    self.ask_stream(*stream).await;
                }
            }
            self.ticks = self.ticks.wrapping_add(1);
        }
    }

    async fn ask_database(&self) -> Result<(), StoreError> {
        let db = &self.ops.db;
        let (waiting, oldest) = db.outbox_backlog().await?;
        self.outbox_waiting.record(number(waiting), &[]);
        let age = oldest.map_or(Duration::ZERO, |oldest| self.clock.now().since(oldest));
        self.outbox_age.record(age.as_secs_f64(), &[]);
        let as_of = self.ops.instance.wall.now();
        self.ops.note(|sample| {
            sample.outbox = Some(Outbox { waiting, oldest_age_ms: milliseconds(age), as_of });
        });
        for subscription in self.ops.subscriptions() {
            let (durable, with) = (subscription.durable(), of(&subscription));
            let letters = db.dead_letter_count(Some(durable)).await?;
            self.letters.record(number(letters), &with);
            self.ops.note(|sample| {
                sample.letters.insert(durable, letters);
            });
            if self.ticks.is_multiple_of(INBOX_EVERY) {
                self.inbox.record(number(db.inbox_count(durable).await?), &with);
            }
        }
        Ok(())
    }

    async fn ask_stream(&self, stream: Stream) {
        let asked = stream_fill(&self.ops, stream);
        if let Ok(Some(fill_permille)) = tokio::time::timeout(ANSWER_WITHIN, asked).await {
            let (stream, as_of) = (stream.spec().name, self.ops.instance.wall.now());
            self.fill.record(
                f64::from(fill_permille) / 1_000.0,
                &[KeyValue::new(names::MESSAGING_DESTINATION, stream)],
            );
            self.ops.note(|sample| {
                sample.streams.insert(stream, Fill { stream, fill_permille, as_of });
            });
        }
    }

    async fn ask_bus(&mut self, subscription: &Subscription) {
        let asked = consumer_state(&self.ops, subscription);
        let Ok(Some(state)) = tokio::time::timeout(ANSWER_WITHIN, asked).await else {
            return;
        };
        let (with, now) = (of(subscription), Instant::now());
        let at = Place { delivered: state.delivered, acked: state.acked, since: now };
        let place = self.places.entry(subscription.durable()).or_insert(at);
        let moved = (place.delivered, place.acked) != (at.delivered, at.acked);
        if moved || state.pending + state.unacked == 0 {
            *place = at;
        }
        self.pending.record(number(state.pending), &with);
        self.unacked.record(number(state.unacked), &with);
        let stalled = now.duration_since(place.since);
        self.stalled.record(stalled.as_secs_f64(), &with);
        let as_of = self.ops.instance.wall.now();
        let flow = Flow {
            undelivered: state.pending,
            unacked: state.unacked,
            redelivered: state.redelivered,
            oldest_age_ms: state.oldest.map(|oldest| milliseconds(as_of.since(oldest))),
            stalled_ms: milliseconds(stalled),
            as_of,
        };
        self.ops.note(|sample| {
            sample.flows.insert(subscription.durable(), flow);
        });
    }
}

/// In thousandths, which a gauge holds exactly.
async fn stream_fill(ops: &Ops, stream: Stream) -> Option<u32> {
    let found = ops.bus.jetstream().get_stream(stream.spec().name).await.ok()?;
    let info = found.cached_info();
    let limit = u64::try_from(info.config.max_bytes).ok().filter(|limit| *limit > 0)?;
    Some(u32::try_from(info.state.bytes.saturating_mul(1_000) / limit).unwrap_or(u32::MAX))
}

struct ConsumerState {
    pending: u64,
    unacked: u64,
    redelivered: u64,
    delivered: u64,
    acked: u64,
    /// When the bus kept the oldest message that is not acknowledged.
    oldest: Option<Timestamp>,
}

async fn consumer_state(ops: &Ops, subscription: &Subscription) -> Option<ConsumerState> {
    let stream = ops.bus.jetstream().get_stream_no_info(subscription.stream().spec().name).await.ok()?;
    let info = stream.consumer_info(subscription.durable()).await.ok()?;
    let (pending, acked) = (info.num_pending, info.ack_floor.stream_sequence);
    let unacked = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
    let waits = pending > 0 || unacked > 0;
    Some(ConsumerState {
        pending,
        unacked,
        redelivered: u64::try_from(info.num_redelivered).unwrap_or(u64::MAX),
        delivered: info.delivered.stream_sequence,
        acked,
        oldest: if waits { oldest(&stream, subscription, acked + 1).await } else { None },
    })
}

/// When the first message from this place on was kept that the consumer asks for. None where the bus does not say:
/// an operator who owns the streams may not let them be read directly.
async fn oldest(stream: &JetStream<()>, subscription: &Subscription, from: u64) -> Option<Timestamp> {
    let asked = subscription.filters().into_iter().map(|filter| async move {
        let found = stream.direct_get_next_for_subject(filter, Some(from)).await.ok()?;
        let micros = i64::try_from(found.time.unix_timestamp_nanos() / 1_000).ok()?;
        Some((found.sequence, Timestamp::from_micros(micros)))
    });
    let first = future::join_all(asked).await.into_iter().flatten().min_by_key(|(sequence, _)| *sequence);
    first.map(|(_, kept)| kept)
}

pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn of(subscription: &Subscription) -> [KeyValue; 1] {
    [KeyValue::new(names::MESSAGING_CONSUMER, subscription.durable())]
}

/// Exact up to four thousand million, which no gauge here reaches.
fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
