//! Requests of a city in a list, for those who work on them: by where they stand, what they are about and who had a
//! hand in them; and those of a caller, by the number.
//!
//! The number goes in a body, though nothing is changed by it: there no address, no log and no history has it.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Problem, Query, Reading, refuses};
use intake_domain::{Request, Status};
use kernel::{Area, City, ItemCode, RequestId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::in_city;
use super::requests::{View, view};
use crate::App;
use crate::problems::{INVALID_REQUEST, STORAGE_FULL};
use crate::usecases::{Filter, SearchByPhone, list, total as count};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(search))
}

/// Which requests: those that meet all that is given.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Where they stand.
    status: Option<Status>,
    /// The item of the catalogue.
    #[param(value_type = Option<String>)]
    item: Option<ItemCode>,
    /// The street's code.
    area: Option<Area>,
    /// Only those that you received, dispatched or withdrew.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    mine: bool,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
    /// With `true` the first page says how long the list is.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

/// Which page of what is found.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
}

/// Whose requests. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestSearch)]
struct SearchBody {
    /// The whole number that the citizen calls from, as people write it.
    phone: String,
}

/// Lists the city's requests, the newest first. Names and numbers are masked.
#[utoipa::path(get, path = "/v1/requests", tag = "requests", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRequest])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Query(ListQuery { city, status, item, area, mine, limit, after, total }): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let by = staff.require(Permission::ReadRequest)?.actor;
    in_city(staff.0.city, city)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let filter = Filter { status, item, area, by: mine.then_some(by), phone: None };
    let found = list(&app.db, city, &filter, reading.after, reading.rows()).await?;
    let total = reading.total(total, count(&app.db, city, &filter)).await?;
    Ok(Json(page(&reading, &found, &staff).counted(total)))
}

/// Finds the requests of a caller by the number, the newest first. Names and numbers are masked, and each request
/// that is shown keeps who found it so.
#[utoipa::path(post, path = "/v1/requests/search", tag = "requests", params(SearchQuery),
    request_body = SearchBody, responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadContact]))),
        ("x-problems" = json!(refuses(&[INVALID_REQUEST, STORAGE_FULL])))))]
async fn search(
    State(app): State<App>,
    staff: Staff,
    Query(SearchQuery { city, limit, after }): Query<SearchQuery>,
    Json(SearchBody { phone }): Json<SearchBody>,
) -> Result<Json<Page<View>>, Problem> {
    let by = staff.require(Permission::ReadContact)?.actor;
    in_city(staff.0.city, city)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let command =
        SearchByPhone { city, phone: phone.into(), by, before: reading.after, rows: reading.rows() };
    let found = app.db.write(&command).await?;
    Ok(Json(page(&reading, &found, &staff)))
}

fn page(reading: &Reading<RequestId>, found: &[Request], staff: &Staff) -> Page<View> {
    let items = found.iter().map(|request| view(request, &staff.0.roles)).collect();
    reading.page(items, |view: &View| view.id)
}
