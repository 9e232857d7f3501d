//! Honours of merchants: proposed, decided by another person, doubted and taken back.

use std::sync::Arc;

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::activities::{Counting, Honour, HonourDraft, HonourState, Ruling};
use kernel::{Actor, ActorId, City, HonourId, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{all_named, is_of_a_merchant, named};
use super::{InCity, admit, admit_to, person, words};
use crate::App;
use crate::problems::{CONFLICT, EXISTS, NOT_FOUND, OPEN_FINDING, SAME_PERSON};
use crate::usecases::activities::{
    DecideHonour, ProposeHonour, QuestionHonour, honour, honours_after, honours_total,
};

/// What can be done with an honour, as clients are told.
pub(super) const ACTIONS: [&str; 2] = ["decide", "question"];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(propose))
        .routes(routes!(read))
        .routes(routes!(decide))
        .routes(routes!(question))
}

/// What an officer says of an honour.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHonour)]
struct HonourBody {
    /// Its kind, one of `activities.honours` in the rules, such as `credit-demonstration`.
    kind: String,
    #[schema(schema_with = words::honour_level)]
    level: String,
    /// Who granted it.
    grantor: String,
    /// The number of the grantor's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    /// When it was granted: it counts from then on.
    granted_at: Timestamp,
    /// The first moment at which it no longer counts.
    valid_until: Timestamp,
}

/// Who said what about it, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ruling)]
struct RulingView {
    by: ActorId,
    at: Timestamp,
    /// Why; names nobody.
    reason: String,
}

/// An honour (荣誉).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Honour)]
struct View {
    id: HonourId,
    city: City,
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    /// Its kind, one of `activities.honours` in the rules.
    kind: String,
    #[schema(schema_with = words::honour_level)]
    level: &'static str,
    /// Who granted it.
    grantor: String,
    /// The number of the document that grants it.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    granted_at: Timestamp,
    valid_until: Timestamp,
    #[schema(schema_with = words::honour_state)]
    state: &'static str,
    /// Whether it counts now.
    counts: bool,
    #[schema(schema_with = words::counting)]
    counting: &'static str,
    proposed_by: ActorId,
    proposed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<RulingView>,
    /// Why it is doubted.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<RulingView>,
    /// What was said to the doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<RulingView>,
    #[schema(schema_with = words::honour_actions)]
    allowed_actions: Vec<&'static str>,
    version: Version,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HonoursQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only of this merchant; a merchant's own account has to say its own.
    merchant: Option<MerchantId>,
    /// Only those that stand here.
    #[param(value_type = words::HonourStates, inline, required = false)]
    state: Option<String>,
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

/// Honours of a city, the oldest first. What is granted stands on the publicity board for everybody.
#[utoipa::path(get, path = "/v1/honours", tag = "honours", params(HonoursQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadHonours, Permission::ReadOwnMerchant])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<HonoursQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let HonoursQuery { city, merchant, state, limit, after, total } = query;
    match merchant {
        Some(merchant) => admit_to(&staff, Permission::ReadHonours, city, merchant)?,
        None => admit(&staff, Permission::ReadHonours, city)?,
    }
    let reading = Reading::asked(limit, after.as_ref())?;
    let state = state.as_deref().map(|text| super::word("state", text)).transpose()?;
    let found = honours_after(&app.db, city, merchant, state, reading.after, reading.rows()).await?;
    let now = app.clock.now();
    let views = found.into_iter().map(|honour| View::of(honour, &staff, now)).collect();
    let views = all_named(&app, city, views).await?;
    let total = reading.total(total, honours_total(&app.db, city, merchant, state)).await?;
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// Propose an honour that somebody granted the merchant. The same key gives the same answer.
#[utoipa::path(post, path = "/v1/merchants/{id}/honours", tag = "honours",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity,
        ("Idempotency-Key" = String, Header, description = "Names this intent.")),
    request_body = HonourBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ProposeHonours]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, EXISTS, CONFLICT])))))]
async fn propose(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<HonourBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ProposeHonours, city)?;
    let by = person(&staff, Permission::ProposeHonours)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let HonourBody { kind, level, grantor, document, granted_at, valid_until } = body;
    let level = super::word_at("#/level", &level)?;
    let says = HonourDraft { merchant, kind, level, grantor, document, granted_at, valid_until };
    let key = Key::new(format!("{by} POST /v1/merchants/{merchant}/honours {city}"), key, &payload);
    let propose = ProposeHonour { rules: Arc::clone(&app.rules), city, says, by, key };
    let told = app.db.write(&propose).await?;
    shown(&app, told.now, &staff).await
}

/// One honour; for its merchant too.
#[utoipa::path(get, path = "/v1/honours/{id}", tag = "honours",
    params(("id" = HonourId, Path, description = "The honour."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadHonours, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<HonourId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    let found = honour(&app.db, city, id).await?;
    admit_to(&staff, Permission::ReadHonours, city, found.says.merchant)?;
    shown(&app, found, &staff).await
}

/// How another person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HonourDecision)]
struct DecisionBody {
    /// Whether with the proposal: it is granted; or with the doubt: it is revoked.
    agrees: bool,
    /// Why; names nobody.
    reason: String,
}

/// Another person decides on the proposal; and on the doubt one who had no part in it before, of which the merchant is told. Done before: the first decision stands, and another one is a conflict.
#[utoipa::path(post, path = "/v1/honours/{id}/decide", tag = "honours",
    params(("id" = HonourId, Path, description = "The honour."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"1\".")),
    request_body = DecisionBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DecideHonours]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, SAME_PERSON, OPEN_FINDING, CONFLICT])))))]
async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<HonourId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(DecisionBody { agrees, reason }): Json<DecisionBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::DecideHonours, city)?;
    let by = person(&staff, Permission::DecideHonours)?;
    let rules = Arc::clone(&app.rules);
    let told = app.db.write(&DecideHonour { rules, city, id, agrees, reason, by, expected }).await?;
    shown(&app, told.now, &staff).await
}

/// Why somebody doubts it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HonourQuestion)]
struct QuestionBody {
    /// Why; names nobody.
    reason: String,
}

/// An officer doubts a granted honour. It counts until another person decides. Doubted before: the first doubt stands.
#[utoipa::path(post, path = "/v1/honours/{id}/question", tag = "honours",
    params(("id" = HonourId, Path, description = "The honour."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"2\".")),
    request_body = QuestionBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ProposeHonours]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn question(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<HonourId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(QuestionBody { reason }): Json<QuestionBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ProposeHonours, city)?;
    let by = person(&staff, Permission::ProposeHonours)?;
    let told = app.db.write(&QuestionHonour { city, id, reason, by, expected }).await?;
    shown(&app, told.now, &staff).await
}

is_of_a_merchant!(View);

async fn shown(app: &App, honour: Honour, staff: &Staff) -> Result<Tagged<View>, Problem> {
    let (city, version) = (honour.city, honour.version);
    let body = named(app, city, View::of(honour, staff, app.clock.now())).await?;
    Ok(Tagged { version, body, known: None })
}

impl View {
    fn of(honour: Honour, staff: &Staff, now: Timestamp) -> Self {
        let allowed_actions = allowed(&honour, staff);
        let Honour { id, city, says, counting, state, proposed_by, proposed_at, .. } = honour;
        let Honour { decision, question, answer, version, .. } = honour;
        let HonourDraft { merchant, kind, level, grantor, document, granted_at, valid_until } = says;
        let granted = matches!(state, HonourState::Granted | HonourState::Questioned);
        Self {
            id,
            city,
            merchant,
            merchant_name: None,
            kind,
            level: level.as_str(),
            grantor,
            document,
            granted_at,
            valid_until,
            state: state.as_str(),
            counts: granted && counting == Counting::Counts && now < valid_until,
            counting: counting.as_str(),
            proposed_by,
            proposed_at,
            decision: decision.map(RulingView::from),
            question: question.map(RulingView::from),
            answer: answer.map(RulingView::from),
            allowed_actions,
            version,
        }
    }
}

impl From<Ruling> for RulingView {
    fn from(Ruling { by, at, reason }: Ruling) -> Self {
        Self { by, at, reason }
    }
}

fn allowed(honour: &Honour, staff: &Staff) -> Vec<&'static str> {
    let [decide, question] = ACTIONS;
    let may = |permission| staff.require(permission).is_ok();
    let another = honour.had_a_part().all(|id| staff.0.actor != Actor::Staff { id });
    match honour.state {
        HonourState::Proposed | HonourState::Questioned if another && may(Permission::DecideHonours) => {
            vec![decide]
        }
        HonourState::Granted if may(Permission::ProposeHonours) => vec![question],
        _ => Vec::new(),
    }
}
