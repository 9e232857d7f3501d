//! Files that are imported.

use chassis::store::{StoreError, Total};
use credit_domain::exchange::{Import, ImportState};
use kernel::{City, ImportId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::city_column;

/// A row of `imports`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) city: i64,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) expires_at: i64,
    /// Whether its rows are still there.
    pub(super) has_rows: bool,
    /// JSON: the import.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, import: &Import) -> Result<(), StoreError> {
    Entity::insert(to_row(import, true)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back one that is held, and whether its rows are still there.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    import: &Import,
    has_rows: bool,
) -> Result<(), StoreError> {
    Entity::update(to_row(import, has_rows)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// One of this city.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: ImportId,
) -> Result<Option<Import>, StoreError> {
    let found = Entity::find_by_id(id.uuid()).filter(Column::City.eq(city_column(city)));
    found.one(conn).await?.as_ref().map(read).transpose()
}

/// The same, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: ImportId,
) -> Result<Option<Import>, StoreError> {
    let found = Entity::find_by_id(id.uuid()).filter(Column::City.eq(city_column(city))).lock_exclusive();
    found.one(conn).await?.as_ref().map(read).transpose()
}

/// Those of a city by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    state: Option<ImportState>,
    after: Option<ImportId>,
    limit: u64,
) -> Result<Vec<Import>, StoreError> {
    let mut found = of(city, state);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.iter().map(read).collect()
}

/// How many a city has.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    state: Option<ImportState>,
) -> Result<Total, StoreError> {
    Total::of(conn, of(city, state)).await
}

fn of(city: City, state: Option<ImportState>) -> Select<Entity> {
    let found = Entity::find().filter(Column::City.eq(city_column(city)));
    match state {
        Some(state) => found.filter(Column::State.eq(state.as_str())),
        None => found,
    }
}

/// Those of which rows are to be tried out or carried out, the oldest first.
pub(crate) async fn under_way(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Import>, StoreError> {
    let states = [ImportState::Checking, ImportState::Loading].map(ImportState::as_str);
    let found = Entity::find().filter(Column::State.is_in(states)).order_by_asc(Column::Id).limit(limit);
    found.all(conn).await?.iter().map(read).collect()
}

/// One whose time is over and whose rows are still there, held until the transaction ends; not one that is being
/// carried out, nor one that another instance holds.
pub(crate) async fn lock_expired(
    conn: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Option<Import>, StoreError> {
    let found = Entity::find()
        .filter(Column::HasRows.eq(true))
        .filter(Column::ExpiresAt.lte(now.as_micros()))
        .filter(Column::State.ne(ImportState::Loading.as_str()))
        .order_by_asc(Column::ExpiresAt)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    found.one(conn).await?.as_ref().map(read).transpose()
}

fn to_row(import: &Import, has_rows: bool) -> Result<Model, StoreError> {
    Ok(Model {
        id: import.id.uuid(),
        city: city_column(import.city),
        kind: import.kind.to_string(),
        state: import.state.as_str().to_owned(),
        expires_at: import.expires_at.as_micros(),
        has_rows,
        body: serde_json::to_string(import)?,
    })
}

fn read(row: &Model) -> Result<Import, StoreError> {
    Ok(serde_json::from_str(&row.body)?)
}
