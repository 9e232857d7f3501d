//! Call-backs.

use chassis::store::{StoreError, Total};
use feedback_domain::{Callback, Due, Handlers, Outcome, State};
use kernel::{ActorId, CallbackId, City, PersonalText, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::{
    area_of, category_of, city_column, city_of, corrupt, handlers, item_of, required, required_instant,
    version_column, version_of,
};

/// A row of `callbacks`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "callbacks")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) request: Uuid,
    pub(super) assignment: Uuid,
    pub(super) merchant: Uuid,
    pub(super) item: String,
    pub(super) category: String,
    pub(super) area: i64,
    pub(super) completed_at: i64,
    pub(super) due_at: i64,
    pub(super) state: String,
    pub(super) claimed_by: Option<Uuid>,
    pub(super) claimed_until: Option<i64>,
    pub(super) outcome: Option<String>,
    pub(super) ended_by: Option<Uuid>,
    pub(super) ended_at: Option<i64>,
    /// JSON: a list of tries.
    pub(super) attempts: String,
    /// JSON.
    pub(super) answers: Option<String>,
    /// Personal: what the citizen said.
    pub(super) note: Option<String>,
    pub(super) version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new call-back, unless its assignment has one already (I2).
pub(crate) async fn insert(conn: &impl ConnectionTrait, callback: &Callback) -> Result<(), StoreError> {
    let one_per_assignment = OnConflict::columns([Column::City, Column::Assignment]).do_nothing().to_owned();
    Entity::insert(to_row(callback)?.into_active_model())
        .on_conflict(one_per_assignment)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// The call-back, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: CallbackId,
) -> Result<Option<Callback>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).lock_exclusive().one(conn).await?;
    let Some(row) = found else { return Ok(None) };
    let handlers = handlers::of(conn, city, row.request.into()).await?;
    to_domain(row, handlers).map(Some)
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, callback: &Callback) -> Result<(), StoreError> {
    Entity::update(to_row(callback)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// Where a page of the worklist ends: when the last one is due, and its id.
pub(crate) type Place = (Timestamp, CallbackId);

/// Which call-backs that are not done are asked for. Each of them is asked for alone or with the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenCalls {
    /// Due by then.
    pub due_by: Option<Timestamp>,
    /// Due on such a day, as seen at this moment.
    pub due: Option<(Due, Timestamp)>,
    /// Claimed by this person, also where the claim has run out and nobody took over.
    pub claimed_by: Option<ActorId>,
}

/// These of the city, the longest due first, after this place.
pub(crate) async fn worklist(
    conn: &impl ConnectionTrait,
    city: City,
    of: &OpenCalls,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Callback>, StoreError> {
    let rows = in_order(city, of, after).limit(limit).all(conn).await?;
    let handlers = handlers::of_all(conn, city, rows.iter().map(|row| row.request)).await?;
    rows.into_iter()
        .map(|row| {
            // Taken by copy: two call-backs of one request may stand on one page.
            let of_request = handlers.get(&row.request).cloned().unwrap_or_default();
            to_domain(row, of_request)
        })
        .collect()
}

/// How many call-backs of the city are to be made, of those that are meant.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    of: &OpenCalls,
) -> Result<Total, StoreError> {
    Total::of(conn, in_order(city, of, None)).await
}

/// What [`worklist`] asks for, without its limit. What a partial index is of stands here word for word as there: no
/// plan depends on the value of a parameter.
pub(super) fn in_order(city: City, of: &OpenCalls, after: Option<Place>) -> Select<Entity> {
    let OpenCalls { due_by, due, claimed_by } = of;
    let mut open = Entity::find().filter(Column::City.eq(city_column(city)));
    open = match claimed_by {
        Some(person) => {
            open.filter(Expr::cust("state = 'claimed'")).filter(Column::ClaimedBy.eq(person.uuid()))
        }
        None => open.filter(Expr::cust("state <> 'done'")),
    };
    if let Some(due_by) = due_by {
        open = open.filter(Column::DueAt.lte(due_by.as_micros()));
    }
    if let Some((due, now)) = due {
        let span = due.span(*now);
        open = open.filter(Column::DueAt.lt(span.before.as_micros()));
        if let Some(from) = span.from {
            open = open.filter(Column::DueAt.gte(from.as_micros()));
        }
    }
    if let Some((due_at, id)) = after {
        let later = Condition::any()
            .add(Column::DueAt.gt(due_at.as_micros()))
            .add(Condition::all().add(Column::DueAt.eq(due_at.as_micros())).add(Column::Id.gt(id.uuid())));
        open = open.filter(later);
    }
    open.order_by_asc(Column::DueAt).order_by_asc(Column::Id)
}

fn to_row(callback: &Callback) -> Result<Model, StoreError> {
    let mut row = Model {
        city: city_column(callback.city),
        id: callback.id.uuid(),
        request: callback.request.uuid(),
        assignment: callback.assignment.uuid(),
        merchant: callback.merchant.uuid(),
        item: callback.item.to_string(),
        category: callback.category.to_string(),
        area: i64::from(callback.area.code()),
        completed_at: callback.completed_at.as_micros(),
        due_at: callback.due_at.as_micros(),
        state: String::new(),
        claimed_by: None,
        claimed_until: None,
        outcome: None,
        ended_by: None,
        ended_at: None,
        attempts: serde_json::to_string(&callback.attempts)?,
        answers: callback.answers.as_ref().map(serde_json::to_string).transpose()?,
        note: callback.note.as_ref().map(|note| note.in_the_clear().to_owned()),
        version: version_column(callback.version)?,
    };
    match callback.state {
        State::Waiting => "waiting".clone_into(&mut row.state),
        State::Claimed { by, until } => {
            "claimed".clone_into(&mut row.state);
            row.claimed_by = Some(by.uuid());
            row.claimed_until = Some(until.as_micros());
        }
        State::Done { outcome, by, at } => {
            "done".clone_into(&mut row.state);
            row.outcome = Some(outcome.as_str().to_owned());
            row.ended_by = Some(by.uuid());
            row.ended_at = Some(at.as_micros());
        }
    }
    Ok(row)
}

fn to_domain(row: Model, handlers: Handlers) -> Result<Callback, StoreError> {
    let state = match row.state.as_str() {
        "waiting" => State::Waiting,
        "claimed" => State::Claimed {
            by: required("claimed_by", row.claimed_by)?.into(),
            until: required_instant("claimed_until", row.claimed_until)?,
        },
        "done" => State::Done {
            outcome: outcome_of(&required("outcome", row.outcome)?)?,
            by: required("ended_by", row.ended_by)?.into(),
            at: required_instant("ended_at", row.ended_at)?,
        },
        other => return Err(corrupt("state", other)),
    };
    Ok(Callback {
        id: row.id.into(),
        city: city_of(row.city)?,
        request: row.request.into(),
        assignment: row.assignment.into(),
        merchant: row.merchant.into(),
        item: item_of(&row.item)?,
        category: category_of(&row.category)?,
        area: area_of(row.area)?,
        handlers,
        completed_at: Timestamp::from_micros(row.completed_at),
        due_at: Timestamp::from_micros(row.due_at),
        attempts: serde_json::from_str(&row.attempts)?,
        state,
        answers: row.answers.as_deref().map(serde_json::from_str).transpose()?,
        note: row.note.map(PersonalText::new),
        version: version_of(row.version)?,
    })
}

fn outcome_of(column: &str) -> Result<Outcome, StoreError> {
    let all = [Outcome::Satisfied, Outcome::Unsatisfied, Outcome::Unreached, Outcome::SuspectedBreach];
    all.into_iter().find(|outcome| outcome.as_str() == column).ok_or_else(|| corrupt("outcome", column))
}
