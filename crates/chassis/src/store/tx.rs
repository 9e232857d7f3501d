//! One open transaction: the connection, and what is to be said when it commits.

use std::sync::Arc;

use contracts::{Broadcast, Event};
use kernel::{EventId, IdSource, Timestamp};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::StoreError;
use super::outbox;
use crate::telemetry;

/// A broadcast that waits for the commit.
#[derive(Debug, Clone)]
pub struct Said {
    /// The whole subject.
    pub subject: String,
    /// The payload as JSON.
    pub payload: Vec<u8>,
}

/// What a commit leaves to be done.
pub(super) struct Committed {
    pub(super) broadcasts: Vec<Said>,
    pub(super) events: usize,
}

/// A transaction that is under way. Commands get it from [`super::Db::write`] and never commit it themselves.
pub struct Tx {
    conn: DatabaseTransaction,
    now: Timestamp,
    ids: Arc<dyn IdSource>,
    events: Vec<outbox::NewRow>,
    broadcasts: Vec<Said>,
    trace: Option<String>,
}

impl Tx {
    pub(super) fn new(conn: DatabaseTransaction, now: Timestamp, ids: Arc<dyn IdSource>) -> Self {
        let trace = telemetry::current_traceparent();
        Self { conn, now, ids, events: Vec::new(), broadcasts: Vec::new(), trace }
    }

    /// Where queries go.
    #[must_use]
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.conn
    }

    /// The time of this transaction: one instant for all it does.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new id.
    pub fn next_id<T: From<Uuid>>(&self) -> T {
        self.ids.next_id().into()
    }

    /// Puts an event into the outbox: it is published if, and only if, this transaction commits.
    ///
    /// # Errors
    /// When the event cannot be written as JSON.
    pub fn emit<E: Event>(&mut self, event: &E) -> Result<EventId, StoreError> {
        let id: EventId = self.next_id();
        self.events.push(outbox::NewRow {
            id,
            stream: E::STREAM.spec().name,
            subject: event.subject(),
            ce_type: E::TYPE,
            payload: serde_json::to_string(event)?,
            trace: self.trace.clone(),
            recorded_at: self.now,
        });
        Ok(id)
    }

    /// Says a broadcast right after the commit. It may get lost: a sure path must say the same.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn say<B: Broadcast>(&mut self, broadcast: &B) -> Result<(), StoreError> {
        let payload = serde_json::to_vec(broadcast)?;
        self.broadcasts.push(Said { subject: broadcast.subject(), payload });
        Ok(())
    }

    /// The trace in which the next events are emitted; a batch sets it for each of its parts.
    pub fn set_trace(&mut self, trace: Option<String>) {
        self.trace = trace;
    }

    pub(super) async fn commit(self) -> Result<Committed, StoreError> {
        let events = self.events.len();
        outbox::insert(&self.conn, self.events).await?;
        crate::fail_point::reach("before-commit");
        self.conn.commit().await?;
        crate::fail_point::reach("after-commit");
        Ok(Committed { broadcasts: self.broadcasts, events })
    }

    pub(super) async fn rollback(self) {
        if let Err(error) = self.conn.rollback().await {
            tracing::warn!(%error, "rolling back");
        }
    }
}
