//! Cases of suspected breaches.

use chassis::store::{StoreError, Total};
use feedback_domain::{Case, CaseState, Clause, Handlers, MerchantAnswer, Ruling};
use kernel::{Actor, ActorId, CaseId, City, MerchantId, PersonalText, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait as _, Select};

use super::{
    area_of, category_of, city_column, city_of, corrupt, handlers, item_of, required, required_instant,
    version_column, version_of,
};

/// A row of `cases`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) request: Uuid,
    pub(super) callback: Uuid,
    pub(super) item: String,
    pub(super) category: String,
    pub(super) area: i64,
    pub(super) completed_at: i64,
    /// JSON.
    pub(super) answers: Option<String>,
    /// Personal: what the citizen said.
    pub(super) note: Option<String>,
    pub(super) suspected_clause: Option<String>,
    pub(super) opened_by: Uuid,
    pub(super) opened_at: i64,
    /// Personal: what the merchant says.
    pub(super) merchant_answer: Option<String>,
    pub(super) merchant_answered_at: Option<i64>,
    pub(super) state: String,
    /// JSON; empty while the case is open.
    pub(super) ruling: Option<String>,
    pub(super) version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How far a case is, to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Under verification.
    Open,
    /// A breach.
    Verified,
    /// None.
    Dismissed,
}

impl Stage {
    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Verified => "verified",
            Self::Dismissed => "dismissed",
        }
    }

    /// Of this case.
    #[must_use]
    pub const fn of(case: &Case) -> Self {
        match case.state {
            CaseState::Open => Self::Open,
            CaseState::Ruled(Ruling::Verified { .. }) => Self::Verified,
            CaseState::Ruled(Ruling::Dismissed { .. }) => Self::Dismissed,
        }
    }
}

/// Which cases.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Of which city.
    pub city: City,
    /// Only this one.
    pub id: Option<CaseId>,
    /// Only of this merchant.
    pub merchant: Option<MerchantId>,
    /// Only those that are so far.
    pub stage: Option<Stage>,
    /// Only those to which the merchant has said nothing.
    pub unanswered: bool,
    /// After this one.
    pub after: Option<CaseId>,
}

/// Keeps a new case.
pub(crate) async fn insert(conn: &impl ConnectionTrait, case: &Case) -> Result<(), StoreError> {
    Entity::insert(to_row(case)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// The case, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: CaseId,
) -> Result<Option<Case>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).lock_exclusive().one(conn).await?;
    whole(conn, city, found).await
}

/// The case as it is now.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: CaseId,
) -> Result<Option<Case>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?;
    whole(conn, city, found).await
}

async fn whole(
    conn: &impl ConnectionTrait,
    city: City,
    row: Option<Model>,
) -> Result<Option<Case>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let handlers = handlers::of(conn, city, row.request.into()).await?;
    to_domain(row, handlers).map(Some)
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, case: &Case) -> Result<(), StoreError> {
    Entity::update(to_row(case)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// Cases, the oldest first.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: Filter,
    limit: u64,
) -> Result<Vec<Case>, StoreError> {
    let rows = in_order(filter).limit(limit).all(conn).await?;
    let handlers = handlers::of_all(conn, filter.city, rows.iter().map(|row| row.request)).await?;
    rows.into_iter()
        .map(|row| {
            let of_request = handlers.get(&row.request).cloned().unwrap_or_default();
            to_domain(row, of_request)
        })
        .collect()
}

/// How many cases there are on all pages.
pub(crate) async fn total(conn: &impl ConnectionTrait, filter: Filter) -> Result<Total, StoreError> {
    Total::of(conn, in_order(Filter { after: None, ..filter })).await
}

/// What [`list`] asks for, without its limit.
pub(super) fn in_order(filter: Filter) -> Select<Entity> {
    let Filter { city, id, merchant, stage, unanswered, after } = filter;
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .apply_if(id, |rows, id| rows.filter(Column::Id.eq(id.uuid())))
        .apply_if(merchant, |rows, merchant| rows.filter(Column::Merchant.eq(merchant.uuid())))
        .apply_if(stage, |rows, stage| rows.filter(Column::State.eq(stage.as_str())))
        .apply_if(unanswered.then_some(Column::MerchantAnsweredAt), |rows, at| rows.filter(at.is_null()))
        .apply_if(after, |rows, after| rows.filter(Column::Id.gt(after.uuid())))
        .order_by_asc(Column::Id)
}

fn clause_of(column: String) -> Result<Clause, StoreError> {
    Clause::try_new(column).map_err(|refusal| corrupt("suspected_clause", refusal))
}

fn to_row(case: &Case) -> Result<Model, StoreError> {
    let ruling = match &case.state {
        CaseState::Open => None,
        CaseState::Ruled(ruling) => Some(serde_json::to_string(ruling)?),
    };
    let answer = case.merchant_answer.as_ref();
    Ok(Model {
        city: city_column(case.city),
        id: case.id.uuid(),
        merchant: case.merchant.uuid(),
        request: case.request.uuid(),
        callback: case.callback.uuid(),
        item: case.item.to_string(),
        category: case.category.to_string(),
        area: i64::from(case.area.code()),
        completed_at: case.completed_at.as_micros(),
        answers: case.answers.as_ref().map(serde_json::to_string).transpose()?,
        note: case.note.as_ref().map(|note| note.in_the_clear().to_owned()),
        suspected_clause: case.suspected_clause.as_ref().map(|clause| clause.as_str().to_owned()),
        opened_by: case.opened_by.uuid(),
        opened_at: case.opened_at.as_micros(),
        merchant_answer: answer.map(|answer| answer.text.in_the_clear().to_owned()),
        merchant_answered_at: answer.map(|answer| answer.at.as_micros()),
        state: Stage::of(case).as_str().to_owned(),
        ruling,
        version: version_column(case.version)?,
    })
}

fn to_domain(row: Model, handlers: Handlers) -> Result<Case, StoreError> {
    let state = match row.state.as_str() {
        "open" => CaseState::Open,
        "verified" | "dismissed" => CaseState::Ruled(serde_json::from_str(&required("ruling", row.ruling)?)?),
        other => return Err(corrupt("state", other)),
    };
    let merchant_answer = match row.merchant_answer {
        None => None,
        Some(text) => Some(MerchantAnswer {
            text: PersonalText::new(text),
            at: required_instant("merchant_answered_at", row.merchant_answered_at)?,
        }),
    };
    let opened_by: ActorId = row.opened_by.into();
    Ok(Case {
        id: row.id.into(),
        city: city_of(row.city)?,
        merchant: row.merchant.into(),
        request: row.request.into(),
        callback: row.callback.into(),
        item: item_of(&row.item)?,
        category: category_of(&row.category)?,
        area: area_of(row.area)?,
        completed_at: Timestamp::from_micros(row.completed_at),
        answers: row.answers.as_deref().map(serde_json::from_str).transpose()?,
        note: row.note.map(PersonalText::new),
        suspected_clause: row.suspected_clause.map(clause_of).transpose()?,
        // Who made the call does not rule on it either.
        handlers: handlers.with(Actor::Staff { id: opened_by }),
        opened_by,
        opened_at: Timestamp::from_micros(row.opened_at),
        merchant_answer,
        state,
        version: version_of(row.version)?,
    })
}
