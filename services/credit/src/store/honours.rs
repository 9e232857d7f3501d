//! Honours.

use chassis::store::{StoreError, Total};
use credit_domain::activities::{Honour, HonourDraft, HonourState};
use kernel::{City, HonourId, MerchantId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, Select};

use super::{city_column, version_column};

/// A row of `honours`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "honours")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) kind: String,
    pub(super) level: String,
    pub(super) granted_at: i64,
    pub(super) state: String,
    pub(super) version: i64,
    /// JSON: the honour.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, honour: &Honour) -> Result<(), StoreError> {
    Entity::insert(to_row(honour)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, honour: &Honour) -> Result<(), StoreError> {
    Entity::update(to_row(honour)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// The honour as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: HonourId,
) -> Result<Option<Honour>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// The honour, held until the transaction ends. Whoever holds the merchant comes first.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: HonourId,
) -> Result<Option<Honour>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The same honour of the same day, if one is proposed or granted.
pub(crate) async fn same(
    conn: &impl ConnectionTrait,
    city: City,
    says: &HonourDraft,
) -> Result<Option<Honour>, StoreError> {
    let live = [HonourState::Proposed, HonourState::Granted, HonourState::Questioned];
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(says.merchant.uuid()))
        .filter(Column::Kind.eq(says.kind.as_str()))
        .filter(Column::Level.eq(says.level.as_str()))
        .filter(Column::GrantedAt.eq(says.granted_at.as_micros()))
        .filter(Column::State.is_in(live.map(HonourState::as_str)));
    found.one(conn).await?.map(to_domain).transpose()
}

/// Honours of a city, or of one merchant, the oldest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: Option<MerchantId>,
    state: Option<HonourState>,
    after: Option<HonourId>,
    limit: u64,
) -> Result<Vec<Honour>, StoreError> {
    let found = fitting(city, merchant, state)
        .apply_if(after, |found, after| found.filter(Column::Id.gt(after.uuid())))
        .order_by_asc(Column::Id)
        .limit(limit);
    found.all(conn).await?.into_iter().map(to_domain).collect()
}

/// How many honours of the city, or of one merchant, there are.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: Option<MerchantId>,
    state: Option<HonourState>,
) -> Result<Total, StoreError> {
    Total::of(conn, fitting(city, merchant, state)).await
}

fn fitting(city: City, merchant: Option<MerchantId>, state: Option<HonourState>) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .apply_if(merchant, |found, merchant| found.filter(Column::Merchant.eq(merchant.uuid())))
        .apply_if(state, |found, state| found.filter(Column::State.eq(state.as_str())))
}

fn to_row(honour: &Honour) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(honour.city),
        id: honour.id.uuid(),
        merchant: honour.says.merchant.uuid(),
        kind: honour.says.kind.clone(),
        level: honour.says.level.to_string(),
        granted_at: honour.says.granted_at.as_micros(),
        state: honour.state.to_string(),
        version: version_column(honour.version)?,
        body: serde_json::to_string(honour)?,
    })
}

fn to_domain(row: Model) -> Result<Honour, StoreError> {
    let Model { body, .. } = row;
    Ok(serde_json::from_str(&body)?)
}
