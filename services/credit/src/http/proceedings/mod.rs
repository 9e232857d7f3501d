//! Proceedings against merchants: open, look, and do what is to be done in them.
//!
//! Each side has its own door, with a permission of its own: the officer's `investigation`, the reviewer's
//! `decisions`, the merchant's `answers`. What is sent there is one act; the domain says whether it is open.

mod acts;
mod view;

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::INVALID_CURSOR;
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, etag, refuses,
};
use chassis::store::clear_reads::ClearRead;
use chassis::store::idempotency::Key;
use credit_domain::process::{Act, Ground, RedLine};
use kernel::{Actor, CaseId, CategoryCode, City, MerchantId, ProceedingId, Severity, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::acts::{Answer, Decision, Investigation};
pub(super) use self::view::VerdictView;
use self::view::{ClearView, View};
use super::names::{all_named, named};
use super::{InCity, admit, staff_id, whose, words};
use crate::App;
use crate::problems::{
    ALREADY_OPENED, BEYOND_ITS_CLASS, CONFLICT, HEARING_DATE, HEARING_INCOMPLETE, HEARING_NEEDED,
    HEAVIER_THAN_NOTICED, NOT_FOUND, NOT_NOW, NOT_REPAIRABLE, NOT_THEIRS, PERIOD, RED_LINE, SAME_PERSON,
    TEXT_MISSING, TEXT_TOO_LONG, TOO_EARLY, TOO_LATE, TOO_OFTEN, UNKNOWN_CLAUSE,
};
use crate::usecases::process::{
    self, ActOnProceeding, OpenProceeding, ProceedingList, ProceedingMark, ProceedingSort, ReadProceeding,
};

/// A deadline that ends within this is near.
const SOON: Duration = Duration::from_secs(3 * 24 * 3_600);

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(read))
        .routes(routes!(steps))
        .routes(routes!(readings))
        .routes(routes!(investigate))
        .routes(routes!(decide))
        .routes(routes!(answer))
}

/// In which order proceedings are listed: by when they were opened, or those whose next deadline ends first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = ProceedingSort)]
#[serde(rename_all = "snake_case")]
enum SortWord {
    #[default]
    Opened,
    Due,
}

impl From<SortWord> for ProceedingSort {
    fn from(word: SortWord) -> Self {
        match word {
            SortWord::Opened => Self::Opened,
            SortWord::Due => Self::Due,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only this one: to see it without reading what people said.
    id: Option<ProceedingId>,
    /// Only about this breach.
    case: Option<CaseId>,
    /// Only against this merchant; a merchant's account sees its own alone.
    merchant: Option<MerchantId>,
    /// Only those that stand here.
    #[param(value_type = words::Stages, inline, required = false)]
    stage: Option<String>,
    /// Only those with a deadline that passed; with `due_soon`, those of either kind.
    #[serde(default)]
    overdue: bool,
    /// Only those whose next deadline ends within three days.
    #[serde(default)]
    due_soon: bool,
    /// Only those whose emergency suspension waits for another person's word.
    #[serde(default)]
    awaiting_confirmation: bool,
    /// Only those whose emergency suspension ended without a decision, and that are not decided since.
    #[serde(default)]
    suspension_ended: bool,
    /// In which order; `opened` when absent. With `due` those without any deadline come last.
    #[param(inline)]
    sort: Option<SortWord>,
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

/// Proceedings of a city in the order that is asked for, without what people said.
#[utoipa::path(get, path = "/v1/proceedings", tag = "proceedings", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadProceedings, Permission::ReadOwnMerchant])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let merchant = whose(&staff, Permission::ReadProceedings, query.city, query.merchant)?;
    let now = app.clock.now();
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let sort = ProceedingSort::from(query.sort.unwrap_or_default());
    if reading.after.as_ref().is_some_and(|mark: &ProceedingMark| mark.sort() != sort) {
        return Err(INVALID_CURSOR.detail("after is not the next of a page in this order"));
    }
    let list = ProceedingList {
        city: query.city,
        id: query.id,
        case: query.case,
        merchant,
        stage: query.stage.as_deref().map(|text| super::word("stage", text)).transpose()?,
        due_after: (query.due_soon && !query.overdue).then_some(now),
        due_until: match (query.overdue, query.due_soon) {
            (_, true) => Some(now.after(SOON)),
            (true, false) => Some(now),
            (false, false) => None,
        },
        awaits_confirmation: query.awaiting_confirmation,
        suspension_ended: query.suspension_ended,
        sort,
        after: reading.after,
        limit: reading.rows(),
    };
    let found = process::proceedings(&app.db, list).await?;
    let views = found.iter().map(|proceeding| View::of(proceeding, &staff, now)).collect();
    let views = all_named(&app, query.city, views).await?;
    let total = reading.total(query.total, process::proceedings_total(&app.db, list)).await?;
    let mark = |view: &View| match sort {
        ProceedingSort::Opened => ProceedingMark::Opened(view.id),
        ProceedingSort::Due => ProceedingMark::Due(view.due_by(), view.id),
    };
    Ok(Json(reading.page(views, mark).counted(total)))
}

/// What a proceeding is about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ProceedingGround)]
enum GroundBody {
    /// A breach that was verified: category and clause are those of its ledger entry.
    Breach { case: CaseId },
    /// A red line: bribery, concealment or fraud.
    RedLine {
        /// Which.
        #[schema(schema_with = words::red_line)]
        line: RedLine,
    },
    /// Anything else that was found.
    Finding {},
}

/// No `Debug`: the facts may be personal.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenBody {
    merchant: MerchantId,
    ground: GroundBody,
    /// How grave the finding is.
    class: Severity,
    /// The category whose commitment was broken; not for a breach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The clause that was broken, as `GET /v1/clauses` names it; not for a breach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// What was found.
    facts: String,
}

/// Open a proceeding. Repeated with the same key, it is answered with the first.
#[utoipa::path(post, path = "/v1/proceedings", tag = "proceedings",
    params(InCity, ("Idempotency-Key" = String, Header, description = "Names this intent.")),
    request_body = OpenBody, responses((status = 201, body = View, headers(
        ("Location" = String, description = "The proceeding, relative to what was asked."),
        ("ETag" = String, description = "The version, such as \"1\"."))), (status = 200, body = View)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::InvestigateProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, ALREADY_OPENED, RED_LINE, UNKNOWN_CLAUSE, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn open(
    State(app): State<App>,
    staff: Staff,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<OpenBody>,
) -> Result<Response, Problem> {
    admit(&staff, Permission::InvestigateProceedings, city)?;
    let by = staff_id(&staff)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let OpenBody { merchant, ground, class, category, clause, facts } = body;
    let open = OpenProceeding {
        procedure: app.procedure.clone(),
        city,
        merchant,
        ground: ground.into(),
        class,
        category,
        clause,
        facts: facts.into(),
        by,
        key: Key::new(format!("{by} POST /v1/proceedings {city}"), key, &payload),
    };
    let told = app.db.write(&open).await?;
    let status = if told.already { StatusCode::OK } else { StatusCode::CREATED };
    let view = named(&app, city, View::of(&told.now, &staff, app.clock.now())).await?;
    let tag = [(header::ETAG, etag(told.now.version))];
    let place = format!("proceedings/{}?city={city}", told.now.id);
    Ok((status, [(header::LOCATION, place)], tag, Json(view)).into_response())
}

/// One proceeding with what people said. Each reading by staff is recorded, an auditor's too.
#[utoipa::path(get, path = "/v1/proceedings/{id}", tag = "proceedings",
    params(("id" = ProceedingId, Path, description = "The proceeding."), InCity),
    responses((status = 200, body = ClearView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerProceedings, Permission::ReadStatements]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProceedingId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<ClearView>, Problem> {
    let by = reader(&staff, city)?;
    let found = app.db.write(&ReadProceeding { city, id, by }).await?;
    let body = named(&app, city, ClearView::of(&found, &staff, app.clock.now())).await?;
    Ok(Tagged { version: found.version, body, known: None })
}

/// Staff with the permission, or a merchant, which sees its own alone.
pub(super) fn reader(staff: &Staff, city: City) -> Result<Actor, Problem> {
    let own = staff.0.merchant.is_some();
    admit(staff, if own { Permission::AnswerProceedings } else { Permission::ReadStatements }, city)?;
    Ok(staff.0.actor)
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProcessStep)]
pub(super) struct StepView {
    /// The version that it led to.
    version: Version,
    /// In a word.
    step: String,
    by: Actor,
    at: Timestamp,
}

/// Who did what in it, the first first.
#[utoipa::path(get, path = "/v1/proceedings/{id}/steps", tag = "proceedings",
    params(("id" = ProceedingId, Path, description = "The proceeding."), super::ListQuery),
    responses((status = 200, body = Page<StepView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadProceedings])))))]
async fn steps(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProceedingId>,
    Query(query): Query<super::ListQuery>,
) -> Result<Json<Page<StepView>>, Problem> {
    admit(&staff, Permission::ReadProceedings, query.city)?;
    steps_of(&app, id.uuid(), &query).await
}

/// The steps of a proceeding or an objection.
pub(super) async fn steps_of(
    app: &App,
    subject: Uuid,
    query: &super::ListQuery,
) -> Result<Json<Page<StepView>>, Problem> {
    let reading = query.reading()?;
    let after = reading.after.unwrap_or(Version(0));
    let found = process::steps(&app.db, query.city, subject, after, reading.rows()).await?;
    let view = |taken: process::Taken| StepView {
        version: taken.version,
        step: taken.step,
        by: taken.by,
        at: taken.at,
    };
    Ok(Json(reading.page(found.into_iter().map(view).collect(), |view: &StepView| view.version)))
}

/// Who has read what people said in it, the first first.
#[utoipa::path(get, path = "/v1/proceedings/{id}/clear-reads", tag = "proceedings",
    params(("id" = ProceedingId, Path, description = "The proceeding."), super::ListQuery),
    responses((status = 200, body = Page<ClearRead>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadClearReads])))))]
async fn readings(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProceedingId>,
    Query(query): Query<super::ListQuery>,
) -> Result<Json<Page<ClearRead>>, Problem> {
    admit(&staff, Permission::ReadClearReads, query.city)?;
    readings_of(&app, id.uuid(), &query).await
}

/// The readings of a proceeding or an objection.
pub(super) async fn readings_of(
    app: &App,
    subject: Uuid,
    query: &super::ListQuery,
) -> Result<Json<Page<ClearRead>>, Problem> {
    let reading = query.reading()?;
    let found = process::readings(&app.db, query.city, subject, reading.after, reading.rows()).await?;
    Ok(Json(reading.page(found, |read| read.id)))
}

/// The officer suspends at once, notifies, calls a hearing or keeps its minutes. Done before: the first result stands, and another content is a conflict.
#[utoipa::path(post, path = "/v1/proceedings/{id}/investigation", tag = "proceedings",
    params(("id" = ProceedingId, Path, description = "The proceeding."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"1\".")),
    request_body = Investigation, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::InvestigateProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_THEIRS, NOT_NOW, CONFLICT, TOO_EARLY, TOO_LATE, TOO_OFTEN, BEYOND_ITS_CLASS, HEARING_DATE, HEARING_INCOMPLETE, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn investigate(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProceedingId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<Investigation>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::InvestigateProceedings, city)?;
    act(&app, &staff, (city, id), body.into(), Some(expected)).await
}

/// The reviewer decides, as a person who did not investigate. Done before: the first result stands, and another content is a conflict.
#[utoipa::path(post, path = "/v1/proceedings/{id}/decisions", tag = "proceedings",
    params(("id" = ProceedingId, Path, description = "The proceeding."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"1\".")),
    request_body = Decision, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DecideProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_THEIRS, SAME_PERSON, NOT_NOW, CONFLICT, TOO_EARLY, TOO_LATE, HEARING_NEEDED, HEAVIER_THAN_NOTICED,
        BEYOND_ITS_CLASS, RED_LINE, PERIOD, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProceedingId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<Decision>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::DecideProceedings, city)?;
    act(&app, &staff, (city, id), body.into(), Some(expected)).await
}

/// The merchant replies, proves, appeals or applies for repair. Done before: the first result stands, and another content is a conflict.
#[utoipa::path(post, path = "/v1/proceedings/{id}/answers", tag = "proceedings",
    params(("id" = ProceedingId, Path, description = "The proceeding."), InCity),
    request_body = Answer, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_THEIRS, NOT_NOW, CONFLICT, TOO_EARLY, TOO_LATE, NOT_REPAIRABLE, TOO_OFTEN, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn answer(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProceedingId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<Answer>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::AnswerProceedings, city)?;
    act(&app, &staff, (city, id), body.into(), None).await
}

async fn act(
    app: &App,
    staff: &Staff,
    (city, id): (City, ProceedingId),
    act: Act,
    expected: Option<Version>,
) -> Result<Tagged<View>, Problem> {
    let procedure = app.procedure.clone();
    let told =
        app.db.write(&ActOnProceeding { procedure, city, id, act, by: staff.0.actor, expected }).await?;
    let body = named(app, city, View::of(&told.now, staff, app.clock.now())).await?;
    Ok(Tagged { version: told.now.version, body, known: None })
}

impl From<GroundBody> for Ground {
    fn from(body: GroundBody) -> Self {
        match body {
            GroundBody::Breach { case } => Self::Breach { case },
            GroundBody::RedLine { line } => Self::RedLine { line },
            GroundBody::Finding {} => Self::Finding,
        }
    }
}

impl From<Ground> for GroundBody {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::Breach { case } => Self::Breach { case },
            Ground::RedLine { line } => Self::RedLine { line },
            Ground::Finding => Self::Finding {},
        }
    }
}
