//! Why an assignment was decided as it was, and whether it would be again (I5).

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, refuses};
use kernel::{AssignmentId, City, RequestId, Timestamp, Version};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit};
use crate::App;
use crate::error::Error;
use crate::problems::UNKNOWN_ASSIGNMENT;
use crate::store::decisions::{self, Record};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(replay))
}

/// A decision record (派单决定). Inputs and outcome have the form of the policy version that took it: they are
/// kept as they were written, to be taken again byte for byte.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
struct View {
    assignment: AssignmentId,
    request: RequestId,
    policy_version: Version,
    /// Whether credit confirmed the standing it used.
    confirmed: bool,
    taken_at: Timestamp,
    /// All that it was taken from.
    #[schema(value_type = Object)]
    inputs: serde_json::Value,
    /// What came of it, as it was written.
    #[schema(value_type = Object)]
    outcome: Box<RawValue>,
}

/// A decision taken again from its record.
#[derive(Debug, Serialize, ToSchema)]
struct Replay {
    /// Whether it came out the same, byte for byte.
    same: bool,
    /// What came of it then.
    #[schema(value_type = Object)]
    stored: Box<RawValue>,
    /// What comes of it now.
    #[schema(value_type = Object)]
    replayed: Box<RawValue>,
}

/// The record of an assignment's decision.
#[utoipa::path(get, path = "/v1/decisions/{assignment}", tag = "decisions",
    params(("assignment" = AssignmentId, Path, description = "The assignment."), InCity),
    responses((status = 200, description = "the record", body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDecisions]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ASSIGNMENT])))))]
async fn show(
    State(app): State<App>,
    Path(assignment): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadDecisions, city)?;
    let record = find(&app, city, assignment).await?;
    Ok(Json(View {
        assignment,
        request: record.request,
        policy_version: record.policy_version,
        confirmed: record.confirmed,
        taken_at: record.taken_at,
        inputs: json(&record.inputs)?,
        outcome: raw(record.outcome)?,
    }))
}

/// Takes the decision again from its record, without index, bus or clock.
#[utoipa::path(get, path = "/v1/decisions/{assignment}/replay", tag = "decisions",
    params(("assignment" = AssignmentId, Path, description = "The assignment."), InCity),
    responses((status = 200, description = "then and now", body = Replay)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDecisions]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ASSIGNMENT])))))]
async fn replay(
    State(app): State<App>,
    Path(assignment): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<Replay>, Problem> {
    admit(&staff, Permission::ReadDecisions, city)?;
    let record = find(&app, city, assignment).await?;
    let outcome = dispatch_domain::replay(&record.inputs).map_err(Error::from)?;
    let replayed = serde_json::to_string(&outcome).map_err(|error| Problem::internal(&error))?;
    Ok(Json(Replay {
        same: replayed == record.outcome,
        stored: raw(record.outcome)?,
        replayed: raw(replayed)?,
    }))
}

async fn find(app: &App, city: City, assignment: AssignmentId) -> Result<Record, Error> {
    decisions::find(app.db.read(), city, assignment).await?.ok_or(Error::UnknownAssignment)
}

fn json<T: Serialize>(value: &T) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(value).map_err(|error| Problem::internal(&error))
}

fn raw(text: String) -> Result<Box<RawValue>, Problem> {
    RawValue::from_string(text).map_err(|error| Problem::internal(&error))
}
