//! Runs of the yearly evaluation: how far they are, what they found, their publication.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::evaluation::{
    Assessed, Evaluation, EvaluationState, Move, Order, PeerStanding, Progress, Summary,
};
use credit_domain::simulation::Limit as Decides;
use kernel::{ActorId, City, EvaluationId, Grade, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ledger::PointsView;
use super::{InCity, ListQuery, admit, person, public, words};
use crate::App;
use crate::problems::{CALENDAR_UNKNOWN, CONFLICT, NOT_FOUND, SAME_PERSON, TOO_EARLY};
use crate::usecases::evaluation::{
    Asked, BeginEvaluation, ComputeAnew, Effect, Evaluated, Found, PublishEvaluation, evaluation,
    evaluation_of_year, evaluations_after, found_after,
};

/// What can be done with a run, as clients are told.
pub(super) const ACTIONS: [&str; 2] = ["publish", "anew"];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(read))
        .routes(routes!(results))
        .routes(routes!(publish))
        .routes(routes!(anew))
        .routes(routes!(summary))
}

/// A run of the yearly evaluation over a city (年度评价), or a preview that changes no grade (试评).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evaluation)]
struct View {
    id: EvaluationId,
    city: City,
    #[schema(schema_with = words::evaluation_kind)]
    kind: &'static str,
    /// The year that it evaluates; absent for a preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<u16>,
    /// The moment that is evaluated.
    as_of: Timestamp,
    /// What was recorded later was not known to it.
    known_at: Timestamp,
    /// The version of the rules that it goes by.
    rules_version: u32,
    /// Who began it; absent when its day did.
    #[serde(skip_serializing_if = "Option::is_none")]
    begun_by: Option<ActorId>,
    #[schema(schema_with = words::evaluation_state)]
    state: &'static str,
    /// Why it cannot come to an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Merchants looked at so far.
    merchants: u32,
    /// Of how many.
    of: u32,
    /// Ledger entries read so far.
    entries: u64,
    /// Merchants that were evaluated: the others came later.
    evaluated: u32,
    /// A hash over all results so far, 64 hex digits: run again, it is the same.
    digest: String,
    /// From the grade in force to the one found, so far.
    moves: Vec<MoveView>,
    #[serde(flatten)]
    dates: Dates,
    /// What it did, once its grades are in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<SummaryView>,
    #[schema(schema_with = words::evaluation_actions)]
    allowed_actions: Vec<&'static str>,
    version: Version,
}

/// The days of a run, as far as they are known.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = EvaluationDates)]
struct Dates {
    #[serde(skip_serializing_if = "Option::is_none")]
    computed_at: Option<Timestamp>,
    /// Until when somebody is to publish it.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_by: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_by: Option<ActorId>,
    /// Until when merchants may object (异议期); from then on the grades are in effect, all at one moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_at: Option<Timestamp>,
}

/// Merchants that went from one grade to another, or stayed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationMove)]
struct MoveView {
    from: Grade,
    to: Grade,
    /// How many they are.
    merchants: u32,
}

/// What a run did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationSummary)]
struct SummaryView {
    /// Merchants whose year was evaluated.
    merchants: u32,
    /// Those graded better than before.
    raised: u32,
    /// Those graded worse.
    lowered: u32,
    /// Those computed anew, because something was recorded since.
    recomputed: u32,
    /// Those that are no longer affiliated, or were admitted anew.
    left_out: u32,
    /// From which grade to which, and how many.
    moves: Vec<MoveView>,
}

/// What a run found for one merchant, and what took effect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationResult)]
struct ResultView {
    merchant: MerchantId,
    /// Its grade in force when it was looked at.
    in_force: Grade,
    /// 0 to 1,000.
    score: u16,
    /// What score and evidence merit.
    awarded: Grade,
    /// The same with open serious findings and measures.
    grade: Grade,
    /// What decides the grade: `score`, `evidence` or `finding`.
    #[schema(value_type = String)]
    limit: Decides,
    /// The points as they count.
    counted: PointsView,
    /// By how much the measured quality moves social evaluation.
    step: i64,
    /// Entries that count.
    entries: u64,
    /// What took effect, once it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<EffectView>,
}

/// What took effect for a merchant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationEffect)]
pub(super) struct EffectView {
    before: Grade,
    after: Grade,
    /// What the year merited, with what was recorded since it was computed.
    awarded: Grade,
    /// The score of the whole ledger then.
    score: u16,
    /// Whether anything was recorded since.
    recomputed: bool,
}

/// The year of a city for everybody: numbers alone, nobody is named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YearSummary)]
struct YearView {
    city: City,
    /// The year.
    year: u16,
    as_of: Timestamp,
    /// The version of the rules that it went by.
    rules_version: u32,
    #[schema(schema_with = words::evaluation_state)]
    state: &'static str,
    #[serde(flatten)]
    dates: Dates,
    /// Merchants that were evaluated.
    evaluated: u32,
    /// From which grade to which: as announced, and once the grades are in effect as they took it.
    moves: Vec<MoveView>,
    /// SHA-256 over all results in their order: the same year computed again has the same.
    digest: String,
    /// Distributions: of the city, then of each category; with fewer than five merchants only how many.
    #[schema(value_type = Vec<Object>)]
    distributions: Vec<PeerStanding>,
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

/// Runs of a city, by id.
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
    let found = evaluations_after(&app.db, query.city, reading.after, reading.rows()).await?;
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
        ("x-problems" = json!(refuses(&[TOO_EARLY, CONFLICT])))))]
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
    Query(ResultsQuery { moved, limit, after }): Query<ResultsQuery>,
) -> Result<Json<Page<ResultView>>, Problem> {
    seen(&app, &staff, Permission::ReadEvaluations, id).await?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let found = found_after(&app.db, id, moved, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(ResultView::from).collect();
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
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON, CALENDAR_UNKNOWN])))))]
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

impl View {
    fn tagged(run: Evaluation, staff: &Staff) -> Tagged<Self> {
        Tagged { version: run.version, body: Self::of(run, staff), known: None }
    }

    fn of(run: Evaluation, staff: &Staff) -> Self {
        let allowed_actions = allowed(&run, staff);
        let dates = Dates::of(&run.state);
        let Evaluation { id, order, progress, state, version } = run;
        let Order { city, scope, as_of, known_at, rules_version, by } = order;
        let Progress { merchants, of, entries, evaluated, digest, moves, after: _, peers: _ } = progress;
        let word = state.word();
        let (failure, summary) = match state {
            EvaluationState::Failed { reason } => (Some(reason), None),
            EvaluationState::InEffect { summary, .. } => (None, Some(SummaryView::from(summary))),
            EvaluationState::Running
            | EvaluationState::Computed { .. }
            | EvaluationState::Published { .. } => (None, None),
        };
        Self {
            id,
            city,
            kind: scope.word(),
            year: scope.year(),
            as_of,
            known_at,
            rules_version,
            begun_by: by,
            state: word,
            failure,
            merchants,
            of,
            entries,
            evaluated,
            digest: digest.to_string(),
            moves: moves.into_iter().map(MoveView::from).collect(),
            dates,
            summary,
            allowed_actions,
            version,
        }
    }
}

fn allowed(run: &Evaluation, staff: &Staff) -> Vec<&'static str> {
    let publishes =
        person(staff, Permission::PublishEvaluations).is_ok_and(|reviewer| run.order.by != Some(reviewer));
    let runs = person(staff, Permission::RunEvaluations).is_ok();
    let [publish, anew] = ACTIONS;
    let yearly = run.order.scope.year().is_some();
    match run.state {
        EvaluationState::Computed { .. } if yearly && publishes => vec![publish],
        EvaluationState::Computed { .. } | EvaluationState::Failed { .. } if yearly && runs => vec![anew],
        EvaluationState::Running
        | EvaluationState::Computed { .. }
        | EvaluationState::Published { .. }
        | EvaluationState::InEffect { .. }
        | EvaluationState::Failed { .. } => Vec::new(),
    }
}

impl Dates {
    fn of(state: &EvaluationState) -> Self {
        match *state {
            EvaluationState::Running | EvaluationState::Failed { .. } => Self::default(),
            EvaluationState::Computed { at, publish_by, .. } => {
                Self { computed_at: Some(at), publish_by, ..Self::default() }
            }
            EvaluationState::Published { computed_at, at, by, effective_at } => Self {
                computed_at: Some(computed_at),
                published_at: Some(at),
                published_by: Some(by),
                effective_at: Some(effective_at),
                publish_by: None,
            },
            EvaluationState::InEffect { computed_at, published_at, by, at, .. } => Self {
                computed_at: Some(computed_at),
                published_at: Some(published_at),
                published_by: Some(by),
                effective_at: Some(at),
                publish_by: None,
            },
        }
    }
}

impl YearView {
    fn of(run: Evaluation, year: u16) -> Self {
        // Who published it is for those who work with it.
        let dates = Dates { published_by: None, ..Dates::of(&run.state) };
        let state = run.state.word();
        let Evaluation { order, progress, .. } = run;
        let moves = match run.state {
            EvaluationState::InEffect { summary, .. } => summary.moves,
            EvaluationState::Running
            | EvaluationState::Computed { .. }
            | EvaluationState::Published { .. }
            | EvaluationState::Failed { .. } => progress.moves,
        };
        Self {
            city: order.city,
            year,
            as_of: order.as_of,
            rules_version: order.rules_version,
            state,
            dates,
            evaluated: progress.evaluated,
            moves: moves.into_iter().map(MoveView::from).collect(),
            digest: progress.digest.to_string(),
            distributions: progress.peers.all(),
        }
    }
}

impl From<Move> for MoveView {
    fn from(Move { from, to, merchants }: Move) -> Self {
        Self { from, to, merchants }
    }
}

impl From<Summary> for SummaryView {
    fn from(summary: Summary) -> Self {
        let Summary { merchants, raised, lowered, recomputed, left_out, moves } = summary;
        let moves = moves.into_iter().map(MoveView::from).collect();
        Self { merchants, raised, lowered, recomputed, left_out, moves }
    }
}

impl From<Found> for ResultView {
    fn from(Found { evaluated, effect }: Found) -> Self {
        let Evaluated { merchant, in_force, found, fold: _ } = evaluated;
        let Assessed { score, awarded, grade, limit, counted, step, entries, .. } = found;
        Self {
            merchant,
            in_force,
            score,
            awarded,
            grade,
            limit,
            counted: counted.into(),
            step,
            entries,
            effect: effect.map(EffectView::from),
        }
    }
}

impl From<Effect> for EffectView {
    fn from(Effect { merchant: _, before, after, awarded, score, recomputed }: Effect) -> Self {
        Self { before, after, awarded, score, recomputed }
    }
}
