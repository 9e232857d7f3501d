//! Runs of drafts over the ledger.

use chassis::store::StoreError;
use credit_domain::simulation::{Order, Progress, Run, RunState};
use kernel::{ActorId, ModelId, SimulationId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, city_of, corrupt, narrow};

/// A row of `simulations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "simulations")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) model: Uuid,
    pub(super) edition: i64,
    pub(super) city: i64,
    pub(super) ordered_by: Uuid,
    pub(super) at: i64,
    pub(super) state: String,
    /// How many merchants it has seen: what a page is added to.
    pub(super) merchants: i64,
    /// JSON: how far it is.
    pub(super) progress: String,
    /// JSON: what it found.
    pub(super) summary: Option<String>,
    pub(super) failure: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// As the index of runs under way has it.
const RUNNING: &str = "running";

/// Keeps a new run.
pub(crate) async fn insert(conn: &impl ConnectionTrait, run: &Run) -> Result<(), StoreError> {
    Entity::insert(to_row(run)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes a run back that is held.
pub(crate) async fn save(conn: &impl ConnectionTrait, run: &Run) -> Result<(), StoreError> {
    Entity::update(to_row(run)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// A run.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: SimulationId) -> Result<Option<Run>, StoreError> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(to_domain).transpose()
}

/// A run, held until the transaction ends.
pub(crate) async fn lock(conn: &impl ConnectionTrait, id: SimulationId) -> Result<Option<Run>, StoreError> {
    Entity::find_by_id(id.uuid()).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The run of this edition over the city that is under way.
pub(crate) async fn under_way(conn: &impl ConnectionTrait, order: &Order) -> Result<Option<Run>, StoreError> {
    let found = Entity::find()
        .filter(Column::Model.eq(order.model.uuid()))
        .filter(Column::Edition.eq(i64::from(order.edition)))
        .filter(Column::City.eq(city_column(order.city)))
        .filter(Column::State.eq(RUNNING));
    found.one(conn).await?.map(to_domain).transpose()
}

/// The run under way that was asked for first.
pub(crate) async fn next(conn: &impl ConnectionTrait) -> Result<Option<Run>, StoreError> {
    let running = Entity::find().filter(Column::State.eq(RUNNING));
    running.order_by_asc(Column::Id).limit(1).one(conn).await?.map(to_domain).transpose()
}

/// Runs of a draft by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    model: ModelId,
    after: Option<SimulationId>,
    limit: u64,
) -> Result<Vec<Run>, StoreError> {
    let mut found = Entity::find().filter(Column::Model.eq(model.uuid()));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

fn to_row(run: &Run) -> Result<Model, StoreError> {
    let Run { id, order: Order { model, edition, city, by, at }, progress, state } = run;
    let (summary, failure) = match state {
        RunState::Finished(summary) => (Some(serde_json::to_string(summary)?), None),
        RunState::Failed(reason) => (None, Some(reason.clone())),
        RunState::Running | RunState::Cancelled => (None, None),
    };
    Ok(Model {
        id: id.uuid(),
        model: model.uuid(),
        edition: i64::from(*edition),
        city: city_column(*city),
        ordered_by: by.uuid(),
        at: at.as_micros(),
        state: state.word().to_owned(),
        merchants: i64::from(progress.merchants),
        progress: serde_json::to_string(progress)?,
        summary,
        failure,
    })
}

fn to_domain(row: Model) -> Result<Run, StoreError> {
    let state = match (row.state.as_str(), row.summary, row.failure) {
        ("running", None, None) => RunState::Running,
        ("cancelled", None, None) => RunState::Cancelled,
        ("finished", Some(summary), None) => RunState::Finished(serde_json::from_str(&summary)?),
        ("failed", None, Some(reason)) => RunState::Failed(reason),
        _ => return Err(corrupt("state", &row.state)),
    };
    let progress: Progress = serde_json::from_str(&row.progress)?;
    Ok(Run {
        id: SimulationId::new(row.id),
        order: Order {
            model: ModelId::new(row.model),
            edition: narrow("edition", row.edition)?,
            city: city_of(row.city)?,
            by: ActorId::new(row.ordered_by),
            at: Timestamp::from_micros(row.at),
        },
        progress,
        state,
    })
}
