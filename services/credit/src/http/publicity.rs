//! The publicity board: for everybody, without a token, and so nothing personal.

use std::collections::HashSet;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IdempotencyKey, IfNoneMatch, Json, Limit, Page, Path, Problem, Query, Reading, etag, refuses,
};
use chassis::store::idempotency::Key;
use credit_domain::process::Measure;
use credit_domain::publicity::BoardNotice;
use kernel::{CategoryCode, City, District, Grade, MerchantId, NoticeId, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, staff_id, words};
use crate::App;
use crate::problems::{FOLLOWS_FROM_DECISION, NOT_FOUND, TEXT_MISSING, TEXT_TOO_LONG, TOO_EARLY, TOO_LATE};
use crate::usecases::process::{self, Board, WithdrawNotice, WriteNotice};

/// How long anybody may keep the board without asking again.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, write)).routes(routes!(withdraw))
}

/// A notice on the publicity board (公示). Measures on it are this platform's own (平台措施).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicNotice)]
struct View {
    id: NoticeId,
    #[schema(schema_with = words::notice_kind)]
    kind: &'static str,
    /// The company that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
    /// Its published name.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<District>,
    /// In a line.
    title: String,
    /// In full.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::measure, required = false)]
    measure: Option<Measure>,
    /// How grave the finding behind the measure is.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    /// Beside a grade: whether it is under objection (异议中) now.
    #[serde(skip_serializing_if = "Option::is_none")]
    under_objection: Option<bool>,
    published_at: Timestamp,
    /// When it is taken down; for good when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    remove_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BoardQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only of this kind.
    #[param(value_type = words::NoticeKinds, inline, required = false)]
    kind: Option<String>,
    /// Only of this category.
    category: Option<CategoryCode>,
    /// Only of this district.
    district: Option<District>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// What stands on the board of a city, the newest first. For everybody, without a token; 304 when nothing moved.
#[utoipa::path(get, path = "/v1/publicity", tag = "publicity", params(BoardQuery),
    responses((status = 200, body = Page<View>), (status = 304, description = "As the client has it")), security(()))]
async fn list(
    State(app): State<App>,
    Query(query): Query<BoardQuery>,
    IfNoneMatch(known): IfNoneMatch,
) -> Result<Response, Problem> {
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let asked = Board {
        city: query.city,
        kind: query.kind.as_deref().map(|text| super::word("kind", text)).transpose()?,
        category: query.category,
        district: query.district,
        before: reading.after,
        limit: reading.rows(),
    };
    let (version, found) = process::board(&app.db, asked, known).await?;
    let kept = [(header::ETAG, etag(version)), (header::CACHE_CONTROL, KEEP)];
    let Some(found) = found else { return Ok((StatusCode::NOT_MODIFIED, kept).into_response()) };
    let contesting = process::contesting(&app.db, query.city, &found).await?;
    let views = found.into_iter().map(|notice| View::of(notice, &contesting)).collect();
    Ok((kept, Json(reading.page(views, |view: &View| view.id))).into_response())
}

/// A notice that is written by hand. It is about no merchant: what concerns one follows from decisions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoticeBody {
    #[schema(schema_with = words::written_kind)]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    district: Option<District>,
    /// In a line; names no person.
    title: String,
    /// In full; names no person.
    text: String,
    /// At once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    publish_at: Option<Timestamp>,
    /// For good when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remove_at: Option<Timestamp>,
}

/// Write a notice. Repeated with the same key, it is answered with the first.
#[utoipa::path(post, path = "/v1/publicity", tag = "publicity",
    params(InCity, ("Idempotency-Key" = String, Header, description = "Names this intent.")),
    request_body = NoticeBody, responses((status = 200, body = View)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::WriteNotices]))),
        ("x-problems" = json!(refuses(&[TEXT_MISSING, TEXT_TOO_LONG, TOO_EARLY, TOO_LATE, FOLLOWS_FROM_DECISION])))))]
async fn write(
    State(app): State<App>,
    staff: Staff,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<NoticeBody>,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::WriteNotices, city)?;
    let by = staff_id(&staff)?;
    let payload = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let NoticeBody { kind, category, district, title, text, publish_at, remove_at } = body;
    let notice = WriteNotice {
        city,
        kind: super::word_at("#/kind", &kind)?,
        category,
        district,
        title,
        text,
        publish_at,
        remove_at,
        by: staff.0.actor,
        key: Key::new(format!("{by} POST /v1/publicity {city}"), key, &payload),
    };
    Ok(Json(View::from(app.db.write(&notice).await?.now)))
}

/// Take a written notice down before its time. Again: it is down.
#[utoipa::path(post, path = "/v1/publicity/{id}/withdraw", tag = "publicity",
    params(("id" = NoticeId, Path, description = "The notice."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::WriteNotices]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, FOLLOWS_FROM_DECISION])))))]
async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<NoticeId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::WriteNotices, city)?;
    Ok(Json(View::from(app.db.write(&WithdrawNotice { city, id }).await?.now)))
}

impl View {
    /// The notice; where it shows a grade, with whether that is contested.
    fn of(notice: BoardNotice, contesting: &HashSet<MerchantId>) -> Self {
        let view = Self::from(notice);
        let contested = view.merchant.is_some_and(|merchant| contesting.contains(&merchant));
        Self { under_objection: view.grade.map(|_| contested), ..view }
    }
}

impl From<BoardNotice> for View {
    fn from(it: BoardNotice) -> Self {
        let (merchant, merchant_name) = it.merchant.unzip();
        Self {
            id: it.id,
            kind: it.kind.as_str(),
            merchant,
            merchant_name,
            category: it.category,
            district: it.district,
            title: it.title,
            text: it.text,
            measure: it.measure,
            class: it.class,
            grade: it.grade,
            under_objection: None,
            published_at: it.publish_at,
            remove_at: it.remove_at,
        }
    }
}
