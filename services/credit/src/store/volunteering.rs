//! What the volunteer centre reported, and what a merchant's reports of a year add up to.

use chassis::store::{StoreError, bulk};
use credit_domain::volunteer::{Count, Deed, Line, Report, ReportState, VolunteerYear};
use kernel::{City, Day, MerchantId, Timestamp, VolunteerId, VolunteerReportId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Func, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveValue, ConnectionTrait, ExprTrait as _, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect,
};

use super::{city_column, city_of, narrow, word};

/// A row of `volunteer_reports`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_reports")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) kind: String,
    pub(super) day: i32,
    pub(super) began_at: i64,
    pub(super) done_at: i64,
    pub(super) quantity: i64,
    /// Of a session.
    pub(super) volunteer: Option<Uuid>,
    /// What it is unique by beside its id.
    pub(super) once: Option<String>,
    pub(super) state: String,
    /// JSON: the report.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod desks {
    use sea_orm::entity::prelude::*;

    /// A row of `volunteer_desks`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "volunteer_desks")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        pub(super) taken: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod years {
    use sea_orm::entity::prelude::*;

    /// A row of `volunteer_years`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "volunteer_years")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) year: i32,
        /// JSON: the year.
        pub(super) body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod days {
    use sea_orm::entity::prelude::*;

    /// A row of `volunteer_days`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "volunteer_days")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) day: i32,
        pub(super) due_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Takes the city's desk until the transaction ends: reports and statements of a city queue here. Whoever holds it
/// comes first, a merchant second.
pub(crate) async fn take_desk(conn: &impl ConnectionTrait, city: City) -> Result<(), StoreError> {
    let row = desks::Model { city: city_column(city), taken: 1 };
    let counts = OnConflict::column(desks::Column::City)
        .value(desks::Column::Taken, Expr::col((desks::Entity, desks::Column::Taken)).add(1))
        .to_owned();
    let insert = desks::Entity::insert(row.into_active_model()).on_conflict(counts);
    insert.exec_without_returning(conn).await?;
    Ok(())
}

/// Keeps a new report.
///
/// # Errors
/// [`StoreError::Taken`] where its id, its team or its need was reported before.
pub(crate) async fn insert(conn: &impl ConnectionTrait, report: &Report) -> Result<(), StoreError> {
    Entity::insert(to_row(report)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes a report back.
pub(crate) async fn save(conn: &impl ConnectionTrait, report: &Report) -> Result<(), StoreError> {
    Entity::update(to_row(report)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// The report of this id.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: VolunteerReportId,
) -> Result<Option<Report>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// Whether something that can be reported once alone was reported, and stands.
pub(crate) async fn stands(conn: &impl ConnectionTrait, city: City, once: &str) -> Result<bool, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Once.eq(once))
        .filter(Column::State.eq(ReportState::Recorded.as_str()));
    Ok(found.limit(1).count(conn).await? > 0)
}

/// A session of the volunteer that stands and overlaps with this time.
pub(crate) async fn overlapping(
    conn: &impl ConnectionTrait,
    city: City,
    volunteer: VolunteerId,
    check_in: Timestamp,
    check_out: Timestamp,
) -> Result<Option<VolunteerReportId>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Volunteer.eq(volunteer.uuid()))
        .filter(Column::State.eq(ReportState::Recorded.as_str()))
        .filter(Column::BeganAt.lt(check_out.as_micros()))
        .filter(Column::DoneAt.gt(check_in.as_micros()));
    Ok(found.one(conn).await?.map(|row| VolunteerReportId::new(row.id)))
}

/// Reports of a city, or of one merchant, by id.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: Option<MerchantId>,
    day: Option<Day>,
    after: Option<VolunteerReportId>,
    limit: u64,
) -> Result<Vec<Report>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(merchant) = merchant {
        found = found.filter(Column::Merchant.eq(merchant.uuid()));
    }
    if let Some(day) = day {
        found = found.filter(Column::Day.eq(day.julian()));
    }
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

#[derive(FromQueryResult)]
struct Held {
    merchant: Uuid,
    kind: String,
    reports: i64,
    quantity: i64,
}

/// What stands of a day, per merchant and kind: a few lines for each merchant of the city.
pub(crate) async fn held(conn: &impl ConnectionTrait, city: City, day: Day) -> Result<Vec<Line>, StoreError> {
    // SQLite has one integer type, PostgreSQL's sum of a bigint is a numeric.
    let sum = Func::cast_as(Column::Quantity.sum(), Alias::new("bigint"));
    let found = Entity::find()
        .select_only()
        .column(Column::Merchant)
        .column(Column::Kind)
        .column_as(Column::Id.count(), "reports")
        .column_as(Expr::expr(sum), "quantity")
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Day.eq(day.julian()))
        .filter(Column::State.eq(ReportState::Recorded.as_str()))
        .group_by(Column::Merchant)
        .group_by(Column::Kind)
        .into_model::<Held>();
    let line = |held: Held| {
        Ok(Line {
            merchant: MerchantId::new(held.merchant),
            kind: word("kind", &held.kind)?,
            count: Count {
                reports: narrow("reports", held.reports)?,
                quantity: narrow("quantity", held.quantity)?,
            },
        })
    };
    found.all(conn).await?.into_iter().map(line).collect()
}

/// What the merchant's reports of the year add up to. Whoever holds the desk and the merchant asks.
pub(crate) async fn year(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    year: i32,
) -> Result<VolunteerYear, StoreError> {
    let found = years::Entity::find_by_id((city_column(city), merchant.uuid(), year)).one(conn).await?;
    match found {
        Some(row) => Ok(serde_json::from_str(&row.body)?),
        None => Ok(VolunteerYear::default()),
    }
}

/// Keeps it.
pub(crate) async fn save_year(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    year: i32,
    sums: &VolunteerYear,
) -> Result<(), StoreError> {
    use years::Column as Col;
    let (city, merchant, body) = (city_column(city), merchant.uuid(), serde_json::to_string(sums)?);
    let row = years::Model { city, merchant, year, body };
    let replaces =
        OnConflict::columns([Col::City, Col::Merchant, Col::Year]).update_column(Col::Body).to_owned();
    let insert = years::Entity::insert(row.into_active_model()).on_conflict(replaces);
    insert.exec_without_returning(conn).await?;
    Ok(())
}

/// The first report of a day asks for its statement.
pub(crate) async fn await_statement(
    conn: &impl ConnectionTrait,
    city: City,
    day: Day,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    let row = days::Model { city: city_column(city), day: day.julian(), due_at: Some(due_at.as_micros()) };
    bulk::claim(conn, vec![row.into_active_model()]).await.map(drop)
}

/// The statement of the day came, or was missed.
pub(crate) async fn settle_day(conn: &impl ConnectionTrait, city: City, day: Day) -> Result<(), StoreError> {
    use days::Column as Col;
    let row = days::Model { city: city_column(city), day: day.julian(), due_at: None };
    let replaces = OnConflict::columns([Col::City, Col::Day]).update_column(Col::DueAt).to_owned();
    let mut row = row.into_active_model();
    row.due_at = ActiveValue::Set(None);
    days::Entity::insert(row).on_conflict(replaces).exec_without_returning(conn).await?;
    Ok(())
}

/// A day whose statement is overdue.
pub(crate) async fn overdue(
    conn: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Option<(City, Day)>, StoreError> {
    let found = due(days::Entity::find(), now).one(conn).await?;
    found.map(|row| Ok((city_of(row.city)?, Day::from_julian(row.day)))).transpose()
}

/// The same, held; none where another instance holds it or was faster.
pub(crate) async fn lock_overdue(
    conn: &impl ConnectionTrait,
    (city, day): (City, Day),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = due(days::Entity::find_by_id((city_column(city), day.julian())), now)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Ok(found.one(conn).await?.is_some())
}

fn due(found: Select<days::Entity>, now: Timestamp) -> Select<days::Entity> {
    found.filter(days::Column::DueAt.lte(now.as_micros())).order_by_asc(days::Column::DueAt)
}

fn to_row(report: &Report) -> Result<Model, StoreError> {
    let deed = &report.says.deed;
    let volunteer = match deed {
        Deed::Hours { volunteer, .. } => Some(volunteer.uuid()),
        Deed::Activity { .. }
        | Deed::Recruitment { .. }
        | Deed::TeamIncubation { .. }
        | Deed::MatchedNeed { .. } => None,
    };
    Ok(Model {
        city: city_column(report.city),
        id: report.says.id.uuid(),
        merchant: report.says.merchant.uuid(),
        kind: deed.kind().to_string(),
        day: report.day().julian(),
        began_at: deed.began_at().as_micros(),
        done_at: deed.done_at().as_micros(),
        quantity: narrow("quantity", deed.quantity())?,
        volunteer,
        once: deed.once(),
        state: report.state().to_string(),
        body: serde_json::to_string(report)?,
    })
}

fn to_domain(row: Model) -> Result<Report, StoreError> {
    let Model { body, .. } = row;
    Ok(serde_json::from_str(&body)?)
}
