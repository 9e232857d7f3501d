//! What inspectors found.

use chassis::store::{StoreError, Total};
use credit_domain::inspection::Inspection;
use kernel::{ActorId, City, InspectionId, MerchantId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::city_column;

/// A row of `inspections`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inspections")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) filed_by: Uuid,
    /// Whether it waits for an officer.
    pub(super) waits: bool,
    /// JSON: what was found, and what became of it.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps what was filed.
pub(crate) async fn insert(conn: &impl ConnectionTrait, inspection: &Inspection) -> Result<(), StoreError> {
    Entity::insert(to_row(inspection)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, inspection: &Inspection) -> Result<(), StoreError> {
    Entity::update(to_row(inspection)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// As it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: InspectionId,
) -> Result<Option<Inspection>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.as_ref().map(read).transpose()
}

/// The same, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: InspectionId,
) -> Result<Option<Inspection>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).lock_exclusive();
    found.one(conn).await?.as_ref().map(read).transpose()
}

/// Which inspections of a city.
#[derive(Debug, Clone, Copy, Default)]
pub struct InspectionSearch {
    /// Only those at this merchant.
    pub merchant: Option<MerchantId>,
    /// Only those that this inspector filed.
    pub filed_by: Option<ActorId>,
    /// Only those that wait for an officer, or only the others.
    pub waiting: Option<bool>,
}

/// Inspections of a city that fit, the oldest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    search: InspectionSearch,
    after: Option<InspectionId>,
    limit: u64,
) -> Result<Vec<Inspection>, StoreError> {
    let mut found = fitting(city, search);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.iter().map(read).collect()
}

/// How many inspections of the city fit.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    search: InspectionSearch,
) -> Result<Total, StoreError> {
    Total::of(conn, fitting(city, search)).await
}

fn fitting(city: City, search: InspectionSearch) -> Select<Entity> {
    let InspectionSearch { merchant, filed_by, waiting } = search;
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(merchant) = merchant {
        found = found.filter(Column::Merchant.eq(merchant.uuid()));
    }
    if let Some(inspector) = filed_by {
        found = found.filter(Column::FiledBy.eq(inspector.uuid()));
    }
    if let Some(waiting) = waiting {
        // Word for word as the partial index has it: no plan depends on the value of a parameter.
        found = found.filter(Expr::cust(if waiting { "waits" } else { "NOT waits" }));
    }
    found
}

fn to_row(inspection: &Inspection) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(inspection.city),
        id: inspection.id.uuid(),
        merchant: inspection.found.merchant.uuid(),
        filed_by: inspection.filed_by.uuid(),
        waits: inspection.settled.is_none(),
        body: serde_json::to_string(inspection)?,
    })
}

fn read(row: &Model) -> Result<Inspection, StoreError> {
    Ok(serde_json::from_str(&row.body)?)
}
