//! What a merchant was given of the orders of its categories and streets: what the share cap is measured by.

use axum::extract::State;
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, refuses};
use dispatch_domain::{CellKey, MarketShare, Share};
use kernel::{Actor, Area, CategoryCode, MerchantId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit};
use crate::App;
use crate::error::Error;
use crate::problems::CATCHING_UP;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// A merchant's part of the orders of one category and street in the last 30 days (订单份额).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarketShare)]
struct View {
    category: CategoryCode,
    area: Area,
    /// Given to it.
    orders: u32,
    /// Given to anybody.
    of: u32,
    /// Whether that is above the share cap: then it stands behind the others of its arrival band, except in
    /// emergencies and where fewer merchants can be chosen than the cap needs.
    above_cap: bool,
}

impl From<MarketShare> for View {
    fn from(it: MarketShare) -> Self {
        let MarketShare { cell: CellKey { area, category }, share: Share { orders, of }, above_cap } = it;
        Self { category, area, orders, of, above_cap }
    }
}

/// All parts of one merchant.
#[derive(Debug, Serialize, ToSchema)]
struct Shares {
    /// Of 100 orders, how many one merchant may be given before it stands behind; absent where there is no cap.
    #[serde(skip_serializing_if = "Option::is_none")]
    cap_percent: Option<u8>,
    /// Below so many orders of a category and street a share says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    orders_min: Option<u32>,
    /// By street and category, where it was given any.
    items: Vec<View>,
}

/// A merchant's parts of its markets: for the merchant itself, and for staff who explain decisions.
#[utoipa::path(get, path = "/v1/merchants/{merchant}/shares", tag = "recommendations",
    params(("merchant" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, description = "its parts, and whether they are above the cap", body = Shares)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadOwnMerchant, Permission::ReadDecisions]))),
        ("x-problems" = json!(refuses(&[CATCHING_UP])))))]
async fn show(
    State(app): State<App>,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<Shares>, Problem> {
    match admit(&staff, Permission::ReadOwnMerchant, city) {
        Ok(actor) if actor == (Actor::Merchant { id: merchant }) => {}
        Ok(_) => return Err(FORBIDDEN.detail("the account belongs to another merchant")),
        Err(_) => drop(admit(&staff, Permission::ReadDecisions, city)?),
    }
    let ranking = &app.dispatcher.ranking;
    if !ranking.is_caught_up() {
        return Err(Error::CatchingUp.into());
    }
    let cap = ranking.policy().share_cap;
    let items = ranking.market_shares(city, merchant).into_iter().map(View::from).collect();
    let (cap_percent, orders_min) = (cap.map(|cap| cap.percent), cap.map(|cap| cap.orders_min));
    Ok(Json(Shares { cap_percent, orders_min, items }))
}
