//! Credit-building activities and outreach: the list for everybody, and how they are planned.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::activities::{Activity, ActivityDraft, Service};
use kernel::{ActivityId, City, ItemCode, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, public, staff_id, words};
use crate::App;
use crate::problems::{CONFLICT, NOT_FOUND};
use crate::usecases::activities::{
    self as usecases, AmendActivity, CancelActivity, PlanActivity, activity, trained_workers,
};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, plan))
        .routes(routes!(read, amend))
        .routes(routes!(cancel))
        .routes(routes!(code))
}

/// A service that goes along: exactly one of the two.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutreachService)]
enum ServiceBody {
    /// An item of the service catalogue.
    Item(ItemCode),
    /// In a few words, such as 磨剪刀.
    Title(String),
}

/// What is said of an activity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewActivity)]
struct ActivityBody {
    /// Its kind, one of `activities.attended` in the rules, such as `training`.
    kind: String,
    /// What it is called, as it is announced.
    title: String,
    /// Where people meet.
    place: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// How many merchants there is room for.
    capacity: u32,
    /// The number under which trainings of their workers are recorded, where it is a training of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    training: Option<String>,
    /// The villages it goes to, where its kind is an outreach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    villages: Vec<String>,
    /// The services that go along, where its kind is an outreach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    services: Vec<ServiceBody>,
}

/// An activity (信用建设活动).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activity)]
struct View {
    id: ActivityId,
    #[serde(flatten)]
    says: ActivityBody,
    #[schema(schema_with = words::activity_state)]
    state: &'static str,
    /// Merchants that have a place.
    signed_up: u32,
    /// How many workers' trainings are recorded under its number; only where one activity is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    workers_trained: Option<u64>,
    version: Version,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ActivitiesQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only of this kind, such as `outreach`.
    kind: Option<String>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Activities of a city, the last to begin first. For everybody.
#[utoipa::path(get, path = "/v1/activities", tag = "activities", params(ActivitiesQuery),
    responses((status = 200, body = Page<View>)), security(()))]
async fn list(
    State(app): State<App>,
    Query(query): Query<ActivitiesQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let reading = Reading::<(Timestamp, ActivityId)>::asked(query.limit, query.after.as_ref())?;
    let (kind, rows) = (query.kind.as_deref(), reading.rows());
    let found = usecases::activities(&app.db, query.city, kind, reading.after, rows).await?;
    let views = found.into_iter().map(View::from).collect();
    public::json(&asked, &reading.page(views, |view: &View| (view.says.starts_at, view.id)))
}

/// One activity. For everybody.
#[utoipa::path(get, path = "/v1/activities/{id}", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity),
    responses((status = 200, body = View)), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    Path(id): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let found = activity(&app.db, city, id).await?;
    let workers_trained = trained_workers(&app.db, &found).await?;
    public::json(&asked, &View { workers_trained, ..View::from(found) })
}

/// Plan an activity. The same key gives the same answer.
#[utoipa::path(post, path = "/v1/activities", tag = "activities",
    params(InCity, ("Idempotency-Key" = String, Header, description = "Names this intent.")),
    request_body = ActivityBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PlanActivities])))))]
async fn plan(
    State(app): State<App>,
    staff: Staff,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<ActivityBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::PlanActivities, city)?;
    let by = staff_id(&staff)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let plan = PlanActivity {
        rules: Arc::clone(&app.rules),
        reference: Arc::clone(&app.reference),
        city,
        says: body.into(),
        by: staff.0.actor,
        key: Key::new(format!("{by} POST /v1/activities {city}"), key, &payload),
    };
    Ok(View::tagged(app.db.write(&plan).await?.now))
}

/// Say something else of an activity that has not begun. Nobody loses a place.
#[utoipa::path(put, path = "/v1/activities/{id}", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"1\".")),
    request_body = ActivityBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PlanActivities]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn amend(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<ActivityBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::PlanActivities, city)?;
    let (rules, reference) = (Arc::clone(&app.rules), Arc::clone(&app.reference));
    let amend = AmendActivity { rules, reference, city, id, says: body.into(), expected };
    Ok(View::tagged(app.db.write(&amend).await?.now))
}

/// An activity that has not begun does not take place. Again: it does not.
#[utoipa::path(post, path = "/v1/activities/{id}/cancel", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"1\".")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PlanActivities]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn cancel(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::PlanActivities, city)?;
    Ok(View::tagged(app.db.write(&CancelActivity { city, id, expected }).await?.now))
}

/// The code that is shown on the spot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityCode)]
struct CodeView {
    /// What is shown on the spot.
    code: String,
}

/// The code to be shown on the spot: whoever sends it around that time was there. For the organiser alone.
#[utoipa::path(get, path = "/v1/activities/{id}/code", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity),
    responses((status = 200, body = CodeView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RecordAttendance]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn code(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<CodeView>, Problem> {
    admit(&staff, Permission::RecordAttendance, city)?;
    Ok(Json(CodeView { code: activity(&app.db, city, id).await?.code }))
}

impl View {
    fn tagged(activity: Activity) -> Tagged<Self> {
        Tagged { version: activity.version, body: Self::from(activity), known: None }
    }
}

impl From<Activity> for View {
    fn from(activity: Activity) -> Self {
        let Activity { id, city: _, says, state, signed_up, code: _, planned_by: _, version } = activity;
        Self { id, says: says.into(), state: state.as_str(), signed_up, workers_trained: None, version }
    }
}

impl From<ActivityBody> for ActivityDraft {
    fn from(body: ActivityBody) -> Self {
        let ActivityBody { kind, title, place, starts_at, ends_at, capacity, training, villages, services } =
            body;
        let service = |service| match service {
            ServiceBody::Item(item) => Service::Item(item),
            ServiceBody::Title(title) => Service::Title(title),
        };
        let services = services.into_iter().map(service).collect();
        Self { kind, title, place, starts_at, ends_at, capacity, training, villages, services }
    }
}

impl From<ActivityDraft> for ActivityBody {
    fn from(says: ActivityDraft) -> Self {
        let ActivityDraft { kind, title, place, starts_at, ends_at, capacity, training, villages, services } =
            says;
        let service = |service| match service {
            Service::Item(item) => ServiceBody::Item(item),
            Service::Title(title) => ServiceBody::Title(title),
        };
        let services = services.into_iter().map(service).collect();
        Self { kind, title, place, starts_at, ends_at, capacity, training, villages, services }
    }
}
