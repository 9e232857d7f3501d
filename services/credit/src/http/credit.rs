//! How a merchant stood at a moment, as known then or later.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, refuses};
use credit_domain::{Moment, Past};
use kernel::{CategoryCode, City, Grade, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admit_to;
use super::ledger::PointsView;
use super::merchants::FindingView;
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::{self, CreditAt};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MomentQuery {
    /// The city's code, such as 330200.
    city: City,
    /// The moment asked about; now when absent.
    #[param(value_type = Option<String>)]
    as_of: Option<Timestamp>,
    /// What was recorded later is not known; now when absent. Equal to `as_of`: as it was seen then.
    #[param(value_type = Option<String>)]
    known_at: Option<Timestamp>,
}

/// How a merchant stood, folded from its ledger alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditAt)]
struct View {
    merchant: MerchantId,
    as_of: Timestamp,
    known_at: Timestamp,
    /// Credit grade (信用等级).
    grade: Grade,
    /// The grade given at the evaluation before, or at entry.
    awarded: Grade,
    /// Credit score, 0 to 1,000.
    score: u16,
    /// The points as they count, each dimension within its bounds.
    counted: PointsView,
    /// Call-backs in which the citizen was content.
    satisfied: i64,
    /// Call-backs in which the citizen was not, and verified breaches.
    unsatisfied: i64,
    /// The share of content citizens of which that makes us sure (满意率下限), per mille: what a grade asks for as
    /// `lower_bound_permille` is there where this is as much.
    sure_permille: u16,
    /// Orders that a call-back confirmed.
    verified_orders: i64,
    /// Verified breaches that weighed on the grade.
    findings: Vec<FindingView>,
    /// What an evaluation at that moment would have set social evaluation to; absent where nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    measured_quality: Option<i64>,
    /// The service quality (服务质量) behind it.
    qualities: Vec<QualityView>,
    /// Entries that counted.
    entries: u64,
    /// The rules that the score is computed by.
    rules_version: u32,
}

/// Service quality in one category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceQuality)]
struct QualityView {
    /// Absent where the evidence names no category.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The Beta mean, in millionths.
    mean_ppm: i64,
}

/// How a merchant stood at a moment, as known at another. 404 before its ledger was opened.
#[utoipa::path(get, path = "/v1/merchants/{id}/credit", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), MomentQuery),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadLedger, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(MomentQuery { city, as_of, known_at }): Query<MomentQuery>,
) -> Result<Json<View>, Problem> {
    admit_to(&staff, Permission::ReadLedger, city, id)?;
    let now = app.clock.now();
    let moment = Moment { as_of: as_of.unwrap_or(now), known_at: known_at.unwrap_or(now) };
    let found = usecases::credit_at(&app.db, &app.rules, city, id, moment).await?;
    let found = found.ok_or_else(|| NOT_FOUND.detail("nothing was known of the merchant then"))?;
    Ok(Json(View::of(id, found)))
}

impl View {
    fn of(merchant: MerchantId, CreditAt { moment, past, measured }: CreditAt) -> Self {
        let Past { tally, counted, score, sure_permille, grade, awarded, findings, rules_version, entries } =
            past;
        let qualities = measured
            .means()
            .map(|(category, mean_ppm)| QualityView { category: category.cloned(), mean_ppm })
            .collect();
        Self {
            merchant,
            as_of: moment.as_of,
            known_at: moment.known_at,
            grade,
            awarded,
            score,
            counted: counted.into(),
            satisfied: tally.evidence.satisfied,
            unsatisfied: tally.evidence.unsatisfied,
            sure_permille,
            verified_orders: tally.evidence.verified_orders,
            findings: findings.into_iter().map(FindingView::from).collect(),
            measured_quality: measured.points(),
            qualities,
            entries,
            rules_version,
        }
    }
}
