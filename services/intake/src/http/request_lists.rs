//! Requests of a city in a list, for those who work on them: by where they stand, what they are about and who had a
//! hand in them; and those of a caller, by the number or by the code of one.
//!
//! Number and code go in a body, though nothing is changed by them: there no address, no log and no history has them.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::{INVALID_BODY, INVALID_CURSOR};
use chassis::http::{Cursor, Json, Limit, Page, Problem, Query, Reading, refuses};
use intake_domain::{Request, Status};
use kernel::{Area, City, ItemCode};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::in_city;
use super::requests::{View, view};
use crate::App;
use crate::problems::{INVALID_REQUEST, STORAGE_FULL};
use crate::usecases::{Filter, Place, SearchByPhone, Sort, SortKey, find_by_code, list, total as count};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(search))
}

/// In which order requests are listed: by when they were received or by when the service is wanted; with a `-` the last
/// first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = RequestSort)]
enum SortWord {
    #[default]
    #[serde(rename = "-received")]
    Newest,
    #[serde(rename = "received")]
    Oldest,
    #[serde(rename = "wanted")]
    SoonestWanted,
    #[serde(rename = "-wanted")]
    LastWanted,
}

impl From<SortWord> for Sort {
    fn from(word: SortWord) -> Self {
        match word {
            SortWord::Newest => Self::NEWEST,
            SortWord::Oldest => Self { key: SortKey::Received, descending: false },
            SortWord::SoonestWanted => Self { key: SortKey::Wanted, descending: false },
            SortWord::LastWanted => Self { key: SortKey::Wanted, descending: true },
        }
    }
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
    /// Only those whose work is still to be done: received, without a merchant, offered or accepted.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    open: bool,
    /// The item of the catalogue.
    #[param(value_type = Option<String>)]
    item: Option<ItemCode>,
    /// The street's code.
    area: Option<Area>,
    /// Only those that you received, dispatched or withdrew.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    mine: bool,
    /// In which order; `-received` when absent.
    #[param(inline)]
    sort: Option<SortWord>,
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

/// What a caller can say: exactly one of the two. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestSearch)]
struct SearchBody {
    /// The whole number that the citizen calls from, as people write it.
    phone: Option<String>,
    /// The code that the citizen was told when a request was received; case and groups do not matter.
    tracking_code: Option<String>,
}

/// Lists the city's requests in the order that is asked for. Names and numbers are masked.
#[utoipa::path(get, path = "/v1/requests", tag = "requests", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRequest])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let ListQuery { city, status, open, item, area, mine, sort, limit, after, total } = query;
    let by = staff.require(Permission::ReadRequest)?.actor;
    in_city(staff.0.city, city)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let sort = Sort::from(sort.unwrap_or_default());
    if reading.after.as_ref().is_some_and(|place: &Place| place.key() != sort.key) {
        return Err(INVALID_CURSOR.detail("after is not the next of a page in this order"));
    }
    let filter = Filter { status, open, item, area, by: mine.then_some(by), phone: None };
    let found = list(&app.db, city, &filter, sort, reading.after, reading.rows()).await?;
    let total = reading.total(total, count(&app.db, city, &filter)).await?;
    let place = |view: &View| match sort.key {
        SortKey::Received => Place::Received(view.id),
        SortKey::Wanted => Place::Wanted(view.wanted_at, view.id),
    };
    Ok(Json(reading.page(views(&found, &staff), place).counted(total)))
}

/// Finds the requests of a caller by the number, the newest first, or the one with a tracking code. Names and numbers
/// are masked. Each request that is found by the number keeps who found it so; a code tells nothing about anybody, and
/// leaves no trace. For those who talk with citizens, by either: nobody else is called, or read a code.
#[utoipa::path(post, path = "/v1/requests/search", tag = "requests", params(SearchQuery),
    request_body = SearchBody, responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadContact]))),
        ("x-problems" = json!(refuses(&[INVALID_REQUEST, STORAGE_FULL])))))]
async fn search(
    State(app): State<App>,
    staff: Staff,
    Query(SearchQuery { city, limit, after }): Query<SearchQuery>,
    Json(SearchBody { phone, tracking_code }): Json<SearchBody>,
) -> Result<Json<Page<View>>, Problem> {
    let by = staff.require(Permission::ReadContact)?.actor;
    in_city(staff.0.city, city)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let found = match (phone, tracking_code) {
        (Some(phone), None) => {
            let (before, rows) = (reading.after, reading.rows());
            app.db.write(&SearchByPhone { city, phone: phone.into(), by, before, rows }).await?
        }
        (None, Some(code)) => find_by_code(&app.db, city, &code).await?.into_iter().collect(),
        (Some(_), Some(_)) | (None, None) => {
            let told = "give either a phone number or a tracking code";
            return Err(Problem::new(INVALID_BODY).at("#/tracking_code", "invalid-value", told));
        }
    };
    Ok(Json(reading.page(views(&found, &staff), |view| view.id)))
}

fn views(found: &[Request], staff: &Staff) -> Vec<View> {
    found.iter().map(|request| view(request, &staff.0.roles)).collect()
}
