//! What becomes of messages that could not take effect: buried with their reason, then driven again or discarded.
//!
//! Whoever sees to a letter holds it for the length of the transaction, and the effect is marked in the inbox
//! with it. So two people who drive the same letter at once, or a person and a refilled stream, make one effect.

use std::collections::BTreeMap;

use contracts::streams::Stream;
use kernel::{Actor, Step, Timestamp};
use uuid::Uuid;

use super::cloudevents::{self, Envelope};
use super::deliver::Delivery;
use super::subscription::{Outcome, Subscription, handle};
use crate::store::dead_letters::{self, Effect, Model, Settled, State};
use crate::store::{Command, Db, StoreError, Tx, WriteError, inbox};

/// Why a letter stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// There is none with this id.
    #[error("there is no such dead letter")]
    Unknown,
    /// The consumer that gave it up is not among this service's any more.
    #[error("this service has no consumer {0}")]
    NoConsumer(String),
    /// It was seen to in the other way.
    #[error("it was {0:?} before")]
    SeenTo(State),
    /// It still has no effect, and why.
    #[error("it still has no effect: {0}")]
    Again(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WriteError for LetterError {
    /// A taken key is the consumer's inbox row, written while this transaction ran: the next try finds it.
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(StoreError::Collision(_) | StoreError::Taken(_)))
    }
}

/// Drives a letter again through its handler; `wall` is now by the machine's clock. Repeated, it gives the letter as the
/// first time left it.
///
/// # Errors
/// [`LetterError`].
pub async fn redrive(
    db: &Db,
    subscriptions: &[Subscription],
    id: Uuid,
    by: Actor,
    wall: Timestamp,
) -> Result<Step<Model>, LetterError> {
    db.write(&Redrive { subscriptions, id, by, wall }).await
}

/// Gives a letter up for good. It stays, with the reason. Repeated, it gives the letter as the first time left it.
///
/// # Errors
/// [`LetterError`].
pub async fn discard(db: &Db, id: Uuid, reason: &str, by: Actor) -> Result<Step<Model>, LetterError> {
    db.write(&Discard { id, reason, by }).await
}

/// Keeps a delivery that is given up.
pub(super) struct Bury<'a> {
    pub(super) durable: &'static str,
    pub(super) stream: Stream,
    pub(super) delivery: &'a Delivery,
    pub(super) reason: String,
}

impl Command for Bury<'_> {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let message = &self.delivery.message;
        let headers: BTreeMap<String, Vec<String>> = message
            .headers
            .iter()
            .flat_map(|headers| headers.iter())
            .map(|(name, values)| (name.to_string(), values.iter().map(|v| v.as_str().to_owned()).collect()))
            .collect();
        let letter = Model {
            id: tx.next_id(),
            consumer: self.durable.to_owned(),
            stream: self.stream.spec().name.to_owned(),
            stream_seq: i64::try_from(self.delivery.stream_seq).unwrap_or(i64::MAX),
            subject: message.subject.to_string(),
            headers: serde_json::to_string(&headers)?,
            payload: message.payload.to_vec(),
            reason: self.reason.clone(),
            deliveries: self.delivery.deliveries,
            died_at: tx.now().as_micros(),
            redriven_at: None,
            event_id: self.delivery.envelope.as_ref().ok().map(|envelope| envelope.id.uuid()),
            effect: None,
            discarded_at: None,
            discard_reason: None,
            settled_by: None,
        };
        dead_letters::bury(tx.conn(), letter).await
    }
}

/// The letter, held for the length of the transaction: to be brought to this end, or brought there before.
async fn take(tx: &Tx, id: Uuid, end: State) -> Result<Step<Model>, LetterError> {
    let letter = dead_letters::lock(tx.conn(), id).await?.ok_or(LetterError::Unknown)?;
    match letter.state() {
        State::Open => Ok(Step::Done(letter)),
        state if state == end => Ok(Step::AlreadyDone(letter)),
        state => Err(LetterError::SeenTo(state)),
    }
}

struct Redrive<'a> {
    subscriptions: &'a [Subscription],
    id: Uuid,
    by: Actor,
    /// Now by the machine's clock, by which the inbox forgets.
    wall: Timestamp,
}

impl Command for Redrive<'_> {
    type Out = Step<Model>;
    type Error = LetterError;

    async fn run(&self, tx: &mut Tx) -> Result<Step<Model>, LetterError> {
        let letter = match take(tx, self.id, State::Redriven).await? {
            Step::Done(open) => open,
            Step::AlreadyDone(redriven) => return Ok(Step::AlreadyDone(redriven)),
        };
        let subscription = self.subscriptions.iter().find(|one| one.durable() == letter.consumer);
        let subscription = subscription.ok_or_else(|| LetterError::NoConsumer(letter.consumer.clone()))?;
        let envelope = envelope(&letter)?;
        let durable = subscription.durable();
        let claimed = inbox::claim(tx.conn(), durable, &[envelope.id], self.wall).await?;
        let effect = if claimed.contains(&envelope.id) {
            match handle(subscription, tx, &[(&envelope, letter.payload.as_slice())]).await {
                Outcome::Done => Effect::Done,
                Outcome::Duplicate => Effect::Duplicate,
                Outcome::RetryAfter(_, why) | Outcome::Reject(why) => return Err(LetterError::Again(why)),
            }
        } else {
            Effect::Duplicate
        };
        let (how, now) = (Settled::Redriven(effect), tx.now());
        Ok(Step::Done(dead_letters::settle(tx.conn(), letter, how, self.by, now).await?))
    }
}

fn envelope(letter: &Model) -> Result<Envelope, LetterError> {
    let headers: BTreeMap<String, Vec<String>> =
        serde_json::from_str(&letter.headers).map_err(StoreError::from)?;
    let mut map = async_nats::HeaderMap::new();
    for (name, values) in &headers {
        for value in values {
            map.append(name.as_str(), value.as_str());
        }
    }
    cloudevents::read(&map).map_err(|error| LetterError::Again(format!("not a CloudEvent: {error}")))
}

struct Discard<'a> {
    id: Uuid,
    reason: &'a str,
    by: Actor,
}

impl Command for Discard<'_> {
    type Out = Step<Model>;
    type Error = LetterError;

    async fn run(&self, tx: &mut Tx) -> Result<Step<Model>, LetterError> {
        let letter = match take(tx, self.id, State::Discarded).await? {
            Step::Done(open) => open,
            Step::AlreadyDone(discarded) => return Ok(Step::AlreadyDone(discarded)),
        };
        let (how, now) = (Settled::Discarded(self.reason), tx.now());
        Ok(Step::Done(dead_letters::settle(tx.conn(), letter, how, self.by, now).await?))
    }
}
