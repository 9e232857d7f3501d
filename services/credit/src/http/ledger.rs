//! The ledger behind a standing: anybody who may see it can recompute score and hash chain from it.

use axum::extract::State;
use chassis::auth::{Permission, Staff};
use chassis::http::{Json, Page, Path, Problem, Query, refuses};
use credit_domain::{Entry, Points, Posting, Tally};
use kernel::{CategoryCode, EntryId, MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ListQuery, admit_to};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// An entry of the ledger (信用台账). Never edited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
struct View {
    id: EntryId,
    /// Its place: 1 for the first, without gaps.
    seq: u64,
    points: PointsView,
    /// Call-backs in which the citizen was content.
    satisfied: i64,
    /// Call-backs in which the citizen was not, and verified breaches.
    unsatisfied: i64,
    /// Orders that a call-back confirmed.
    verified_orders: i64,
    /// The category of the work, where the fact is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The kind of fact, and after a colon its id.
    cause: String,
    /// The rule that set the points: a JSON pointer into the rules of `rules_version`.
    rule: String,
    /// The version of the rules that were in force.
    rules_version: u32,
    /// The clause of the commitment that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// When the fact happened.
    valid_from: Timestamp,
    /// When the ledger learned of it.
    recorded_at: Timestamp,
    /// The hash of the entry before it, 64 hex digits.
    prev: String,
    /// Its own.
    hash: String,
}

/// Credit points in the four dimensions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditPoints)]
struct PointsView {
    /// 社会评价.
    social_evaluation: i64,
    /// 信用建设活动.
    credit_activities: i64,
    /// 信用记录.
    credit_record: i64,
    /// 示范引领.
    demonstration: i64,
}

/// Entries of a merchant's ledger, first entry first.
#[utoipa::path(get, path = "/v1/merchants/{id}/ledger", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadLedger, query.city, id)?;
    let reading = query.reading()?;
    let after = reading.after.unwrap_or(0);
    let found = usecases::entries_after(&app.db, query.city, id, after, reading.rows()).await?;
    let views = found.into_iter().map(View::from).collect();
    Ok(Json(reading.page(views, |view: &View| view.seq)))
}

impl From<Entry> for View {
    fn from(entry: Entry) -> Self {
        let Entry { merchant: _, seq, posting, prev, hash } = entry;
        let Posting { id, tally, category, cause, rule, rules_version, clause, valid_from, recorded_at } =
            posting;
        let Tally { points, evidence } = tally;
        let Points { social_evaluation, credit_activities, credit_record, demonstration } = points;
        Self {
            id,
            seq,
            points: PointsView { social_evaluation, credit_activities, credit_record, demonstration },
            satisfied: evidence.satisfied,
            unsatisfied: evidence.unsatisfied,
            verified_orders: evidence.verified_orders,
            category,
            cause: cause.to_string(),
            rule,
            rules_version,
            clause,
            valid_from,
            recorded_at,
            prev: prev.to_string(),
            hash: hash.to_string(),
        }
    }
}
