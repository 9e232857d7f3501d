//! What officers keep of a worker: papers, trainings, stars, the card; and all that happened.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::INVALID_BODY;
use chassis::http::{IfMatch, Json, Page, Path, Problem, Query, Tagged, refuses};
use credit_domain::Papers;
use credit_domain::workers::{
    CardNumber, CardNumberError, Happening, Record, Stars, StarsError, Training, TrainingResult,
};
use kernel::{Actor, Timestamp, Version, WorkerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::named;
use super::workers::{IdentityWord, ToldView, View, bounded};
use super::{InCity, ListQuery, admit, admit_to};
use crate::App;
use crate::problems::{IMPLAUSIBLE_EXPIRY, NO_SUCH_TRAINING, NOT_FOUND, OTHER_TRAINING, TRAINING_NOT_PASSED};
use crate::usecases::workers::{
    About, AwardStars, RecordTraining, ReissueCard, ReviewPapers, records_after, worker,
};

const TEXT_CHARS_MAX: usize = 100;

/// The routes of these resources.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(review))
        .routes(routes!(train))
        .routes(routes!(award))
        .routes(routes!(reissue))
        .routes(routes!(records))
}

/// The papers as an officer has seen them; what is absent is not there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkerPapers)]
struct PapersBody {
    identity: IdentityWord,
    /// When the medical exam (健康体检) expires.
    #[serde(default)]
    exam_until: Option<Timestamp>,
    /// When the liability insurance (责任保险) expires.
    #[serde(default)]
    insurance_until: Option<Timestamp>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TrainingResult)]
enum ResultWord {
    Attended,
    Passed,
    Failed,
}

/// A training or exam (培训, 考核).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Training)]
struct TrainingBody {
    /// The number of its certificate or protocol, at most 100 characters: the same number is the same training.
    number: String,
    /// What was taught or examined, at most 100 characters.
    title: String,
    /// Who taught or examined, at most 100 characters.
    provider: String,
    result: ResultWord,
    finished_at: Timestamp,
}

/// Skill stars to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StarAward)]
struct StarsBody {
    /// 1 to 5.
    stars: u8,
    /// The number of the training or exam they rest on: one of this worker's that was passed.
    training: String,
}

/// A card to be replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LostCard)]
struct CardBody {
    /// The number of the card that was lost.
    lost: String,
}

/// What happened to a worker. Never edited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkerRecord)]
struct RecordView {
    /// The worker's version after it.
    version: Version,
    /// What, with its `kind`.
    #[schema(value_type = Object)]
    happening: Happening,
    by: Actor,
    at: Timestamp,
}

/// Records the papers that an officer has seen. Colour and the merchant's standing follow at once.
#[utoipa::path(put, path = "/v1/workers/{id}/papers", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"1\".")),
    request_body = PapersBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, IMPLAUSIBLE_EXPIRY])))))]
async fn review(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<PapersBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ManageWorkers, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    let PapersBody { identity, exam_until, insurance_until } = body;
    let papers = Papers { identity: identity.into(), exam_until, insurance_until };
    let told = app.db.write(&ReviewPapers { about, papers, expected }).await?;
    let version = told.worker.version;
    let body = named(&app, city, View::at(told.worker, app.clock.now())).await?;
    Ok(Tagged { version, body, known: None })
}

/// Records a training or exam. The same number again changes nothing.
#[utoipa::path(post, path = "/v1/workers/{id}/trainings", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity), request_body = TrainingBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, OTHER_TRAINING])))))]
async fn train(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<TrainingBody>,
) -> Result<Json<ToldView>, Problem> {
    admit(&staff, Permission::ManageWorkers, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    let text = |pointer: &str, text: &str| bounded(pointer, text, TEXT_CHARS_MAX).map(str::to_owned);
    let training = Training {
        number: text("#/number", &body.number)?,
        title: text("#/title", &body.title)?,
        provider: text("#/provider", &body.provider)?,
        result: match body.result {
            ResultWord::Attended => TrainingResult::Attended,
            ResultWord::Passed => TrainingResult::Passed,
            ResultWord::Failed => TrainingResult::Failed,
        },
        finished_at: body.finished_at,
    };
    Ok(Json(app.db.write(&RecordTraining { about, training }).await?.into()))
}

/// Gives skill stars. The same again changes nothing.
#[utoipa::path(post, path = "/v1/workers/{id}/stars", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity), request_body = StarsBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NO_SUCH_TRAINING, TRAINING_NOT_PASSED])))))]
async fn award(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<StarsBody>,
) -> Result<Json<ToldView>, Problem> {
    admit(&staff, Permission::ManageWorkers, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    let stars = Stars::try_from(body.stars).map_err(|error: StarsError| {
        Problem::new(INVALID_BODY).at("#/stars", "invalid-value", error.to_string())
    })?;
    let training = bounded("#/training", &body.training, TEXT_CHARS_MAX)?.to_owned();
    Ok(Json(app.db.write(&AwardStars { about, stars, training }).await?.into()))
}

/// Replaces a lost card by one with a new number. Once it is replaced, the same again changes nothing.
#[utoipa::path(post, path = "/v1/workers/{id}/card", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity), request_body = CardBody,
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn reissue(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
    Json(CardBody { lost }): Json<CardBody>,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ManageWorkers, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    let lost: CardNumber = lost.parse().map_err(|error: CardNumberError| {
        Problem::new(INVALID_BODY).at("#/lost", "invalid-value", error.to_string())
    })?;
    let told = app.db.write(&ReissueCard { about, lost }).await?;
    Ok(Json(named(&app, city, View::at(told.worker, app.clock.now())).await?))
}

/// What happened to a worker, the first first: enrolments, transfers, papers, trainings, stars, cards.
#[utoipa::path(get, path = "/v1/workers/{id}/records", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), ListQuery),
    responses((status = 200, body = Page<RecordView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadWorkerRecords, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn records(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<WorkerId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<RecordView>>, Problem> {
    let city = query.city;
    let worker = worker(&app.db, city, id).await?;
    admit_to(&staff, Permission::ReadWorkerRecords, city, worker.enrolment.merchant)?;
    let reading = query.reading()?;
    let after = reading.after.unwrap_or(Version(0));
    let found = records_after(&app.db, city, id, after, reading.rows()).await?;
    let view = |Record { worker: _, version, happening, by, at }| RecordView { version, happening, by, at };
    Ok(Json(reading.page(found.into_iter().map(view).collect(), |view: &RecordView| view.version)))
}
