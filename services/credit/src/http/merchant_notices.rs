//! What a merchant was told of due process and of what ends, and that it acknowledged it.

use std::collections::HashSet;
use std::slice;

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use credit_domain::news::{MerchantNotice, News};
use credit_domain::process::Measure;
use kernel::{CategoryCode, City, Grade, MerchantId, NoticeId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit_for, admit_to, words};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::{self, AcknowledgeNotice, NoticeList};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(acknowledge))
}

/// What a merchant was told (告知书). Nothing in it is personal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MerchantNotice)]
struct View {
    id: NoticeId,
    #[schema(schema_with = words::news_kind)]
    kind: &'static str,
    /// What it is about, such as `proceeding:<id>`, `objection:<id>`, `case:<id>`, `evaluation:<id>`,
    /// `paper:electrician` or `commitment:cleaning`.
    subject: String,
    /// When it was told. Time to answer runs from here, acknowledged or not.
    told_at: Timestamp,
    /// When the merchant's account acknowledged it; absent while it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged_at: Option<Timestamp>,
    /// Until when the merchant may reply, appeal or object: the first moment that is too late.
    #[serde(skip_serializing_if = "Option::is_none")]
    act_by: Option<Timestamp>,
    /// Whether it still may: it did not yet, and its time is not over.
    awaits_answer: bool,
    /// When what is told takes place or is over: the hearing, the end of a measure, of a paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Timestamp>,
    /// The measure that was announced or imposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::measure, required = false)]
    measure: Option<Measure>,
    /// Whether what the merchant asked for is granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<bool>,
    /// The grade that is announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    /// Why; names nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Of something that ends: the notice of so many days before.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_before: Option<u16>,
    /// The categories that are suspended then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<CategoryCode>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NoticesQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those that nobody acknowledged.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    unread: bool,
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

/// What a merchant was told, the newest first: each step of due process that concerns it, what ends soon, and the
/// result of its year. Each is written together with the step that it tells of.
#[utoipa::path(get, path = "/v1/merchants/{id}/notices", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), NoticesQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadProceedings, Permission::ReadOwnMerchant])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(query): Query<NoticesQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadProceedings, query.city, merchant)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let list = NoticeList { city: query.city, merchant, unread: query.unread };
    let found = usecases::notices_before(&app.db, list, reading.after, reading.rows()).await?;
    let awaiting = usecases::awaiting_answer(&app.db, &found, app.clock.now()).await?;
    let view = |notice: MerchantNotice| View::of(notice, &awaiting);
    let views = found.into_iter().map(view).collect();
    let total = reading.total(query.total, usecases::notices_total(&app.db, list)).await?;
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// Acknowledge what one's merchant was told: proof that it was served. No time runs by it. Again: the first time
/// stands.
#[utoipa::path(post, path = "/v1/merchants/{id}/notices/{notice}/acknowledge", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("notice" = NoticeId, Path, description = "The notice."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn acknowledge(
    State(app): State<App>,
    staff: Staff,
    Path((merchant, id)): Path<(MerchantId, NoticeId)>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<View>, Problem> {
    let by = admit_for(&staff, Permission::AnswerProceedings, city, merchant)?;
    let notice = app.db.write(&AcknowledgeNotice { city, merchant, id, by }).await?.now;
    let awaiting = usecases::awaiting_answer(&app.db, slice::from_ref(&notice), app.clock.now()).await?;
    Ok(Json(View::of(notice, &awaiting)))
}

impl View {
    fn of(notice: MerchantNotice, awaiting: &HashSet<NoticeId>) -> Self {
        let MerchantNotice { id, city: _, merchant: _, news, told_at, acknowledged_at } = notice;
        let News { kind, subject, act_by, date, measure, granted, grade, reason, days_before, categories } =
            news;
        Self {
            id,
            kind: kind.as_str(),
            subject,
            told_at,
            acknowledged_at,
            act_by,
            awaits_answer: awaiting.contains(&id),
            date,
            measure,
            granted,
            grade,
            reason,
            days_before,
            categories,
        }
    }
}
