//! Messages as they are on the bus: taken off a stream, and put on it again.

use async_nats::jetstream;
use bytes::Bytes;
use contracts::streams::Stream;

/// A message of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) subject: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) payload: Bytes,
}

impl Raw {
    /// Puts it on the bus. Without `Nats-Msg-Id`, so that the stream keeps every copy.
    pub(crate) async fn store(&self, client: &async_nats::Client) {
        let named = self.headers.iter().filter(|(name, _)| !name.to_lowercase().starts_with("nats-"));
        let headers: Vec<(&str, &str)> = named.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        testkit::raw::store(client, &self.subject, &headers, self.payload.clone()).await.unwrap();
    }
}

/// The last sequence of a stream.
pub(crate) async fn last_seq(client: &async_nats::Client, stream: Stream) -> u64 {
    let stream = jetstream::new(client.clone()).get_stream(stream.spec().name).await.unwrap();
    stream.cached_info().state.last_sequence
}

/// Takes the messages after this sequence off the stream, oldest first, before anybody hears of them.
pub(crate) async fn take_after(client: &async_nats::Client, stream: Stream, after: u64) -> Vec<Raw> {
    let last = last_seq(client, stream).await;
    let kept = jetstream::new(client.clone()).get_stream(stream.spec().name).await.unwrap();
    let mut taken = Vec::new();
    for seq in after + 1..=last {
        taken.push(copy(&kept, seq).await.unwrap());
        kept.delete_message(seq).await.unwrap();
    }
    taken
}

/// Copies of all that a stream holds, oldest first.
pub(crate) async fn copies(client: &async_nats::Client, stream: Stream) -> Vec<Raw> {
    let kept = jetstream::new(client.clone()).get_stream(stream.spec().name).await.unwrap();
    let mut copies = Vec::new();
    for seq in 1..=kept.cached_info().state.last_sequence {
        copies.extend(copy(&kept, seq).await);
    }
    copies
}

/// The message at this place, if it is still there.
async fn copy(stream: &jetstream::stream::Stream, seq: u64) -> Option<Raw> {
    let message = stream.get_raw_message(seq).await.ok()?;
    let header = |(name, values): (&_, &Vec<async_nats::HeaderValue>)| {
        (ToString::to_string(name as &async_nats::HeaderName), values[0].as_str().to_owned())
    };
    let headers = message.headers.iter().map(header).collect();
    Some(Raw { subject: message.subject.to_string(), headers, payload: message.payload })
}
