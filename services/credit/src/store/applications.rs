//! Applications for admission.

use chassis::store::{StoreError, Total};
use credit_domain::admission::Application;
use kernel::{ApplicationId, City, MerchantId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::{city_column, version_column};

/// A row of `applications`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) state: String,
    pub(super) version: i64,
    /// JSON: the application.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new application.
pub(crate) async fn insert(conn: &impl ConnectionTrait, application: &Application) -> Result<(), StoreError> {
    Entity::insert(to_row(application)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back an application that is held.
pub(crate) async fn save(conn: &impl ConnectionTrait, application: &Application) -> Result<(), StoreError> {
    Entity::update(to_row(application)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// The application as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: ApplicationId,
) -> Result<Option<Application>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.as_ref().map(read).transpose()
}

/// The application, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: ApplicationId,
) -> Result<Option<Application>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).lock_exclusive();
    found.one(conn).await?.as_ref().map(read).transpose()
}

/// The last application of the merchant.
pub(crate) async fn last_of(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Option<Application>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .order_by_desc(Column::Id)
        .one(conn)
        .await?;
    found.as_ref().map(read).transpose()
}

/// Whether an application of the merchant is open.
pub(crate) async fn is_applying(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<bool, StoreError> {
    Ok(last_of(conn, city, merchant).await?.is_some_and(|last| last.state.is_open()))
}

/// Applications of the city by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    state: Option<&str>,
    merchant: Option<MerchantId>,
    after: Option<ApplicationId>,
    limit: u64,
) -> Result<Vec<Application>, StoreError> {
    let mut found = fitting(city, state, merchant);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.iter().map(read).collect()
}

/// How many applications of the city there are.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    state: Option<&str>,
    merchant: Option<MerchantId>,
) -> Result<Total, StoreError> {
    Total::of(conn, fitting(city, state, merchant)).await
}

fn fitting(city: City, state: Option<&str>, merchant: Option<MerchantId>) -> Select<Entity> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(state) = state {
        found = found.filter(Column::State.eq(state));
    }
    if let Some(merchant) = merchant {
        found = found.filter(Column::Merchant.eq(merchant.uuid()));
    }
    found
}

fn to_row(application: &Application) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(application.city),
        id: application.id.uuid(),
        merchant: application.merchant.uuid(),
        state: application.state.as_str().to_owned(),
        version: version_column(application.version)?,
        body: serde_json::to_string(application)?,
    })
}

fn read(row: &Model) -> Result<Application, StoreError> {
    Ok(serde_json::from_str(&row.body)?)
}
