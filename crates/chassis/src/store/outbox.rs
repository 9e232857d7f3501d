//! The outbox: events wait here, in the transaction that made them, until the bus has them on disk.
//!
//! Rows are written once and stay after publishing, at least as long as their stream keeps the message, so that an
//! emptied stream can be filled again with the same event ids ([`crate::bus::relay`]). Which of them wait stands in a
//! narrow table beside, `outbox_waiting`: a number goes in with its row and out when the row is published. A single
//! mark ("published up to here") would lose rows: of two transactions the later number may be committed first.

use kernel::{EventId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ActiveValue, ConnectionTrait, DbBackend, QueryOrder, QuerySelect, Statement};

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
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod waiting {
    //! The rows that wait.

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox_waiting")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rows that wait, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Their numbers; those of rows that were pruned meanwhile among them.
    pub(crate) seqs: Vec<i64>,
    /// What is to be published.
    pub(crate) rows: Vec<Model>,
}

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
        });
        insert_waiting(conn, part.collect()).await?;
    }
    Ok(())
}

async fn insert_waiting(conn: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<(), StoreError> {
    let statement = if conn.get_database_backend() == DbBackend::Postgres {
        bulk::statement(&rows, |insert| {
            format!(
                "WITH written AS ({insert} RETURNING seq) INSERT INTO outbox_waiting SELECT seq FROM written"
            )
        })?
    } else {
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        bulk::insert(conn, rows, Clash::Fails).await?;
        // SQLite lets one transaction write at a time: the newest rows are ours.
        let newest = "INSERT INTO outbox_waiting SELECT seq FROM outbox ORDER BY seq DESC LIMIT ?";
        Statement::from_sql_and_values(DbBackend::Sqlite, newest, [count.into()])
    };
    conn.execute_raw(statement).await?;
    Ok(())
}

/// Takes these rows off those that wait, within the transaction that moves their streams' marks.
pub(crate) async fn published(conn: &impl ConnectionTrait, seqs: &[i64]) -> Result<(), StoreError> {
    waiting::Entity::delete_many().filter(among(waiting::Column::Seq, seqs)).exec(conn).await?;
    Ok(())
}

/// Lets every row of the stream wait again. Returns how many do so anew.
pub(crate) async fn wait_again(conn: &impl ConnectionTrait, stream: &str) -> Result<u64, StoreError> {
    let rows = Query::select().column(Column::Seq).from(Entity).and_where(Column::Stream.eq(stream)).take();
    let mut insert = Query::insert();
    insert.into_table(waiting::Entity).columns([waiting::Column::Seq]);
    insert.select_from(rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    insert.on_conflict(OnConflict::new().do_nothing().to_owned());
    Ok(conn.execute(&insert).await?.rows_affected())
}

/// One of these numbers: a range where they are neighbours, which they nearly always are.
fn among(column: impl ColumnTrait, seqs: &[i64]) -> Expr {
    match (seqs.iter().min(), seqs.iter().max()) {
        (Some(first), Some(last)) if usize::try_from(last - first + 1) == Ok(seqs.len()) => {
            column.between(*first, *last)
        }
        _ => column.is_in(seqs.iter().copied()),
    }
}

impl Db {
    /// The oldest rows that wait and were written after row `after`, at most `limit`.
    pub(crate) async fn outbox_waiting(&self, after: i64, limit: u64) -> Result<Waiting, StoreError> {
        let seqs: Vec<i64> = waiting::Entity::find()
            .select_only()
            .column(waiting::Column::Seq)
            .filter(waiting::Column::Seq.gt(after))
            .order_by_asc(waiting::Column::Seq)
            .limit(limit)
            .into_tuple()
            .all(self.read())
            .await?;
        if seqs.is_empty() {
            return Ok(Waiting::default());
        }
        // Not joined: how many wait changes faster than a planner learns, and a wrong guess reads the whole outbox.
        let rows = Entity::find()
            .filter(among(Column::Seq, &seqs))
            .order_by_asc(Column::Seq)
            .all(self.read())
            .await?;
        Ok(Waiting { seqs, rows })
    }

    /// Lets every row of the stream wait again, so that the relay fills it. Returns how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn republish(&self, stream: &str) -> Result<u64, StoreError> {
        let rows = wait_again(self.writer(), stream).await?;
        self.inner.committed.notify_one();
        Ok(rows)
    }

    /// When the oldest waiting row was recorded; `None` when nothing waits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        let oldest = self.outbox_waiting(i64::MIN, 1).await?;
        Ok(oldest.rows.first().map(|row| Timestamp::from_micros(row.recorded_at)))
    }

    /// How many rows wait, and when the oldest of them was recorded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let waiting = waiting::Entity::find().count(self.read()).await?;
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
        let published = "NOT EXISTS (SELECT 1 FROM outbox_waiting WHERE outbox_waiting.seq = outbox.seq)";
        let mut delete = Entity::delete_many()
            .filter(Column::Stream.eq(stream))
            .filter(Column::RecordedAt.lt(cutoff.as_micros()))
            .filter(Expr::cust(published));
        if compacted {
            // One pass, for which no index is kept: a stream's subjects are its own.
            let replaced = "seq IN (SELECT seq FROM (SELECT seq, max(seq) OVER (PARTITION BY subject) AS newest \
                            FROM outbox) AS subjects WHERE seq < newest)";
            delete = delete.filter(Expr::cust(replaced));
        }
        Ok(delete.exec(self.writer()).await?.rows_affected)
    }
}
