//! Durable consumers: an event takes effect exactly once, or ends as a dead letter with its reason.
//!
//! Whatever waits is taken as one batch, in order, and committed in one transaction together with its inbox
//! rows; then it is acknowledged. When one event of a batch does not go through, the batch is rolled back and
//! each event runs alone, so that one bad apple delays the others but never takes them along.
//!
//! The loop outlives missed heartbeats, deleted consumers, deleted streams and broker restarts. A watchdog asks
//! the server whether something waits when nothing came for a while, and starts over if so.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{AckKind, Message};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::deliver::{Deliver, Delivery, Undone};
use super::figures::Tally;
use super::letters::Bury;
use super::subscription::{Outcome, Subscription};
use super::{Bus, BusError, ConsumerFigures, QUIET_FAILURES};
use crate::fail_point;
use crate::store::Db;

/// Events in one transaction.
const BATCH_MAX: usize = 256;
/// After so many deliveries an event that still asks to be tried later becomes a dead letter.
const DELIVERIES_MAX: i64 = 20;
/// Nothing came for so long: look whether something should have.
const IDLE_CHECK: Duration = Duration::from_secs(5);

/// A running consumer.
pub struct Consumer {
    bus: Bus,
    db: Db,
    subscription: Subscription,
    figures: ConsumerFigures,
}

/// Why the inner loop ended.
enum Ended {
    Stopped,
    Again(String),
}

impl Consumer {
    /// A consumer that is not running yet.
    pub(crate) fn new(bus: Bus, db: Db, subscription: Subscription, figures: ConsumerFigures) -> Self {
        Self { bus, db, subscription, figures }
    }

    /// Runs until stopped; an open batch is finished first.
    pub async fn run(self, stop: CancellationToken) {
        let durable = self.subscription.durable();
        let mut failures = 0;
        loop {
            let ended = match self.open().await {
                Ok(consumer) => {
                    let ended = self.pump(consumer, &stop, &mut failures).await;
                    ended.unwrap_or_else(|error| Ended::Again(error.to_string()))
                }
                Err(error) => Ended::Again(error.to_string()),
            };
            match ended {
                Ended::Stopped => return,
                Ended::Again(why) => {
                    failures += 1;
                    self.figures.restarted(1);
                    if failures <= QUIET_FAILURES {
                        tracing::info!(durable, why, failures, "consumer starts over");
                    } else {
                        tracing::warn!(durable, why, failures, "consumer starts over");
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(self.bus.backoff(failures)) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// The durable consumer as it must be; made anew when someone deleted it. The inbox then tells what is done.
    async fn open(&self) -> Result<PullConsumer, BusError> {
        let stream = self.bus.js.get_stream_no_info(self.subscription.stream().spec().name).await;
        let stream = stream.map_err(BusError::unavailable)?;
        let durable = self.subscription.durable();
        // What it passed over meanwhile it would not hand out again, were it only set right.
        if let Ok(info) = stream.consumer_info(durable).await
            && !self.subscription.is_served_by(&info.config)
        {
            tracing::error!(durable, "the consumer does not hand out what it must: it is made anew");
            stream.delete_consumer(durable).await.map_err(BusError::unavailable)?;
        }
        stream.create_consumer(self.subscription.config()).await.map_err(BusError::unavailable)
    }

    async fn pump(
        &self,
        mut consumer: PullConsumer,
        stop: &CancellationToken,
        failures: &mut usize,
    ) -> Result<Ended, BusError> {
        let messages = consumer
            .stream()
            .max_messages_per_batch(2 * BATCH_MAX)
            .expires(Duration::from_secs(10))
            .heartbeat(Duration::from_secs(3))
            .messages()
            .await
            .map_err(BusError::unavailable)?;
        let mut batches = messages.ready_chunks(BATCH_MAX);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Ended::Stopped),
                batch = batches.next() => {
                    let Some(batch) = batch else { return Ok(Ended::Again("the server ended it".to_owned())) };
                    let mut trouble = None;
                    let mut delivered = Vec::with_capacity(batch.len());
                    for message in batch {
                        match message {
                            Ok(message) => delivered.push(message),
                            Err(error) => trouble = Some(error.to_string()),
                        }
                    }
                    if !delivered.is_empty() {
                        *failures = 0;
                        self.work(delivered).await;
                    }
                    if let Some(why) = trouble {
                        return Ok(Ended::Again(why));
                    }
                }
                () = tokio::time::sleep(IDLE_CHECK) => {
                    let info = consumer.info().await.map_err(BusError::unavailable)?;
                    if !self.subscription.is_served_by(&info.config) {
                        return Ok(Ended::Again("somebody else changed what it hands out".to_owned()));
                    }
                    if info.num_pending > 0 {
                        return Ok(Ended::Again(format!("{} wait and nothing comes", info.num_pending)));
                    }
                }
            }
        }
    }

    /// Takes effect of a batch and answers the server for each message.
    async fn work(&self, messages: Vec<Message>) {
        let deliveries: Vec<Delivery> = messages.into_iter().map(Delivery::read).collect();
        let whole = self.deliver(&deliveries);
        let outcomes = match self.db.write(&whole).await {
            Ok(outcomes) => outcomes,
            Err(_) => self.one_by_one(&deliveries).await,
        };
        fail_point::reach("before-ack");
        let mut tally = Tally::default();
        for (delivery, outcome) in deliveries.iter().zip(outcomes) {
            let outcome = last_delivery(delivery, outcome);
            tally.note(&outcome);
            self.settle(delivery, outcome).await;
        }
        self.figures.add(&tally);
    }

    fn deliver<'a>(&'a self, deliveries: &'a [Delivery]) -> Deliver<'a> {
        Deliver { subscription: &self.subscription, deliveries, wall: self.bus.wall.now() }
    }

    async fn one_by_one(&self, deliveries: &[Delivery]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            let alone = self.deliver(core::slice::from_ref(delivery));
            outcomes.push(match self.db.write(&alone).await {
                Ok(mut done) => done.pop().unwrap_or(Outcome::Done),
                Err(Undone::Outcome(outcome)) => outcome,
                Err(Undone::Store(error)) => Outcome::RetryAfter(Duration::from_secs(1), error.to_string()),
            });
        }
        outcomes
    }

    /// Tells the server, and buries what is given up. Whatever gets lost here leads to another delivery, which
    /// the inbox absorbs.
    async fn settle(&self, delivery: &Delivery, outcome: Outcome) {
        let durable = self.subscription.durable();
        let ack = match outcome {
            Outcome::Done | Outcome::Duplicate => AckKind::Ack,
            Outcome::RetryAfter(wait, why) => {
                tracing::info!(durable, subject = %delivery.message.subject, why, "will be delivered again");
                AckKind::Nak(Some(wait))
            }
            Outcome::Reject(reason) => {
                tracing::error!(durable, subject = %delivery.message.subject, reason, "dead letter");
                let bury = Bury { durable, stream: self.subscription.stream(), delivery, reason };
                match self.db.write(&bury).await {
                    Ok(()) => AckKind::Term,
                    Err(error) => {
                        tracing::error!(durable, %error, "a dead letter could not be kept: it stays in the stream");
                        AckKind::Nak(Some(Duration::from_secs(5)))
                    }
                }
            }
        };
        if let Err(error) = delivery.message.ack_with(ack).await {
            tracing::debug!(durable, %error, "an ack was not sent");
        }
    }
}

/// An event that asks to be tried later is given up at its last delivery.
fn last_delivery(delivery: &Delivery, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::RetryAfter(_, why) if delivery.deliveries >= DELIVERIES_MAX => {
            Outcome::Reject(format!("given up after {} deliveries: {why}", delivery.deliveries))
        }
        other => other,
    }
}
