//! Who read personal data in the clear, when, and why (明文查阅留痕): appended, never changed.
//!
//! A service that shows personal data adds [`ClearReads`] to its migrations and notes each reading with [`note`]
//! in the transaction that reads: what was shown and its trace cannot exist without each other. Triggers refuse
//! to change or remove a row, for whoever holds a connection. [`of`] shows the trace to auditors.

use kernel::{Actor, City, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Table;
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect};
use sea_orm_migration::schema::{big_integer, string, text, uuid};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use super::bulk::{self, Clash};
use super::{StoreError, Tx, append_only};

/// A row: one reading.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clear_reads")]
pub struct Model {
    /// Its id, which rises with time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The city of what was read.
    pub city: i64,
    /// What was read: the id of a request, a case.
    pub subject: Uuid,
    /// Who, as [`Actor`] writes itself.
    pub actor: String,
    /// Why, as the reader said or as the work at hand implies.
    pub reason: String,
    /// Microseconds since 1970.
    pub read_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One reading, as auditors see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct ClearRead {
    /// The reading.
    pub id: Uuid,
    /// Who read.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// When.
    pub read_at: Timestamp,
}

/// Notes that somebody reads `subject` in the clear, in the transaction that reads it.
///
/// # Errors
/// The store's: nothing is to be shown then.
pub async fn note(
    tx: &Tx,
    city: City,
    subject: impl Into<Uuid>,
    by: Actor,
    reason: &str,
) -> Result<(), StoreError> {
    note_all(tx, city, [subject], by, reason).await
}

/// Notes the same of several, in one statement: of a list.
///
/// # Errors
/// The store's: nothing is to be shown then.
pub async fn note_all(
    tx: &Tx,
    city: City,
    subjects: impl IntoIterator<Item = impl Into<Uuid>>,
    by: Actor,
    reason: &str,
) -> Result<(), StoreError> {
    let row = |subject: Uuid| ActiveModel {
        id: ActiveValue::Set(tx.next_id()),
        city: ActiveValue::Set(city.code().into()),
        subject: ActiveValue::Set(subject),
        actor: ActiveValue::Set(by.to_string()),
        reason: ActiveValue::Set(reason.to_owned()),
        read_at: ActiveValue::Set(tx.now().as_micros()),
    };
    let rows = subjects.into_iter().map(|subject| row(subject.into())).collect();
    bulk::insert(tx.conn(), rows, Clash::Fails).await
}

/// Readings of `subject` after this one, the first first, at most `limit`.
///
/// # Errors
/// The store's.
pub async fn of(
    conn: &impl ConnectionTrait,
    city: City,
    subject: impl Into<Uuid>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<ClearRead>, StoreError> {
    let mut found = Entity::find()
        .filter(Column::City.eq(i64::from(city.code())))
        .filter(Column::Subject.eq(subject.into()));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_read).collect()
}

fn to_read(row: Model) -> Result<ClearRead, StoreError> {
    let Model { id, actor, reason, read_at, .. } = row;
    let by = actor.parse().map_err(|_| StoreError::Corrupt("clear_reads.actor".to_owned()))?;
    Ok(ClearRead { id, by, reason, read_at: Timestamp::from_micros(read_at) })
}

/// Creates the table. A migration of every service that shows personal data.
pub struct ClearReads;

impl MigrationName for ClearReads {
    fn name(&self) -> &'static str {
        "m0003_clear_reads"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for ClearReads {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("clear_reads")
            .col(uuid("id").primary_key())
            .col(big_integer("city"))
            .col(uuid("subject"))
            .col(string("actor"))
            .col(text("reason"))
            .col(big_integer("read_at"))
            .to_owned();
        manager.create_table(table).await?;
        let sql = manager.get_connection();
        sql.execute_unprepared("CREATE INDEX clear_reads_subject ON clear_reads (city, subject, id)").await?;
        append_only(manager, "clear_reads").await
    }
}
