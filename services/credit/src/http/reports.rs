//! Merchants' reports on their year (年度信用报告): as data, and as a page to be printed.

use axum::extract::State;
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, refuses};
use credit_domain::evaluation::Report;
use kernel::{City, EvaluationId, MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::evaluation_views::EffectView;
use super::ledger::View as EntryView;
use super::{InCity, admit, admit_to, public, report_sheet, words};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::evaluation::{ReportRead, ReportScope, report_of_year};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(sheet)).routes(routes!(of_run))
}

/// A merchant's report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YearReport)]
struct View {
    #[schema(schema_with = words::evaluation_state)]
    state: &'static str,
    /// Since when its grades are in effect, or will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_at: Option<Timestamp>,
    /// What took effect, once it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<EffectView>,
    /// `found`: score, grade and what decides it. `dimensions`: the four, with what counts of their points. `rules`:
    /// all entries that count, by rule. `changes`: how the grade moved in the year. `peers`: where the merchant stands
    /// in the city and in its categories. `raises`: what would raise its grade.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    report: Report,
    /// The entries of the year one by one, the last first; at most 500. All of them: `/v1/merchants/{id}/ledger`.
    entries: Vec<EntryView>,
}

/// A merchant's report on a year: for itself from the publication on, for staff once it is computed.
#[utoipa::path(get, path = "/v1/merchants/{id}/reports/{year}", tag = "evaluations",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("year" = u16, Path, description = "The year."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path((id, year)): Path<(MerchantId, u16)>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<View>, Problem> {
    Ok(Json(View::from(load(&app, &staff, city, id, year).await?)))
}

/// The same as a page to be printed: Chinese first, English second.
#[utoipa::path(get, path = "/v1/merchants/{id}/reports/{year}/report.html", tag = "evaluations",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("year" = u16, Path, description = "The year."), InCity),
    responses((status = 200, description = "A page of A4 size", content_type = "text/html", body = String)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn sheet(
    State(app): State<App>,
    staff: Staff,
    Path((id, year)): Path<(MerchantId, u16)>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Response, Problem> {
    let read = load(&app, &staff, city, id, year).await?;
    let html = report_sheet::render(&read).map_err(|error| Problem::internal(&error))?;
    Ok(public::private_page(html))
}

/// A merchant's report in any run, previews too: for staff.
#[utoipa::path(get, path = "/v1/evaluations/{id}/reports/{merchant}", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run."),
        ("merchant" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn of_run(
    State(app): State<App>,
    staff: Staff,
    Path((run, id)): Path<(EvaluationId, MerchantId)>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadEvaluations, city)?;
    let read = report_of_year(&app.db, &app.rules, city, id, ReportScope::Run(run)).await?;
    Ok(Json(View::from(read)))
}

async fn load(
    app: &App,
    staff: &Staff,
    city: City,
    id: MerchantId,
    year: u16,
) -> Result<ReportRead, Problem> {
    admit_to(staff, Permission::ReadEvaluations, city, id)?;
    let published_only = staff.0.merchant.is_some();
    let scope = ReportScope::Year { year, published_only };
    Ok(report_of_year(&app.db, &app.rules, city, id, scope).await?)
}

impl From<ReportRead> for View {
    fn from(ReportRead { run, mut report, effect }: ReportRead) -> Self {
        let entries = core::mem::take(&mut report.entries).into_iter().map(EntryView::from).collect();
        Self {
            state: run.state.word(),
            effective_at: run.effective_at(),
            effect: effect.map(EffectView::from),
            report,
            entries,
        }
    }
}
