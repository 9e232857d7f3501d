//! Sheets as PDF: the certificate, for its merchant and staff, the price board, for everybody, and how sheets are sent.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Binary, Path, Problem, Query, refuses};
use contracts::reference::Reference;
use core::time::Duration;
use credit_domain::Status;
use credit_domain::prices::{Price, Surcharge};
use kernel::{CategoryCode, Grade, MerchantId, Timestamp};
use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;
use sheets::Template;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::board_sheet::{self, Told, Yuan};
use super::certificate_views::PDF;
use super::{InCity, admit_to, price_board, public};
use crate::App;
use crate::printing::{CERTIFICATE, PRICE_BOARD, PrintError};
use crate::problems::{NOT_FOUND, PRINTING_BUSY};
use crate::usecases::certificates::{self, Issuer, Seen};
use crate::usecases::{BoardCategory, BoardItem, PriceBoard};

/// Before somebody who found the printer busy comes back.
const BUSY_FOR: Duration = Duration::from_secs(5);

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(certificate)).routes(routes!(board))
}

/// The valid certificate of a merchant as a sheet of A4 size. For its merchant and staff.
#[utoipa::path(get, path = "/v1/merchants/{id}/certificate.pdf", tag = "certificates",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "A sheet of A4 size", content_type = "application/pdf", body = Binary),
        (status = 304, description = "As the client has it")), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, PRINTING_BUSY])))))]
async fn certificate(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    admit_to(&staff, Permission::ReadMerchants, city, merchant)?;
    let seen = certificates::certificate_of(&app.db, city, merchant, app.clock.now()).await?;
    let number = seen.certificate.says.number;
    let url = format!("{}/v1/certificates/{number}/page.html", app.public_url);
    let data = CertificateData::of(&seen, &app.reference, &app.certificates.issuer, &url)?;
    print(&app, &asked, CERTIFICATE, &data, HeaderValue::from_static("private, no-cache")).await
}

/// The price board of a merchant as a sheet of A4 size. For everybody.
#[utoipa::path(get, path = "/v1/merchants/{id}/price-board.pdf", tag = "prices",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "A sheet of A4 size", content_type = "application/pdf", body = Binary),
        (status = 304, description = "As the client has it")), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND, PRINTING_BUSY])))))]
async fn board(
    State(app): State<App>,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let (board, url) = price_board::load(&app, city, id).await?;
    let data = BoardData::of(board, &url)?;
    print(&app, &asked, PRICE_BOARD, &data, HeaderValue::from_static("public, max-age=60")).await
}

/// The same template and data make the same sheet: whoever has it is told so without printing.
pub(super) async fn print(
    app: &App,
    asked: &HeaderMap,
    template: Template,
    data: &impl Serialize,
    keep: HeaderValue,
) -> Result<Response, Problem> {
    let data = serde_json::to_vec(data).map_err(|error| Problem::internal(&error))?;
    let tag = tag_of(template, &data);
    let known = asked.get(header::IF_NONE_MATCH) == Some(&tag);
    let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, keep)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let pdf = app.printing.pdf(template, data).await.map_err(|error| match error {
        PrintError::Busy => PRINTING_BUSY.detail(error.to_string()).retry_after(BUSY_FOR),
        error @ (PrintError::Sheet(_) | PrintError::Broken) => Problem::internal(&error),
    })?;
    Ok((kept, [(header::CONTENT_TYPE, PDF)], pdf).into_response())
}

fn tag_of(template: Template, data: &[u8]) -> HeaderValue {
    let look = template.sources().map(str::as_bytes).concat();
    public::tag_of(&[&look, data].concat())
}

/// Something in two languages.
#[derive(Serialize)]
struct Names {
    zh: String,
    en: String,
}

impl Names {
    fn of(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl From<Told> for Names {
    fn from(Told { zh, en }: Told) -> Self {
        Self { zh, en }
    }
}

#[derive(Serialize)]
struct Codes {
    online: String,
    offline: String,
}

/// What the template of certificates reads.
#[derive(Serialize)]
struct CertificateData {
    title: String,
    number: String,
    name: String,
    grade: &'static str,
    scale: Vec<&'static str>,
    categories: Vec<Names>,
    valid_from: String,
    /// The last day.
    valid_until: String,
    issuer: Names,
    under_objection: bool,
    codes: Codes,
}

impl CertificateData {
    fn of(seen: &Seen, reference: &Reference, issuer: &Issuer, url: &str) -> Result<Self, Problem> {
        let Seen { certificate, under_objection } = seen;
        let says = &certificate.says;
        let named = |code: &CategoryCode| match reference.category(code) {
            Some(category) => Names::of(category.names.zh.clone(), category.names.en.clone()),
            None => Names::of(code.as_str(), code.as_str()),
        };
        Ok(Self {
            title: format!("信用等级证书 {} {}", says.number, says.name),
            number: says.number.to_string(),
            name: says.name.clone(),
            grade: says.grade.as_str(),
            scale: Grade::ALL.into_iter().rev().map(Grade::as_str).collect(),
            categories: says.categories.iter().map(named).collect(),
            valid_from: day(says.valid_from),
            valid_until: says.valid_until.last_day().to_string(),
            issuer: Names::of(says.issuer.clone(), issuer.en.clone()),
            under_objection: *under_objection,
            codes: Codes { online: coded(url)?, offline: coded(&certificate.code)? },
        })
    }
}

/// What the template of price boards reads.
#[derive(Serialize)]
struct BoardData {
    title: String,
    name: String,
    grade: Option<&'static str>,
    under_objection: bool,
    certificate: Option<Names>,
    closed: Option<Names>,
    suspended: Option<Names>,
    promises: Vec<Names>,
    categories: Vec<CategoryData>,
    date: String,
    code: String,
}

#[derive(Serialize)]
struct CategoryData {
    zh: String,
    en: String,
    items: Vec<ItemData>,
}

#[derive(Serialize)]
struct ItemData {
    zh: String,
    en: String,
    price: String,
    unit: String,
    notes: Vec<String>,
}

impl BoardData {
    fn of(board: PriceBoard, url: &str) -> Result<Self, Problem> {
        let told = [board_sheet::certificate, board_sheet::closed, board_sheet::suspended_categories];
        let [certificate, closed, suspended] = told.map(|tell| tell(&board).map(Names::from));
        let PriceBoard { merchant, promises, categories, at, .. } = board;
        let affiliated = merchant.status == Status::Affiliated;
        Ok(Self {
            title: format!("价格公示牌 {}", merchant.profile.name),
            grade: affiliated.then_some(merchant.credit.grade.as_str()),
            under_objection: affiliated && merchant.under_objection,
            certificate,
            closed,
            suspended,
            promises: promises.into_iter().map(|clause| Names::of(clause.zh, clause.en)).collect(),
            categories: categories.into_iter().filter_map(CategoryData::of).collect(),
            date: day(at),
            code: coded(url)?,
            name: merchant.profile.name,
        })
    }
}

impl CategoryData {
    /// None where nothing has a price.
    fn of(category: BoardCategory) -> Option<Self> {
        let BoardCategory { code: _, names, items } = category;
        let items: Vec<_> = items.into_iter().map(ItemData::of).collect();
        (!items.is_empty()).then_some(Self { zh: names.zh, en: names.en, items })
    }
}

impl ItemData {
    fn of(item: BoardItem) -> Self {
        let BoardItem { names, price: Price { unit, from, to, surcharges, note }, .. } = item;
        let price = match to {
            Some(to) => format!("{}–{}", Yuan(from), Yuan(to)),
            None => Yuan(from).to_string(),
        };
        let extra = surcharges.into_iter().map(|Surcharge { name, amount, unit }| match unit.is_empty() {
            true => format!("{name} {} 元", Yuan(amount)),
            false => format!("{name} {} 元 / {unit}", Yuan(amount)),
        });
        Self { zh: names.zh, en: names.en, price, unit, notes: extra.chain(note).collect() }
    }
}

/// The day in the city.
fn day(at: Timestamp) -> String {
    at.in_city().day.to_string()
}

/// A QR code as SVG.
pub(super) fn qr(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    Ok(code.render::<svg::Color<'_>>().quiet_zone(true).min_dimensions(160, 160).build())
}

fn coded(text: &str) -> Result<String, Problem> {
    qr(text).map_err(|error| Problem::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_that_looks_otherwise_is_not_taken_for_the_one_that_a_browser_has() {
        let other = Template { source: "another look", ..PRICE_BOARD };
        assert_eq!(tag_of(PRICE_BOARD, b"{}"), tag_of(PRICE_BOARD, b"{}"));
        assert_ne!(tag_of(PRICE_BOARD, b"{}"), tag_of(other, b"{}"));
    }
}
