//! Posted prices: the list, changing it, its history.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IfMatch, IfNoneMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use credit_domain::prices::{Offer, Price, PriceChange, PriceEntry, PriceList, Surcharge};
use kernel::{City, Fen, ItemCode, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit_for, admit_to};
use crate::App;
use crate::problems::{NOT_FOUND, TOO_MANY};
use crate::usecases::{self, ChangePrices};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, change)).routes(routes!(history))
}

/// An extra charge (附加费): nothing else may be asked in addition.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Surcharge)]
pub(super) struct SurchargeBody {
    /// For what.
    pub(super) name: String,
    /// In fen.
    pub(super) amount: Fen,
    /// Per what; once when empty.
    #[serde(default)]
    pub(super) unit: String,
}

/// What an item costs, in fen.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Price)]
pub(super) struct PriceBody {
    /// Per what (计价单位), such as 次 or 小时.
    pub(super) unit: String,
    /// The price, or the least of it.
    pub(super) from: Fen,
    /// The most of it; absent when the price is fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<Fen>,
    /// At most 10.
    #[serde(default)]
    pub(super) surcharges: Vec<SurchargeBody>,
    /// What it depends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

/// A price to be posted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceChange)]
struct ChangeBody {
    item: ItemCode,
    /// From when, at most a year ahead; at once when absent or past.
    #[serde(default)]
    valid_from: Option<Timestamp>,
    /// Absent when the item is not offered.
    #[serde(default)]
    price: Option<PriceBody>,
}

/// Prices to be posted together: all or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceChanges)]
struct ChangesBody {
    /// 1 to 200.
    changes: Vec<ChangeBody>,
}

/// What was posted for an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceEntry)]
struct EntryView {
    item: ItemCode,
    /// Absent where the item is not offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<PriceBody>,
    valid_from: Timestamp,
    recorded_at: Timestamp,
}

/// A merchant's prices in force and planned (价目表).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceList)]
struct View {
    merchant: MerchantId,
    city: City,
    /// Counts the changes; 0 before the first.
    version: Version,
    /// By item, then by the moment from which they hold.
    entries: Vec<EntryView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only of this item.
    item: Option<ItemCode>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// The prices of a merchant in force and planned.
#[utoipa::path(get, path = "/v1/merchants/{id}/prices", tag = "prices",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    IfNoneMatch(known): IfNoneMatch,
) -> Result<Tagged<View>, Problem> {
    admit_to(&staff, Permission::ReadMerchants, city, id)?;
    let list = usecases::prices(&app.db, city, id).await?;
    Ok(Tagged { version: list.version, body: list.into(), known })
}

/// Post prices. What is posted already changes nothing; a price that is replaced stays in the history.
#[utoipa::path(post, path = "/v1/merchants/{id}/prices", tag = "prices",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity,
        ("If-Match" = String, Header, description = "The version of the list, such as \"0\" before the first.")),
    request_body = ChangesBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::PostPrices]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, TOO_MANY])))))]
async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<ChangesBody>,
) -> Result<Tagged<View>, Problem> {
    let by = admit_for(&staff, Permission::PostPrices, city, merchant)?;
    let changes = body.changes.into_iter().map(PriceChange::from).collect();
    let policy = std::sync::Arc::clone(&app.policy);
    let list = app.db.write(&ChangePrices { policy, city, merchant, changes, by, expected }).await?.now;
    Ok(Tagged { version: list.version, body: list.into(), known: None })
}

/// Every price that was ever posted, the first first.
#[utoipa::path(get, path = "/v1/merchants/{id}/prices/history", tag = "prices",
    params(("id" = MerchantId, Path, description = "The merchant."), HistoryQuery),
    responses((status = 200, body = Page<EntryView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant])))))]
async fn history(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<EntryView>>, Problem> {
    admit_to(&staff, Permission::ReadMerchants, query.city, id)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let (item, after, rows) = (query.item.as_ref(), reading.after, reading.rows());
    let found = usecases::prices_history_after(&app.db, query.city, id, item, after, rows).await?;
    let page = reading.page(found, |(place, _)| *place);
    Ok(Json(page.map(|(_, entry)| entry.into())))
}

impl From<PriceList> for View {
    fn from(list: PriceList) -> Self {
        let PriceList { city, merchant, version, entries } = list;
        Self { merchant, city, version, entries: entries.into_iter().map(EntryView::from).collect() }
    }
}

impl From<PriceEntry> for EntryView {
    fn from(entry: PriceEntry) -> Self {
        let PriceEntry { item, offer, valid_from, recorded_at, recorded_by: _ } = entry;
        let price = match offer {
            Offer::Priced(price) => Some(price.into()),
            Offer::NotOffered => None,
        };
        Self { item, price, valid_from, recorded_at }
    }
}

impl From<ChangeBody> for PriceChange {
    fn from(body: ChangeBody) -> Self {
        let ChangeBody { item, valid_from, price } = body;
        Self { item, valid_from, price: price.map(Price::from) }
    }
}

impl From<Price> for PriceBody {
    fn from(price: Price) -> Self {
        let Price { unit, from, to, surcharges, note } = price;
        let surcharges = surcharges
            .into_iter()
            .map(|Surcharge { name, amount, unit }| SurchargeBody { name, amount, unit })
            .collect();
        Self { unit, from, to, surcharges, note }
    }
}

impl From<PriceBody> for Price {
    fn from(body: PriceBody) -> Self {
        let PriceBody { unit, from, to, surcharges, note } = body;
        let surcharges = surcharges
            .into_iter()
            .map(|SurchargeBody { name, amount, unit }| Surcharge { name, amount, unit })
            .collect();
        Self { unit, from, to, surcharges, note }
    }
}
