//! What inspectors find on site, and what officers make of it.

use std::sync::Arc;

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::INVALID_BODY;
use chassis::http::{
    Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::inspection::{Found, Inspection, Outcome};
use kernel::{ActorId, CategoryCode, City, InspectionId, MerchantId, ProceedingId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{all_named, is_of_a_merchant, named};
use super::{InCity, admit, staff_id};
use crate::App;
use crate::problems::{CONFLICT, NOT_FOUND, SAME_PERSON, UNKNOWN_CLAUSE};
use crate::usecases::inspections::{self, FileInspection, InspectionSearch, SettleInspection};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, file)).routes(routes!(read)).routes(routes!(settle))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InspectionsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those at this merchant.
    merchant: Option<MerchantId>,
    /// Only those that wait for an officer; with `false`: only the others.
    waiting: Option<bool>,
    /// Only those that whoever asks filed.
    #[serde(default)]
    mine: bool,
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

/// What was found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInspection)]
struct FoundBody {
    merchant: MerchantId,
    /// The category, where it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The clause that it may break, as `GET /v1/clauses` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// What was seen, at most 2000 characters; no personal data.
    facts: String,
    /// Where photographs, measurements and copies lie, at most 500 characters.
    evidence: String,
    /// When it was seen.
    seen_at: Timestamp,
}

/// What becomes of it: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionSettlement)]
struct SettleBody {
    /// The proceeding against the merchant in which it is evidence.
    #[serde(default)]
    proceeding: Option<ProceedingId>,
    /// Why nothing comes of it, at most 500 characters; no personal data.
    #[serde(default)]
    reason: Option<String>,
}

/// What an inspector found (巡查发现).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inspection)]
struct View {
    id: InspectionId,
    city: City,
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The clause that it may break.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// What was seen.
    facts: String,
    /// Where photographs, measurements and copies lie.
    evidence: String,
    seen_at: Timestamp,
    /// The inspector.
    filed_by: ActorId,
    filed_at: Timestamp,
    /// The proceeding in which it is evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    proceeding: Option<ProceedingId>,
    /// Why nothing came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When an officer said what becomes of it; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<Timestamp>,
    /// Who settled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_by: Option<ActorId>,
    version: Version,
}

/// What inspectors found in a city, the oldest first.
#[utoipa::path(get, path = "/v1/inspections", tag = "inspections", params(InspectionsQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(("x-permission" = json!(permits(&[Permission::ReadInspections])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<InspectionsQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadInspections, query.city)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let filed_by = query.mine.then(|| staff_id(&staff)).transpose()?;
    let search = InspectionSearch { merchant: query.merchant, filed_by, waiting: query.waiting };
    let found =
        inspections::inspections_after(&app.db, query.city, search, reading.after, reading.rows()).await?;
    let views = all_named(&app, query.city, found.into_iter().map(View::from).collect()).await?;
    let count = inspections::inspections_total(&app.db, query.city, search);
    let total = reading.total(query.total, count).await?;
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// File what was found at a merchant. It decides nothing: an officer takes it up in a proceeding, or says why not. The same
/// key gives the same answer.
#[utoipa::path(post, path = "/v1/inspections", tag = "inspections",
    params(InCity, ("Idempotency-Key" = String, Header, description = "One per intent.")),
    request_body = FoundBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::FileInspections]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, UNKNOWN_CLAUSE])))))]
async fn file(
    State(app): State<App>,
    staff: Staff,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<FoundBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::FileInspections, city)?;
    let by = staff_id(&staff)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let FoundBody { merchant, category, clause, facts, evidence, seen_at } = body;
    let filing = FileInspection {
        policy: Arc::clone(&app.policy),
        city,
        found: Found { merchant, category, clause, facts, evidence, seen_at },
        by,
        key: Key::new(format!("{by} POST /v1/inspections {city}"), key, &payload),
    };
    shown(&app, app.db.write(&filing).await?.now).await
}

/// One of them.
#[utoipa::path(get, path = "/v1/inspections/{id}", tag = "inspections",
    params(("id" = InspectionId, Path, description = "The inspection."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadInspections]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<InspectionId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ReadInspections, city)?;
    shown(&app, inspections::inspection(&app.db, city, id).await?).await
}

/// Say what becomes of an inspection: the proceeding that was opened about it, or why there is none. What was said first
/// stands.
#[utoipa::path(post, path = "/v1/inspections/{id}/settle", tag = "inspections",
    params(("id" = InspectionId, Path, description = "The inspection."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at.")),
    request_body = SettleBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::SettleInspections]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn settle(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<InspectionId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(SettleBody { proceeding, reason }): Json<SettleBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::SettleInspections, city)?;
    let outcome = match (proceeding, reason) {
        (Some(proceeding), None) => Outcome::TakenUp { proceeding },
        (None, Some(reason)) => Outcome::SetAside { reason },
        (Some(_), Some(_)) | (None, None) => {
            let told = "give either a proceeding or a reason";
            return Err(Problem::new(INVALID_BODY).at("#/reason", "invalid-value", told));
        }
    };
    let by = staff_id(&staff)?;
    shown(&app, app.db.write(&SettleInspection { city, id, outcome, by, expected }).await?.now).await
}

async fn shown(app: &App, inspection: Inspection) -> Result<Tagged<View>, Problem> {
    let view = named(app, inspection.city, View::from(inspection)).await?;
    Ok(Tagged { version: view.version, body: view, known: None })
}

is_of_a_merchant!(View);

impl From<Inspection> for View {
    fn from(inspection: Inspection) -> Self {
        let Inspection { id, city, found, filed_by, filed_at, settled, version } = inspection;
        let Found { merchant, category, clause, facts, evidence, seen_at } = found;
        let settled_at = settled.as_ref().map(|settled| settled.at);
        let settled_by = settled.as_ref().map(|settled| settled.by);
        let (proceeding, reason) = match settled.map(|settled| settled.outcome) {
            None => (None, None),
            Some(Outcome::TakenUp { proceeding }) => (Some(proceeding), None),
            Some(Outcome::SetAside { reason }) => (None, Some(reason)),
        };
        Self {
            id,
            city,
            merchant,
            merchant_name: None,
            category,
            clause,
            facts,
            evidence,
            seen_at,
            filed_by,
            filed_at,
            proceeding,
            reason,
            settled_at,
            settled_by,
            version,
        }
    }
}
