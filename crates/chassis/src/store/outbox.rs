//! The outbox: events wait here, in the transaction that made them, until the bus has them on disk.
//!
//! Rows stay after publishing, at least as long as their stream keeps the message, so that an emptied
//! stream can be filled again with the same event ids ([`crate::bus::relay`]).

use kernel::{EventId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, Condition, ConnectionTrait, QueryOrder, QuerySelect};

use super::bulk::{self, Clash};
use super::{Db, StoreError};

/// Rows in one insert: far below the parameter limits of both databases.
const ROWS_PER_INSERT: usize = 1_000;

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Order of writing.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// `ce-id` and `Nats-Msg-Id`.
    pub event_id: Uuid,
    /// Name of the stream.
    pub stream: String,
    /// The whole subject.
    pub subject: String,
    /// CloudEvents type.
    pub ce_type: String,
    /// JSON.
    pub payload: String,
    /// W3C `traceparent` of the transaction, if it was traced.
    pub trace: Option<String>,
    /// Microseconds since 1970.
    pub recorded_at: i64,
    /// Microseconds since 1970; empty while it waits.
    pub published_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An event on its way into the outbox.
#[derive(Debug, Clone)]
pub(super) struct NewRow {
    pub(super) id: EventId,
    pub(super) stream: &'static str,
    pub(super) subject: String,
    pub(super) ce_type: &'static str,
    pub(super) payload: String,
    pub(super) trace: Option<String>,
    pub(super) recorded_at: Timestamp,
}

pub(super) async fn insert(conn: &impl ConnectionTrait, rows: Vec<NewRow>) -> Result<(), StoreError> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let part = rows.by_ref().take(ROWS_PER_INSERT).map(|row| ActiveModel {
            seq: ActiveValue::NotSet,
            event_id: ActiveValue::Set(row.id.uuid()),
            stream: ActiveValue::Set(row.stream.to_owned()),
            subject: ActiveValue::Set(row.subject),
            ce_type: ActiveValue::Set(row.ce_type.to_owned()),
            payload: ActiveValue::Set(row.payload),
            trace: ActiveValue::Set(row.trace),
            recorded_at: ActiveValue::Set(row.recorded_at.as_micros()),
            published_at: ActiveValue::Set(None),
        });
        bulk::insert(conn, part.collect(), Clash::Fails).await?;
    }
    Ok(())
}

impl Db {
    /// The oldest rows that wait and were written after row `after`, at most `limit`.
    pub(crate) async fn outbox_waiting(&self, after: i64, limit: u64) -> Result<Vec<Model>, StoreError> {
        Ok(Entity::find()
            .filter(Column::PublishedAt.is_null())
            .filter(Column::Seq.gt(after))
            .order_by_asc(Column::Seq)
            .limit(limit)
            .all(self.read())
            .await?)
    }

    /// Marks these rows as published.
    pub(crate) async fn outbox_mark(&self, seqs: &[i64], now: Timestamp) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (seqs.iter().min(), seqs.iter().max()) else {
            return Ok(());
        };
        // A range where the rows are neighbours, which they nearly always are: one short statement.
        let chosen = if usize::try_from(last - first + 1) == Ok(seqs.len()) {
            Condition::all().add(Column::Seq.between(*first, *last))
        } else {
            Condition::all().add(Column::Seq.is_in(seqs.iter().copied()))
        };
        Entity::update_many()
            .col_expr(Column::PublishedAt, Expr::value(now.as_micros()))
            .filter(chosen)
            .exec(self.writer())
            .await?;
        Ok(())
    }

    /// Lets every row of the stream wait again, so that the relay fills it. Returns how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn republish(&self, stream: &str) -> Result<u64, StoreError> {
        let done = Entity::update_many()
            .col_expr(Column::PublishedAt, Expr::value(Option::<i64>::None))
            .filter(Column::Stream.eq(stream))
            .filter(Column::PublishedAt.is_not_null())
            .exec(self.writer())
            .await?;
        self.inner.committed.notify_one();
        Ok(done.rows_affected)
    }

    /// When the oldest waiting row was recorded; `None` when nothing waits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        let oldest = Entity::find()
            .filter(Column::PublishedAt.is_null())
            .order_by_asc(Column::Seq)
            .one(self.read())
            .await?;
        Ok(oldest.map(|row| Timestamp::from_micros(row.recorded_at)))
    }

    /// How many rows wait, and when the oldest of them was recorded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let waiting = Entity::find().filter(Column::PublishedAt.is_null()).count(self.read()).await?;
        let oldest = if waiting > 0 { self.outbox_oldest().await? } else { None };
        Ok((waiting, oldest))
    }

    /// Deletes published rows recorded before `cutoff`. Of a compacted stream the last row of each subject
    /// stays, whatever its age: it is what the stream is rebuilt from. Returns how many went.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_prune(
        &self,
        stream: &str,
        compacted: bool,
        cutoff: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut delete = Entity::delete_many()
            .filter(Column::Stream.eq(stream))
            .filter(Column::PublishedAt.is_not_null())
            .filter(Column::RecordedAt.lt(cutoff.as_micros()));
        if compacted {
            delete = delete.filter(Expr::cust(
                "EXISTS (SELECT 1 FROM outbox newer WHERE newer.subject = outbox.subject AND newer.seq > outbox.seq)",
            ));
        }
        Ok(delete.exec(self.writer()).await?.rows_affected)
    }
}
