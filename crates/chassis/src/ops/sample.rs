//! What the sampler found last: shown as it is, so that nobody who looks costs a question.

use std::collections::BTreeMap;

use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The last of each; absent before the first.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    pub(super) database_answers: Option<bool>,
    pub(super) outbox: Option<Outbox>,
    /// By durable consumer.
    pub(super) letters: BTreeMap<&'static str, u64>,
    /// By durable consumer.
    pub(super) flows: BTreeMap<&'static str, Flow>,
    /// By stream.
    pub(super) streams: BTreeMap<&'static str, Fill>,
}

/// Events that are committed and not published yet, of all instances of the service.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = OutboxState)]
pub(super) struct Outbox {
    /// How many wait.
    pub(super) waiting: u64,
    /// Since the oldest of them was committed, by the service's clock; 0 where none waits.
    pub(super) oldest_age_ms: u64,
    /// When it was looked at.
    pub(super) as_of: Timestamp,
}

/// What the bus says of a consumer, which all instances of the service share.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = ConsumerFlow)]
pub(super) struct Flow {
    /// Messages yet to be given to it.
    pub(super) undelivered: u64,
    /// Messages given and not acknowledged.
    pub(super) unacked: u64,
    /// Of these, given more than once.
    pub(super) redelivered: u64,
    /// Since the oldest message that it has yet to acknowledge was kept by the bus. Absent where none waits, or where
    /// the bus does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oldest_age_ms: Option<u64>,
    /// How long it has got nowhere though something waits, as this instance saw it.
    pub(super) stalled_ms: u64,
    /// When it was looked at.
    pub(super) as_of: Timestamp,
}

/// How full a stream is that this service owns.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = StreamFill)]
pub(super) struct Fill {
    /// Its name.
    pub(super) stream: &'static str,
    /// Share of its bytes that is taken, in thousandths; full, it refuses, and the outbox holds events back.
    pub(super) fill_permille: u32,
    /// When it was looked at.
    pub(super) as_of: Timestamp,
}
