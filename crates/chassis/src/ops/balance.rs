//! I6: received = done + waiting + dead-lettered, checked against the stream itself and the database.
//!
//! The stream is read for its headers alone, up to its last sequence at the start; each event in it is looked up
//! in the inbox and among the dead letters. What is in neither must still be with the server, which says how many
//! it has yet to deliver or see acknowledged. Effects are committed before they are acknowledged, so an event that
//! the server no longer owes and the database does not know is lost.

use std::collections::HashSet;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::Stream as JetStream;
use futures::StreamExt as _;
use kernel::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bus::subscription::Subscription;
use crate::bus::{Bus, BusError, cloudevents};
use crate::store::{Db, StoreError, inbox};

/// Messages looked up together: below the parameter limits of both databases.
const CHUNK: usize = 500;
/// The stream falls silent in the middle.
const SILENT_MAX: Duration = Duration::from_secs(5);

/// How the messages of one consumer stand. Events are counted once, however often they are in the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ConsumerBalance)]
pub struct Balance {
    /// The durable consumer.
    pub consumer: String,
    /// Its stream.
    pub stream: String,
    /// Events in the stream that it asks for.
    pub received: u64,
    /// Of these, with effect.
    pub done: u64,
    /// Of these, dead letters without effect, in any state.
    pub dead_lettered: u64,
    /// Of these, neither.
    pub waiting: u64,
    /// What the server has yet to deliver or to see acknowledged.
    pub owed: u64,
    /// Waiting and not owed: lost. Anything but 0 breaks I6.
    pub missing: u64,
    /// Whether the whole stream was looked at, and not its newest messages alone.
    pub whole: bool,
}

/// Why there is no balance.
#[derive(Debug, thiserror::Error)]
pub enum BalanceError {
    /// No such consumer here.
    #[error("this service has no consumer {0}")]
    NoConsumer(String),
    /// The bus.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was found of one part of the stream.
#[derive(Default)]
struct Count {
    /// Events of ours seen so far: a refilled stream may hold one twice.
    seen: HashSet<EventId>,
    received: u64,
    done: u64,
    dead: u64,
}

pub(super) async fn strike(
    db: &Db,
    bus: &Bus,
    subscription: &Subscription,
    messages_max: u64,
) -> Result<Balance, BalanceError> {
    let (durable, name) = (subscription.durable(), subscription.stream().spec().name);
    let stream = bus.jetstream().get_stream(name).await.map_err(BusError::unavailable)?;
    // In this order: what is past the last sequence is not read, and what is not owed by then is in the database.
    let state = &stream.cached_info().state;
    let (first, last) = (state.first_sequence, state.last_sequence);
    let info = stream.consumer_info(durable).await.map_err(BusError::unavailable)?;
    let owed = info.num_pending + u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
    let from = first.max((last + 1).saturating_sub(messages_max)).max(1);
    let mut count = Count::default();
    if from <= last {
        read(db, &stream, subscription, (from, last), &mut count).await?;
    }
    let waiting = count.received - count.done - count.dead;
    Ok(Balance {
        consumer: durable.to_owned(),
        stream: name.to_owned(),
        received: count.received,
        done: count.done,
        dead_lettered: count.dead,
        waiting,
        owed,
        missing: waiting.saturating_sub(owed),
        whole: from <= first.max(1),
    })
}

async fn read(
    db: &Db,
    stream: &JetStream,
    subscription: &Subscription,
    (from, last): (u64, u64),
    count: &mut Count,
) -> Result<(), BalanceError> {
    // A name that servers with permissions can allow; who comes second at another instance is told to come again.
    let name = format!("{}-balance", subscription.durable());
    let reader = pull::Config {
        name: Some(name.clone()),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from },
        ack_policy: AckPolicy::None,
        filter_subjects: subscription.filters(),
        headers_only: true,
        inactive_threshold: 2 * SILENT_MAX,
        ..pull::Config::default()
    };
    let reader = stream.create_consumer_strict(reader).await.map_err(BusError::unavailable)?;
    let done = read_all(db, &reader, subscription.durable(), last, count).await;
    if let Err(error) = stream.delete_consumer(&name).await {
        tracing::debug!(%error, name, "a reader was not deleted: it ends by itself");
    }
    done
}

async fn read_all(
    db: &Db,
    reader: &PullConsumer,
    durable: &str,
    last: u64,
    count: &mut Count,
) -> Result<(), BalanceError> {
    let mut left = reader.cached_info().num_pending;
    let messages = reader.messages().await.map_err(BusError::unavailable)?;
    let mut chunks = messages.ready_chunks(CHUNK);
    while left > 0 {
        let chunk = tokio::time::timeout(SILENT_MAX, chunks.next()).await.map_err(BusError::unavailable)?;
        let chunk = chunk.ok_or_else(|| BusError::Unavailable("the server ended it".to_owned()))?;
        let chunk: Vec<Message> =
            chunk.into_iter().collect::<Result<_, _>>().map_err(BusError::unavailable)?;
        left = left.saturating_sub(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        look_up(db, durable, &chunk, last, count).await?;
    }
    Ok(())
}

async fn look_up(
    db: &Db,
    durable: &str,
    chunk: &[Message],
    last: u64,
    count: &mut Count,
) -> Result<(), BalanceError> {
    let (mut events, mut places) = (Vec::new(), Vec::new());
    for message in chunk {
        let sequence = message.info().map_or(0, |info| info.stream_sequence);
        if sequence > last {
            continue;
        }
        match message.headers.as_ref().map(cloudevents::read) {
            Some(Ok(envelope)) if count.seen.insert(envelope.id) => events.push(envelope.id),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => places.push(i64::try_from(sequence).unwrap_or(i64::MAX)),
        }
    }
    count.received += u64::try_from(events.len() + places.len()).unwrap_or(u64::MAX);
    let done = inbox::done(db.read(), durable, &events).await?;
    let letters = db.dead_letters_of(durable, &events, &places).await?;
    let dead: HashSet<_> = letters
        .into_iter()
        .filter(|(event, _)| event.is_none_or(|event| !done.contains(&EventId::new(event))))
        // One letter per event; a message that is no event has its place alone.
        .map(|(event, place)| (event, if event.is_none() { place } else { 0 }))
        .collect();
    count.done += u64::try_from(done.len()).unwrap_or(u64::MAX);
    count.dead += u64::try_from(dead.len()).unwrap_or(u64::MAX);
    Ok(())
}
