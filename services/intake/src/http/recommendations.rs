//! Whom the platform recommends, for six channels and staff alike: the order that dispatch holds.

use core::time::Duration;

use axum::extract::State;
use axum::response::Response;
use chassis::auth::{Caller, Permission};
use chassis::http::problem::TOO_MANY_STREAMS;
use chassis::http::{Json, Problem, Query};
use contracts::dispatch::{Recommend, Recommendation};
use futures::{StreamExt as _, future};
use kernel::{Area, City, ItemCode};
use serde::Deserialize;
use tokio_stream::wrappers::WatchStream;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admit;
use crate::App;
use crate::error::Error;
use crate::live::Topic;

/// How long dispatch may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(stream))
}

/// For what and where.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The city's code, such as 330200.
    city: City,
    /// The item of the catalogue.
    #[param(value_type = String)]
    item: ItemCode,
    /// The street's code.
    area: Area,
    /// How many, 1 to 20; 5 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 20)]
    limit: Option<u8>,
}

/// Whom to recommend, best first, with the reasons.
#[utoipa::path(get, path = "/v1/recommendations", params(Wanted),
    responses((status = 200, description = "the order in force, as dispatch answers it", body = serde_json::Value)))]
async fn read(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    caller: Caller,
) -> Result<Json<Recommendation>, Problem> {
    admit(&caller, Permission::ReadRecommendation, wanted.city)?;
    let Wanted { city, item, area, limit } = wanted;
    let ask = Recommend { city, item, area, wanted_at: None, due_by: None, request: None, limit };
    Ok(Json(app.bus.ask(&ask, ANSWER_WITHIN).await.map_err(Error::from)?))
}

/// What to watch.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Watched {
    /// The city's code, such as 330200.
    city: City,
    /// The item of the catalogue.
    #[param(value_type = String)]
    item: ItemCode,
    /// The street's code.
    area: Area,
}

/// The same, live: the list now, and again whenever it may have moved (server-sent events).
#[utoipa::path(get, path = "/v1/recommendations/stream", params(Watched),
    responses((status = 200, description = "events named recommendation", content_type = "text/event-stream")))]
async fn stream(
    State(app): State<App>,
    Query(Watched { city, item, area }): Query<Watched>,
    caller: Caller,
) -> Result<Response, Problem> {
    admit(&caller, Permission::ReadRecommendation, city)?;
    // A list that cannot be would be asked for again and again.
    if app.reference.item(&item).is_none() || area.city() != city || app.reference.area(area).is_none() {
        return Err(Error::Unknown("item or street").into());
    }
    let place = app.streams.place()?;
    let watching = app.live.watch(&Topic { city, item, area }).await;
    let watching = watching.map_err(|_| Problem::new(TOO_MANY_STREAMS).retry_after(ANSWER_WITHIN))?;
    Ok(place.stream(WatchStream::new(watching).filter_map(future::ready)))
}
