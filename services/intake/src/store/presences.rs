//! Who looks at a request: a row for each stream that a member of staff holds open, good for a short time only, so that
//! what a dead instance leaves behind goes by itself.

use chassis::store::StoreError;
use kernel::{ActorId, City, PersonalText, RequestId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, city_of};

/// Rows in one statement.
const AT_ONCE: usize = 500;
/// Streams read of the requests that are asked for together.
const READ_MAX: u64 = 5_000;

/// A row of `presences`.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "presences")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) stream: Uuid,
    pub(super) city: i64,
    pub(super) request: Uuid,
    pub(super) actor: Uuid,
    /// What colleagues call the person.
    pub(super) name: Option<String>,
    pub(super) since: i64,
    /// From when it is worth nothing.
    pub(super) until: i64,
}

/// The derive of the entity needs it; the name stays out of it.
impl core::fmt::Debug for Model {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("presences::Model").field("stream", &self.stream).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A member of staff with a request open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The stream that is open.
    pub stream: Uuid,
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// Who.
    pub actor: ActorId,
    /// What colleagues call the person, if that is known.
    pub name: Option<PersonalText>,
    /// Since when.
    pub since: Timestamp,
}

/// Keeps them until then: those that are there already are there for longer.
pub(crate) async fn keep(
    conn: &impl ConnectionTrait,
    present: &[Presence],
    until: Timestamp,
) -> Result<(), StoreError> {
    for some in present.chunks(AT_ONCE) {
        let rows = some.iter().map(|one| to_row(one, until).into_active_model());
        let longer = OnConflict::column(Column::Stream).update_column(Column::Until).to_owned();
        Entity::insert_many(rows).on_conflict(longer).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// These streams are closed.
pub(crate) async fn drop_streams(conn: &impl ConnectionTrait, closed: &[Presence]) -> Result<(), StoreError> {
    for some in closed.chunks(AT_ONCE) {
        let streams = some.iter().map(|one| one.stream);
        Entity::delete_many().filter(Column::Stream.is_in(streams)).exec(conn).await?;
    }
    Ok(())
}

/// Forgets what is worth nothing any more.
pub(crate) async fn drop_old(conn: &impl ConnectionTrait, now: Timestamp) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::Until.lte(now.as_micros())).exec(conn).await?;
    Ok(())
}

/// Who looks at these requests of a city now, who came first first.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    city: City,
    requests: &[RequestId],
    now: Timestamp,
) -> Result<Vec<Presence>, StoreError> {
    let mut found = Vec::new();
    for some in requests.chunks(AT_ONCE) {
        let rows = Entity::find()
            .filter(Column::City.eq(city_column(city)))
            .filter(Column::Request.is_in(some.iter().map(|request| request.uuid())))
            .filter(Column::Until.gt(now.as_micros()))
            .order_by_asc(Column::Since)
            .order_by_asc(Column::Stream)
            .limit(READ_MAX)
            .all(conn)
            .await?;
        for row in rows {
            found.push(to_domain(row)?);
        }
    }
    Ok(found)
}

fn to_row(one: &Presence, until: Timestamp) -> Model {
    Model {
        stream: one.stream,
        city: city_column(one.city),
        request: one.request.uuid(),
        actor: one.actor.uuid(),
        name: one.name.as_ref().map(|name| name.in_the_clear().to_owned()),
        since: one.since.as_micros(),
        until: until.as_micros(),
    }
}

fn to_domain(row: Model) -> Result<Presence, StoreError> {
    Ok(Presence {
        stream: row.stream,
        city: city_of(row.city)?,
        request: row.request.into(),
        actor: row.actor.into(),
        name: row.name.map(PersonalText::new),
        since: Timestamp::from_micros(row.since),
    })
}
