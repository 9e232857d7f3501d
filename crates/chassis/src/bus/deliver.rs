//! The effects of what was delivered, with the inbox rows that make each happen once, in one transaction.

use async_nats::jetstream::Message;
use kernel::{EventId, Timestamp};

use super::cloudevents::{self, Envelope};
use super::subscription::{Outcome, Subscription, handle};
use crate::fail_point;
use crate::store::{Command, StoreError, Tx, WriteError, inbox};

/// One message as it was delivered.
pub(super) struct Delivery {
    pub(super) message: Message,
    pub(super) envelope: Result<Envelope, String>,
    pub(super) stream_seq: u64,
    pub(super) deliveries: i64,
}

impl Delivery {
    pub(super) fn read(message: Message) -> Self {
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
pub(super) enum Undone {
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
pub(super) struct Deliver<'a> {
    pub(super) subscription: &'a Subscription,
    pub(super) deliveries: &'a [Delivery],
    /// Now by the machine's clock, by which the streams forget as well.
    pub(super) wall: Timestamp,
}

impl Command for Deliver<'_> {
    type Out = Vec<Outcome>;
    type Error = Undone;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Outcome>, Undone> {
        let durable = self.subscription.durable();
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
