//! Versions of the rules from their drafts on: the officer writes, the reviewer approves.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, IfNoneMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged,
    refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::model::{Draft, Model, ModelState};
use credit_domain::{RuleProblem, Rules};
use kernel::{ActorId, ModelId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::words::NamesView;
use super::{person, staff_id, words};
use crate::App;
use crate::problems::{CONFLICT, INVALID_RULES, NOT_FOUND, REFUSED, SAME_PERSON};
use crate::usecases::model::{
    ApproveModel, DraftModel, EditModel, WithdrawModel, model, models_after, models_total,
};

/// What a document is made of changes with the service alone.
const KEEP_SCHEMA: HeaderValue = HeaderValue::from_static("private, max-age=300");

/// What can be done with a version, as clients are told.
pub(super) const ACTIONS: [&str; 4] = ["edit", "simulate", "withdraw", "approve"];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, draft))
        .routes(routes!(schema))
        .routes(routes!(validate))
        .routes(routes!(read, edit))
        .routes(routes!(approve))
        .routes(routes!(withdraw))
}

/// A version of the rules (评价规则).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
struct View {
    id: ModelId,
    /// Counts its changes; also its entity tag.
    version: Version,
    /// Counts the changes of its document: a simulation is one of an edition.
    edition: u32,
    /// What it is for.
    note: String,
    #[schema(schema_with = words::model_state)]
    state: &'static str,
    /// Who worked on the document.
    authors: Vec<ActorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<ActorId>,
    /// The number that ledger entries name, once it is approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// Since when it is in force, once it is approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force_from: Option<Timestamp>,
    /// The rules, as `GET /v1/models/schema` describes them.
    #[schema(value_type = Object)]
    document: Rules,
    drafted_at: Timestamp,
    changed_at: Timestamp,
    #[schema(schema_with = words::model_actions)]
    allowed_actions: Vec<&'static str>,
}

/// A draft as it is written.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelDraft)]
struct DraftBody {
    /// What it is for, in 1 to 500 characters.
    note: String,
    /// The rules, as `GET /v1/models/schema` describes them. `version` and `in_force_from` are replaced at the approval.
    #[schema(value_type = Object)]
    document: Rules,
}

/// The approval of a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelApproval)]
struct ApprovalBody {
    /// Since when it is in force: later than now and than every version before it.
    in_force_from: Timestamp,
}

/// What is wrong with a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelCheck)]
struct CheckView {
    /// Whether it can be put in force.
    valid: bool,
    /// What is wrong with it; nothing when it is valid.
    problems: Vec<ProblemView>,
}

/// Something in a document that cannot be put in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelProblem)]
struct ProblemView {
    /// JSON pointer into the document.
    pointer: String,
    /// What is wrong, and what would be right.
    problem: NamesView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only simulated drafts that whoever asks did not work on: they wait for another person's approval.
    #[serde(default)]
    awaiting_approval: bool,
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

/// Versions of the rules, drafts and withdrawn ones with them, by id.
#[utoipa::path(get, path = "/v1/models", tag = "models", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadModels])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    staff.require(Permission::ReadModels)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let awaiting = query.awaiting_approval.then(|| staff_id(&staff)).transpose()?;
    let found = models_after(&app.db, awaiting, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(|model| View::of(model, &staff)).collect();
    let total = reading.total(query.total, models_total(&app.db, awaiting)).await?;
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// Begin a draft. The same key is answered with the draft that it began.
#[utoipa::path(post, path = "/v1/models", tag = "models",
    params(("Idempotency-Key" = String, Header, description = "The client's name for this draft.")),
    request_body = DraftBody, responses((status = 201, body = View, headers(
        ("Location" = String, description = "The draft, relative to what was asked."),
        ("ETag" = String, description = "The version, such as \"1\".")))), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DraftModels]))),
        ("x-problems" = json!(refuses(&[INVALID_RULES, CONFLICT, REFUSED])))))]
async fn draft(
    State(app): State<App>,
    staff: Staff,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<DraftBody>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Tagged<View>), Problem> {
    let by = person(&staff, Permission::DraftModels)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let key = Key::new(format!("{by} POST /v1/models"), key, &payload);
    let drafted = app.db.write(&DraftModel { key, draft: body.into(), by }).await?;
    let place = [(header::LOCATION, format!("models/{}", drafted.id))];
    Ok((StatusCode::CREATED, place, View::tagged(drafted, &staff)))
}

/// What the rules' document is made of, as a JSON schema (2020-12) without references: types, ranges and lengths of each
/// part, its unit (`x-unit`), how rows of a list are told apart (`x-key`), what the keys of a map are (`x-keys`), and
/// whether 81890 publishes it (`x-source`). What parts must be to each other is checked alone.
#[utoipa::path(get, path = "/v1/models/schema", tag = "models",
    responses((status = 200, description = "The schema", body = Object)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadModels])))))]
async fn schema(staff: Staff) -> Result<Response, Problem> {
    staff.require(Permission::ReadModels)?;
    Ok(([(header::CACHE_CONTROL, KEEP_SCHEMA)], Json(Rules::schema())).into_response())
}

/// Check a document without keeping it.
#[utoipa::path(post, path = "/v1/models/validate", tag = "models",
    request_body = DraftBody, responses((status = 200, body = CheckView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DraftModels])))))]
async fn validate(staff: Staff, Json(body): Json<DraftBody>) -> Result<Json<CheckView>, Problem> {
    person(&staff, Permission::DraftModels)?;
    let problems = body.document.validate().err().unwrap_or_default();
    let shown =
        |RuleProblem { pointer, problem }: RuleProblem| ProblemView { pointer, problem: problem.into() };
    Ok(Json(CheckView { valid: problems.is_empty(), problems: problems.into_iter().map(shown).collect() }))
}

/// One version of the rules.
#[utoipa::path(get, path = "/v1/models/{id}", tag = "models",
    params(("id" = ModelId, Path, description = "The version.")),
    responses((status = 200, body = View), (status = 304, description = "As the client has it")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ModelId>,
    IfNoneMatch(known): IfNoneMatch,
) -> Result<Tagged<View>, Problem> {
    staff.require(Permission::ReadModels)?;
    let found = model(&app.db, id).await?;
    Ok(Tagged { known, ..View::tagged(found, &staff) })
}

/// Write a draft anew. What was simulated before says nothing about it.
#[utoipa::path(put, path = "/v1/models/{id}", tag = "models",
    params(("id" = ModelId, Path, description = "The draft."),
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"1\".")),
    request_body = DraftBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DraftModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, INVALID_RULES, REFUSED])))))]
async fn edit(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ModelId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<DraftBody>,
) -> Result<Tagged<View>, Problem> {
    let by = person(&staff, Permission::DraftModels)?;
    let edited = app.db.write(&EditModel { id, draft: body.into(), by, expected }).await?;
    Ok(View::tagged(edited, &staff))
}

/// Approve a simulated draft as the second person. Repeated, it is answered with what stands.
#[utoipa::path(post, path = "/v1/models/{id}/approve", tag = "models",
    params(("id" = ModelId, Path, description = "The draft."),
        ("If-Match" = String, Header, description = "The version the reviewer looked at, such as \"2\".")),
    request_body = ApprovalBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApproveModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON, INVALID_RULES, REFUSED])))))]
async fn approve(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ModelId>,
    IfMatch(expected): IfMatch,
    Json(ApprovalBody { in_force_from: from }): Json<ApprovalBody>,
) -> Result<Tagged<View>, Problem> {
    let by = person(&staff, Permission::ApproveModels)?;
    let approve = ApproveModel { rules: &app.rules, id, from, by, expected };
    let approved = app.db.write(&approve).await?;
    Ok(View::tagged(approved, &staff))
}

/// Give a draft up. Repeated, it is answered with what stands.
#[utoipa::path(post, path = "/v1/models/{id}/withdraw", tag = "models",
    params(("id" = ModelId, Path, description = "The draft."),
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"1\".")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DraftModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ModelId>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<View>, Problem> {
    person(&staff, Permission::DraftModels)?;
    let withdrawn = app.db.write(&WithdrawModel { id, expected }).await?;
    Ok(View::tagged(withdrawn, &staff))
}

impl View {
    fn tagged(model: Model, staff: &Staff) -> Tagged<Self> {
        Tagged { version: model.version, body: Self::of(model, staff), known: None }
    }

    fn of(model: Model, staff: &Staff) -> Self {
        let allowed_actions = allowed(&model, staff);
        let Model { id, version, edition, note, document, authors, state, drafted_at, changed_at } = model;
        let (approved, approved_by) = match state {
            ModelState::Approved { by } => (true, by),
            ModelState::Drafted | ModelState::Simulated | ModelState::Withdrawn => (false, None),
        };
        Self {
            id,
            version,
            edition,
            note,
            state: state.word(),
            authors,
            approved_by,
            number: approved.then_some(document.version),
            in_force_from: approved.then_some(document.in_force_from),
            document,
            drafted_at,
            changed_at,
            allowed_actions,
        }
    }
}

fn allowed(model: &Model, staff: &Staff) -> Vec<&'static str> {
    let writes = person(staff, Permission::DraftModels).is_ok();
    let approves =
        person(staff, Permission::ApproveModels).is_ok_and(|reviewer| !model.authors.contains(&reviewer));
    let [edit, simulate, withdraw, approve] = ACTIONS;
    match model.state {
        ModelState::Drafted if writes => vec![edit, simulate, withdraw],
        ModelState::Simulated if writes && approves => vec![edit, simulate, withdraw, approve],
        ModelState::Simulated if writes => vec![edit, simulate, withdraw],
        ModelState::Simulated if approves => vec![approve],
        ModelState::Drafted | ModelState::Simulated | ModelState::Approved { .. } | ModelState::Withdrawn => {
            Vec::new()
        }
    }
}

impl From<DraftBody> for Draft {
    fn from(DraftBody { note, document }: DraftBody) -> Self {
        Self { note, document }
    }
}
