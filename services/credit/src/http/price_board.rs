//! The price board (价格公示牌): for everybody, as data and as a sheet for the wall.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::http::{Path, Problem, Query, refuses};
use credit_domain::Status;
use credit_domain::process::{SuspendedBy, Suspension};
use kernel::{CategoryCode, City, Grade, ItemCode, MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::StatusWord;
use super::prices::PriceBody;
use super::{InCity, board_sheet, public, words};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::{self, BoardCategory, BoardItem, PriceBoard, SuspendedCategory};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(board)).routes(routes!(sheet))
}

/// The price board of a merchant: promises, grade, prices. Of one that is not affiliated it shows just that.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceBoard)]
struct View {
    merchant: MerchantId,
    city: City,
    /// The published name of the company.
    name: String,
    status: StatusWord,
    /// Credit grade (信用等级); absent unless it is affiliated.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    /// Whether the merchant objects to an entry behind its grade (异议中).
    under_objection: bool,
    /// While it is suspended, where a proceeding is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspension: Option<SuspensionView>,
    /// The newest certificate that it was given, however it stands; absent where it never had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateView>,
    /// The three promises (三项承诺).
    promises: Vec<PromiseView>,
    /// What it serves now, with its prices.
    categories: Vec<CategoryView>,
    /// What it was granted and may not serve now: a paper or a commitment has ended.
    suspended_categories: Vec<SuspendedCategoryView>,
    /// Where the board can be looked up: what its QR code says.
    url: String,
}

/// Since when a merchant takes no orders.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardSuspension)]
struct SuspensionView {
    since: Timestamp,
    by: SuspendedByWord,
}

/// What suspends it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SuspendedBy)]
enum SuspendedByWord {
    /// An emergency suspension (紧急暂停): nothing is decided yet.
    Emergency,
    /// A measure that was decided (平台措施).
    Measure,
}

/// A certificate of the merchant; GET /v1/certificates/{number} has the rest.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardCertificate)]
struct CertificateView {
    /// Its number, such as 330200-2026-000123.
    number: String,
    #[schema(schema_with = words::certificate_status)]
    status: &'static str,
    /// Until when, exclusive.
    valid_until: Timestamp,
}

/// A promise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardPromise)]
struct PromiseView {
    /// By which it is cited.
    code: String,
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
}

/// A category on the board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardCategory)]
struct CategoryView {
    code: CategoryCode,
    /// Its name in Chinese.
    zh: String,
    /// Its name in English.
    en: String,
    /// What it consists of.
    items: Vec<ItemView>,
}

/// A category that is suspended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuspendedCategory)]
struct SuspendedCategoryView {
    code: CategoryCode,
    /// Its name in Chinese.
    zh: String,
    /// Its name in English.
    en: String,
}

/// An item on the board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardItem)]
struct ItemView {
    code: ItemCode,
    /// Its name in Chinese.
    zh: String,
    /// Its name in English.
    en: String,
    price: PriceBody,
    /// Since when it holds.
    valid_from: Timestamp,
}

/// The price board of a merchant as data. For everybody.
#[utoipa::path(get, path = "/v1/merchants/{id}/price-board", tag = "prices",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = View)), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn board(
    State(app): State<App>,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let (board, url) = load(&app, city, id).await?;
    public::json(&asked, &View::of(board, url))
}

/// The same as a sheet to be printed: Chinese first, English second. For everybody.
#[utoipa::path(get, path = "/v1/merchants/{id}/price-board.html", tag = "prices",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "A page of A4 size", content_type = "text/html", body = String)),
    security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn sheet(
    State(app): State<App>,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let (board, url) = load(&app, city, id).await?;
    let html = board_sheet::render(&board, &url).map_err(|error| Problem::internal(&error))?;
    Ok(public::page(&asked, html))
}

pub(super) async fn load(app: &App, city: City, id: MerchantId) -> Result<(PriceBoard, String), Problem> {
    let now = app.clock.now();
    let board = usecases::price_board(&app.db, &app.reference, &app.policy, (city, id), now).await?;
    Ok((board, format!("{}/v1/merchants/{id}/price-board.html?city={city}", app.public_url)))
}

impl View {
    fn of(board: PriceBoard, url: String) -> Self {
        let PriceBoard { merchant, beside, promises, categories, suspended, at } = board;
        let promises = promises.into_iter().map(|clause| PromiseView {
            code: clause.code,
            zh: clause.zh,
            en: clause.en,
        });
        Self {
            merchant: merchant.profile.id,
            city: merchant.profile.city,
            name: merchant.profile.name,
            grade: (merchant.status == Status::Affiliated).then_some(merchant.credit.grade),
            status: merchant.status.into(),
            under_objection: merchant.under_objection,
            suspension: beside.suspension.map(SuspensionView::from),
            certificate: beside.certificate.map(|certificate| CertificateView {
                number: certificate.says.number.to_string(),
                status: certificate.verdict(at).as_str(),
                valid_until: certificate.says.valid_until,
            }),
            promises: promises.collect(),
            categories: categories.into_iter().map(CategoryView::from).collect(),
            suspended_categories: suspended.into_iter().map(SuspendedCategoryView::from).collect(),
            url,
        }
    }
}

impl From<Suspension> for SuspensionView {
    fn from(Suspension { since, by }: Suspension) -> Self {
        let by = match by {
            SuspendedBy::Emergency => SuspendedByWord::Emergency,
            SuspendedBy::Measure => SuspendedByWord::Measure,
        };
        Self { since, by }
    }
}

impl From<BoardCategory> for CategoryView {
    fn from(category: BoardCategory) -> Self {
        let BoardCategory { code, names, items } = category;
        Self { code, zh: names.zh, en: names.en, items: items.into_iter().map(ItemView::from).collect() }
    }
}

impl From<SuspendedCategory> for SuspendedCategoryView {
    fn from(SuspendedCategory { code, names }: SuspendedCategory) -> Self {
        Self { code, zh: names.zh, en: names.en }
    }
}

impl From<BoardItem> for ItemView {
    fn from(item: BoardItem) -> Self {
        let BoardItem { code, names, price, valid_from } = item;
        Self { code, zh: names.zh, en: names.en, price: price.into(), valid_from }
    }
}
