//! What a service takes in: a durable consumer's name, and a handler for each event it understands.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{self, AckPolicy, DeliverPolicy, pull};
use contracts::Event;
use contracts::streams::Stream;
use futures::future::BoxFuture;

use super::cloudevents::Envelope;
use crate::store::{StoreError, Tx};
use crate::telemetry;

/// An event that is not acknowledged by then is delivered again. What was on its way when a broker died waits so
/// long: it keeps the time within which all consumers go on below 15 s. A batch that takes longer is delivered
/// twice, and the inbox absorbs it.
const ACK_WAIT: Duration = Duration::from_secs(10);
/// Unacknowledged events the server hands out at most.
const ACK_PENDING_MAX: i64 = 4_096;

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

    pub(super) fn config(&self) -> pull::Config {
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
    pub(super) fn is_served_by(&self, found: &consumer::Config) -> bool {
        let wanted = self.config();
        let handed_out =
            |filter: &String| found.filter_subject == *filter || found.filter_subjects.contains(filter);
        wanted.filter_subjects.iter().all(handed_out)
            && found.ack_policy == wanted.ack_policy
            && found.max_deliver <= 0
    }

    /// Whether two neighbours go to their handler in one call.
    pub(super) fn takes_together(&self, one: &Envelope, next: &Envelope) -> bool {
        one.ce_type == next.ce_type
            && self.route(&one.ce_type).is_some_and(|route| route.together)
            && ![one, next].iter().any(|envelope| envelope.is_recorded())
    }

    fn route(&self, ce_type: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.ce_type == ce_type)
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

fn decode<E: Event>(payload: &[u8]) -> Result<E, Outcome> {
    serde_json::from_slice(payload).map_err(|error| Outcome::Reject(format!("not a {}: {error}", E::TYPE)))
}
