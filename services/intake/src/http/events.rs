//! The timeline of a request: what happened since an entry that the client has seen. Waits for news on demand.

use core::time::Duration;

use axum::extract::State;
use chassis::auth::{Caller, Permission};
use chassis::http::live::LONG_POLL_MAX_S;
use chassis::http::{Json, Path, Problem, Query};
use intake_domain::{Kind, TimelineEntry};
use kernel::{Actor, City, MerchantId, RequestId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{admit, visible};
use crate::App;
use crate::usecases;

/// The route's pattern: it waits for news on purpose.
pub(crate) const PATH: &str = "/v1/requests/{id}/events";
/// Between two looks at the timeline: another instance may have written it, and none tells the others.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// What to wait for.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Since {
    /// The city's code, such as 330200.
    city: City,
    /// The last entry that the client has seen.
    #[serde(default)]
    after: u64,
    /// Seconds to wait for news, 0 to 25; longer is cut.
    #[serde(default)]
    wait: u16,
}

/// One entry of the timeline. Nobody's words are in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
struct EntryView {
    /// Its place; ask for what comes after it.
    seq: Version,
    #[schema(value_type = String)]
    kind: Kind,
    at: Timestamp,
    by: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

impl From<TimelineEntry> for EntryView {
    fn from(entry: TimelineEntry) -> Self {
        let TimelineEntry { seq, kind, at, by, assignment, .. } = entry;
        Self { seq, kind, at, by, merchant: assignment.map(|(_, merchant)| merchant) }
    }
}

/// Entries after `after`, oldest first; empty when none came within `wait` seconds.
#[utoipa::path(get, path = "/v1/requests/{id}/events", params(("id" = RequestId, Path), Since),
    responses((status = 200, body = Vec<EntryView>)))]
async fn events(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(since): Query<Since>,
    caller: Caller,
) -> Result<Json<Vec<EntryView>>, Problem> {
    admit(&caller, Permission::ReadRequest, since.city)?;
    visible(&app, &caller, since.city, id).await?;
    // A place among the live streams bounds how many look again and again.
    let _place = app.streams.place()?;
    let looks =
        Duration::from_secs(u64::from(since.wait.min(LONG_POLL_MAX_S))).as_millis() / LOOK_EVERY.as_millis();
    for _ in 0..looks {
        let entries = usecases::timeline(&app.db, since.city, id, Version(since.after)).await?;
        if !entries.is_empty() {
            return Ok(Json(entries.into_iter().map(Into::into).collect()));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let entries = usecases::timeline(&app.db, since.city, id, Version(since.after)).await?;
    Ok(Json(entries.into_iter().map(Into::into).collect()))
}
