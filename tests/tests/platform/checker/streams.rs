//! What the bus holds, and when it is at rest.

use std::time::Duration;

use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use async_nats::jetstream::{self, consumer::Info};
use contracts::streams::Stream;
use futures::StreamExt as _;
use testkit::wait;
use uuid::Uuid;

use super::databases::Stores;
use super::history::{Consumer, Stored};
use crate::processes::SERVICES;

/// How long until everything said has had its effect: an event that was being worked on when its consumer died
/// is delivered again after 10 s, and then others after it.
const AT_REST_WITHIN: Duration = Duration::from_secs(75);

/// Every durable consumer of the platform, and its stream.
const CONSUMERS: [(&str, Stream); 5] = [
    ("dispatch-intake", Stream::Intake),
    ("intake-dispatch", Stream::Dispatch),
    ("feedback-dispatch", Stream::Dispatch),
    ("intake-feedback", Stream::Feedback),
    ("credit-feedback", Stream::Feedback),
];

/// A message with everything in it.
pub(crate) struct Message {
    pub(crate) stored: Stored,
    /// Headers and payload as text, for a search.
    pub(crate) text: String,
}

/// Waits until every outbox is empty and every consumer has nothing left, twice in a row: what the last event of one
/// consumer led to may have been on its way to the next at the first look.
pub(crate) async fn settled(client: &async_nats::Client, stores: &Stores) {
    let mut calm = 0;
    let mut last = String::new();
    let at_rest = async || {
        last = unrest(client, stores).await;
        calm = if last.is_empty() { calm + 1 } else { 0 };
        (calm == 2).then_some(())
    };
    if let Err(error) = wait::until("everything to be at rest", AT_REST_WITHIN, at_rest).await {
        panic!("{error}: {last}");
    }
}

async fn unrest(client: &async_nats::Client, stores: &Stores) -> String {
    for service in SERVICES {
        let waiting = stores.number(service, "SELECT COUNT(*) FROM outbox_waiting").await;
        if waiting > 0 {
            return format!("{waiting} events wait in the outbox of {service}");
        }
    }
    for (name, stream) in CONSUMERS {
        match info(client, name, stream).await {
            Some(info) if info.num_pending == 0 && info.num_ack_pending == 0 => {}
            Some(info) => {
                return format!(
                    "{name}: {} pending, {} unacknowledged",
                    info.num_pending, info.num_ack_pending
                );
            }
            None => return format!("{name} is not there"),
        }
    }
    String::new()
}

async fn info(client: &async_nats::Client, name: &str, stream: Stream) -> Option<Info> {
    let stream = jetstream::new(client.clone()).get_stream(stream.spec().name).await.ok()?;
    stream.consumer_info(name).await.ok()
}

/// The durable consumers as the server has them.
pub(crate) async fn consumers(client: &async_nats::Client) -> Vec<Consumer> {
    let mut found = Vec::new();
    for (name, stream) in CONSUMERS {
        let info = info(client, name, stream).await.unwrap();
        let mut filters = info.config.filter_subjects.clone();
        filters.extend((!info.config.filter_subject.is_empty()).then(|| info.config.filter_subject.clone()));
        let waiting = info.num_pending + u64::try_from(info.num_ack_pending).unwrap();
        found.push(Consumer { name, stream: stream.spec().name, filters, waiting });
    }
    found
}

/// Everything that a stream holds.
pub(crate) async fn messages(client: &async_nats::Client, stream: Stream) -> Vec<Message> {
    let name = stream.spec().name;
    let kept = jetstream::new(client.clone()).get_stream(name).await.unwrap();
    let count = kept.cached_info().state.messages;
    let config = pull::OrderedConfig { deliver_policy: DeliverPolicy::All, ..Default::default() };
    let incoming = kept.create_consumer(config).await.unwrap().messages().await.unwrap();
    let taken = incoming.take(usize::try_from(count).unwrap()).map(|message| read(name, &message.unwrap()));
    let all = tokio::time::timeout(AT_REST_WITHIN, taken.collect::<Vec<_>>()).await;
    all.unwrap_or_else(|_| panic!("{name} does not hand out its {count} messages"))
}

fn read(stream: &str, message: &jetstream::Message) -> Message {
    let headers = message.headers.clone().unwrap_or_default();
    let id = headers.get("ce-id").and_then(|id| Uuid::parse_str(id.as_str()).ok());
    let seq = message.info().unwrap().stream_sequence;
    let text = format!("{} {headers:?} {}", message.subject, String::from_utf8_lossy(&message.payload));
    let stored = Stored { stream: stream.to_owned(), seq, subject: message.subject.to_string(), id };
    Message { stored, text }
}
