//! Durable consumers: an event takes effect exactly once, or ends as a dead letter with its reason.
//!
//! Whatever waits is taken as one batch, in order, and committed in one transaction together with its inbox
//! rows; then it is acknowledged. When one event of a batch does not go through, the batch is rolled back and
//! each event runs alone, so that one bad apple delays the others but never takes them along.
//!
//! The loop outlives missed heartbeats, deleted consumers, deleted streams and broker restarts. A watchdog asks
//! the server whether something waits when nothing came for a while, and starts over if so.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{self, AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::{AckKind, Message};
use contracts::Event;
use contracts::streams::Stream;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use kernel::{EventId, Timestamp};
use tokio_util::sync::CancellationToken;

use super::cloudevents::{self, Envelope};
use super::figures::Tally;
use super::letters::Bury;
use super::{Bus, BusError, ConsumerFigures, QUIET_FAILURES};
use crate::store::{Command, Db, StoreError, Tx, WriteError, inbox};
use crate::{fail_point, telemetry};

/// Events in one transaction.
const BATCH_MAX: usize = 256;
/// An event that is not acknowledged by then is delivered again. What was on its way when a broker died waits so
/// long: it keeps the time within which all consumers go on below 15 s. A batch that takes longer is delivered
/// twice, and the inbox absorbs it.
const ACK_WAIT: Duration = Duration::from_secs(10);
/// Unacknowledged events the server hands out at most.
const ACK_PENDING_MAX: i64 = 4_096;
/// After so many deliveries an event that still asks to be tried later becomes a dead letter.
const DELIVERIES_MAX: i64 = 20;
/// Nothing came for so long: look whether something should have.
const IDLE_CHECK: Duration = Duration::from_secs(5);

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It took effect.
    Done,
    /// It had taken effect before.
    Duplicate,
    /// Not now: something it needs is not there yet.
    RetryAfter(Duration, String),
    /// Never: it goes to the dead letters with this reason.
    Reject(String),
}

/// Takes effect of one kind of event. One implementor stands in one file of a service's `bus/`.
pub trait Handle<E: Event>: Send + Sync + 'static {
    /// What went wrong, and what that means for the event: see the service's `error.rs`.
    type Error: Into<Outcome> + From<StoreError> + Send;

    /// Takes effect inside the transaction; nothing of it stays when this fails.
    fn handle(&self, tx: &mut Tx, event: E) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// The same for several events that came one after the other, with shared statements: for what comes by the thousand
/// a second. Events of a recorded trace come alone, so that their span is theirs.
pub trait HandleTogether<E: Event>: Send + Sync + 'static {
    /// What went wrong; each event is then tried alone.
    type Error: Into<Outcome> + From<StoreError> + Send;

    /// Takes effect of all, in their order, inside the transaction; nothing of it stays when this fails.
    fn handle(&self, tx: &mut Tx, events: Vec<E>) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Takes payloads of one type of event.
type Handler = Arc<dyn for<'a> Fn(&'a mut Tx, &'a [&'a [u8]]) -> BoxFuture<'a, Outcome> + Send + Sync>;

/// The handler of one event type.
#[derive(Clone)]
struct Route {
    ce_type: &'static str,
    /// `<service>.<event>`: all versions are asked for, so that an unknown one is noticed.
    name: &'static str,
    handler: Handler,
    /// Whether neighbours of this type may come together.
    together: bool,
}

/// A durable consumer on one stream with a handler for each event it understands.
#[derive(Clone)]
pub struct Subscription {
    durable: &'static str,
    stream: Stream,
    routes: Arc<Vec<Route>>,
}

impl Subscription {
    /// A consumer named `durable`, the same for all instances of a service: they share its work.
    #[must_use]
    pub fn new(durable: &'static str, stream: Stream) -> Self {
        Self { durable, stream, routes: Arc::new(Vec::new()) }
    }

    /// Its name.
    #[must_use]
    pub fn durable(&self) -> &'static str {
        self.durable
    }

    /// Its stream.
    #[must_use]
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// Adds a handler.
    #[must_use]
    pub fn on<E: Event, H: Handle<E>>(self, handler: H) -> Self {
        let handler = Arc::new(handler);
        let erased: Handler = Arc::new(move |tx, payloads| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                for payload in payloads {
                    let event = match decode::<E>(payload) {
                        Ok(event) => event,
                        Err(outcome) => return outcome,
                    };
                    if let Err(error) = handler.handle(tx, event).await {
                        return error.into();
                    }
                }
                Outcome::Done
            })
        });
        self.route_to::<E>(erased, false)
    }

    /// Adds a handler that takes neighbours together.
    #[must_use]
    pub fn on_together<E: Event, H: HandleTogether<E>>(self, handler: H) -> Self {
        let handler = Arc::new(handler);
        let erased: Handler = Arc::new(move |tx, payloads| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                match payloads.iter().map(|payload| decode(payload)).collect() {
                    Ok(events) => match handler.handle(tx, events).await {
                        Ok(()) => Outcome::Done,
                        Err(error) => error.into(),
                    },
                    Err(outcome) => outcome,
                }
            })
        });
        self.route_to::<E>(erased, true)
    }

    fn route_to<E: Event>(self, handler: Handler, together: bool) -> Self {
        let name = E::SUBJECT.rsplit_once(".v").map_or(E::SUBJECT, |(name, _)| name);
        let mut routes: Vec<Route> = self.routes.iter().cloned().collect();
        routes.push(Route { ce_type: E::TYPE, name, handler, together });
        Self { routes: Arc::new(routes), ..self }
    }

    /// The subjects it asks for.
    #[must_use]
    pub fn filters(&self) -> Vec<String> {
        self.routes.iter().map(|route| format!("{}.>", route.name)).collect()
    }

    fn config(&self) -> pull::Config {
        pull::Config {
            durable_name: Some(self.durable.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            deliver_policy: DeliverPolicy::All,
            max_ack_pending: ACK_PENDING_MAX,
            filter_subjects: self.filters(),
            ..pull::Config::default()
        }
    }

    /// Whether a consumer with this configuration hands out everything that is wanted, until it is acknowledged.
    /// More than that is a younger instance's business.
    fn is_served_by(&self, found: &consumer::Config) -> bool {
        let wanted = self.config();
        let handed_out =
            |filter: &String| found.filter_subject == *filter || found.filter_subjects.contains(filter);
        wanted.filter_subjects.iter().all(handed_out)
            && found.ack_policy == wanted.ack_policy
            && found.max_deliver <= 0
    }

    /// Whether two neighbours go to their handler in one call.
    fn takes_together(&self, one: &Envelope, next: &Envelope) -> bool {
        one.ce_type == next.ce_type
            && self.route(&one.ce_type).is_some_and(|route| route.together)
            && ![one, next].iter().any(|envelope| envelope.is_recorded())
    }

    fn route(&self, ce_type: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.ce_type == ce_type)
    }
}

fn decode<E: Event>(payload: &[u8]) -> Result<E, Outcome> {
    serde_json::from_slice(payload).map_err(|error| Outcome::Reject(format!("not a {}: {error}", E::TYPE)))
}

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
        let durable = self.subscription.durable;
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
        let stream = self.bus.js.get_stream_no_info(self.subscription.stream.spec().name).await;
        let stream = stream.map_err(BusError::unavailable)?;
        let durable = self.subscription.durable;
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
        let durable = self.subscription.durable;
        let ack = match outcome {
            Outcome::Done | Outcome::Duplicate => AckKind::Ack,
            Outcome::RetryAfter(wait, why) => {
                tracing::info!(durable, subject = %delivery.message.subject, why, "will be delivered again");
                AckKind::Nak(Some(wait))
            }
            Outcome::Reject(reason) => {
                tracing::error!(durable, subject = %delivery.message.subject, reason, "dead letter");
                let bury = Bury { durable, stream: self.subscription.stream, delivery, reason };
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

/// One message as it was delivered.
pub(super) struct Delivery {
    pub(super) message: Message,
    pub(super) envelope: Result<Envelope, String>,
    pub(super) stream_seq: u64,
    pub(super) deliveries: i64,
}

impl Delivery {
    fn read(message: Message) -> Self {
        let envelope = message.headers.as_ref().map_or_else(
            || Err("it has no headers".to_owned()),
            |headers| cloudevents::read(headers).map_err(|error| error.to_string()),
        );
        let (stream_seq, deliveries) =
            message.info().map_or((0, 1), |info| (info.stream_sequence, info.delivered));
        Self { message, envelope, stream_seq, deliveries }
    }
}

/// Why a transaction of deliveries left nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// One event did not go through.
    #[error("the event did not go through: {0:?}")]
    Outcome(Outcome),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WriteError for Undone {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_collision())
    }
}

/// The effects of a batch, with its inbox rows, in one transaction.
struct Deliver<'a> {
    subscription: &'a Subscription,
    deliveries: &'a [Delivery],
    /// Now by the machine's clock, by which the streams forget as well.
    wall: Timestamp,
}

impl Command for Deliver<'_> {
    type Out = Vec<Outcome>;
    type Error = Undone;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Outcome>, Undone> {
        let durable = self.subscription.durable;
        let ids: Vec<EventId> = self
            .deliveries
            .iter()
            .filter_map(|delivery| delivery.envelope.as_ref().ok())
            .map(|e| e.id)
            .collect();
        let mut claimed = inbox::claim(tx.conn(), durable, &ids, self.wall).await?;
        let mut fresh = Vec::with_capacity(ids.len());
        let mut outcomes = Vec::with_capacity(self.deliveries.len());
        for delivery in self.deliveries {
            let envelope = match &delivery.envelope {
                Ok(envelope) => envelope,
                Err(why) => return Err(Undone::Outcome(Outcome::Reject(format!("not a CloudEvent: {why}")))),
            };
            let is_fresh = claimed.remove(&envelope.id);
            if is_fresh {
                fresh.push((envelope, delivery.message.payload.as_ref()));
            }
            outcomes.push(if is_fresh { Outcome::Done } else { Outcome::Duplicate });
        }
        for run in fresh.chunk_by(|(one, _), (next, _)| self.subscription.takes_together(one, next)) {
            match handle(self.subscription, tx, run).await {
                // What the handler itself knew is remembered too: then every event is in the inbox or a dead letter.
                Outcome::Done | Outcome::Duplicate => {}
                outcome @ (Outcome::RetryAfter(..) | Outcome::Reject(_)) => {
                    return Err(Undone::Outcome(outcome));
                }
            }
        }
        fail_point::reach("before-effect-commit");
        Ok(outcomes)
    }
}

/// Runs the handler of these events' type, in the span of the first: none of the others is recorded.
pub(super) async fn handle(subscription: &Subscription, tx: &mut Tx, run: &[(&Envelope, &[u8])]) -> Outcome {
    let Some((first, _)) = run.first() else { return Outcome::Done };
    let Some(route) = subscription.route(&first.ce_type) else {
        return Outcome::Reject(format!("unknown type {}", first.ce_type));
    };
    tx.set_trace(first.traceparent.clone());
    let span = telemetry::process_span(subscription.durable, route.ce_type, first.traceparent.as_deref());
    let payloads: Vec<&[u8]> = run.iter().map(|(_, payload)| *payload).collect();
    tracing::Instrument::instrument((route.handler)(tx, &payloads), span).await
}
