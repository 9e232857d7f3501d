//! Who handled which request (经办人): every actor that an event named, kept for good.

use std::collections::HashMap;

use chassis::store::StoreError;
use feedback_domain::Handlers;
use kernel::{Actor, City, RequestId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect};

use super::{city_column, corrupt};

/// Handlers read per request: more than the domain keeps, which lets nobody through when its list is full.
const READ_MAX: u64 = 100;
/// How the domain's staff is written: nobody else can be called to judge.
const STAFF: &str = "staff:";

/// A row: this actor had a part in this request.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handlers")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) request: Uuid,
    /// As [`Actor`] writes itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) actor: String,
    pub(super) noted_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes these actors; those already noted stay as they are.
pub(crate) async fn note(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
    actors: &[Actor],
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = actors.iter().map(|actor| ActiveModel {
        city: ActiveValue::Set(city_column(city)),
        request: ActiveValue::Set(request.uuid()),
        actor: ActiveValue::Set(actor.to_string()),
        noted_at: ActiveValue::Set(now.as_micros()),
    });
    let already = OnConflict::columns([Column::City, Column::Request, Column::Actor]).do_nothing().to_owned();
    Entity::insert_many(rows).on_conflict(already).exec_without_returning(conn).await?;
    Ok(())
}

/// Who handled this request.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
) -> Result<Handlers, StoreError> {
    let rows = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Request.eq(request.uuid()))
        .filter(Column::Actor.starts_with(STAFF))
        .order_by_asc(Column::Actor)
        .limit(READ_MAX)
        .all(conn)
        .await?;
    rows.iter().map(actor_of).collect()
}

/// The same for one page of requests.
pub(crate) async fn of_all(
    conn: &impl ConnectionTrait,
    city: City,
    requests: impl Iterator<Item = Uuid> + Send,
) -> Result<HashMap<Uuid, Handlers>, StoreError> {
    let rows = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Request.is_in(requests))
        .filter(Column::Actor.starts_with(STAFF))
        .all(conn)
        .await?;
    let mut all: HashMap<Uuid, Handlers> = HashMap::new();
    for row in &rows {
        all.entry(row.request).or_default().note(actor_of(row)?);
    }
    Ok(all)
}

fn actor_of(row: &Model) -> Result<Actor, StoreError> {
    row.actor.parse().map_err(|_| corrupt("actor", &row.actor))
}
