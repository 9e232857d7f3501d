//! The relay: carries the outbox to its streams, oldest first, and heals streams that lost their storage.
//!
//! Woken by commits of this process, and by a slow tick for those of others. Of many instances one relays at
//! a time (a lock in PostgreSQL), so that events keep their order. What waits goes out as one atomic
//! batch: one acknowledgement, and with one replica one disk flush, for all.
//! A row waits until its stream acknowledged it; a crash in between publishes it again under the
//! same id, which the stream's duplicate window or the consumer's inbox absorbs.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::context::traits::Publisher as _;
use async_nats::jetstream::message::{OutboundMessage, PublishMessage};
use async_nats::jetstream::publish::PublishAck;
use bytes::Bytes;
use contracts::streams::Stream;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, TransactionTrait};
use tokio_util::sync::CancellationToken;

use super::{Bus, BusError, RelayFigures, StreamState, cloudevents};
use crate::fail_point;
use crate::store::outbox::{self, Waiting};
use crate::store::{Command, Db, StoreError, Tx, marks};

/// Rows in one round. JetStream takes at most 1,000 messages in an atomic batch.
const ROWS_MAX: u64 = 1_000;
/// Publishes under way at once where they are pipelined.
const IN_FLIGHT_MAX: usize = 256;
/// How long until rows that other processes wrote are looked for.
const TICK: Duration = Duration::from_secs(1);
/// How often the streams' incarnations are compared with what was last seen.
const HEAL_EVERY: Duration = Duration::from_secs(2);
/// Any number but the migration's.
const ADVISORY_LOCK: i64 = 81_891;

/// Why a round did not finish. The rows stay and wait.
#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// The relay of one service.
pub struct Relay {
    bus: Bus,
    db: Db,
    streams: &'static [Stream],
    figures: RelayFigures,
}

impl Relay {
    /// A relay for the streams this service owns.
    pub(crate) fn new(bus: Bus, db: Db, streams: &'static [Stream], figures: RelayFigures) -> Self {
        Self { bus, db, streams, figures }
    }

    /// Runs until stopped; then drains what waits, as long as its caller lets it.
    pub async fn run(self, stop: CancellationToken) {
        let mut failures = 0;
        let mut heal = tokio::time::interval(HEAL_EVERY);
        let mut ready = false;
        loop {
            let round = if ready { self.drain().await } else { self.prepare().await.map(|()| ready = true) };
            match round {
                Ok(()) if ready => failures = 0,
                Ok(()) => continue,
                Err(error) => {
                    failures += 1;
                    self.figures.failed();
                    tracing::warn!(%error, failures, "the outbox waits");
                }
            }
            if stop.is_cancelled() {
                return;
            }
            let wait = if failures > 0 { self.bus.backoff(failures) } else { TICK };
            tokio::select! {
                () = self.db.committed(), if failures == 0 => {}
                () = tokio::time::sleep(wait) => {}
                _ = heal.tick() => ready = self.heal().await,
                () = stop.cancelled() => {}
            }
        }
    }

    /// Makes sure of the streams, and compares them with what was last seen of them.
    async fn prepare(&self) -> Result<(), RelayError> {
        for &stream in self.streams {
            self.bus.ensure_stream(stream).await?;
        }
        self.compare().await
    }

    async fn heal(&self) -> bool {
        match self.compare().await {
            Ok(()) => true,
            Err(RelayError::Bus(BusError::Stream { stream, why })) => {
                tracing::error!(stream, why, "a stream is gone or not as it must be: it will be made again");
                false
            }
            // No answer says nothing about the streams.
            Err(error) => {
                tracing::debug!(%error, "the streams could not be looked at");
                true
            }
        }
    }

    /// A stream that is younger or shorter than last seen lost messages: the outbox fills it again.
    async fn compare(&self) -> Result<(), RelayError> {
        for &stream in self.streams {
            let name = stream.spec().name;
            let StreamState::There { incarnation, last_seq, drift, .. } =
                self.bus.stream_state(stream).await?
            else {
                return Err(BusError::Stream { stream: name, why: "it is gone".to_owned() }.into());
            };
            if let Some(setting) = drift {
                let why = format!("its {setting} was changed by somebody else");
                return Err(BusError::Stream { stream: name, why }.into());
            }
            let last_seq = i64::try_from(last_seq).unwrap_or(i64::MAX);
            if let Some(mark) = marks::find(self.db.read(), name).await? {
                if mark.incarnation == incarnation && mark.last_seq <= last_seq {
                    continue;
                }
                let rows = self.db.republish(name).await?;
                self.figures.healed(name);
                tracing::error!(stream = name, rows, "the stream lost messages: publishing the outbox again");
            }
            let mark = marks::Model { stream: name.to_owned(), incarnation, last_seq };
            marks::set(self.db.writer(), mark).await?;
        }
        Ok(())
    }

    /// Publishes until nothing waits.
    async fn drain(&self) -> Result<(), RelayError> {
        // Held over all rounds: another instance's relay waits meanwhile, and finds little left to do.
        let Some(guard) = self.lock().await? else { return Ok(()) };
        let done = self.drain_locked(guard.as_ref()).await;
        if let Some(transaction) = guard {
            transaction.commit().await.map_err(StoreError::from)?;
        }
        done
    }

    /// While some rows are under way to their streams, the next ones are read. A pass ends where nothing newer
    /// waits, and where a stream turns out to be rolled back: what is published again must not come after what is
    /// newer. Then it looks again from the oldest, since of two transactions the later may be written first, too.
    async fn drain_locked(&self, guard: Option<&DatabaseTransaction>) -> Result<(), RelayError> {
        loop {
            let mut waiting = self.db.outbox_waiting(i64::MIN, ROWS_MAX).await?;
            if waiting.seqs.is_empty() {
                return Ok(());
            }
            while let Some(newest) = waiting.seqs.last().copied() {
                // The database takes the lock from whoever does not stir.
                if let Some(guard) = guard {
                    guard.execute_unprepared("SELECT 1").await.map_err(StoreError::from)?;
                }
                let (carried, next) =
                    tokio::join!(self.carry(waiting), self.db.outbox_waiting(newest, ROWS_MAX));
                waiting = match carried? {
                    Carried::Kept => next?,
                    Carried::RolledBack => break,
                };
            }
        }
    }

    /// Publishes these rows, which wait no longer when their streams have them.
    async fn carry(&self, Waiting { seqs, rows }: Waiting) -> Result<Carried, RelayError> {
        fail_point::reach("before-publish");
        let reached = self.publish(rows).await?;
        fail_point::reach("after-publish");
        Ok(self.db.write(&Published { seqs, reached }).await?)
    }

    /// `None`: another instance relays now. `Some(None)`: SQLite, which has one process.
    async fn lock(&self) -> Result<Option<Option<DatabaseTransaction>>, StoreError> {
        if self.db.backend() != DbBackend::Postgres {
            return Ok(Some(None));
        }
        let transaction = self.db.read().begin().await?;
        // Of this service alone: several share a database, each with its schema.
        let statement =
            format!("SELECT pg_try_advisory_xact_lock({ADVISORY_LOCK}, hashtext(current_schema())) AS taken");
        let row = transaction
            .query_one_raw(sea_orm::Statement::from_string(DbBackend::Postgres, statement))
            .await?;
        let taken = row.map(|row| row.try_get::<bool>("", "taken")).transpose()?.unwrap_or(false);
        Ok(taken.then_some(Some(transaction)))
    }

    /// Publishes all rows, each stream's in order, and says how far each stream got.
    async fn publish(&self, rows: Vec<outbox::Model>) -> Result<BTreeMap<String, Reached>, BusError> {
        let mut by_stream: BTreeMap<String, Vec<outbox::Model>> = BTreeMap::new();
        for row in rows {
            by_stream.entry(row.stream.clone()).or_default().push(row);
        }
        let mut reached = BTreeMap::new();
        for (stream, rows) in by_stream {
            let through = if rows.len() > 1 {
                match self.publish_atomically(&rows).await? {
                    Some(ack) => Reached::whole(&ack, rows.len()),
                    None => self.publish_pipelined(&rows).await?,
                }
            } else {
                self.publish_pipelined(&rows).await?
            };
            self.figures.sent(&stream, rows.len());
            reached.insert(stream, through);
        }
        Ok(reached)
    }

    /// One batch that is stored whole or not at all. `None` when the server refused it, which it does when one
    /// of its messages is there already: then each goes alone and the duplicates are told apart.
    async fn publish_atomically(&self, rows: &[outbox::Model]) -> Result<Option<PublishAck>, BusError> {
        let batch = self.bus.ids.next_id().simple().to_string();
        let last = rows.len();
        let mut done = None;
        for (index, row) in rows.iter().enumerate() {
            let (subject, mut headers, payload) = message_of(row);
            headers.insert("Nats-Batch-Id", batch.as_str());
            headers.insert("Nats-Batch-Sequence", (index + 1).to_string().as_str());
            if index + 1 == last {
                headers.insert("Nats-Batch-Commit", "1");
                done = match self
                    .bus
                    .js
                    .publish_message(outbound(subject, headers, payload))
                    .await
                    .map_err(BusError::unavailable)?
                    .await
                {
                    Ok(ack) => Some(ack),
                    Err(error) => {
                        tracing::debug!(%error, "an atomic batch was refused: publishing one by one");
                        None
                    }
                };
            } else {
                self.bus
                    .client
                    .publish_with_headers(subject, headers, payload)
                    .await
                    .map_err(BusError::unavailable)?;
            }
        }
        Ok(done)
    }

    async fn publish_pipelined(&self, rows: &[outbox::Model]) -> Result<Reached, BusError> {
        let mut reached = Reached::default();
        let mut waiting: std::collections::VecDeque<PublishAckFuture> =
            std::collections::VecDeque::with_capacity(IN_FLIGHT_MAX);
        for row in rows {
            if waiting.len() >= IN_FLIGHT_MAX
                && let Some(ack) = waiting.pop_front()
            {
                reached.add(&ack.await.map_err(BusError::unavailable)?);
            }
            let (subject, headers, payload) = message_of(row);
            let message = outbound(subject, headers, payload);
            waiting.push_back(self.bus.js.publish_message(message).await.map_err(BusError::unavailable)?);
        }
        for ack in waiting {
            reached.add(&ack.await.map_err(BusError::unavailable)?);
        }
        Ok(reached)
    }
}

/// Rows that their streams have: they wait no longer, and the marks move on, in one transaction.
struct Published {
    seqs: Vec<i64>,
    reached: BTreeMap<String, Reached>,
}

impl Command for Published {
    type Out = Carried;
    type Error = StoreError;

    /// A new message at or below a mark says that the stream forgot what stood there: it was rolled back and has grown
    /// past the mark before anybody looked.
    async fn run(&self, tx: &mut Tx) -> Result<Carried, StoreError> {
        outbox::published(tx.conn(), &self.seqs).await?;
        let mut carried = Carried::Kept;
        for (stream, Reached { first_new, last }) in &self.reached {
            let last_seq = i64::try_from(*last).unwrap_or(i64::MAX);
            let Some(mark) = marks::find(tx.conn(), stream).await? else { continue };
            if first_new.is_some_and(|first| i64::try_from(first).is_ok_and(|first| first <= mark.last_seq)) {
                let rows = outbox::wait_again(tx.conn(), stream).await?;
                tracing::error!(stream, rows, "the stream was rolled back: publishing the outbox again");
                carried = Carried::RolledBack;
            } else if mark.last_seq >= last_seq {
                continue;
            }
            marks::set(tx.conn(), marks::Model { last_seq, ..mark }).await?;
        }
        Ok(carried)
    }
}

/// What became of rows that were published.
enum Carried {
    /// Their streams have them.
    Kept,
    /// A stream had lost what came before them: all of its rows wait again.
    RolledBack,
}

/// How far a round got in one stream.
#[derive(Default)]
struct Reached {
    /// The lowest sequence of a message that the stream did not have yet.
    first_new: Option<u64>,
    /// The highest sequence.
    last: u64,
}

impl Reached {
    /// After an atomic batch of so many messages, all of them new.
    fn whole(ack: &PublishAck, messages: usize) -> Self {
        let others = u64::try_from(messages).unwrap_or(u64::MAX).saturating_sub(1);
        Self { first_new: Some(ack.sequence.saturating_sub(others)), last: ack.sequence }
    }

    fn add(&mut self, ack: &PublishAck) {
        self.last = self.last.max(ack.sequence);
        if !ack.duplicate {
            self.first_new = Some(self.first_new.map_or(ack.sequence, |first| first.min(ack.sequence)));
        }
    }
}

/// A row as it goes out.
fn message_of(row: &outbox::Model) -> (String, HeaderMap, Bytes) {
    (row.subject.clone(), cloudevents::headers(row), Bytes::copy_from_slice(row.payload.as_bytes()))
}

fn outbound(subject: String, headers: HeaderMap, payload: Bytes) -> OutboundMessage {
    PublishMessage::build().headers(headers).payload(payload).outbound_message(subject)
}
