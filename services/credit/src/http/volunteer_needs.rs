//! Needs that fit volunteers, open for claiming (揭榜).

use std::sync::Arc;

use axum::extract::{Request, State};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::volunteer::{Claimant, Need, NeedDraft};
use kernel::{
    Area, CategoryCode, City, MerchantId, RequestId, Timestamp, Version, VolunteerNeedId, VolunteerTeamId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, centre, staff_id, words};
use crate::App;
use crate::problems::{CONFLICT, NOT_FOUND};
use crate::usecases::volunteer::{NeedStep, PublishNeed, StepNeed, need, needs_after};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, publish))
        .routes(routes!(read))
        .routes(routes!(claim))
        .routes(routes!(claim_for_team))
        .routes(routes!(release))
        .routes(routes!(match_up))
        .routes(routes!(fulfil))
        .routes(routes!(withdraw))
}

/// What is said of a need: nothing of the person behind it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewVolunteerNeed)]
struct NeedBody {
    /// In a line; names nobody.
    title: String,
    /// In full; names nobody.
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The street.
    area: Area,
    /// How many volunteers.
    people: u32,
    wanted_from: Timestamp,
    wanted_until: Timestamp,
    /// The citizen's request that it came of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
}

/// A need (志愿需求).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VolunteerNeed)]
struct View {
    id: VolunteerNeedId,
    #[serde(flatten)]
    says: NeedBody,
    #[schema(schema_with = words::need_state)]
    state: &'static str,
    /// Whether its time passed with nobody on it.
    lapsed: bool,
    /// The merchant that took it on, or whose team did.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
    /// The team that took it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<VolunteerTeamId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_at: Option<Timestamp>,
    published_at: Timestamp,
    changed_at: Timestamp,
    version: Version,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NeedsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those that stand here, such as `published`.
    #[param(value_type = words::NeedStates, inline, required = false)]
    state: Option<String>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Needs of a city, the oldest first: for merchants, staff, and the volunteer centre, which signs.
#[utoipa::path(get, path = "/v1/volunteer/needs", tag = "volunteering", params(NeedsQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadNeeds])))))]
async fn list(
    State(app): State<App>,
    Query(query): Query<NeedsQuery>,
    request: Request,
) -> Result<Json<Page<View>>, Problem> {
    let NeedsQuery { city, state, limit, after } = query;
    centre::reader(&app, request, Permission::ReadNeeds, city).await?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let state = state.as_deref().map(|text| super::word("state", text)).transpose()?;
    let found = needs_after(&app.db, city, state, reading.after, reading.rows()).await?;
    let now = app.clock.now();
    let views = found.into_iter().map(|need| View::at(need, now)).collect();
    Ok(Json(reading.page(views, |view: &View| view.id)))
}

/// One need.
#[utoipa::path(get, path = "/v1/volunteer/needs/{id}", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity),
    responses((status = 200, body = View)), security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadNeeds]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Tagged<View>, Problem> {
    centre::reader(&app, request, Permission::ReadNeeds, city).await?;
    Ok(View::tagged(need(&app.db, city, id).await?, app.clock.now()))
}

/// Publish a need for claiming. The same key gives the same answer.
#[utoipa::path(post, path = "/v1/volunteer/needs", tag = "volunteering",
    params(InCity, ("Idempotency-Key" = String, Header, description = "Names this intent.")),
    request_body = NeedBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PublishNeeds])))))]
async fn publish(
    State(app): State<App>,
    staff: Staff,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<NeedBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::PublishNeeds, city)?;
    let by = staff_id(&staff)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let key = Key::new(format!("{by} POST /v1/volunteer/needs {city}"), key, &payload);
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    let told = app.db.write(&PublishNeed { policy, city, says: body.into(), by, key }).await?;
    Ok(View::tagged(told.now, app.clock.now()))
}

/// Take a need on for one's own merchant. Again: it is taken on; by another: it comes too late.
#[utoipa::path(post, path = "/v1/volunteer/needs/{id}/claim", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ClaimNeeds]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn claim(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    let merchant = own(&staff, city)?;
    step(&app, city, id, NeedStep::Claim(Claimant::Merchant { merchant })).await
}

/// The team that takes it on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamClaim)]
struct TeamBody {
    team: VolunteerTeamId,
    /// The merchant that the team belongs to, if it does.
    #[serde(default)]
    merchant: Option<MerchantId>,
}

/// A team takes a need on, as the volunteer centre says.
#[utoipa::path(post, path = "/v1/volunteer/needs/{id}/claim-for-team", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity), request_body = TeamBody,
    responses((status = 200, body = View)), security(("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn claim_for_team(
    State(app): State<App>,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Tagged<View>, Problem> {
    let TeamBody { team, merchant } = centre::word(&app, request).await?.json()?;
    step(&app, city, id, NeedStep::Claim(Claimant::Team { team, merchant })).await
}

/// Let go of a need: the merchant that took it on, or the volunteer centre, which signs. It is open again.
#[utoipa::path(post, path = "/v1/volunteer/needs/{id}/release", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity),
    responses((status = 200, body = View)), security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ClaimNeeds, Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn release(
    State(app): State<App>,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Tagged<View>, Problem> {
    let of = match centre::reader(&app, request, Permission::ReadNeeds, city).await? {
        centre::Reader::Centre => None,
        centre::Reader::Person(staff) => Some(own(&staff, city)?),
    };
    step(&app, city, id, NeedStep::Release { of }).await
}

/// The volunteer centre found who goes. Again: they are found.
#[utoipa::path(post, path = "/v1/volunteer/needs/{id}/match", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity),
    responses((status = 200, body = View)), security(("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn match_up(
    State(app): State<App>,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Tagged<View>, Problem> {
    centre::word(&app, request).await?;
    step(&app, city, id, NeedStep::Match).await
}

/// The volunteer centre says that it was done. Again: it is done.
#[utoipa::path(post, path = "/v1/volunteer/needs/{id}/fulfil", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity),
    responses((status = 200, body = View)), security(("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn fulfil(
    State(app): State<App>,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Tagged<View>, Problem> {
    centre::word(&app, request).await?;
    step(&app, city, id, NeedStep::Fulfil).await
}

/// It is needed no longer. Again: it is not.
#[utoipa::path(post, path = "/v1/volunteer/needs/{id}/withdraw", tag = "volunteering",
    params(("id" = VolunteerNeedId, Path, description = "The need."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PublishNeeds]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<VolunteerNeedId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::PublishNeeds, city)?;
    step(&app, city, id, NeedStep::Withdraw).await
}

/// The merchant whose account it is.
fn own(staff: &Staff, city: City) -> Result<MerchantId, Problem> {
    admit(staff, Permission::ClaimNeeds, city)?;
    staff.0.merchant.ok_or_else(|| chassis::auth::FORBIDDEN.detail("a merchant takes needs on itself"))
}

async fn step(app: &App, city: City, id: VolunteerNeedId, step: NeedStep) -> Result<Tagged<View>, Problem> {
    let told = app.db.write(&StepNeed { city, id, step }).await?;
    Ok(View::tagged(told.now, app.clock.now()))
}

impl View {
    fn tagged(need: Need, now: Timestamp) -> Tagged<Self> {
        Tagged { version: need.version, body: Self::at(need, now), known: None }
    }

    fn at(need: Need, now: Timestamp) -> Self {
        let lapsed = need.is_lapsed(now);
        let Need { id, city: _, says, state, claim, published_by: _, published_at, changed_at, version } =
            need;
        let merchant = claim.as_ref().and_then(|claim| claim.by.merchant());
        let team = claim.as_ref().and_then(|claim| match claim.by {
            Claimant::Team { team, .. } => Some(team),
            Claimant::Merchant { .. } => None,
        });
        Self {
            id,
            says: says.into(),
            state: state.as_str(),
            lapsed,
            merchant,
            team,
            claimed_at: claim.map(|claim| claim.at),
            published_at,
            changed_at,
            version,
        }
    }
}

impl From<NeedBody> for NeedDraft {
    fn from(body: NeedBody) -> Self {
        let NeedBody { title, text, category, area, people, wanted_from, wanted_until, request } = body;
        Self { title, text, category, area, people, wanted_from, wanted_until, request }
    }
}

impl From<NeedDraft> for NeedBody {
    fn from(says: NeedDraft) -> Self {
        let NeedDraft { title, text, category, area, people, wanted_from, wanted_until, request } = says;
        Self { title, text, category, area, people, wanted_from, wanted_until, request }
    }
}
