//! Entries whose end is still to be written: kept with the entry, removed with its end.

use chassis::store::StoreError;
use credit_domain::{Cause, Entry as LedgerEntry};
use kernel::{City, MerchantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, city_column, city_of, narrow};

/// A row of `ledger_ends`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_ends")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) seq: i64,
    pub(super) valid_until: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An entry whose time is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    pub(crate) city: City,
    pub(crate) merchant: MerchantId,
    pub(crate) seq: u64,
}

/// Keeps the ends of new entries, but of those that end in the same breath.
pub(super) async fn keep(
    conn: &impl ConnectionTrait,
    city: City,
    entries: &[LedgerEntry],
) -> Result<(), StoreError> {
    let ended = |entry: &LedgerEntry| {
        let end = Cause::Expiry(entry.posting.id);
        entries.iter().any(|other| other.posting.cause == end)
    };
    let mut rows = Vec::new();
    for entry in entries {
        let Some(until) = entry.posting.valid_until.filter(|_| !ended(entry)) else { continue };
        rows.push(Model {
            city: city_column(city),
            merchant: entry.merchant.uuid(),
            seq: narrow("seq", entry.seq)?,
            valid_until: until.as_micros(),
        });
    }
    for part in rows.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().cloned().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Entries whose time is over, the longest first; a fact before its repair, which ends with it: between the two its
/// points would be missing, and the grade would fall.
pub(crate) async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Due>, StoreError> {
    let over = Entity::find().filter(Column::ValidUntil.lte(now.as_micros()));
    let over = over.order_by_asc(Column::ValidUntil).order_by_asc(Column::Seq);
    let rows = over.limit(limit).all(conn).await?;
    let due = |row: Model| {
        Ok(Due {
            city: city_of(row.city)?,
            merchant: MerchantId::new(row.merchant),
            seq: narrow("seq", row.seq)?,
        })
    };
    rows.into_iter().map(due).collect()
}

/// The end is written.
pub(crate) async fn remove(conn: &impl ConnectionTrait, due: Due) -> Result<(), StoreError> {
    let key = (city_column(due.city), due.merchant.uuid(), narrow::<i64, _>("seq", due.seq)?);
    Entity::delete_by_id(key).exec(conn).await?;
    Ok(())
}
