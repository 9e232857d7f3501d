//! An in-memory projection that follows a compacted stream: rebuilt from it at start, kept up by two paths.
//!
//! The fast path is a core subscription to a broadcast with the same snapshot; the sure path is the stream.
//! Both call the same `apply`, which keeps the higher version, so that nothing lost, late or doubled does
//! harm. A watchdog asks the stream once a second how far it is: a follower that lags without moving starts
//! over, and a stream that is younger or shorter than before is read from its beginning.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use contracts::{Broadcast, Event};
use futures::StreamExt as _;
use kernel::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{Bus, BusError, QUIET_FAILURES, StreamState, WALL_HEADER, cloudevents};
use crate::tasks::{Stage, Tasks};

/// How often the stream is asked how far it is.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// Checks without any progress before the follower starts over.
const STUCK_MAX: u32 = 3;

/// By which path a snapshot came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// The broadcast.
    Fast,
    /// The stream.
    Sure,
}

/// Takes in snapshots. Must be quick and must not wait: it runs on the follower's task.
pub trait Apply<E, B>: Send + Sync + 'static {
    /// A snapshot from the stream.
    fn sure(&self, event: E);

    /// The same by broadcast; `sent_wall_us` is the sender's wall clock when it sent it.
    fn fast(&self, broadcast: B, sent_wall_us: Option<i64>);
}

/// How far a follower is. Cheap to clone.
#[derive(Clone, Default)]
pub struct Progress {
    inner: Arc<ProgressInner>,
}

#[derive(Default)]
struct ProgressInner {
    caught_up: AtomicBool,
    seen: AtomicU64,
    /// The stream's last sequence when it was last asked.
    last: AtomicU64,
    /// Wall clock, microseconds, of the last proof that nothing was missing.
    current_at: AtomicI64,
    malformed: AtomicU64,
    restarts: AtomicU64,
}

impl Progress {
    /// Whether everything that was in the stream at the start has been applied.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.inner.caught_up.load(Ordering::Acquire)
    }

    /// How long ago it was last known to have everything, by the wall clock.
    #[must_use]
    pub fn age(&self, wall_now: Timestamp) -> Duration {
        wall_now.since(Timestamp::from_micros(self.inner.current_at.load(Ordering::Relaxed)))
    }

    /// When it was last known to have everything, by the wall clock; none before the first time.
    #[must_use]
    pub fn current_at(&self) -> Option<Timestamp> {
        let micros = self.inner.current_at.load(Ordering::Relaxed);
        (micros != 0).then(|| Timestamp::from_micros(micros))
    }

    /// The last sequence applied.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.inner.seen.load(Ordering::Relaxed)
    }

    /// Sequences of the stream that it has not seen, as far as the stream was last asked.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.inner.last.load(Ordering::Relaxed).saturating_sub(self.seen())
    }

    /// Snapshots that could not be read and were passed over.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.inner.malformed.load(Ordering::Relaxed)
    }

    /// How often the follower started over.
    #[must_use]
    pub fn restarts(&self) -> u64 {
        self.inner.restarts.load(Ordering::Relaxed)
    }
}

/// Starts to follow stream and broadcast.
pub fn start<E: Event, B: Broadcast>(bus: &Bus, tasks: &Tasks, apply: &Arc<impl Apply<E, B>>) -> Progress {
    let stop = tasks.token(Stage::Consumers);
    let progress = Progress::default();
    let fast = listen(bus.clone(), Arc::clone(apply), stop.clone());
    tasks.spawn(Stage::Consumers, "follow-fast", fast);
    let follower = Follower {
        bus: bus.clone(),
        apply: Arc::clone(apply),
        progress: progress.clone(),
        event: core::marker::PhantomData,
    };
    tasks.spawn(Stage::Consumers, "follow-sure", follower.run(stop));
    progress
}

async fn listen<E: Event, B: Broadcast>(bus: Bus, apply: Arc<impl Apply<E, B>>, stop: CancellationToken) {
    let mut attempts = 0;
    loop {
        // The client renews the subscription after every reconnect; this loop is for its first success.
        match bus.client.subscribe(format!("{}.*", B::SUBJECT)).await {
            Ok(messages) => {
                let mut messages = pin!(messages.take_until(stop.cancelled()));
                while let Some(message) = messages.next().await {
                    let wall = message
                        .headers
                        .as_ref()
                        .and_then(|headers| cloudevents::find(headers, WALL_HEADER))
                        .and_then(|text| text.parse().ok());
                    match serde_json::from_slice(&message.payload) {
                        Ok(broadcast) => apply.fast(broadcast, wall),
                        // The sure path says the same, and its follower counts what cannot be read.
                        Err(error) => {
                            tracing::warn!(%error, subject = %message.subject, "broadcast not understood")
                        }
                    }
                }
                if stop.is_cancelled() {
                    return;
                }
            }
            Err(error) => tracing::warn!(%error, "subscribing to broadcasts"),
        }
        attempts += 1;
        tokio::time::sleep(bus.backoff(attempts)).await;
    }
}

struct Follower<E, A> {
    bus: Bus,
    apply: Arc<A>,
    progress: Progress,
    event: core::marker::PhantomData<fn() -> E>,
}

/// One reading of a stream: which incarnation, and how far at its start.
struct Reading {
    incarnation: String,
    target: u64,
}

impl<E: Event, A> Follower<E, A> {
    async fn run<B>(self, stop: CancellationToken)
    where
        A: Apply<E, B>,
    {
        let mut attempts = 0;
        while !stop.is_cancelled() {
            let ended = tokio::select! {
                ended = self.read(&mut attempts) => ended,
                () = stop.cancelled() => return,
            };
            if let Err(error) = ended {
                if attempts < QUIET_FAILURES {
                    tracing::info!(%error, "following starts over");
                } else {
                    tracing::warn!(%error, "following starts over");
                }
            }
            self.progress.inner.restarts.fetch_add(1, Ordering::Relaxed);
            attempts += 1;
            tokio::select! {
                () = tokio::time::sleep(self.bus.backoff(attempts)) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Reads the stream from its beginning and on, until something is wrong with it. From the beginning each
    /// time: the stream holds one message per key, and applying one twice is harmless.
    async fn read<B>(&self, attempts: &mut usize) -> Result<(), BusError>
    where
        A: Apply<E, B>,
    {
        let StreamState::There { incarnation, last_seq, messages, .. } =
            self.bus.stream_state(E::STREAM).await?
        else {
            return Err(BusError::Unavailable(format!("stream {} is not there yet", E::STREAM.spec().name)));
        };
        let reading = Reading { incarnation, target: last_seq };
        self.progress.inner.last.store(last_seq, Ordering::Relaxed);
        self.progress.inner.seen.store(0, Ordering::Relaxed);
        if messages == 0 {
            self.progress.inner.seen.store(last_seq, Ordering::Relaxed);
        }
        let stream =
            self.bus.js.get_stream_no_info(E::STREAM.spec().name).await.map_err(BusError::unavailable)?;
        let consumer = stream
            .create_consumer(pull::OrderedConfig {
                filter_subject: format!("{}.>", E::SUBJECT),
                deliver_policy: DeliverPolicy::All,
                ..pull::OrderedConfig::default()
            })
            .await
            .map_err(BusError::unavailable)?;
        let mut incoming = consumer.messages().await.map_err(BusError::unavailable)?;
        let mut watch = tokio::time::interval(WATCH_EVERY);
        let (mut stuck, mut seen_before) = (0, 0);
        loop {
            tokio::select! {
                biased;
                message = incoming.next() => {
                    let message = message
                        .ok_or_else(|| BusError::Unavailable("the server ended it".to_owned()))?
                        .map_err(BusError::unavailable)?;
                    *attempts = 0;
                    self.take(&message);
                    self.note_caught_up(&reading);
                }
                _ = watch.tick() => {
                    let seen = self.progress.seen();
                    stuck = if self.is_current(&reading).await? || seen != seen_before { 0 } else { stuck + 1 };
                    seen_before = seen;
                    if stuck >= STUCK_MAX {
                        return Err(BusError::Unavailable(format!("nothing came after sequence {seen}, though more is there")));
                    }
                }
            }
        }
    }

    fn take<B>(&self, message: &async_nats::jetstream::Message)
    where
        A: Apply<E, B>,
    {
        match serde_json::from_slice::<E>(&message.payload) {
            Ok(event) => self.apply.sure(event),
            Err(error) => {
                self.progress.inner.malformed.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, subject = %message.subject, "a snapshot is not understood and was passed over");
            }
        }
        if let Ok(info) = message.info() {
            self.progress.inner.seen.store(info.stream_sequence, Ordering::Relaxed);
        }
    }

    fn note_caught_up(&self, reading: &Reading) {
        if self.progress.seen() >= reading.target {
            self.progress.inner.current_at.fetch_max(self.bus.wall.now().as_micros(), Ordering::Relaxed);
            if !self.progress.inner.caught_up.swap(true, Ordering::AcqRel) {
                tracing::info!(sequence = self.progress.seen(), "the projection has caught up");
            }
        }
    }

    /// Compares with the stream. Sequences of deleted (superseded) messages count as seen once the later came.
    async fn is_current(&self, reading: &Reading) -> Result<bool, BusError> {
        let state = match self.bus.stream_state(E::STREAM).await {
            Ok(state) => state,
            // No answer: nothing is known, and the age shows it.
            Err(_) => return Ok(true),
        };
        let StreamState::There { incarnation, last_seq, .. } = state else {
            return Err(BusError::Unavailable("the stream is gone".to_owned()));
        };
        self.progress.inner.last.store(last_seq, Ordering::Relaxed);
        let seen = self.progress.seen();
        if incarnation != reading.incarnation || last_seq < seen {
            return Err(BusError::Unavailable("the stream is not the one it was".to_owned()));
        }
        if seen >= last_seq {
            self.progress.inner.current_at.fetch_max(self.bus.wall.now().as_micros(), Ordering::Relaxed);
            self.note_caught_up(reading);
        }
        Ok(seen >= last_seq)
    }
}
