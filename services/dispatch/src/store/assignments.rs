//! Assignments: who holds or held which request.

use chassis::store::{StoreError, Total};
use dispatch_domain::{Assignment, AssignmentState, Job};
use kernel::{AssignmentId, City, MerchantId, RequestId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, QueryTrait, Select};

use super::{
    city_column, city_of, corrupt, from_word, latest_before, past, soonest_after, version_column, version_of,
    word,
};

/// A row of `assignments`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignments")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) request: Uuid,
    pub(super) merchant: Uuid,
    pub(super) credit_version: i64,
    /// Whether credit confirmed the standing.
    pub(super) confirmed: bool,
    pub(super) offered_by: String,
    pub(super) offered_at: i64,
    pub(super) answer_by: i64,
    pub(super) accepted_at: Option<i64>,
    pub(super) ended_at: Option<i64>,
    /// By when its next step is due; none once it has ended.
    pub(super) next_by: Option<i64>,
    /// From when on it is late; none once it has ended.
    pub(super) late_from: Option<i64>,
    pub(super) decline_reason: Option<String>,
    pub(super) state: String,
    /// Whether it stands in its merchant's orders of the last 30 days.
    pub(super) counted: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An assignment with what the store knows beside it.
#[derive(Debug, Clone)]
pub(crate) struct StoredAssignment {
    pub(crate) assignment: Assignment,
    /// Whether it stands in its merchant's orders of the last 30 days.
    pub(crate) counted: bool,
}

/// An assignment and where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) city: City,
    pub(crate) request: RequestId,
    pub(crate) id: AssignmentId,
    pub(crate) merchant: MerchantId,
}

/// Keeps a new assignment of a job.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    job: &Job,
    assignment: &Assignment,
    confirmed: bool,
) -> Result<(), StoreError> {
    let row = Model {
        city: city_column(job.city),
        id: assignment.id.uuid(),
        request: assignment.request.uuid(),
        merchant: assignment.merchant.uuid(),
        credit_version: version_column(assignment.credit_version)?,
        confirmed,
        offered_by: assignment.offered_by.to_string(),
        offered_at: assignment.offered_at.as_micros(),
        answer_by: assignment.answer_by.as_micros(),
        accepted_at: assignment.accepted_at.map(Timestamp::as_micros),
        ended_at: assignment.ended_at.map(Timestamp::as_micros),
        next_by: assignment.next_by(job).map(Timestamp::as_micros),
        late_from: assignment.late_from(job).map(Timestamp::as_micros),
        decline_reason: assignment.decline_reason.map(|reason| word("decline_reason", reason)).transpose()?,
        state: assignment.state.as_str().to_owned(),
        counted: true,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back what a step made of the assignment of a job.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    job: &Job,
    assignment: &Assignment,
    counted: bool,
) -> Result<(), StoreError> {
    let reason = assignment.decline_reason.map(|reason| word("decline_reason", reason)).transpose()?;
    let row = ActiveModel {
        city: ActiveValue::Unchanged(city_column(job.city)),
        id: ActiveValue::Unchanged(assignment.id.uuid()),
        accepted_at: ActiveValue::Set(assignment.accepted_at.map(Timestamp::as_micros)),
        ended_at: ActiveValue::Set(assignment.ended_at.map(Timestamp::as_micros)),
        next_by: ActiveValue::Set(assignment.next_by(job).map(Timestamp::as_micros)),
        late_from: ActiveValue::Set(assignment.late_from(job).map(Timestamp::as_micros)),
        decline_reason: ActiveValue::Set(reason),
        state: ActiveValue::Set(assignment.state.as_str().to_owned()),
        counted: ActiveValue::Set(counted),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// The assignment as it is now.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: AssignmentId,
) -> Result<Option<StoredAssignment>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?;
    found.map(to_domain).transpose()
}

/// Offers that were not answered in time, the longest overdue first.
pub(crate) async fn overdue(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Place>, StoreError> {
    let offered = Entity::find().filter(Column::State.eq(AssignmentState::Offered.as_str()));
    let rows = past(offered, Column::AnswerBy, now, limit).all(conn).await?;
    rows.iter().map(place_of).collect()
}

/// Assignments that still count among their merchant's orders though they were offered before `cutoff`.
pub(crate) async fn counted_before(
    conn: &impl ConnectionTrait,
    cutoff: Timestamp,
    limit: u64,
) -> Result<Vec<Place>, StoreError> {
    let counted = Entity::find().filter(Column::Counted.eq(true));
    let rows = past(counted, Column::OfferedAt, cutoff, limit).all(conn).await?;
    rows.iter().map(place_of).collect()
}

/// From now on it does not count. Whether it did.
pub(crate) async fn stop_counting(conn: &impl ConnectionTrait, place: Place) -> Result<bool, StoreError> {
    let stopped = Entity::update_many()
        .col_expr(Column::Counted, Expr::value(false))
        .filter(Column::City.eq(city_column(place.city)))
        .filter(Column::Id.eq(place.id.uuid()))
        .filter(Column::Counted.eq(true))
        .exec(conn)
        .await?;
    Ok(stopped.rows_affected > 0)
}

/// Which assignments are listed: those that meet all that is set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter {
    pub(crate) merchant: Option<MerchantId>,
    pub(crate) request: Option<RequestId>,
    pub(crate) state: Option<AssignmentState>,
    /// Those that were late before: by their next step, or by the matter as a whole.
    pub(crate) late_at: Option<Timestamp>,
}

/// In which order, and after which one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    /// The latest first.
    Latest(Option<AssignmentId>),
    /// Those that have a next step, the soonest due first.
    Next(Option<(Timestamp, AssignmentId)>),
}

/// The city's assignments that pass, in this order.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    city: City,
    filter: Filter,
    order: Order,
    limit: u64,
) -> Result<Vec<StoredAssignment>, StoreError> {
    let found = passing(city, filter);
    let rows = match order {
        Order::Latest(before) => latest_before(found, Column::Id, before, limit),
        Order::Next(after) => {
            let after = after.map(|(by, id)| (by, id.uuid()));
            soonest_after(
                found.filter(Column::NextBy.is_not_null()),
                (Column::NextBy, Column::Id),
                after,
                limit,
            )
        }
    };
    rows.all(conn).await?.into_iter().map(to_domain).collect()
}

/// How many of the city's assignments pass.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    filter: Filter,
) -> Result<Total, StoreError> {
    Total::of(conn, passing(city, filter)).await
}

fn passing(city: City, Filter { merchant, request, state, late_at }: Filter) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .apply_if(merchant, |rows, merchant| rows.filter(Column::Merchant.eq(merchant.uuid())))
        .apply_if(request, |rows, request| rows.filter(Column::Request.eq(request.uuid())))
        .apply_if(state, |rows, state| rows.filter(Column::State.eq(state.as_str())))
        .apply_if(late_at, |rows, now| rows.filter(Column::LateFrom.lt(now.as_micros())))
}

fn place_of(row: &Model) -> Result<Place, StoreError> {
    Ok(Place {
        city: city_of(row.city)?,
        request: row.request.into(),
        id: row.id.into(),
        merchant: row.merchant.into(),
    })
}

fn to_domain(row: Model) -> Result<StoredAssignment, StoreError> {
    let assignment = Assignment {
        id: row.id.into(),
        request: row.request.into(),
        merchant: row.merchant.into(),
        credit_version: version_of(row.credit_version)?,
        offered_by: row.offered_by.parse().map_err(|_| corrupt("offered_by", &row.offered_by))?,
        offered_at: Timestamp::from_micros(row.offered_at),
        answer_by: Timestamp::from_micros(row.answer_by),
        accepted_at: row.accepted_at.map(Timestamp::from_micros),
        ended_at: row.ended_at.map(Timestamp::from_micros),
        decline_reason: row.decline_reason.map(from_word).transpose()?,
        state: from_word(row.state)?,
    };
    Ok(StoredAssignment { assignment, counted: row.counted })
}
