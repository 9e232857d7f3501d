//! Versions of the rules, from their drafts on. An approved one never changes: the table itself refuses.

use chassis::store::{StoreError, Total};
use credit_domain::Rules;
use credit_domain::model::{Model as RulesModel, ModelState};
use kernel::{ActorId, ModelId, Timestamp, Version};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DbErr, ExprTrait as _, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::{corrupt, narrow, version_column, version_of};

/// A row of `models`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "models")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) edition: i64,
    pub(super) note: String,
    /// JSON: the rules.
    pub(super) document: String,
    /// JSON: a list of accounts.
    pub(super) authors: String,
    pub(super) state: String,
    pub(super) approved_by: Option<Uuid>,
    /// The document's number and first moment, once it is approved.
    pub(super) number: Option<i64>,
    pub(super) in_force_from: Option<i64>,
    pub(super) drafted_at: i64,
    pub(super) changed_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a new one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, model: &RulesModel) -> Result<(), StoreError> {
    Entity::insert(to_row(model)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back one that was read at version `before`.
///
/// # Errors
/// [`StoreError::Collision`] when it has another version by now; [`StoreError::Taken`] when another one was
/// approved under the same number meanwhile.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    model: &RulesModel,
    before: Version,
) -> Result<(), StoreError> {
    let row = to_row(model)?.into_active_model().reset_all();
    let guarded = Entity::update(row).validate()?.filter(Column::Version.eq(version_column(before)?));
    match guarded.exec(conn).await {
        Ok(_) => Ok(()),
        Err(moved @ DbErr::RecordNotUpdated) => Err(StoreError::Collision(moved)),
        Err(error) => Err(error.into()),
    }
}

/// One of them.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: ModelId) -> Result<Option<RulesModel>, StoreError> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(to_domain).transpose()
}

/// One of them, held until the transaction ends.
pub(crate) async fn lock(conn: &impl ConnectionTrait, id: ModelId) -> Result<Option<RulesModel>, StoreError> {
    Entity::find_by_id(id.uuid()).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// All of them by id, after this one; or only those that wait for the approval of this person.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    awaiting: Option<ActorId>,
    after: Option<ModelId>,
    limit: u64,
) -> Result<Vec<RulesModel>, StoreError> {
    let mut found = fitting(awaiting);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many of them there are on all pages.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    awaiting: Option<ActorId>,
) -> Result<Total, StoreError> {
    Total::of(conn, fitting(awaiting)).await
}

fn fitting(awaiting: Option<ActorId>) -> Select<Entity> {
    let Some(person) = awaiting else { return Entity::find() };
    // Word for word as the partial index has it. Authors stand in their column as `to_row` writes them.
    Entity::find()
        .filter(Expr::cust("state = 'simulated'"))
        .filter(Column::Authors.contains(format!("\"{person}\"")).not())
}

/// The number of the version in force at the moment; none before the first.
pub(crate) async fn number_in_force(
    conn: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    // Later versions come in force later, so the highest number is the newest.
    let number: Option<Option<i64>> = Entity::find()
        .select_only()
        .column(Column::Number)
        .filter(Column::InForceFrom.lte(now.as_micros()))
        .order_by_desc(Column::Number)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    number.flatten().map(|number| narrow("number", number)).transpose()
}

/// The approved version of this number.
pub(crate) async fn numbered(conn: &impl ConnectionTrait, number: u32) -> Result<Option<Rules>, StoreError> {
    let row = Entity::find().filter(Column::Number.eq(i64::from(number))).one(conn).await?;
    row.map(|row| Ok(serde_json::from_str(&row.document)?)).transpose()
}

/// The approved version of the highest number, in force or to be.
pub(crate) async fn last(conn: &impl ConnectionTrait) -> Result<Option<Rules>, StoreError> {
    let approved = Entity::find().filter(Column::Number.is_not_null());
    let row = approved.order_by_desc(Column::Number).limit(1).one(conn).await?;
    row.map(|row| Ok(serde_json::from_str(&row.document)?)).transpose()
}

fn to_row(model: &RulesModel) -> Result<Model, StoreError> {
    let RulesModel { id, version, edition, note, document, authors, state, drafted_at, changed_at } = model;
    let (approved, approved_by) = match state {
        ModelState::Approved { by } => (true, *by),
        ModelState::Drafted | ModelState::Simulated | ModelState::Withdrawn => (false, None),
    };
    Ok(Model {
        id: id.uuid(),
        version: version_column(*version)?,
        edition: i64::from(*edition),
        note: note.clone(),
        document: serde_json::to_string(document)?,
        authors: serde_json::to_string(authors)?,
        state: state.word().to_owned(),
        approved_by: approved_by.map(ActorId::uuid),
        number: approved.then(|| i64::from(document.version)),
        in_force_from: approved.then(|| document.in_force_from.as_micros()),
        drafted_at: drafted_at.as_micros(),
        changed_at: changed_at.as_micros(),
    })
}

fn to_domain(row: Model) -> Result<RulesModel, StoreError> {
    let state = match row.state.as_str() {
        "drafted" => ModelState::Drafted,
        "simulated" => ModelState::Simulated,
        "approved" => ModelState::Approved { by: row.approved_by.map(ActorId::new) },
        "withdrawn" => ModelState::Withdrawn,
        other => return Err(corrupt("state", other)),
    };
    Ok(RulesModel {
        id: ModelId::new(row.id),
        version: version_of(row.version)?,
        edition: narrow("edition", row.edition)?,
        note: row.note,
        document: serde_json::from_str(&row.document)?,
        authors: serde_json::from_str(&row.authors)?,
        state,
        drafted_at: Timestamp::from_micros(row.drafted_at),
        changed_at: Timestamp::from_micros(row.changed_at),
    })
}
