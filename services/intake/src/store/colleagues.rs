//! What accounts of the staff are called: a row for each that signed in not too long ago.

use chassis::store::StoreError;
use intake_domain::Colleague;
use kernel::{ActorId, PersonalText, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, IntoActiveModel};

use super::{city_column, city_of};

/// A row of `colleagues`.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "colleagues")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    /// None for those who work for all cities.
    pub(super) city: Option<i64>,
    pub(super) name: String,
    pub(super) named_at: i64,
    pub(super) seen_at: i64,
}

/// The derive of the entity needs it; the name stays out of it.
impl core::fmt::Debug for Model {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("colleagues::Model").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Those of the accounts that are known.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ActorId> + Send,
) -> Result<Vec<Colleague>, StoreError> {
    let ids = ids.into_iter().map(ActorId::uuid);
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Keeps the name, and forgets the one before.
pub(crate) async fn save(conn: &impl ConnectionTrait, one: &Colleague) -> Result<(), StoreError> {
    let row = Model {
        id: one.id.uuid(),
        city: one.city.map(city_column),
        name: one.name.in_the_clear().to_owned(),
        named_at: one.named_at.as_micros(),
        seen_at: one.seen_at.as_micros(),
    };
    let last = OnConflict::column(Column::Id)
        .update_columns([Column::City, Column::Name, Column::NamedAt, Column::SeenAt])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(last).exec_without_returning(conn).await?;
    Ok(())
}

/// Forgets the account.
pub(crate) async fn forget(conn: &impl ConnectionTrait, id: ActorId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.uuid()).exec(conn).await?;
    Ok(())
}

/// Forgets whoever has not signed in since.
pub(crate) async fn forget_unseen(conn: &impl ConnectionTrait, since: Timestamp) -> Result<u64, StoreError> {
    let gone = Entity::delete_many().filter(Column::SeenAt.lt(since.as_micros())).exec(conn).await?;
    Ok(gone.rows_affected)
}

fn to_domain(row: Model) -> Result<Colleague, StoreError> {
    Ok(Colleague {
        id: row.id.into(),
        city: row.city.map(city_of).transpose()?,
        name: PersonalText::new(row.name),
        named_at: Timestamp::from_micros(row.named_at),
        seen_at: Timestamp::from_micros(row.seen_at),
    })
}
