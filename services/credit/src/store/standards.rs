//! The standards library, and each version of its entries.

use chassis::store::StoreError;
use credit_domain::standards::{Standard, StandardKind};
use kernel::City;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, version_column};

/// A row of `standards`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standards")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) slug: String,
    pub(super) kind: String,
    pub(super) version: i64,
    /// JSON: the standard.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod history {
    use sea_orm::entity::prelude::*;

    /// A row of `standard_history`: an entry as it was at this version.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "standard_history")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) slug: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) version: i64,
        /// JSON: the standard.
        pub(super) body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The standard, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    slug: &str,
) -> Result<Option<Standard>, StoreError> {
    let key = (city_column(city), slug.to_owned());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(|row| read(&row.body)).transpose()
}

/// The standard as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    slug: &str,
) -> Result<Option<Standard>, StoreError> {
    let key = (city_column(city), slug.to_owned());
    Entity::find_by_id(key).one(conn).await?.map(|row| read(&row.body)).transpose()
}

/// Keeps a new entry, and its first version.
pub(crate) async fn insert(conn: &impl ConnectionTrait, standard: &Standard) -> Result<(), StoreError> {
    Entity::insert(to_row(standard)?.into_active_model()).exec_without_returning(conn).await?;
    remember(conn, standard).await
}

/// Writes back what [`lock`] handed out, and keeps the version.
pub(crate) async fn save(conn: &impl ConnectionTrait, standard: &Standard) -> Result<(), StoreError> {
    Entity::update(to_row(standard)?.into_active_model().reset_all()).exec(conn).await?;
    remember(conn, standard).await
}

/// Standards of the city by slug, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    kind: Option<StandardKind>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Standard>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(kind) = kind {
        found = found.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some(after) = after {
        found = found.filter(Column::Slug.gt(after));
    }
    let rows = found.order_by_asc(Column::Slug).limit(limit).all(conn).await?;
    rows.iter().map(|row| read(&row.body)).collect()
}

/// Every version of an entry, the first first.
pub(crate) async fn history(
    conn: &impl ConnectionTrait,
    city: City,
    slug: &str,
    after: u64,
    limit: u64,
) -> Result<Vec<Standard>, StoreError> {
    let found = history::Entity::find()
        .filter(history::Column::City.eq(city_column(city)))
        .filter(history::Column::Slug.eq(slug))
        .filter(history::Column::Version.gt(super::narrow::<i64, _>("version", after)?));
    let rows = found.order_by_asc(history::Column::Version).limit(limit).all(conn).await?;
    rows.iter().map(|row| read(&row.body)).collect()
}

async fn remember(conn: &impl ConnectionTrait, standard: &Standard) -> Result<(), StoreError> {
    let Model { city, slug, kind: _, version, body } = to_row(standard)?;
    let row = history::Model { city, slug, version, body };
    history::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

fn to_row(standard: &Standard) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(standard.city),
        slug: standard.says.number.slug(),
        kind: standard.says.kind.to_string(),
        version: version_column(standard.version)?,
        body: serde_json::to_string(standard)?,
    })
}

fn read(body: &str) -> Result<Standard, StoreError> {
    Ok(serde_json::from_str(body)?)
}
