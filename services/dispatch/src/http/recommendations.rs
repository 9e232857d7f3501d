//! Whom the platform recommends, and why.

use axum::extract::State;
use chassis::auth::{Caller, Permission, Staff, permits};
use chassis::http::{Json, Limit, Problem, Query, refuses};
use contracts::dispatch::{Recommend, Recommendation};
use dispatch_domain::Explanation;
use kernel::{Area, City, ItemCode, RequestId, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{admit, check_city};
use crate::App;
use crate::error::Error;
use crate::problems::{CATCHING_UP, INVALID_NEED, UNKNOWN_AREA, UNKNOWN_ITEM};
use crate::store::jobs;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(recommend)).routes(routes!(explain))
}

/// A need.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Need {
    /// The city's code, such as 330200.
    city: City,
    /// What is asked for.
    #[param(value_type = String)]
    item: ItemCode,
    /// The street's code.
    area: Area,
    /// When the service is wanted; now when absent.
    wanted_at: Option<Timestamp>,
    /// By when it must be settled; by the item's class when absent.
    due_by: Option<Timestamp>,
    /// The request it is for: ties are broken by it.
    request: Option<RequestId>,
    /// How many, 1 to 20; 5 when absent.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20)]
    limit: Option<Limit<20>>,
}

impl From<Need> for Recommend {
    fn from(need: Need) -> Self {
        let Need { city, item, area, wanted_at, due_by, request, limit } = need;
        Self { city, item, area, wanted_at, due_by, request, limit: limit.map(Limit::get) }
    }
}

/// The order in force now.
#[utoipa::path(get, path = "/v1/recommendations", tag = "recommendations", params(Need),
    responses((status = 200, description = "best first, with the versions it was ranked with", body = Recommendation)),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRecommendation]))),
        ("x-problems" = json!(refuses(&[INVALID_NEED, UNKNOWN_ITEM, UNKNOWN_AREA, CATCHING_UP])))))]
async fn recommend(
    State(app): State<App>,
    Query(need): Query<Need>,
    caller: Caller,
) -> Result<Json<Recommendation>, Problem> {
    caller.require(Permission::ReadRecommendation)?;
    check_city(caller.city, need.city)?;
    Ok(Json(app.recommender.recommend(&need.into())?))
}

/// The order with every merchant of the street and category and its reason.
///
/// Of a request that dispatch knows it is the order by which it would be assigned now: without those who declined it or
/// let it expire.
#[utoipa::path(get, path = "/v1/recommendations/explanation", tag = "recommendations", params(Need),
    responses((status = 200, description = "candidates and exclusions with their reasons", body = Explanation)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDecisions]))),
        ("x-problems" = json!(refuses(&[INVALID_NEED, UNKNOWN_ITEM, UNKNOWN_AREA, CATCHING_UP])))))]
async fn explain(
    State(app): State<App>,
    Query(need): Query<Need>,
    staff: Staff,
) -> Result<Json<Explanation>, Problem> {
    admit(&staff, Permission::ReadDecisions, need.city)?;
    let job = match need.request {
        Some(request) => jobs::find(app.db.read(), need.city, request).await.map_err(Error::from)?,
        None => None,
    };
    let job = job.map(|stored| stored.job);
    Ok(Json(app.recommender.explain(&need.into(), job.as_ref())?))
}
