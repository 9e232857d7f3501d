//! Applications for admission: handing in, examining, deciding.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::auth::{Caller, FORBIDDEN, Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::Hours;
use credit_domain::admission::{Registration, Wanted};
use kernel::{Actor, ApplicationId, City, MerchantId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::application_views::{
    AppliedView, ApplyBody, AttestBody, FullView, PublicView, RefuseBody, View, holders,
};
use super::{InCity, ListQuery, admit, admit_to, may_act_for, public, whose, words};
use crate::App;
use crate::problems::{CHECKS_OPEN, CONFLICT, EXISTS, NO_POLICY, NOT_FOUND, REMARKS_OPEN, SAME_PERSON};
use crate::usecases::{self, AdmitMerchant, ApplicationStep, ApplicationsList, Apply, StepApplication};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, apply))
        .routes(routes!(public_list))
        .routes(routes!(read))
        .routes(routes!(begin_checks))
        .routes(routes!(attest_code))
        .routes(routes!(publish))
        .routes(routes!(admit_merchant))
        .routes(routes!(refuse))
        .routes(routes!(withdraw))
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateWord {
    Applied,
    Checks,
    Publicity,
    Admitted,
    Refused,
    Withdrawn,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApplicationsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those in this state.
    #[param(value_type = words::ApplicationStates, inline, required = false)]
    state: Option<StateWord>,
    /// Only those of this merchant; a merchant's account sees its own alone.
    merchant: Option<MerchantId>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
    /// With `true` the first page says how long the list is.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

/// Hand in an application: of a newcomer, of a merchant that comes back, or for more categories. The same key gives
/// the same answer.
#[utoipa::path(post, path = "/v1/applications", tag = "admission", request_body = ApplyBody,
    params(("Idempotency-Key" = String, Header, description = "One per intent.")),
    responses((status = 200, body = AppliedView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApplyForAdmission]))),
        ("x-problems" = json!(refuses(&[EXISTS, NO_POLICY, CONFLICT])))))]
async fn apply(
    State(app): State<App>,
    key: IdempotencyKey,
    caller: Caller,
) -> Result<Json<AppliedView>, Problem> {
    caller.require(Permission::ApplyForAdmission)?;
    let body: ApplyBody = caller.json()?;
    if caller.city.is_some_and(|own| own != body.city) {
        return Err(FORBIDDEN.detail("the account is for another city"));
    }
    let merchant = match caller.actor {
        Actor::Merchant { id } => Some(id),
        Actor::Staff { .. } | Actor::Channel { .. } | Actor::Platform => body.merchant,
    };
    may_act_for(caller.actor, body.merchant.or(merchant))?;
    let registration = Registration { code: body.code, holders: holders(&body.holders)? };
    let hours = body.hours.map_or(Hours::ALL_DAY, |hours| Hours { opens: hours.opens, closes: hours.closes });
    let apply = Apply {
        policy: Arc::clone(&app.policy),
        key: Key::new(format!("{} POST /v1/applications", caller.actor), key.0, &caller.body),
        city: body.city,
        merchant,
        wanted: Wanted {
            name: body.name,
            home: body.home,
            areas: body.areas,
            capacity: body.capacity,
            hours,
        },
        categories: body.categories,
        registration,
        by: caller.actor,
    };
    let applied = app.db.write(&apply).await?;
    Ok(Json(AppliedView { id: applied.application, merchant: applied.merchant, version: applied.version }))
}

/// Applications of a city, by id. A merchant's own account sees its own.
#[utoipa::path(get, path = "/v1/applications", tag = "admission", params(ApplicationsQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadAdmissions, Permission::ReadOwnMerchant])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ApplicationsQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let merchant = whose(&staff, Permission::ReadAdmissions, query.city, query.merchant)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let list = ApplicationsList {
        city: query.city,
        state: query.state.map(StateWord::as_str),
        merchant,
        after: reading.after,
        limit: reading.rows(),
    };
    let views = list.page(&app.db).await?.into_iter().map(View::from).collect();
    let total = reading.total(query.total, list.total(&app.db)).await?;
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// The applications of a city in their publicity period (公示): who is about to be admitted, to what, and until when
/// one may object. For everybody.
#[utoipa::path(get, path = "/v1/applications/public", tag = "admission", params(ListQuery),
    responses((status = 200, body = Page<PublicView>)), security(()))]
async fn public_list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let reading = query.reading()?;
    let list = ApplicationsList {
        city: query.city,
        state: Some("publicity"),
        merchant: None,
        after: reading.after,
        limit: reading.rows(),
    };
    let views = list.page(&app.db).await?.into_iter().map(PublicView::from).collect();
    public::json(&asked, &reading.page(views, |view: &PublicView| view.id))
}

/// One application with its checks.
#[utoipa::path(get, path = "/v1/applications/{id}", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity),
    responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadAdmissions, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<FullView>, Problem> {
    let seen = usecases::application(&app.db, &app.policy, city, id, app.clock.now()).await?;
    admit_to(&staff, Permission::ReadAdmissions, city, seen.application.merchant)?;
    // Its checks move without it: the version says nothing about them.
    Ok(Tagged { version: seen.application.version, body: FullView::of(seen, &staff), known: None })
}

/// Take an application up.
#[utoipa::path(post, path = "/v1/applications/{id}/begin-checks", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at.")),
    responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn begin_checks(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    expected: IfMatch,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::ExamineAdmissions, city)?;
    step(&app, &staff, (city, id), ApplicationStep::BeginChecks, expected).await
}

/// Say what was seen of the code in the register of organisations.
#[utoipa::path(post, path = "/v1/applications/{id}/attest-code", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at.")),
    request_body = AttestBody, responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn attest_code(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    expected: IfMatch,
    Json(AttestBody { active, evidence }): Json<AttestBody>,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::ExamineAdmissions, city)?;
    step(&app, &staff, (city, id), ApplicationStep::AttestCode { active, evidence }, expected).await
}

/// Make an application public. Every check must be passed.
#[utoipa::path(post, path = "/v1/applications/{id}/publish", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at.")),
    responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, CHECKS_OPEN, SAME_PERSON])))))]
async fn publish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    expected: IfMatch,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::ExamineAdmissions, city)?;
    step(&app, &staff, (city, id), ApplicationStep::Publish, expected).await
}

/// Admit the merchant, once the publicity period is over, every statement of the public is answered and every check is
/// passed still. Nobody who investigated may.
#[utoipa::path(post, path = "/v1/applications/{id}/admit", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity,
        ("If-Match" = String, Header, description = "The version the reviewer looked at.")),
    responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DecideAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, CHECKS_OPEN, REMARKS_OPEN, SAME_PERSON])))))]
async fn admit_merchant(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::DecideAdmissions, city)?;
    let (rules, policy) = (Arc::clone(&app.rules), Arc::clone(&app.policy));
    let admission = AdmitMerchant { rules, policy, city, id, by: staff.0.actor, expected };
    // On the heap: it holds the merchant, its file and the application.
    Box::pin(app.db.write(&admission)).await?;
    answer(&app, &staff, city, id).await
}

/// Refuse an application. Nobody who investigated may.
#[utoipa::path(post, path = "/v1/applications/{id}/refuse", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity,
        ("If-Match" = String, Header, description = "The version the reviewer looked at.")),
    request_body = RefuseBody, responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DecideAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn refuse(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    expected: IfMatch,
    Json(RefuseBody { reason }): Json<RefuseBody>,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::DecideAdmissions, city)?;
    step(&app, &staff, (city, id), ApplicationStep::Refuse { reason }, expected).await
}

/// Take one's application back.
#[utoipa::path(post, path = "/v1/applications/{id}/withdraw", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity,
        ("If-Match" = String, Header, description = "The version the merchant looked at.")),
    responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApplyForAdmission]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    expected: IfMatch,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::ApplyForAdmission, city)?;
    let seen = usecases::application(&app.db, &app.policy, city, id, app.clock.now()).await?;
    may_act_for(staff.0.actor, Some(seen.application.merchant))?;
    step(&app, &staff, (city, id), ApplicationStep::Withdraw, expected).await
}

async fn step(
    app: &App,
    staff: &Staff,
    (city, id): (City, ApplicationId),
    step: ApplicationStep,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<FullView>, Problem> {
    let policy = Arc::clone(&app.policy);
    app.db.write(&StepApplication { policy, city, id, step, by: staff.0.actor, expected }).await?;
    answer(app, staff, city, id).await
}

pub(super) async fn answer(
    app: &App,
    staff: &Staff,
    city: City,
    id: ApplicationId,
) -> Result<Tagged<FullView>, Problem> {
    let seen = usecases::application(&app.db, &app.policy, city, id, app.clock.now()).await?;
    Ok(Tagged { version: seen.application.version, body: FullView::of(seen, staff), known: None })
}

impl StateWord {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Checks => "checks",
            Self::Publicity => "publicity",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}
