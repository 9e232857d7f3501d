//! Runs of the yearly evaluation: how far they are, what they found, their publication.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::evaluation::Evaluation;
use kernel::{City, EvaluationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::evaluation_views::{ResultView, View, YearLine, YearView};
use super::names::all_named;
use super::{InCity, ListQuery, admit, person, public};
use crate::App;
use crate::problems::{CONFLICT, NOBODY_TO_EVALUATE, NOT_FOUND, SAME_PERSON, TOO_EARLY};
use crate::usecases::evaluation::{
    Asked, BeginEvaluation, ComputeAnew, PublishEvaluation, evaluation, evaluation_of_year,
    evaluations_before, found_after, published_years,
};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(read))
        .routes(routes!(results))
        .routes(routes!(publish))
        .routes(routes!(anew))
        .routes(routes!(years))
        .routes(routes!(summary))
}

/// What is to be begun: a year, or a preview.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EvaluationOrder)]
struct OrderBody {
    /// Over whose ledgers, such as 330200.
    city: City,
    /// The year, from 1 February of the next one on. Absent: a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    year: Option<u16>,
    /// The moment of a preview; as now when absent. Says nothing where a year is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    as_of: Option<Timestamp>,
}

/// Runs of a city, the last begun first.
#[utoipa::path(get, path = "/v1/evaluations", tag = "evaluations", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadEvaluations, query.city)?;
    let reading = query.reading()?;
    let found = evaluations_before(&app.db, query.city, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(|run| View::of(run, &staff)).collect();
    Ok(Json(reading.page(views, |view: &View| view.id)))
}

/// Begin the evaluation of a year, or a preview as of any moment. A year has one run: again, and whoever asks, it is
/// answered with that. A preview is repeated by its key.
#[utoipa::path(post, path = "/v1/evaluations", tag = "evaluations",
    params(("Idempotency-Key" = String, Header, description = "Names this intent.")),
    request_body = OrderBody, responses((status = 202, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RunEvaluations]))),
        ("x-problems" = json!(refuses(&[TOO_EARLY, NOBODY_TO_EVALUATE, CONFLICT])))))]
async fn begin(
    State(app): State<App>,
    staff: Staff,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<OrderBody>,
) -> Result<(StatusCode, Tagged<View>), Problem> {
    admit(&staff, Permission::RunEvaluations, body.city)?;
    let by = person(&staff, Permission::RunEvaluations)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let OrderBody { city, year, as_of } = body;
    let asked = match year {
        Some(year) => Asked::Year(year),
        None => {
            let key = Key::new(format!("{by} POST /v1/evaluations"), key, &payload);
            Asked::Preview { as_of, key, by }
        }
    };
    let begun = app.db.write(&BeginEvaluation { rules: &app.rules, city, asked, by: Some(by) }).await?.now;
    Ok((StatusCode::ACCEPTED, View::tagged(begun, &staff)))
}

/// A run and how far it is.
#[utoipa::path(get, path = "/v1/evaluations/{id}", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run.")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EvaluationId>,
) -> Result<Tagged<View>, Problem> {
    let run = seen(&app, &staff, Permission::ReadEvaluations, id).await?;
    Ok(View::tagged(run, &staff))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ResultsQuery {
    /// The city of the run, such as 330200: a run of another one is not found. Whichever it is, when absent.
    city: Option<City>,
    /// Only those whose grade would move.
    #[serde(default)]
    moved: bool,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// What a run found, merchant by merchant.
#[utoipa::path(get, path = "/v1/evaluations/{id}/results", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run."), ResultsQuery),
    responses((status = 200, body = Page<ResultView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn results(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EvaluationId>,
    Query(ResultsQuery { city, moved, limit, after }): Query<ResultsQuery>,
) -> Result<Json<Page<ResultView>>, Problem> {
    let run = seen(&app, &staff, Permission::ReadEvaluations, id).await?;
    if city.is_some_and(|city| city != run.order.city) {
        return Err(NOT_FOUND.detail("the evaluation is of another city"));
    }
    let reading = Reading::asked(limit, after.as_ref())?;
    let found = found_after(&app.db, id, moved, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(ResultView::from).collect();
    let views = all_named(&app, run.order.city, views).await?;
    Ok(Json(reading.page(views, |view: &ResultView| view.merchant)))
}

/// Publish a run as the second person: merchants may object from now on, and then the grades take effect. Repeated,
/// it is answered with what stands.
#[utoipa::path(post, path = "/v1/evaluations/{id}/publish", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run."),
        ("If-Match" = String, Header, description = "The version the reviewer looked at, such as \"2\".")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PublishEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn publish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EvaluationId>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<View>, Problem> {
    let by = person(&staff, Permission::PublishEvaluations)?;
    seen(&app, &staff, Permission::PublishEvaluations, id).await?;
    let procedure = app.procedure.clone();
    let told = app.db.write(&PublishEvaluation { procedure, id, by, expected }).await?;
    Ok(View::tagged(told.now, &staff))
}

/// Have a run computed anew that was not published, with what is known by now. Whoever has it computed began it.
#[utoipa::path(post, path = "/v1/evaluations/{id}/anew", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run."),
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"2\".")),
    responses((status = 202, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RunEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn anew(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EvaluationId>,
    IfMatch(expected): IfMatch,
) -> Result<(StatusCode, Tagged<View>), Problem> {
    let by = person(&staff, Permission::RunEvaluations)?;
    seen(&app, &staff, Permission::RunEvaluations, id).await?;
    let procedure = app.procedure.clone();
    let told = app.db.write(&ComputeAnew { procedure, id, by, expected }).await?;
    Ok((StatusCode::ACCEPTED, View::tagged(told.now, &staff)))
}

/// The years of a city that were published, the last first. For everybody.
#[utoipa::path(get, path = "/v1/evaluation-summaries", tag = "evaluations", params(ListQuery),
    responses((status = 200, body = Page<YearLine>)), security(()))]
async fn years(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let reading = query.reading()?;
    let found = published_years(&app.db, query.city, reading.after, reading.rows()).await?;
    let lines = found.iter().filter_map(YearLine::of).collect();
    public::json(&asked, &reading.page(lines, |line: &YearLine| line.year))
}

/// The year of a city in numbers, from its publication on. For everybody.
#[utoipa::path(get, path = "/v1/evaluation-summaries/{year}", tag = "evaluations",
    params(("year" = u16, Path, description = "The year."), InCity),
    responses((status = 200, body = YearView)), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn summary(
    State(app): State<App>,
    Path(year): Path<u16>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let run = evaluation_of_year(&app.db, city, year).await?;
    if !run.is_public() {
        return Err(NOT_FOUND.detail("the evaluation of that year is not published"));
    }
    public::json(&asked, &YearView::of(run, year))
}

/// The run, for whoever may see those of its city.
async fn seen(
    app: &App,
    staff: &Staff,
    permission: Permission,
    id: EvaluationId,
) -> Result<Evaluation, Problem> {
    staff.require(permission)?;
    let run = evaluation(&app.db, id).await?;
    admit(staff, permission, run.order.city)?;
    Ok(run)
}
