//! Who takes part in an activity: signed up, there, or not after all.

use std::sync::Arc;

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::INVALID_BODY;
use chassis::http::{Json, Page, Path, Problem, Query, refuses};
use credit_domain::activities::{Participant, Present};
use kernel::{ActivityId, Actor, City, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{all_named, is_of_a_merchant, named};
use super::{InCity, ListQuery, admit, admit_for, admit_to, words};
use crate::App;
use crate::problems::{CONFLICT, NOT_FOUND, SAME_PERSON};
use crate::usecases::Told;
use crate::usecases::activities::{CheckIn, GiveUp, SignUp, Strike, activities_of, participants_after};

/// The routes of these resources.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_of_merchant))
        .routes(routes!(sign_up))
        .routes(routes!(give_up))
        .routes(routes!(check_in))
        .routes(routes!(strike))
}

/// A merchant at an activity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Participant)]
struct View {
    activity: ActivityId,
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    #[schema(schema_with = words::participant_state)]
    state: &'static str,
    signed_up_at: Timestamp,
    /// When its attendance was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    attended_at: Option<Timestamp>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_by: Option<Actor>,
    /// Why it was struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    struck_because: Option<String>,
}

/// The same, and whether it stood so before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldParticipant)]
struct ToldView {
    #[serde(flatten)]
    participant: View,
    /// Whether it stood so before.
    already: bool,
}

/// Which merchant takes part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActivityMerchant)]
struct WhoBody {
    merchant: MerchantId,
}

/// Who was there: a merchant says so of itself with the code of the spot, an organiser without.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActivityCheckIn)]
struct CheckInBody {
    merchant: MerchantId,
    /// What was shown on the spot.
    #[serde(default)]
    code: Option<String>,
}

/// Why an attendance is struck.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StrikeAttendance)]
struct StrikeBody {
    merchant: MerchantId,
    /// Why; names nobody.
    reason: String,
}

/// Who takes part in an activity, by merchant.
#[utoipa::path(get, path = "/v1/activities/{id}/participants", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadHonours])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(activity): Path<ActivityId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadHonours, query.city)?;
    let reading = query.reading()?;
    let found = participants_after(&app.db, query.city, activity, reading.after, reading.rows()).await?;
    let views = all_named(&app, query.city, found.into_iter().map(View::from).collect()).await?;
    Ok(Json(reading.page(views, |view: &View| view.merchant)))
}

/// What a merchant takes part in.
#[utoipa::path(get, path = "/v1/merchants/{id}/activities", tag = "activities",
    params(("id" = MerchantId, Path, description = "The merchant."), ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadHonours, Permission::ReadOwnMerchant])))))]
async fn list_of_merchant(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadHonours, query.city, merchant)?;
    let reading = query.reading()?;
    let found = activities_of(&app.db, query.city, merchant, reading.after, reading.rows()).await?;
    let views = all_named(&app, query.city, found.into_iter().map(View::from).collect()).await?;
    Ok(Json(reading.page(views, |view: &View| view.activity)))
}

/// Take a place for one's own merchant, or for any at its word. Again: the place it has.
#[utoipa::path(post, path = "/v1/activities/{id}/sign-ups", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity), request_body = WhoBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::JoinActivities]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn sign_up(
    State(app): State<App>,
    staff: Staff,
    Path(activity): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    Json(WhoBody { merchant }): Json<WhoBody>,
) -> Result<Json<ToldView>, Problem> {
    admit_for(&staff, Permission::JoinActivities, city, merchant)?;
    told(&app, city, app.db.write(&SignUp { city, activity, merchant }).await?).await
}

/// Give a place back before the activity begins. Again: it is given back.
#[utoipa::path(post, path = "/v1/activities/{id}/give-ups", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity), request_body = WhoBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::JoinActivities]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn give_up(
    State(app): State<App>,
    staff: Staff,
    Path(activity): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    Json(WhoBody { merchant }): Json<WhoBody>,
) -> Result<Json<ToldView>, Problem> {
    admit_for(&staff, Permission::JoinActivities, city, merchant)?;
    told(&app, city, app.db.write(&GiveUp(SignUp { city, activity, merchant })).await?).await
}

/// Record that a merchant was there: it is given its points, once.
#[utoipa::path(post, path = "/v1/activities/{id}/check-ins", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity), request_body = CheckInBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RecordAttendance, Permission::JoinActivities]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn check_in(
    State(app): State<App>,
    staff: Staff,
    Path(activity): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    Json(CheckInBody { merchant, code }): Json<CheckInBody>,
) -> Result<Json<ToldView>, Problem> {
    let how = present(&staff, city, merchant, code)?;
    let (rules, place) = (Arc::clone(&app.rules), SignUp { city, activity, merchant });
    told(&app, city, app.db.write(&CheckIn { rules, place, how, by: staff.0.actor }).await?).await
}

fn present(
    staff: &Staff,
    city: City,
    merchant: MerchantId,
    code: Option<String>,
) -> Result<Present, Problem> {
    if let Actor::Merchant { .. } = staff.0.actor {
        admit_for(staff, Permission::JoinActivities, city, merchant)?;
        let missing = "a merchant sends the code that was shown on the spot";
        let code = code.ok_or_else(|| Problem::new(INVALID_BODY).at("#/code", "missing", missing))?;
        return Ok(Present::Code(code));
    }
    admit(staff, Permission::RecordAttendance, city)?;
    Ok(Present::Seen)
}

/// Another person strikes an attendance that was recorded wrongly: what it gave is taken back. Again: it is struck.
#[utoipa::path(post, path = "/v1/activities/{id}/strikes", tag = "activities",
    params(("id" = ActivityId, Path, description = "The activity."), InCity), request_body = StrikeBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::StrikeAttendance]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn strike(
    State(app): State<App>,
    staff: Staff,
    Path(activity): Path<ActivityId>,
    Query(InCity { city }): Query<InCity>,
    Json(StrikeBody { merchant, reason }): Json<StrikeBody>,
) -> Result<Json<ToldView>, Problem> {
    admit(&staff, Permission::StrikeAttendance, city)?;
    let (rules, place) = (Arc::clone(&app.rules), SignUp { city, activity, merchant });
    told(&app, city, app.db.write(&Strike { rules, place, reason, by: staff.0.actor }).await?).await
}

is_of_a_merchant!(View);

async fn told(app: &App, city: City, told: Told<Participant>) -> Result<Json<ToldView>, Problem> {
    let participant = named(app, city, View::from(told.now)).await?;
    Ok(Json(ToldView { participant, already: told.already }))
}

impl From<Participant> for View {
    fn from(participant: Participant) -> Self {
        let Participant { activity, merchant, state, signed_up_at, attendance, struck } = participant;
        let (attended_at, recorded_by) = attendance.map(|there| (there.at, there.by)).unzip();
        Self {
            activity,
            merchant,
            merchant_name: None,
            state: state.as_str(),
            signed_up_at,
            attended_at,
            recorded_by,
            struck_because: struck,
        }
    }
}
