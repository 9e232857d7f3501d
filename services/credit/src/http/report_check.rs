//! What the code on a yearly report leads to: whether there is such a report, and which grade took effect. Everything
//! that was typed in by somebody is escaped; the page loads nothing and runs nothing.

use core::fmt::{self, Write as _};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::http::{Path, Problem, Query, refuses};
use kernel::MerchantId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::board_sheet::Escaped;
use super::certificate_page::STYLE;
use super::{InCity, public};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::evaluation::{YearChecked, check_report};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(page))
}

/// Whether a merchant was evaluated for a year, and the grade that took effect: what the code on its report leads to.
/// For everybody, from the publication on.
#[utoipa::path(get, path = "/v1/evaluation-summaries/{year}/merchants/{merchant}/page.html", tag = "evaluations",
    params(("year" = u16, Path, description = "The year."),
        ("merchant" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "A page for a phone", content_type = "text/html", body = String)),
    security(()), extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn page(
    State(app): State<App>,
    Path((year, merchant)): Path<(u16, MerchantId)>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let checked = check_report(&app.db, city, merchant, year).await?;
    let html = render(&checked, year).map_err(|error| Problem::internal(&error))?;
    Ok(public::page(&asked, html))
}

fn render(checked: &YearChecked, year: u16) -> Result<String, fmt::Error> {
    let YearChecked { run, name, effect } = checked;
    let mut page = String::with_capacity(4 * 1_024);
    write!(
        page,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{year}年度信用报告 {name}</title><style>{STYLE}</style></head><body>\
         <h1>{year}年度信用报告 <span class=\"en\">Credit report {year}</span></h1>",
        name = Escaped(name)
    )?;
    page.write_str(match effect {
        Some(_) => {
            "<p class=\"verdict good\" role=\"status\">该年度等级已生效<span class=\"en\">The grade of this year took \
             effect</span></p>"
        }
        None => {
            "<p class=\"note\" role=\"status\">已公布，等级尚未生效或未评定 <span class=\"en\">Published; no grade of it \
             is in effect for this merchant</span></p>"
        }
    })?;
    page.write_str("<dl>")?;
    let mut row = |zh: &str, en: &str, value: &dyn fmt::Display| {
        write!(page, "<dt>{zh}<span class=\"en\">{en}</span></dt><dd>{value}</dd>")
    };
    row("企业名称", "Merchant", &Escaped(name))?;
    if let Some(effect) = effect {
        row("年度等级", "Grade", &format_args!("<span class=\"grade\">{}</span>", effect.after))?;
    }
    if let Some(last) = run.objections_until() {
        row("异议期至", "Objections until", &last)?;
    }
    if let Some(at) = run.effective_at() {
        row("生效日期", "In effect from", &at.in_city().day)?;
    }
    row("评价规则", "Rules", &format_args!("第 {} 版", run.order.rules_version))?;
    row("运行编号", "Run", &run.id)?;
    write!(
        page,
        "</dl><footer>请核对企业名称、年度和运行编号与报告上的是否一致；现在的等级以最新公示为准，有疑问请拨打 81890。<br>\
         <span class=\"en\">Compare name, year and run with the report. The grade of today is what is published today; in \
         doubt call 81890.</span></footer></body></html>"
    )?;
    Ok(page)
}
