//! What every merchant has to do, counted in the transactions of its assignments.

use chassis::store::StoreError;
use dispatch_domain::{Load, LoadDelta};
use kernel::{City, MerchantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, city_of, corrupt, version_column, version_of};

/// A row of `merchant_load`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merchant_load")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    pub(super) open: i64,
    pub(super) served: i64,
    pub(super) version: i64,
    pub(super) changed_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A load, where it counts and since when: a place in the order of changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changed {
    pub(crate) city: City,
    pub(crate) load: Load,
    pub(crate) at: Timestamp,
}

/// The merchant's load as it is now; none at all when it never had an order.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Load, StoreError> {
    let row = Entity::find_by_id((city_column(city), merchant.uuid())).one(conn).await?;
    row.as_ref().map_or_else(|| Ok(Load::none(merchant)), to_domain)
}

/// The merchant's load, held until the transaction ends; made when there is none.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<Load, StoreError> {
    let key = (city_column(city), merchant.uuid());
    if let Some(row) = Entity::find_by_id(key).lock_exclusive().one(conn).await? {
        return to_domain(&row);
    }
    let first =
        Model { city: key.0, merchant: key.1, open: 0, served: 0, version: 0, changed_at: now.as_micros() };
    let taken = OnConflict::columns([Column::City, Column::Merchant]).do_nothing().to_owned();
    Entity::insert(first.into_active_model()).on_conflict(taken).exec_without_returning(conn).await?;
    let row = Entity::find_by_id(key).lock_exclusive().one(conn).await?;
    row.as_ref().map_or_else(|| Err(corrupt("merchant_load", merchant)), to_domain)
}

/// Takes one place of the merchant's capacity and counts an order, where a place is left.
///
/// The condition stands in the statement itself: whatever was read before, capacity is never exceeded.
pub(crate) async fn take_place(
    conn: &impl ConnectionTrait,
    city: City,
    before: Load,
    delta: LoadDelta,
    capacity: u32,
    now: Timestamp,
) -> Result<Option<Load>, StoreError> {
    let after = before.with(delta);
    let taken = set(city, &after, now)?.filter(Column::Open.lt(i64::from(capacity))).exec(conn).await?;
    Ok((taken.rows_affected > 0).then_some(after))
}

/// Adds to what [`lock`] handed out.
pub(crate) async fn add(
    conn: &impl ConnectionTrait,
    city: City,
    before: Load,
    delta: LoadDelta,
    now: Timestamp,
) -> Result<Load, StoreError> {
    let after = before.with(delta);
    set(city, &after, now)?.exec(conn).await?;
    Ok(after)
}

fn set(city: City, after: &Load, now: Timestamp) -> Result<sea_orm::UpdateMany<Entity>, StoreError> {
    let row = ActiveModel {
        open: ActiveValue::Set(i64::from(after.open)),
        served: ActiveValue::Set(i64::from(after.served)),
        version: ActiveValue::Set(version_column(after.version)?),
        changed_at: ActiveValue::Set(now.as_micros()),
        ..Default::default()
    };
    let mine = Condition::all()
        .add(Column::City.eq(city_column(city)))
        .add(Column::Merchant.eq(after.merchant.uuid()));
    Ok(Entity::update_many().set(row).filter(mine))
}

/// Loads changed at `since` or later, in the order of change, after this merchant of that instant.
pub(crate) async fn changed_since(
    conn: &impl ConnectionTrait,
    since: Timestamp,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Changed>, StoreError> {
    let mut changed = Condition::any().add(Column::ChangedAt.gt(since.as_micros()));
    let mut same = Condition::all().add(Column::ChangedAt.eq(since.as_micros()));
    if let Some(after) = after {
        same = same.add(Column::Merchant.gt(after.uuid()));
    }
    changed = changed.add(same);
    let rows = Entity::find()
        .filter(changed)
        .order_by_asc(Column::ChangedAt)
        .order_by_asc(Column::Merchant)
        .limit(limit)
        .all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let at = Timestamp::from_micros(row.changed_at);
            Ok(Changed { city: city_of(row.city)?, load: to_domain(row)?, at })
        })
        .collect()
}

fn to_domain(row: &Model) -> Result<Load, StoreError> {
    Ok(Load {
        merchant: row.merchant.into(),
        version: version_of(row.version)?,
        open: u32::try_from(row.open).map_err(|_| corrupt("open", row.open))?,
        served: u32::try_from(row.served).map_err(|_| corrupt("served", row.served))?,
    })
}
