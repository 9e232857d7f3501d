//! The timeline of requests: rows are added and never changed.

use chassis::store::StoreError;
use chassis::store::bulk::{self, Clash};
use intake_domain::{Request, TimelineEntry};
use kernel::{Actor, City, PersonalText, RequestId, Timestamp, Version};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::{city_column, parsed, version_column, version_of};

/// A row of `timeline`.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timeline")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) request: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) seq: i64,
    pub(super) kind: String,
    pub(super) at: i64,
    pub(super) recorded_at: i64,
    pub(super) actor: String,
    pub(super) assignment: Option<Uuid>,
    pub(super) merchant: Option<Uuid>,
    /// Personal: somebody's words.
    pub(super) note: Option<String>,
}

/// The derive of the entity needs it; the note stays out of it.
impl core::fmt::Debug for Model {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = f.debug_struct("timeline::Model");
        shown.field("request", &self.request).field("seq", &self.seq).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds entries, all in one statement.
pub(crate) async fn insert_many<'a>(
    conn: &impl ConnectionTrait,
    entries: impl IntoIterator<Item = (&'a Request, &'a TimelineEntry)>,
) -> Result<(), StoreError> {
    let rows = entries.into_iter().map(|(of, entry)| to_row(of, entry).map(Model::into_active_model));
    bulk::insert(conn, rows.collect::<Result<Vec<_>, _>>()?, Clash::Fails).await
}

/// Entries of a request after `after`, oldest first, at most `limit`.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
    after: Version,
    limit: u64,
) -> Result<Vec<TimelineEntry>, StoreError> {
    let rows = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Request.eq(request.uuid()))
        .filter(Column::Seq.gt(version_column(after)?))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The ids of the city's requests in whose timeline somebody stands.
pub(super) fn requests_of(city: City, by: Actor) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Request)
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Actor.eq(by.to_string()))
}

fn to_row(of: &Request, entry: &TimelineEntry) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(of.city),
        request: of.id.uuid(),
        seq: version_column(entry.seq)?,
        kind: entry.kind.as_str().to_owned(),
        at: entry.at.as_micros(),
        recorded_at: entry.recorded_at.as_micros(),
        actor: entry.by.to_string(),
        assignment: entry.assignment.map(|(assignment, _)| assignment.uuid()),
        merchant: entry.assignment.map(|(_, merchant)| merchant.uuid()),
        note: entry.note.as_ref().map(|note| note.in_the_clear().to_owned()),
    })
}

fn to_domain(row: Model) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry {
        seq: version_of(row.seq)?,
        kind: parsed("kind", &row.kind)?,
        at: Timestamp::from_micros(row.at),
        recorded_at: Timestamp::from_micros(row.recorded_at),
        by: parsed("actor", &row.actor)?,
        assignment: row
            .assignment
            .zip(row.merchant)
            .map(|(assignment, merchant)| (assignment.into(), merchant.into())),
        note: row.note.map(PersonalText::new),
    })
}
