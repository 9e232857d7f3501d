//! Whom the platform recommends, for six channels and staff alike: the order that dispatch holds.

use core::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chassis::auth::{Caller, Permission, permits};
use chassis::http::live::LastEventId;
use chassis::http::problem::{INVALID_CURSOR, TOO_MANY_STREAMS, UNAVAILABLE};
use chassis::http::{Json, Limit, Problem, Query, refuses};
use contracts::dispatch::{Recommend, Recommendation};
use kernel::{Area, City, ItemCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admit;
use crate::App;
use crate::error::Error;
use crate::live::{Cursor, Pushed, Topic, Watching};
use crate::problems::{REFUSED_BY_SERVICE, UNKNOWN_ITEM, UNKNOWN_STREET, WRONG_CITY};

/// The route's pattern: it waits for news on purpose.
pub(super) const CHANGES_PATH: &str = "/v1/recommendations/changes";
/// How long dispatch may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// The same, for a client that has no list yet: it waits for its first one whatever it asks for.
const FIRST_WITHIN_S: u16 = 3;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(stream)).routes(routes!(changes))
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
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20)]
    limit: Option<Limit<20>>,
}

/// Whom to recommend, best first, with the reasons.
#[utoipa::path(get, path = "/v1/recommendations", tag = "recommendations", params(Wanted),
    responses((status = 200, description = "the order in force, as dispatch answers it", body = Recommendation)),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRecommendation]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ITEM, UNKNOWN_STREET, WRONG_CITY, REFUSED_BY_SERVICE])))))]
async fn read(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    caller: Caller,
) -> Result<Json<Recommendation>, Problem> {
    admit(&caller, Permission::ReadRecommendation, wanted.city)?;
    let Wanted { city, item, area, limit } = wanted;
    topic(&app, city, item.clone(), area)?;
    let limit = limit.map(Limit::get);
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
    /// The id of the last list that the client has seen, where it comes without `Last-Event-ID`; none when absent.
    #[serde(default)]
    after: String,
}

/// What to wait for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Polled {
    /// The city's code, such as 330200.
    city: City,
    /// The item of the catalogue.
    #[param(value_type = String)]
    item: ItemCode,
    /// The street's code.
    area: Area,
    /// The `id` of the last list that the client has seen; none when absent.
    #[serde(default)]
    after: String,
    /// Seconds to wait for another list, 0 to 25; longer is cut.
    #[serde(default)]
    #[param(maximum = 25)]
    wait: u16,
}

/// The same, live: the newest list at once, whatever the client has seen, since a list is a state; and again
/// whenever it is another. The id of an event is to be given back as it is; two that end alike are the same list,
/// and a later list always has the higher number in front.
#[utoipa::path(get, path = "/v1/recommendations/stream", tag = "recommendations",
    params(Watched, ("Last-Event-ID" = Option<String>, Header, description = "the list last seen; one that is not ours counts as none")),
    responses((status = 200, description = "events named recommendation; the data of each is what a poll is answered", body = String,
        content_type = "text/event-stream")),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRecommendation]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ITEM, UNKNOWN_STREET, WRONG_CITY, TOO_MANY_STREAMS])))))]
async fn stream(
    State(app): State<App>,
    Query(Watched { city, item, area, after }): Query<Watched>,
    LastEventId(last): LastEventId<Cursor>,
    caller: Caller,
) -> Result<Response, Problem> {
    admit(&caller, Permission::ReadRecommendation, city)?;
    let topic = topic(&app, city, item, area)?;
    let after = seen(&after)?;
    let seen = last.or(after);
    let place = app.streams.place()?;
    Ok(place.stream(watch(&app, &topic, seen)?.events()))
}

/// The same by long-poll: the list as soon as it is another than the client has seen, with its `id` for the next
/// poll; 204 when none came within `wait` seconds.
#[utoipa::path(get, path = "/v1/recommendations/changes", tag = "recommendations",
    params(Polled),
    responses((status = 200, description = "the data of an event named recommendation", body = Pushed<'_>),
        (status = 204, description = "no other list")),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRecommendation]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ITEM, UNKNOWN_STREET, WRONG_CITY, TOO_MANY_STREAMS])))))]
async fn changes(
    State(app): State<App>,
    Query(Polled { city, item, area, after, wait }): Query<Polled>,
    caller: Caller,
) -> Result<Response, Problem> {
    admit(&caller, Permission::ReadRecommendation, city)?;
    let topic = topic(&app, city, item, area)?;
    let seen = seen(&after)?;
    let place = app.streams.place()?;
    let mut watching = watch(&app, &topic, seen)?;
    let wait = if seen.is_none() { wait.max(FIRST_WITHIN_S) } else { wait };
    match place.wait(wait, watching.news()).await {
        Some(frame) => {
            Ok(([(header::CONTENT_TYPE, "application/json")], frame.data().clone()).into_response())
        }
        None if watching.is_known() => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(Problem::new(UNAVAILABLE).retry_after(ANSWER_WITHIN)),
    }
}

/// The list that is meant; what cannot be is told as of a draft.
fn topic(app: &App, city: City, item: ItemCode, area: Area) -> Result<Topic, Problem> {
    Ok(Topic::known(&app.reference, city, item, area).map_err(Error::InvalidQuery)?)
}

/// The list last seen, as the client says in a parameter: unlike the header, no browser sends one by itself that
/// another server gave it.
fn seen(after: &str) -> Result<Option<Cursor>, Problem> {
    if after.is_empty() {
        return Ok(None);
    }
    let unknown = |_| INVALID_CURSOR.detail("after is not the id of a list: leave it out to begin anew");
    after.parse().map(Some).map_err(unknown)
}

fn watch(app: &App, topic: &Topic, seen: Option<Cursor>) -> Result<Watching, Problem> {
    app.lists.watch(topic, seen).map_err(|_| Problem::new(TOO_MANY_STREAMS).retry_after(ANSWER_WITHIN))
}
