//! The publicity board: for everybody, without a token, and so nothing personal.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, IdempotencyKey, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use chassis::store::idempotency::Key;
use credit_domain::process::Measure;
use credit_domain::publicity::{BoardNotice, NoticeKind};
use kernel::{CategoryCode, City, District, Grade, MerchantId, NoticeId, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, public, staff_id, words};
use crate::App;
use crate::problems::{FOLLOWS_FROM_DECISION, NOT_FOUND, TEXT_MISSING, TEXT_TOO_LONG, TOO_EARLY, TOO_LATE};
use crate::usecases::process::{self, Board, MerchantNow, WithdrawNotice, WriteNotice};

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
    /// The same in English, where there is one: what people wrote is in Chinese alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_en: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::measure, required = false)]
    measure: Option<Measure>,
    /// How grave the finding behind the measure is.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<Severity>,
    /// The grade that it tells of: as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    /// Beside a grade and an honour: the one in force now (现等级), which may be another.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade_now: Option<Grade>,
    /// Beside a grade, a finding and an honour: whether it, or the merchant's grade, is under objection (异议中) now.
    #[serde(skip_serializing_if = "Option::is_none")]
    under_objection: Option<bool>,
    /// Beside a measure: whether it is under appeal (复核中) now. Beside an honour: whether a published measure against its
    /// merchant is.
    #[serde(skip_serializing_if = "Option::is_none")]
    under_appeal: Option<bool>,
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
    /// Only about this merchant.
    merchant: Option<MerchantId>,
    /// Only of this category; what is about a merchant as a whole is of every category that it serves.
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
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let board = Board {
        city: query.city,
        kind: query.kind.as_deref().map(|text| super::word("kind", text)).transpose()?,
        merchant: query.merchant,
        category: super::category_of_query(&app, query.category)?,
        district: query.district,
        before: reading.after,
        limit: reading.rows(),
    };
    let found = process::board(&app.db, board).await?;
    let now = process::merchants_now(&app.db, query.city, &found).await?;
    let views = found.into_iter().map(|notice| View::of(notice, &now)).collect();
    public::json(&asked, &reading.page(views, |view: &View| view.id))
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
        policy: Arc::clone(&app.policy),
        reference: Arc::clone(&app.reference),
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
    /// The notice; where it shows what speaks for a merchant, with how the merchant stands now.
    fn of(notice: BoardNotice, now: &HashMap<MerchantId, MerchantNow>) -> Self {
        let kind = notice.kind;
        let view = Self::from(notice);
        let Some(stands) = view.merchant.filter(|_| kind.praises()).and_then(|merchant| now.get(&merchant))
        else {
            return view;
        };
        Self {
            grade_now: Some(stands.grade),
            under_objection: Some(stands.contested),
            under_appeal: (kind == NoticeKind::Reward).then_some(stands.appealed),
            ..view
        }
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
            text_en: it.text_en,
            measure: it.measure,
            class: it.class,
            grade: it.grade,
            grade_now: None,
            under_objection: (it.kind == NoticeKind::Finding).then_some(it.contested),
            under_appeal: it.measure.map(|_| it.contested),
            published_at: it.publish_at,
            remove_at: it.remove_at,
        }
    }
}
