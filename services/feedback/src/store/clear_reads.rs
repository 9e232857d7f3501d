//! Who read what people said in a case, and when: appended, never changed.

use chassis::store::StoreError;
use kernel::{Actor, CaseId, City, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait};

use super::city_column;

/// A row: one reading.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clear_reads")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) city: i64,
    pub(super) case_id: Uuid,
    /// As [`Actor`] writes itself.
    pub(super) actor: String,
    pub(super) read_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes a reading.
pub(crate) async fn note(
    conn: &impl ConnectionTrait,
    id: Uuid,
    city: City,
    case: CaseId,
    by: Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: ActiveValue::Set(id),
        city: ActiveValue::Set(city_column(city)),
        case_id: ActiveValue::Set(case.uuid()),
        actor: ActiveValue::Set(by.to_string()),
        read_at: ActiveValue::Set(now.as_micros()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}
