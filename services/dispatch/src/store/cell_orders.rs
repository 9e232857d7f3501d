//! Orders of the last 30 days by merchant, category and street, counted in the transactions that change the loads.
//!
//! A row has no lock of its own: whoever changes it holds the merchant's load, and its version is that load's.

use chassis::store::StoreError;
use dispatch_domain::{CellKey, CellOrders};
use kernel::{City, MerchantId, Timestamp, Version};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel};

use super::{area_of, category_of, city_column, city_of, corrupt, version_column, version_of};

/// A row of `cell_orders`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cell_orders")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) category: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) area: i64,
    pub(super) orders: i64,
    pub(super) version: i64,
    pub(super) changed_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A count, where it is and since when: a place in the order of changes.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) city: City,
    pub(crate) orders: CellOrders,
    pub(crate) at: Timestamp,
}

/// Adds to the merchant's orders of the cell, whose load is held and now has this version.
pub(crate) async fn add(
    conn: &impl ConnectionTrait,
    (city, cell): (City, &CellKey),
    merchant: MerchantId,
    delta: i8,
    version: Version,
    now: Timestamp,
) -> Result<CellOrders, StoreError> {
    let key = (city_column(city), merchant.uuid(), cell.category.to_string(), i64::from(cell.area.code()));
    let before = Entity::find_by_id(key.clone()).one(conn).await?;
    let orders = before.as_ref().map_or(0, |row| row.orders).saturating_add(i64::from(delta)).max(0);
    let row = Model {
        city: key.0,
        merchant: key.1,
        category: key.2,
        area: key.3,
        orders,
        version: version_column(version)?,
        changed_at: now.as_micros(),
    };
    let after = to_domain(&row)?;
    if before.is_some() {
        Entity::update(row.into_active_model().reset_all()).exec(conn).await?;
    } else {
        Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    }
    Ok(after)
}

/// Counts changed at `since` or later, in the order of change, after this one.
pub(crate) async fn changed_since(
    conn: &impl ConnectionTrait,
    since: Timestamp,
    after: Option<&Changed>,
    limit: u64,
) -> Result<Vec<Changed>, StoreError> {
    let order = (Column::ChangedAt, Column::City, Column::Merchant, Column::Category, Column::Area);
    let mut rows = Entity::find().filter(Column::ChangedAt.gte(since.as_micros())).cursor_by(order);
    if let Some(Changed { city, orders, at }) = after {
        rows.after((
            at.as_micros(),
            city_column(*city),
            orders.merchant.uuid(),
            orders.category.to_string(),
            i64::from(orders.area.code()),
        ));
    }
    let rows = rows.first(limit).all(conn).await?;
    rows.iter()
        .map(|row| {
            let at = Timestamp::from_micros(row.changed_at);
            Ok(Changed { city: city_of(row.city)?, orders: to_domain(row)?, at })
        })
        .collect()
}

fn to_domain(row: &Model) -> Result<CellOrders, StoreError> {
    Ok(CellOrders {
        merchant: row.merchant.into(),
        area: area_of(row.area)?,
        category: category_of(&row.category)?,
        version: version_of(row.version)?,
        orders: u32::try_from(row.orders).map_err(|_| corrupt("orders", row.orders))?,
    })
}
