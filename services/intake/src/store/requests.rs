//! Requests.

use chassis::store::bulk::{self, Clash};
use chassis::store::{StoreError, Total};
use intake_domain::{Contact, Mode, Phone, Request, Status};
use kernel::{Actor, Area, City, ItemCode, PersonalText, RequestId, Risk, Timestamp, Urgency, Version};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ConnectionTrait, ExprTrait as _, IntoActiveModel, Order, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};

use super::{city_column, city_of, corrupt, parsed, timeline, version_column, version_of};

/// A row of `requests`. No `Debug`: it holds personal data.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "requests")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) citizen: Uuid,
    /// Personal.
    pub(super) name: String,
    /// Personal.
    pub(super) phone: String,
    /// Personal.
    pub(super) address: String,
    pub(super) channel: String,
    pub(super) item: String,
    pub(super) category: String,
    pub(super) area: i64,
    pub(super) urgency: String,
    pub(super) risk: String,
    pub(super) enters_home: bool,
    pub(super) received_at: i64,
    pub(super) wanted_at: i64,
    pub(super) due_by: i64,
    /// Personal.
    pub(super) description: String,
    pub(super) mode: String,
    pub(super) preferred: Option<Uuid>,
    /// JSON: all that was heard of it.
    pub(super) progress: String,
    pub(super) status: String,
    pub(super) version: i64,
    /// The digest of the code by which the citizen follows it.
    pub(super) tracking: Option<Uuid>,
}

/// The derive of the entity needs it; the values stay out of it.
impl core::fmt::Debug for Model {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("requests::Model").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps new requests, each with the digest of its code, all in one statement.
pub(crate) async fn insert_many(
    conn: &impl ConnectionTrait,
    requests: &[(Request, Option<Uuid>)],
) -> Result<(), StoreError> {
    let row = |(request, tracking): &(Request, Option<Uuid>)| to_row(request, *tracking);
    let rows = requests.iter().map(|one| row(one).map(Model::into_active_model));
    bulk::insert(conn, rows.collect::<Result<Vec<_>, _>>()?, Clash::Fails).await
}

/// The request.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: RequestId,
) -> Result<Option<Request>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?;
    found.map(to_domain).transpose()
}

/// The request whose code has this digest.
pub(crate) async fn tracked(
    conn: &impl ConnectionTrait,
    city: City,
    digest: Uuid,
) -> Result<Option<Request>, StoreError> {
    let of_city = Entity::find().filter(Column::City.eq(city_column(city)));
    let found = of_city.filter(Column::Tracking.eq(digest)).one(conn).await?;
    found.map(to_domain).transpose()
}

/// Which requests are listed: those that meet all that is set.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Where they stand.
    pub status: Option<Status>,
    /// Only those whose work is still to be done.
    pub open: bool,
    /// What is asked for.
    pub item: Option<ItemCode>,
    /// In which street.
    pub area: Option<Area>,
    /// Who has a hand in them: whoever stands in their timeline.
    pub by: Option<Actor>,
    /// The number to call back.
    pub phone: Option<Phone>,
}

/// [`Status::is_open`], in the very words of the indexes that hold the open requests alone: by them the databases know
/// that such an index has all that is asked for.
const OPEN: &str = "status IN ('received', 'unserved', 'offered', 'accepted')";

/// What requests are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// When they were received: ids rise with time.
    Received,
    /// When the service is wanted.
    Wanted,
}

/// In which order requests are listed; those that are alike in it by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The last first.
    pub descending: bool,
}

impl Sort {
    /// The newest first.
    pub const NEWEST: Self = Self { key: SortKey::Received, descending: true };
}

/// A place in a list of requests: by what it is ordered, and the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the order in which they were received.
    Received(RequestId),
    /// By the time at which the service is wanted.
    Wanted(Timestamp, RequestId),
}

impl Place {
    /// What the list that it is a place of is ordered by.
    #[must_use]
    pub const fn key(&self) -> SortKey {
        match self {
            Self::Received(_) => SortKey::Received,
            Self::Wanted(..) => SortKey::Wanted,
        }
    }

    /// Those that come after it.
    fn beyond(self, descending: bool) -> Expr {
        let (row, place) = match self {
            Self::Received(id) => (vec![Column::Id], vec![Expr::value(id.uuid())]),
            Self::Wanted(at, id) => (
                vec![Column::WantedAt, Column::Id],
                vec![Expr::value(at.as_micros()), Expr::value(id.uuid())],
            ),
        };
        let row = Expr::tuple(row.into_iter().map(|column| Expr::col((Entity, column))));
        if descending { row.lt(Expr::tuple(place)) } else { row.gt(Expr::tuple(place)) }
    }
}

/// How many of the city's requests pass.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    filter: &Filter,
) -> Result<Total, StoreError> {
    Total::of(conn, passing(city, filter)).await
}

/// The city's requests that pass, in this order, after this place, which is one of this order.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    city: City,
    filter: &Filter,
    Sort { key, descending }: Sort,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Request>, StoreError> {
    let order = || if descending { Order::Desc } else { Order::Asc };
    let found = passing(city, filter).apply_if(after, |rows, place| rows.filter(place.beyond(descending)));
    let found = match key {
        SortKey::Received => found,
        SortKey::Wanted => found.order_by(Column::WantedAt, order()),
    };
    let rows = found.order_by(Column::Id, order()).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

fn passing(city: City, filter: &Filter) -> Select<Entity> {
    let Filter { status, open, item, area, by, phone } = filter;
    let by = by.map(|by| timeline::requests_of(city, by).into_query());
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .apply_if(*status, |rows, status| rows.filter(Column::Status.eq(status.as_str())))
        .apply_if(open.then_some(OPEN), |rows, open| rows.filter(Expr::cust(open)))
        .apply_if(item.as_ref(), |rows, item| rows.filter(Column::Item.eq(item.to_string())))
        .apply_if(*area, |rows, area| rows.filter(Column::Area.eq(i64::from(area.code()))))
        .apply_if(phone.as_ref(), |rows, phone| rows.filter(Column::Phone.eq(phone.in_the_clear())))
        .apply_if(by, |rows, by| rows.filter(Column::Id.in_subquery(by)))
}

/// Requests looked up with one statement.
const LOOKED_UP_AT_ONCE: usize = 500;

/// The versions of these requests, for those that there are.
pub(crate) async fn versions(
    conn: &impl ConnectionTrait,
    mut of: Vec<(City, RequestId)>,
) -> Result<Vec<((City, RequestId), Version)>, StoreError> {
    of.sort_unstable();
    let mut found = Vec::with_capacity(of.len());
    for of_city in of.chunk_by(|one, other| one.0 == other.0) {
        let Some(&(city, _)) = of_city.first() else { continue };
        for some in of_city.chunks(LOOKED_UP_AT_ONCE) {
            let ids = some.iter().map(|(_, id)| id.uuid());
            let rows: Vec<(Uuid, i64)> = Entity::find()
                .select_only()
                .columns([Column::Id, Column::Version])
                .filter(Column::City.eq(city_column(city)))
                .filter(Column::Id.is_in(ids))
                .into_tuple()
                .all(conn)
                .await?;
            for (id, version) in rows {
                found.push(((city, id.into()), version_of(version)?));
            }
        }
    }
    Ok(found)
}

/// The request, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: RequestId,
) -> Result<Option<Request>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).lock_exclusive().one(conn).await?;
    found.map(to_domain).transpose()
}

/// Writes back how far a request has come; all else of it never changes.
pub(crate) async fn save_progress(conn: &impl ConnectionTrait, request: &Request) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Progress, Expr::value(serde_json::to_string(&request.progress)?))
        .col_expr(Column::Status, Expr::value(request.status.as_str()))
        .col_expr(Column::Version, Expr::value(version_column(request.version)?))
        .filter(Column::City.eq(city_column(request.city)))
        .filter(Column::Id.eq(request.id.uuid()))
        .exec(conn)
        .await?;
    Ok(())
}

fn to_row(request: &Request, tracking: Option<Uuid>) -> Result<Model, StoreError> {
    let contact = &request.contact;
    Ok(Model {
        city: city_column(request.city),
        id: request.id.uuid(),
        citizen: request.citizen.uuid(),
        name: contact.name.in_the_clear().to_owned(),
        phone: contact.phone.in_the_clear().to_owned(),
        address: contact.address.in_the_clear().to_owned(),
        channel: request.channel.as_str().to_owned(),
        item: request.item.to_string(),
        category: request.category.to_string(),
        area: i64::from(request.area.code()),
        urgency: urgency_column(request.urgency).to_owned(),
        risk: risk_column(request.risk).to_owned(),
        enters_home: request.enters_home,
        received_at: request.received_at.as_micros(),
        wanted_at: request.wanted_at.as_micros(),
        due_by: request.due_by.as_micros(),
        description: request.description.in_the_clear().to_owned(),
        mode: mode_column(request.mode).to_owned(),
        preferred: request.preferred.map(|merchant| merchant.uuid()),
        progress: serde_json::to_string(&request.progress)?,
        status: request.status.as_str().to_owned(),
        version: version_column(request.version)?,
        tracking,
    })
}

fn to_domain(row: Model) -> Result<Request, StoreError> {
    let area = u32::try_from(row.area).ok().and_then(|code| Area::try_new(code).ok());
    Ok(Request {
        id: row.id.into(),
        city: city_of(row.city)?,
        citizen: row.citizen.into(),
        contact: Contact {
            name: PersonalText::new(row.name),
            phone: Phone::try_new(&row.phone).map_err(|_| corrupt("phone"))?,
            address: PersonalText::new(row.address),
        },
        channel: parsed("channel", &row.channel)?,
        item: parsed("item", &row.item)?,
        category: parsed("category", &row.category)?,
        area: area.ok_or_else(|| corrupt("area"))?,
        urgency: urgency_of(&row.urgency)?,
        risk: risk_of(&row.risk)?,
        enters_home: row.enters_home,
        received_at: Timestamp::from_micros(row.received_at),
        wanted_at: Timestamp::from_micros(row.wanted_at),
        due_by: Timestamp::from_micros(row.due_by),
        description: PersonalText::new(row.description),
        mode: mode_of(&row.mode)?,
        preferred: row.preferred.map(Into::into),
        progress: serde_json::from_str(&row.progress)?,
        status: parsed("status", &row.status)?,
        version: version_of(row.version)?,
    })
}

const fn urgency_column(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Emergency => "emergency",
        Urgency::Utility => "utility",
        Urgency::Normal => "normal",
    }
}

fn urgency_of(column: &str) -> Result<Urgency, StoreError> {
    [Urgency::Emergency, Urgency::Utility, Urgency::Normal]
        .into_iter()
        .find(|urgency| urgency_column(*urgency) == column)
        .ok_or_else(|| corrupt("urgency"))
}

const fn risk_column(risk: Risk) -> &'static str {
    match risk {
        Risk::Low => "low",
        Risk::High => "high",
    }
}

fn risk_of(column: &str) -> Result<Risk, StoreError> {
    [Risk::Low, Risk::High]
        .into_iter()
        .find(|risk| risk_column(*risk) == column)
        .ok_or_else(|| corrupt("risk"))
}

const fn mode_column(mode: Mode) -> &'static str {
    match mode {
        Mode::Auto => "auto",
        Mode::Choose => "choose",
    }
}

fn mode_of(column: &str) -> Result<Mode, StoreError> {
    [Mode::Auto, Mode::Choose]
        .into_iter()
        .find(|mode| mode_column(*mode) == column)
        .ok_or_else(|| corrupt("mode"))
}
