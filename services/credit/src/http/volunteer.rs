//! What the volunteer centre reports and states, signed; and how its statements compare with what is held.

use std::sync::Arc;

use axum::extract::{Request, State};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses};
use contracts::credit::{VolunteerDeed, VolunteerReport};
use credit_domain::volunteer::{Count, Difference, Line, Report, ReportDraft};
use kernel::{City, Day, MerchantId, ReconciliationId, Timestamp, Version, VolunteerReportId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::centre::{self, Reader};
use super::names::{ShowsMerchants, all_named, is_of_a_merchant, named};
use super::{InCity, ListQuery, admit_to, words};
use crate::App;
use crate::problems::{CONFLICT, EXISTS, NOT_FOUND, TOO_MANY};
use crate::usecases::Told;
use crate::usecases::volunteer::{
    ReceiveReport, ReceiveStatement, Reconciliation, WithdrawReport, reconciliation, reconciliations_before,
    reports_after,
};
use crate::wire;

/// The routes of these resources.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, receive))
        .routes(routes!(withdraw))
        .routes(routes!(list_of_merchant))
        .routes(routes!(state))
        .routes(routes!(reconciliations))
        .routes(routes!(read_reconciliation))
        .routes(routes!(differences))
}

/// A report of the volunteer centre (志愿服务报告).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceivedVolunteerReport)]
struct View {
    report: VolunteerReportId,
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    deed: VolunteerDeed,
    /// Minutes of a session, people recruited, else one.
    quantity: u64,
    /// What it gave when it came: a year's quantities are added up and capped.
    points: i64,
    #[schema(schema_with = words::counting)]
    counting: &'static str,
    #[schema(schema_with = words::report_state)]
    state: &'static str,
    received_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Timestamp>,
    /// Why the centre took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_because: Option<String>,
    version: Version,
}

is_of_a_merchant!(View);

/// The same, and whether it stood so before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldVolunteerReport)]
struct ToldView {
    #[serde(flatten)]
    report: View,
    /// Whether it stood so before.
    already: bool,
}

impl ShowsMerchants for ToldView {
    fn each(&mut self, see: &mut dyn FnMut(MerchantId, &mut Option<String>)) {
        self.report.each(see);
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only of this day, such as 2026-11-23.
    day: Option<String>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Reports of a city: for staff, and the volunteer centre, which signs.
#[utoipa::path(get, path = "/v1/volunteer/reports", tag = "volunteering", params(ReportsQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadVolunteering])))))]
async fn list(
    State(app): State<App>,
    Query(query): Query<ReportsQuery>,
    request: Request,
) -> Result<Json<Page<View>>, Problem> {
    centre::reader(&app, request, Permission::ReadVolunteering, query.city).await?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let day = query.day.as_deref().map(|text| super::word("day", text)).transpose()?;
    let found = reports_after(&app.db, query.city, None, day, reading.after, reading.rows()).await?;
    let views = all_named(&app, query.city, found.into_iter().map(View::from).collect()).await?;
    Ok(Json(reading.page(views, |view: &View| view.report)))
}

/// Reports of a merchant; for its own account too.
#[utoipa::path(get, path = "/v1/merchants/{id}/volunteer-reports", tag = "volunteering",
    params(("id" = MerchantId, Path, description = "The merchant."), ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadVolunteering, Permission::ReadOwnMerchant])))))]
async fn list_of_merchant(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadVolunteering, query.city, merchant)?;
    let reading = query.reading()?;
    let (city, after) = (query.city, reading.after);
    let found = reports_after(&app.db, city, Some(merchant), None, after, reading.rows()).await?;
    let views = all_named(&app, city, found.into_iter().map(View::from).collect()).await?;
    Ok(Json(reading.page(views, |view: &View| view.report)))
}

/// Report what was done. The id names it: the same again is answered with the first. Signed.
#[utoipa::path(post, path = "/v1/volunteer/reports", tag = "volunteering", params(InCity),
    request_body = VolunteerReport, responses((status = 200, body = ToldView)), security(("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, EXISTS, CONFLICT])))))]
async fn receive(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Json<ToldView>, Problem> {
    let report: VolunteerReport = centre::word(&app, request).await?.json()?;
    let (rules, says) = (Arc::clone(&app.rules), wire::volunteer_report(report));
    let told = app.db.write(&ReceiveReport { rules, city, says }).await?;
    Ok(Json(named(&app, city, told.into()).await?))
}

/// Why a report is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VolunteerReportWithdrawal)]
struct WithdrawBody {
    /// Why; names nobody.
    reason: String,
}

/// Take a report back: what it gave is reversed. Again: the first withdrawal stands. Signed.
#[utoipa::path(post, path = "/v1/volunteer/reports/{id}/withdraw", tag = "volunteering",
    params(("id" = VolunteerReportId, Path, description = "The report."), InCity),
    request_body = WithdrawBody, responses((status = 200, body = ToldView)), security(("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn withdraw(
    State(app): State<App>,
    Path(id): Path<VolunteerReportId>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Json<ToldView>, Problem> {
    let WithdrawBody { reason } = centre::word(&app, request).await?.json()?;
    let rules = Arc::clone(&app.rules);
    let told = app.db.write(&WithdrawReport { rules, city, id, reason }).await?;
    Ok(Json(named(&app, city, told.into()).await?))
}

/// How many reports, and how much they add up to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VolunteerCount)]
struct CountBody {
    /// How many reports.
    reports: u64,
    /// Minutes of sessions, people recruited, or the number of the rest.
    quantity: u64,
}

/// A merchant's reports of one kind.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VolunteerStatementLine)]
struct LineBody {
    merchant: MerchantId,
    #[schema(schema_with = words::deed_kind)]
    kind: String,
    /// How many reports.
    reports: u64,
    /// Minutes of sessions, people recruited, or the number of the rest.
    quantity: u64,
}

/// What the centre holds of a day: a report belongs to the day on which what was done began.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VolunteerStatement)]
struct StatementBody {
    /// The day, such as 2026-11-23.
    day: String,
    /// Each merchant and kind once, at most 2,000; what is not there is nothing.
    lines: Vec<LineBody>,
}

/// How a day's statement compares with what is held here (对账结果).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VolunteerReconciliation)]
struct ReconciliationView {
    id: ReconciliationId,
    /// The day, such as 2026-11-23.
    day: String,
    /// Counts the comparisons of the day.
    number: u32,
    /// Whether a statement came: false says that it did not in time.
    stated: bool,
    /// Lines of the statement.
    lines: usize,
    /// In how many merchants and kinds the two differ.
    differences: usize,
    compared_at: Timestamp,
}

/// Where the two differ.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VolunteerDifference)]
struct DifferenceView {
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    #[schema(schema_with = words::deed_kind)]
    kind: &'static str,
    /// As the centre states it.
    stated: CountBody,
    /// As it is held here.
    held: CountBody,
}

is_of_a_merchant!(DifferenceView);

/// State what the centre holds of a day. The two are compared and differences are told: nothing is put right by
/// itself. A day can be stated again. Signed.
#[utoipa::path(post, path = "/v1/volunteer/statements", tag = "volunteering", params(InCity),
    request_body = StatementBody, responses((status = 200, body = ReconciliationView)),
    security(("channel" = [])), extensions(
        ("x-permission" = json!(permits(&[Permission::ReportVolunteering]))),
        ("x-problems" = json!(refuses(&[TOO_MANY])))))]
async fn state(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Json<ReconciliationView>, Problem> {
    let StatementBody { day, lines } = centre::word(&app, request).await?.json()?;
    let day = super::word_at("#/day", &day)?;
    let line = |(place, line): (usize, LineBody)| {
        let LineBody { merchant, kind, reports, quantity } = line;
        let kind = super::word_at(&format!("#/lines/{place}/kind"), &kind)?;
        Ok(Line { merchant, kind, count: Count { reports, quantity } })
    };
    let lines: Vec<Line> = lines.into_iter().enumerate().map(line).collect::<Result<_, Problem>>()?;
    let told = app.db.write(&ReceiveStatement { city, day, lines }).await?;
    Ok(Json(told.now.into()))
}

/// Comparisons of a city, the last day first: for staff, and the volunteer centre, which signs.
#[utoipa::path(get, path = "/v1/volunteer/reconciliations", tag = "volunteering", params(ListQuery),
    responses((status = 200, body = Page<ReconciliationView>)),
    security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadVolunteering])))))]
async fn reconciliations(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
    request: Request,
) -> Result<Json<Page<ReconciliationView>>, Problem> {
    centre::reader(&app, request, Permission::ReadVolunteering, query.city).await?;
    let reading: Reading<(Day, u32)> = query.reading()?;
    let found = reconciliations_before(&app.db, query.city, reading.after, reading.rows()).await?;
    let page = reading.page(found, |found: &Reconciliation| (found.day, found.number));
    Ok(Json(page.map(ReconciliationView::from)))
}

/// The last comparison of a day.
#[utoipa::path(get, path = "/v1/volunteer/reconciliations/{date}", tag = "volunteering",
    params(("date" = String, Path, description = "The day, such as 2026-11-23."), InCity),
    responses((status = 200, body = ReconciliationView)), security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read_reconciliation(
    State(app): State<App>,
    Path(date): Path<String>,
    Query(InCity { city }): Query<InCity>,
    request: Request,
) -> Result<Tagged<ReconciliationView>, Problem> {
    centre::reader(&app, request, Permission::ReadVolunteering, city).await?;
    let found = reconciliation(&app.db, city, super::word("date", &date)?).await?;
    Ok(Tagged { version: Version(u64::from(found.number)), body: found.into(), known: None })
}

/// Where the last comparison of a day found differences, by merchant and kind.
#[utoipa::path(get, path = "/v1/volunteer/reconciliations/{date}/differences", tag = "volunteering",
    params(("date" = String, Path, description = "The day, such as 2026-11-23."), ListQuery),
    responses((status = 200, body = Page<DifferenceView>)),
    security(("bearer" = []), ("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadVolunteering]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn differences(
    State(app): State<App>,
    Path(date): Path<String>,
    Query(query): Query<ListQuery>,
    request: Request,
) -> Result<Json<Page<DifferenceView>>, Problem> {
    let _: Reader = centre::reader(&app, request, Permission::ReadVolunteering, query.city).await?;
    let reading: Reading<(u32, usize)> = query.reading()?;
    let found = reconciliation(&app.db, query.city, super::word("date", &date)?).await?;
    // A page of an earlier comparison goes on with the last one, from its beginning.
    let from = reading.after.filter(|(number, _)| *number == found.number).map_or(0, |(_, place)| place + 1);
    let rows = usize::try_from(reading.rows()).unwrap_or(usize::MAX);
    let differences = found.differences.into_iter().enumerate().skip(from).take(rows).collect();
    let page = reading.page(differences, |(place, _): &(usize, Difference)| (found.number, *place));
    let page = page.map(|(_, difference)| DifferenceView::from(difference));
    let items = all_named(&app, query.city, page.items).await?;
    Ok(Json(Page { items, ..page }))
}

impl From<Told<Report>> for ToldView {
    fn from(Told { now, already }: Told<Report>) -> Self {
        Self { report: now.into(), already }
    }
}

impl From<Report> for View {
    fn from(report: Report) -> Self {
        let (state, quantity) = (report.state().as_str(), report.says.deed.quantity());
        let Report { city: _, says, counting, points, received_at, withdrawn, version } = report;
        let ReportDraft { id, merchant, deed } = says;
        let (withdrawn_at, withdrawn_because) = withdrawn.map(|it| (it.at, it.reason)).unzip();
        Self {
            report: id,
            merchant,
            merchant_name: None,
            deed: wire::volunteer_deed(deed),
            quantity,
            points,
            counting: counting.as_str(),
            state,
            received_at,
            withdrawn_at,
            withdrawn_because,
            version,
        }
    }
}

impl From<Reconciliation> for ReconciliationView {
    fn from(found: Reconciliation) -> Self {
        let Reconciliation { id, city: _, day, number, stated, differences, compared_at } = found;
        Self {
            id,
            day: day.to_string(),
            number,
            stated: stated.is_some(),
            lines: stated.map_or(0, |lines| lines.len()),
            differences: differences.len(),
            compared_at,
        }
    }
}

impl From<Difference> for DifferenceView {
    fn from(Difference { merchant, kind, stated, held }: Difference) -> Self {
        let (stated, held) = (stated.into(), held.into());
        Self { merchant, merchant_name: None, kind: kind.as_str(), stated, held }
    }
}

impl From<Count> for CountBody {
    fn from(Count { reports, quantity }: Count) -> Self {
        Self { reports, quantity }
    }
}
