//! The timeline of a request, as it goes on: by server-sent events, or by long-poll for clients that know none.
//! Both go on after an entry that the client has seen, on whichever instance.

use axum::extract::State;
use axum::response::Response;
use chassis::auth::{Caller, Permission, Staff, permits};
use chassis::http::live::LastEventId;
use chassis::http::problem::TOO_MANY_STREAMS;
use chassis::http::{Json, Path, Problem, Query, refuses};
use futures::{StreamExt as _, stream};
use kernel::{Actor, City, RequestId, Version};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, account_of, admit, in_city, visible};
use crate::App;
use crate::live::{self, Entry, Others, Shown, Who};
use crate::problems::NOT_FOUND;
use crate::usecases;

/// The route's pattern: it waits for news on purpose.
pub(super) const PATH: &str = "/v1/requests/{id}/events";

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events)).routes(routes!(follow)).routes(routes!(present))
}

/// What to wait for.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Since {
    /// The city's code, such as 330200.
    city: City,
    /// The last entry that the client has seen; 0 for none.
    #[serde(default)]
    after: u64,
    /// Seconds to wait for news, 0 to 25; longer is cut.
    #[serde(default)]
    #[param(maximum = 25)]
    wait: u16,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct From {
    /// The city's code, such as 330200.
    city: City,
    /// The last entry that the client has seen, where it comes without `Last-Event-ID`; 0 for none.
    #[serde(default)]
    after: u64,
}

/// Entries after `after`, oldest first; empty when none came within `wait` seconds.
#[utoipa::path(get, path = "/v1/requests/{id}/events", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), Since),
    responses((status = 200, body = Vec<Shown>)),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRequest]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, TOO_MANY_STREAMS])))))]
async fn events(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(Since { city, after, wait }): Query<Since>,
    caller: Caller,
) -> Result<Json<Vec<Shown>>, Problem> {
    admit(&caller, Permission::ReadRequest, city)?;
    let place = app.streams.place()?;
    let request = visible(&app, &caller, city, id).await?;
    let after = Version(after);
    let mut watching = app.timelines.watch(city, id, request.version);
    let log = logged(&app, city, id, after).await?;
    if !log.is_empty() || wait == 0 {
        return Ok(shown(log));
    }
    match place.wait(wait, watching.news(after)).await {
        Some(news) => Ok(shown(news)),
        // None came, or more than is kept in memory.
        None => Ok(shown(logged(&app, city, id, after).await?)),
    }
}

/// The same, live: events named `timeline`, each with its place as id. Resumes after `Last-Event-ID`. Whoever of the
/// staff works on it and has it open is there for the others: they are told by events named `presence`, without an id.
#[utoipa::path(get, path = "/v1/requests/{id}/events/stream", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), From,
        ("Last-Event-ID" = Option<u64>, Header, description = "the last entry that the client has seen; one that is not ours counts as none given")),
    responses((status = 200, description = "events named timeline, the data of each an entry; to staff events named presence as well, the data of each a RequestPresence", body = String, content_type = "text/event-stream")),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRequest]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, TOO_MANY_STREAMS])))))]
async fn follow(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(From { city, after }): Query<From>,
    LastEventId(last): LastEventId<u64>,
    caller: Caller,
) -> Result<Response, Problem> {
    admit(&caller, Permission::ReadRequest, city)?;
    let place = app.streams.place()?;
    let request = visible(&app, &caller, city, id).await?;
    let after = Version(last.unwrap_or(after));
    let watching = app.timelines.watch(city, id, request.version);
    let log = logged(&app, city, id, after).await?;
    let others = match who(&caller) {
        Some(who) => app.presences.enter(city, id, who).events().boxed(),
        None => stream::pending().boxed(),
    };
    Ok(place.stream(live::beside(watching.events(after, log), others)))
}

/// Who else of the staff has the request open now: what the stream tells, for those who ask once.
#[utoipa::path(get, path = "/v1/requests/{id}/presence", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), InCity),
    responses((status = 200, body = Others)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRequest]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn present(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<Others>, Problem> {
    let own = account_of(staff.require(Permission::ReadRequest)?)?;
    in_city(staff.0.city, city)?;
    usecases::find(&app.db, city, id).await?;
    Ok(Json(app.presences.others(city, id, own).await?))
}

/// Who watches, if it is somebody of the staff: seen by the others if the work on requests is theirs.
fn who(caller: &Caller) -> Option<Who> {
    let Actor::Staff { id: actor } = caller.actor else { return None };
    let is_seen = caller.require(Permission::ReadContact).is_ok();
    Some(Who { actor, name: caller.name.clone(), is_seen })
}

async fn logged(app: &App, city: City, id: RequestId, after: Version) -> Result<Vec<Entry>, Problem> {
    Ok(live::ready(usecases::timeline(&app.db, city, id, after).await)?)
}

fn shown(entries: Vec<Entry>) -> Json<Vec<Shown>> {
    Json(entries.into_iter().map(|entry| entry.shown).collect())
}
