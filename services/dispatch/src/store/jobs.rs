//! Jobs: the requests as dispatch sees them.

use chassis::store::bulk::{self, Clash};
use chassis::store::{StoreError, Total};
use dispatch_domain::{Job, JobState};
use kernel::{City, ItemCode, MerchantId, RequestId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, Select};

use super::{area_of, category_of, city_column, city_of, corrupt, from_word, required, soonest_after, word};

/// A row of `jobs`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) request: Uuid,
    pub(super) item: String,
    pub(super) category: String,
    pub(super) area: i64,
    pub(super) urgency: String,
    pub(super) risk: String,
    pub(super) enters_home: bool,
    pub(super) wanted_at: i64,
    pub(super) due_by: i64,
    pub(super) mode: String,
    pub(super) choose_minutes: Option<i64>,
    /// Whom the citizen asked for.
    pub(super) preferred: Option<Uuid>,
    /// JSON: a list of merchants.
    pub(super) tried: String,
    pub(super) state: String,
    pub(super) assignment: Option<Uuid>,
    /// When the rule decides; none when the job does not wait.
    pub(super) next_at: Option<i64>,
    pub(super) received_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A job with what the citizen asked for beside it: the rule goes by the category, people by the item.
#[derive(Debug, Clone)]
pub(crate) struct StoredJob {
    pub(crate) job: Job,
    pub(crate) item: ItemCode,
    pub(crate) preferred: Option<MerchantId>,
    pub(crate) received_at: Timestamp,
    /// When the rule decides; none when the job does not wait for it.
    pub(crate) rule_from: Option<Timestamp>,
}

/// Which jobs are listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// The word of their state.
    pub(crate) state: &'static str,
    /// Those that were due before.
    pub(crate) late_at: Option<Timestamp>,
}

/// Keeps new jobs, all in one statement; those that are known stay as they are (I2).
pub(crate) async fn insert_many(
    conn: &impl ConnectionTrait,
    jobs: impl IntoIterator<Item = StoredJob>,
) -> Result<(), StoreError> {
    let rows = jobs.into_iter().map(|stored| to_row(&stored).map(Model::into_active_model));
    bulk::insert(conn, rows.collect::<Result<Vec<_>, _>>()?, Clash::FirstStays).await
}

fn to_row(stored: &StoredJob) -> Result<Model, StoreError> {
    let job = &stored.job;
    Ok(Model {
        city: city_column(job.city),
        request: job.request.uuid(),
        item: stored.item.to_string(),
        category: job.category.to_string(),
        area: i64::from(job.area.code()),
        urgency: word("urgency", job.urgency)?,
        risk: word("risk", job.risk)?,
        enters_home: job.enters_home,
        wanted_at: job.wanted_at.as_micros(),
        due_by: job.due_by.as_micros(),
        mode: word("mode", job.mode)?,
        choose_minutes: job.choose_minutes.map(i64::from),
        preferred: stored.preferred.map(MerchantId::uuid),
        tried: serde_json::to_string(&job.tried)?,
        state: job.state.as_str().to_owned(),
        assignment: assignment_of(job.state),
        next_at: stored.rule_from.map(Timestamp::as_micros),
        received_at: stored.received_at.as_micros(),
    })
}

/// The job as it is now.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
) -> Result<Option<StoredJob>, StoreError> {
    let found = Entity::find_by_id((city_column(city), request.uuid())).one(conn).await?;
    found.map(to_domain).transpose()
}

/// These jobs of a city, in no order; at most a page of them is asked for.
pub(crate) async fn of_requests(
    conn: &impl ConnectionTrait,
    city: City,
    requests: impl IntoIterator<Item = RequestId>,
) -> Result<Vec<StoredJob>, StoreError> {
    let of_city = Entity::find().filter(Column::City.eq(city_column(city)));
    let named = Column::Request.is_in(requests.into_iter().map(RequestId::uuid));
    of_city.filter(named).all(conn).await?.into_iter().map(to_domain).collect()
}

/// The job, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
) -> Result<Option<Job>, StoreError> {
    let found = Entity::find_by_id((city_column(city), request.uuid())).lock_exclusive().one(conn).await?;
    Ok(found.map(to_domain).transpose()?.map(|stored| stored.job))
}

/// Writes back what a step made of the job: its state and whom it tried. When it waits, it waits
/// since now.
pub(crate) async fn save(conn: &impl ConnectionTrait, job: &Job, now: Timestamp) -> Result<(), StoreError> {
    let row = ActiveModel {
        city: ActiveValue::Unchanged(city_column(job.city)),
        request: ActiveValue::Unchanged(job.request.uuid()),
        tried: ActiveValue::Set(serde_json::to_string(&job.tried)?),
        state: ActiveValue::Set(job.state.as_str().to_owned()),
        assignment: ActiveValue::Set(assignment_of(job.state)),
        next_at: ActiveValue::Set(next_at(job, now)),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// The rule is to decide now, whoever picks else; nothing when the job does not wait.
pub(crate) async fn fall_due(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(now.as_micros()))
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Request.eq(request.uuid()))
        .filter(Column::State.eq(JobState::Waiting.as_str()))
        .exec(conn)
        .await?;
    Ok(())
}

/// Takes the jobs that are due, the longest due first, and puts them off until `again_at`: whoever took them
/// may die, and another instance takes them then.
pub(crate) async fn take_due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    again_at: Timestamp,
    limit: u64,
) -> Result<Vec<StoredJob>, StoreError> {
    let rows = Entity::find()
        .filter(Column::NextAt.lte(now.as_micros()))
        .order_by_asc(Column::NextAt)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(conn)
        .await?;
    for row in &rows {
        let put_off = ActiveModel {
            city: ActiveValue::Unchanged(row.city),
            request: ActiveValue::Unchanged(row.request),
            next_at: ActiveValue::Set(Some(again_at.as_micros())),
            ..Default::default()
        };
        Entity::update(put_off).exec(conn).await?;
    }
    rows.into_iter().map(to_domain).collect()
}

/// Whether any job is due: a cheap look before a transaction is begun.
pub(crate) async fn is_any_due(conn: &impl ConnectionTrait, now: Timestamp) -> Result<bool, StoreError> {
    Ok(Entity::find().filter(Column::NextAt.lte(now.as_micros())).one(conn).await?.is_some())
}

/// The city's jobs that pass, the soonest due first, after this one.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    city: City,
    filter: Filter,
    after: Option<(Timestamp, RequestId)>,
    limit: u64,
) -> Result<Vec<StoredJob>, StoreError> {
    let after = after.map(|(by, request)| (by, request.uuid()));
    let rows = soonest_after(passing(city, filter), (Column::DueBy, Column::Request), after, limit);
    rows.all(conn).await?.into_iter().map(to_domain).collect()
}

/// How many of the city's jobs pass.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    filter: Filter,
) -> Result<Total, StoreError> {
    Total::of(conn, passing(city, filter)).await
}

fn passing(city: City, Filter { state, late_at }: Filter) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::State.eq(state))
        .apply_if(late_at, |rows, now| rows.filter(Column::DueBy.lt(now.as_micros())))
}

fn next_at(job: &Job, now: Timestamp) -> Option<i64> {
    job.rule_from(now).map(Timestamp::as_micros)
}

fn assignment_of(state: JobState) -> Option<Uuid> {
    match state {
        JobState::Assigned { assignment } | JobState::Completed { assignment } => Some(assignment.uuid()),
        JobState::Waiting | JobState::Cancelled | JobState::Unserved => None,
    }
}

fn to_domain(row: Model) -> Result<StoredJob, StoreError> {
    let assignment = row.assignment;
    let named = || required("assignment", assignment).map(Into::into);
    let state = match row.state.as_str() {
        "waiting" => JobState::Waiting,
        "assigned" => JobState::Assigned { assignment: named()? },
        "completed" => JobState::Completed { assignment: named()? },
        "cancelled" => JobState::Cancelled,
        "unserved" => JobState::Unserved,
        other => return Err(corrupt("state", other)),
    };
    let job = Job {
        request: row.request.into(),
        city: city_of(row.city)?,
        category: category_of(&row.category)?,
        area: area_of(row.area)?,
        urgency: from_word(row.urgency)?,
        risk: from_word(row.risk)?,
        enters_home: row.enters_home,
        wanted_at: Timestamp::from_micros(row.wanted_at),
        due_by: Timestamp::from_micros(row.due_by),
        mode: from_word(row.mode)?,
        choose_minutes: row.choose_minutes.and_then(|minutes| u16::try_from(minutes).ok()),
        tried: serde_json::from_str(&row.tried)?,
        state,
    };
    let received_at = Timestamp::from_micros(row.received_at);
    let item = row.item.parse().map_err(|_| corrupt("item", &row.item))?;
    let rule_from = row.next_at.map(Timestamp::from_micros);
    Ok(StoredJob { job, item, preferred: row.preferred.map(Into::into), received_at, rule_from })
}
