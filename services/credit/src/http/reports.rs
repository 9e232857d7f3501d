//! Merchants' reports on their year (年度信用报告): as data, as a page, and as a sheet to be printed.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Binary, Json, Path, Problem, Query, refuses};
use credit_domain::Entry;
use kernel::{City, EvaluationId, Grade, MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::evaluation_views::EffectView;
use super::ledger::View as EntryView;
use super::report_sheet::{self, Desk, Sheet, ledger_address};
use super::report_views::ReportView;
use super::sheets::print;
use super::{InCity, admit, admit_to, public, words};
use crate::App;
use crate::printing::YEARLY_REPORT;
use crate::problems::{NOT_FOUND, PRINTING_BUSY};
use crate::usecases::contests;
use crate::usecases::evaluation::{Grades, ReportRead, ReportScope, report_of_year};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(page))
        .routes(routes!(pdf))
        .routes(routes!(of_run))
        .routes(routes!(page_of_run))
        .routes(routes!(pdf_of_run))
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
    /// The last day in the city on which merchants may object, such as 2026-02-14.
    #[serde(skip_serializing_if = "Option::is_none")]
    objections_until: Option<String>,
    /// The grade before the year took effect; until then when the merchant was evaluated.
    grade_before: Grade,
    /// Its grade now.
    grade_now: Grade,
    /// The grade that took effect; until then the one that would take effect now. Absent for a preview, and for whoever
    /// the year gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade_effective: Option<Grade>,
    #[serde(flatten)]
    report: ReportView,
    /// The entries of the year besides call-backs one by one, the last first; at most 500. How many more there are says
    /// `entries_left_out`.
    entries: Vec<EntryView>,
    /// Entries that count from before the year and were recorded since the report of the year before, call-backs among
    /// them, the last first; at most 500. How many more there are says `late_entries_left_out`.
    late_entries: Vec<EntryView>,
    /// Where every entry of the year is read, page by page, as it was known to the run.
    ledger: String,
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
    told(&app, load(&app, &staff, city, id, year).await?).await
}

/// The same as a page: Chinese first, English second.
#[utoipa::path(get, path = "/v1/merchants/{id}/reports/{year}/report.html", tag = "evaluations",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("year" = u16, Path, description = "The year."), InCity),
    responses((status = 200, description = "A page for a screen, and for A4", content_type = "text/html", body = String)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn page(
    State(app): State<App>,
    staff: Staff,
    Path((id, year)): Path<(MerchantId, u16)>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Response, Problem> {
    shown(&app, &load(&app, &staff, city, id, year).await?)
}

/// The same as a sheet to be printed.
#[utoipa::path(get, path = "/v1/merchants/{id}/reports/{year}/report.pdf", tag = "evaluations",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("year" = u16, Path, description = "The year."), InCity),
    responses((status = 200, description = "Sheets of A4 size", content_type = "application/pdf", body = Binary),
        (status = 304, description = "As the client has it")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, PRINTING_BUSY])))))]
async fn pdf(
    State(app): State<App>,
    staff: Staff,
    Path((id, year)): Path<(MerchantId, u16)>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    printed(&app, &asked, &load(&app, &staff, city, id, year).await?).await
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
    told(&app, load_of_run(&app, &staff, city, run, id).await?).await
}

/// The same as a page.
#[utoipa::path(get, path = "/v1/evaluations/{id}/reports/{merchant}/report.html", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run."),
        ("merchant" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "A page for a screen, and for A4", content_type = "text/html", body = String)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn page_of_run(
    State(app): State<App>,
    staff: Staff,
    Path((run, id)): Path<(EvaluationId, MerchantId)>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Response, Problem> {
    shown(&app, &load_of_run(&app, &staff, city, run, id).await?)
}

/// The same as a sheet to be printed.
#[utoipa::path(get, path = "/v1/evaluations/{id}/reports/{merchant}/report.pdf", tag = "evaluations",
    params(("id" = EvaluationId, Path, description = "The run."),
        ("merchant" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "Sheets of A4 size", content_type = "application/pdf", body = Binary),
        (status = 304, description = "As the client has it")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadEvaluations]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, PRINTING_BUSY])))))]
async fn pdf_of_run(
    State(app): State<App>,
    staff: Staff,
    Path((run, id)): Path<(EvaluationId, MerchantId)>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    printed(&app, &asked, &load_of_run(&app, &staff, city, run, id).await?).await
}

async fn load<'a>(
    app: &'a App,
    staff: &Staff,
    city: City,
    id: MerchantId,
    year: u16,
) -> Result<ReportRead<'a>, Problem> {
    admit_to(staff, Permission::ReadEvaluations, city, id)?;
    let published_only = staff.0.merchant.is_some();
    let scope = ReportScope::Year { year, published_only };
    Ok(report_of_year(&app.db, &app.rules, city, id, scope, app.clock.now()).await?)
}

async fn load_of_run<'a>(
    app: &'a App,
    staff: &Staff,
    city: City,
    run: EvaluationId,
    id: MerchantId,
) -> Result<ReportRead<'a>, Problem> {
    admit(staff, Permission::ReadEvaluations, city)?;
    Ok(report_of_year(&app.db, &app.rules, city, id, ReportScope::Run(run), app.clock.now()).await?)
}

fn sheet(app: &App, read: &ReportRead<'_>) -> Result<Sheet, Problem> {
    let desk = Desk {
        reference: &app.reference,
        policy: &app.policy,
        issuer: &app.certificates.issuer,
        url: &app.public_url,
    };
    Sheet::of(read, desk).map_err(|error| Problem::internal(&error))
}

fn shown(app: &App, read: &ReportRead<'_>) -> Result<Response, Problem> {
    let html = report_sheet::render(&sheet(app, read)?).map_err(|error| Problem::internal(&error))?;
    Ok(public::private_page(html))
}

async fn printed(app: &App, asked: &HeaderMap, read: &ReportRead<'_>) -> Result<Response, Problem> {
    let keep = HeaderValue::from_static("private, no-cache");
    print(app, asked, YEARLY_REPORT, &sheet(app, read)?, keep).await
}

async fn told(app: &App, mut read: ReportRead<'_>) -> Result<Json<View>, Problem> {
    let (city, merchant) = (read.run.order.city, read.report.merchant);
    let rules = Some(read.rules);
    let mut views = Vec::with_capacity(2);
    for entries in [&mut read.report.entries, &mut read.report.late_entries] {
        let entries = core::mem::take(entries);
        let contests = contests(&app.db, city, merchant, &entries).await?;
        let view = |entry: Entry| {
            let contest = contests.get(&entry.posting.id).copied();
            EntryView::of(entry, rules, contest)
        };
        views.push(entries.into_iter().map(view).collect::<Vec<_>>());
    }
    let late_entries = views.pop().unwrap_or_default();
    Ok(Json(View::of(read, views.pop().unwrap_or_default(), late_entries)))
}

impl View {
    fn of(read: ReportRead<'_>, entries: Vec<EntryView>, late_entries: Vec<EntryView>) -> Self {
        let ledger = ledger_address(&read);
        let ReportRead { run, report, effect, grades, .. } = read;
        let Grades { before, now, effect: effective } = grades;
        Self {
            state: run.state.word(),
            effective_at: run.effective_at(),
            effect: effect.map(EffectView::from),
            objections_until: run.objections_until().map(|day| day.to_string()),
            grade_before: before,
            grade_now: now,
            grade_effective: effective,
            report: report.into(),
            entries,
            late_entries,
            ledger,
        }
    }
}
