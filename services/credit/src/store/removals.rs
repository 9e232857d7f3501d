//! Merchants that were removed, and until when nobody behind them is admitted again.

use chassis::store::StoreError;
use credit_domain::process::{Proceeding, Removal};
use kernel::{City, ProceedingId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel};

use super::city_column;

/// A row of `removals`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "removals")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) proceeding: Uuid,
    pub(super) merchant: Uuid,
    pub(super) red_line: Option<String>,
    pub(super) removed_at: i64,
    pub(super) ban_until: i64,
    pub(super) reversed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a removal.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    proceeding: &Proceeding,
    removal: Removal,
) -> Result<(), StoreError> {
    let row = Model {
        city: city_column(proceeding.city),
        proceeding: proceeding.id.uuid(),
        merchant: removal.merchant.uuid(),
        red_line: removal.red_line.map(|line| line.to_string()),
        removed_at: removal.removed_at.as_micros(),
        ban_until: removal.ban_until.as_micros(),
        reversed_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// It was reversed: the ban ends with it.
pub(crate) async fn reverse(
    conn: &impl ConnectionTrait,
    city: City,
    proceeding: ProceedingId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        city: ActiveValue::Unchanged(city_column(city)),
        proceeding: ActiveValue::Unchanged(proceeding.uuid()),
        reversed_at: ActiveValue::Set(Some(now.as_micros())),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}
