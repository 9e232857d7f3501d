//! Needs that fit volunteers.

use chassis::store::StoreError;
use credit_domain::volunteer::{Need, NeedState};
use kernel::{City, VolunteerNeedId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, version_column};

/// A row of `volunteer_needs`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_needs")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) state: String,
    pub(super) version: i64,
    /// JSON: the need.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, need: &Need) -> Result<(), StoreError> {
    Entity::insert(to_row(need)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, need: &Need) -> Result<(), StoreError> {
    Entity::update(to_row(need)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// The need as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: VolunteerNeedId,
) -> Result<Option<Need>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// The need, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: VolunteerNeedId,
) -> Result<Option<Need>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// Needs of a city, the oldest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    state: Option<NeedState>,
    after: Option<VolunteerNeedId>,
    limit: u64,
) -> Result<Vec<Need>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(state) = state {
        found = found.filter(Column::State.eq(state.as_str()));
    }
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

fn to_row(need: &Need) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(need.city),
        id: need.id.uuid(),
        state: need.state.to_string(),
        version: version_column(need.version)?,
        body: serde_json::to_string(need)?,
    })
}

fn to_domain(row: Model) -> Result<Need, StoreError> {
    let Model { body, .. } = row;
    Ok(serde_json::from_str(&body)?)
}
