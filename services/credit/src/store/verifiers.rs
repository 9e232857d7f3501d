//! Who verified the breaches that feedback told of: appended, never changed.

use chassis::store::StoreError;
use kernel::{ActorId, CaseId, City};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel};

use super::city_column;

/// A row of `breach_verifiers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breach_verifiers")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) breach_case: Uuid,
    pub(super) actor: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps who verified the case, in the transaction that records the breach.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    city: City,
    case: CaseId,
    by: ActorId,
) -> Result<(), StoreError> {
    let row = Model { city: city_column(city), breach_case: case.uuid(), actor: by.uuid() };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Who verified the case; none where it was not told.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    city: City,
    case: CaseId,
) -> Result<Option<ActorId>, StoreError> {
    let found = Entity::find_by_id((city_column(city), case.uuid())).one(conn).await?;
    Ok(found.map(|row| ActorId::new(row.actor)))
}
