//! Runs of the yearly evaluation.

use chassis::store::StoreError;
use credit_domain::evaluation::{Evaluation, EvaluationState};
use kernel::{City, EvaluationId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, instant_column};

/// A row of `evaluations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluations")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) city: i64,
    /// None for a preview.
    pub(super) year: Option<i64>,
    pub(super) state: String,
    /// When it has something to do next by itself.
    pub(super) turns_at: Option<i64>,
    /// JSON: the run.
    pub(super) file: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new run.
///
/// # Errors
/// [`StoreError::Taken`] when the year has one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, run: &Evaluation) -> Result<(), StoreError> {
    Entity::insert(to_row(run)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes a run back that is held.
pub(crate) async fn save(conn: &impl ConnectionTrait, run: &Evaluation) -> Result<(), StoreError> {
    Entity::update(to_row(run)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// A run.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    id: EvaluationId,
) -> Result<Option<Evaluation>, StoreError> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(to_domain).transpose()
}

/// A run, held until the transaction ends. Merchants are held after it.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    id: EvaluationId,
) -> Result<Option<Evaluation>, StoreError> {
    Entity::find_by_id(id.uuid()).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The run of a year.
pub(crate) async fn of_year(
    conn: &impl ConnectionTrait,
    city: City,
    year: u16,
) -> Result<Option<Evaluation>, StoreError> {
    let found =
        Entity::find().filter(Column::City.eq(city_column(city))).filter(Column::Year.eq(i64::from(year)));
    found.one(conn).await?.map(to_domain).transpose()
}

/// The run that has something to do now, the longest due first; those under way before all others.
pub(crate) async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Option<Evaluation>, StoreError> {
    let due = Entity::find().filter(Column::TurnsAt.lte(now.as_micros()));
    due.order_by_asc(Column::TurnsAt).order_by_asc(Column::Id).one(conn).await?.map(to_domain).transpose()
}

/// Runs of a city by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    before: Option<EvaluationId>,
    limit: u64,
) -> Result<Vec<Evaluation>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(before) = before {
        found = found.filter(Column::Id.lt(before.uuid()));
    }
    let rows = found.order_by_desc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The runs of a city's years that were published, the last first, before this year.
pub(crate) async fn published(
    conn: &impl ConnectionTrait,
    city: City,
    before: Option<u16>,
    limit: u64,
) -> Result<Vec<Evaluation>, StoreError> {
    let mut found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Year.is_not_null())
        .filter(Column::State.is_in(EvaluationState::PUBLIC));
    if let Some(before) = before {
        found = found.filter(Column::Year.lt(i64::from(before)));
    }
    let rows = found.order_by_desc(Column::Year).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The previews of a city, the last first.
pub(crate) async fn previews(
    conn: &impl ConnectionTrait,
    city: City,
    limit: u64,
) -> Result<Vec<Evaluation>, StoreError> {
    let found = Entity::find().filter(Column::City.eq(city_column(city))).filter(Column::Year.is_null());
    let rows = found.order_by_desc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Forgets a preview.
pub(crate) async fn remove(conn: &impl ConnectionTrait, id: EvaluationId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.uuid()).exec(conn).await?;
    Ok(())
}

fn to_row(run: &Evaluation) -> Result<Model, StoreError> {
    Ok(Model {
        id: run.id.uuid(),
        city: city_column(run.order.city),
        year: run.order.scope.year().map(i64::from),
        state: run.state.word().to_owned(),
        turns_at: instant_column(run.turns_at()),
        file: serde_json::to_string(run)?,
    })
}

fn to_domain(row: Model) -> Result<Evaluation, StoreError> {
    let Model { file, .. } = row;
    Ok(serde_json::from_str(&file)?)
}
