//! Decision records: what every assignment was decided from, so that it can be decided again (I5).

use chassis::store::StoreError;
use dispatch_domain::{Decision, DecisionInputs};
use kernel::{AssignmentId, City, RequestId, Timestamp, Version};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel};

use super::{city_column, version_column, version_of};

/// A row of `decisions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) assignment: Uuid,
    pub(super) request: Uuid,
    pub(super) policy_version: i64,
    pub(super) confirmed: bool,
    /// JSON.
    pub(super) inputs: String,
    /// JSON: what a replay is compared with, byte for byte.
    pub(super) outcome: String,
    pub(super) taken_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A decision record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) request: RequestId,
    pub(crate) policy_version: Version,
    /// Whether credit confirmed the standing it used.
    pub(crate) confirmed: bool,
    pub(crate) inputs: DecisionInputs,
    /// JSON as it was written.
    pub(crate) outcome: String,
    pub(crate) taken_at: Timestamp,
}

/// Writes down what an assignment was decided from.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    assignment: AssignmentId,
    decision: &Decision,
    request: RequestId,
    confirmed: bool,
) -> Result<(), StoreError> {
    let row = Model {
        city: city_column(decision.inputs.query.city),
        assignment: assignment.uuid(),
        request: request.uuid(),
        policy_version: version_column(decision.inputs.policy.version)?,
        confirmed,
        inputs: serde_json::to_string(&decision.inputs)?,
        outcome: serde_json::to_string(&decision.outcome)?,
        taken_at: decision.inputs.now.as_micros(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// The record of an assignment.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    assignment: AssignmentId,
) -> Result<Option<Record>, StoreError> {
    let found = Entity::find_by_id((city_column(city), assignment.uuid())).one(conn).await?;
    let Some(row) = found else { return Ok(None) };
    Ok(Some(Record {
        request: row.request.into(),
        policy_version: version_of(row.policy_version)?,
        confirmed: row.confirmed,
        inputs: serde_json::from_str(&row.inputs)?,
        outcome: row.outcome,
        taken_at: Timestamp::from_micros(row.taken_at),
    }))
}
