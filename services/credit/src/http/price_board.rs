//! The price board (价格公示牌): for everybody, as data and as a sheet for the wall.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::http::{Path, Problem, Query, refuses};
use credit_domain::Status;
use kernel::{CategoryCode, City, Grade, ItemCode, MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::StatusWord;
use super::prices::PriceBody;
use super::{InCity, board_sheet, public};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::{self, BoardCategory, BoardItem, PriceBoard};

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
    /// The three promises (三项承诺).
    promises: Vec<PromiseView>,
    /// What it serves now, with its prices.
    categories: Vec<CategoryView>,
    /// Where the board can be looked up: what its QR code says.
    url: String,
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
        let PriceBoard { merchant, promises, categories, at: _ } = board;
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
            promises: promises.collect(),
            categories: categories.into_iter().map(CategoryView::from).collect(),
            url,
        }
    }
}

impl From<BoardCategory> for CategoryView {
    fn from(category: BoardCategory) -> Self {
        let BoardCategory { code, names, items } = category;
        Self { code, zh: names.zh, en: names.en, items: items.into_iter().map(ItemView::from).collect() }
    }
}

impl From<BoardItem> for ItemView {
    fn from(item: BoardItem) -> Self {
        let BoardItem { code, names, price, valid_from } = item;
        Self { code, zh: names.zh, en: names.en, price: price.into(), valid_from }
    }
}
