//! Choices that wait, or waited, for a second person.

use chassis::store::{StoreError, Total};
use dispatch_domain::{OverrideReason, Proposal, ProposalState};
use kernel::{AssignmentId, City, RequestId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, Select};

use super::{city_column, city_of, corrupt, from_word, latest_before, past, word};

/// A row of `proposals`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposals")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) request: Uuid,
    pub(super) merchant: Uuid,
    pub(super) reason: String,
    pub(super) note: Option<String>,
    pub(super) proposed_by: String,
    pub(super) proposed_at: i64,
    pub(super) decide_by: i64,
    pub(super) decided_by: Option<String>,
    pub(super) ended_at: Option<i64>,
    pub(super) state: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new proposal.
pub(crate) async fn insert(conn: &impl ConnectionTrait, proposal: &Proposal) -> Result<(), StoreError> {
    let row = Model {
        city: city_column(proposal.city),
        id: proposal.id.uuid(),
        request: proposal.request.uuid(),
        merchant: proposal.merchant.uuid(),
        reason: word("reason", proposal.reason.code)?,
        note: proposal.reason.note.clone(),
        proposed_by: proposal.proposed_by.to_string(),
        proposed_at: proposal.proposed_at.as_micros(),
        decide_by: proposal.decide_by.as_micros(),
        decided_by: proposal.decided_by.map(|by| by.to_string()),
        ended_at: proposal.ended_at.map(Timestamp::as_micros),
        state: proposal.state.as_str().to_owned(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back how a proposal ended.
pub(crate) async fn save(conn: &impl ConnectionTrait, proposal: &Proposal) -> Result<(), StoreError> {
    let row = ActiveModel {
        city: ActiveValue::Unchanged(city_column(proposal.city)),
        id: ActiveValue::Unchanged(proposal.id.uuid()),
        decided_by: ActiveValue::Set(proposal.decided_by.map(|by| by.to_string())),
        ended_at: ActiveValue::Set(proposal.ended_at.map(Timestamp::as_micros)),
        state: ActiveValue::Set(proposal.state.as_str().to_owned()),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// The proposal as it is now.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: AssignmentId,
) -> Result<Option<Proposal>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?;
    found.map(to_domain).transpose()
}

/// The proposal that a request waits for.
pub(crate) async fn open_for(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
) -> Result<Option<Proposal>, StoreError> {
    let found = Entity::find().filter(open(city, request)).one(conn).await?;
    found.map(to_domain).transpose()
}

/// The request was assigned otherwise: nothing is left to decide.
pub(crate) async fn supersede(
    conn: &impl ConnectionTrait,
    city: City,
    request: RequestId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(ProposalState::Superseded.as_str()))
        .col_expr(Column::EndedAt, Expr::value(now.as_micros()))
        .filter(open(city, request))
        .exec(conn)
        .await?;
    Ok(())
}

/// Proposals that nobody decided in time, the longest overdue first.
pub(crate) async fn overdue(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Proposal>, StoreError> {
    let open = Entity::find().filter(Column::State.eq(ProposalState::Open.as_str()));
    let rows = past(open, Column::DecideBy, now, limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The city's proposals in this state, the latest first, before this one.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    city: City,
    state: ProposalState,
    before: Option<AssignmentId>,
    limit: u64,
) -> Result<Vec<Proposal>, StoreError> {
    let rows = latest_before(standing(city, state), Column::Id, before, limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many of the city's proposals are in this state.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    state: ProposalState,
) -> Result<Total, StoreError> {
    Total::of(conn, standing(city, state)).await
}

fn standing(city: City, state: ProposalState) -> Select<Entity> {
    Entity::find().filter(Column::City.eq(city_column(city))).filter(Column::State.eq(state.as_str()))
}

fn open(city: City, request: RequestId) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::City.eq(city_column(city)))
        .add(Column::Request.eq(request.uuid()))
        .add(Column::State.eq(ProposalState::Open.as_str()))
}

fn to_domain(row: Model) -> Result<Proposal, StoreError> {
    let actor = |column, text: String| text.parse().map_err(|_| corrupt(column, &text));
    Ok(Proposal {
        id: row.id.into(),
        request: row.request.into(),
        city: city_of(row.city)?,
        merchant: row.merchant.into(),
        reason: OverrideReason { code: from_word(row.reason)?, note: row.note },
        proposed_by: actor("proposed_by", row.proposed_by)?,
        proposed_at: Timestamp::from_micros(row.proposed_at),
        decide_by: Timestamp::from_micros(row.decide_by),
        decided_by: row.decided_by.map(|by| actor("decided_by", by)).transpose()?,
        ended_at: row.ended_at.map(Timestamp::from_micros),
        state: from_word(row.state)?,
    })
}
