//! The door for whoever has no front end of 81890 at hand: the public page scans the code on the phone, and the entry is
//! confirmed with what that scan gave. No account, no key; each scan is in the log like any other.

use axum::extract::State;
use chassis::http::{IdempotencyKey, Json, Path, Problem, Query, refuses};
use kernel::ScanId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::InCity;
use super::scans::{EntryView, SightView};
use crate::App;
use crate::problems::{
    EXPIRED_CODE, FORGED_CODE, IDENTIFIES_ONLY, NOBODYS_WORKER, NOT_FOUND, RED_CODE, SCAN_TOO_OLD,
    SCANS_BUSY, UNKNOWN_CARD, USED_CODE, WORKER_MOVED,
};
use crate::usecases::workers::SeenAtTheDoor;

/// The routes of these resources.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(scan)).routes(routes!(confirm))
}

/// What the camera of the public page saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDoorScan)]
struct ScanBody {
    /// The text of the QR code on the phone.
    code: String,
}

/// What the citizen sees, and with what the entry is confirmed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DoorScan)]
struct ScanView {
    #[serde(flatten)]
    sight: SightView,
    /// Lets whoever scanned confirm the entry of this scan, until `confirm_by`. Not to be kept or passed on.
    entry_token: String,
}

/// With what an entry is confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDoorEntry)]
struct EntryBody {
    /// `entry_token` of the scan.
    token: String,
}

/// Scans the code on a worker's phone, without an account. A printed card shows nothing here. Every scan is kept,
/// whatever it shows; the same key gives the same answer. Codes that are forged or ran out are taken so often in a
/// minute and no more, and so is each code.
#[utoipa::path(post, path = "/v1/door/scans", tag = "scans",
    params(InCity, ("Idempotency-Key" = String, Header, description = "The page's name for this one scan: a random one.")),
    request_body = ScanBody, responses((status = 200, body = ScanView)), security(()),
    extensions(
        ("x-problems" = json!(refuses(&[FORGED_CODE, EXPIRED_CODE, USED_CODE, UNKNOWN_CARD, NOBODYS_WORKER, IDENTIFIES_ONLY, SCANS_BUSY])))))]
async fn scan(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    Json(ScanBody { code }): Json<ScanBody>,
) -> Result<Json<ScanView>, Problem> {
    let SeenAtTheDoor { seen, token } = app.workers.scan_at_the_door(city, &key, &code).await?;
    let confirm_by = seen.at.after(app.workers.entry_within);
    Ok(Json(ScanView { sight: SightView::of(seen, confirm_by), entry_token: token }))
}

/// The citizen lets the worker in who was scanned with the public page: once, within minutes. Repeated, the first stands.
#[utoipa::path(post, path = "/v1/door/scans/{id}/entry", tag = "scans",
    params(("id" = ScanId, Path, description = "The scan."), InCity), request_body = EntryBody,
    responses((status = 200, body = EntryView)), security(()),
    extensions(
        ("x-problems" = json!(refuses(&[NOT_FOUND, SCAN_TOO_OLD, WORKER_MOVED, RED_CODE])))))]
async fn confirm(
    State(app): State<App>,
    Path(scan): Path<ScanId>,
    Query(InCity { city }): Query<InCity>,
    Json(EntryBody { token }): Json<EntryBody>,
) -> Result<Json<EntryView>, Problem> {
    let confirmed = app.workers.confirm_at_the_door(city, scan, &token).await?;
    Ok(Json(EntryView::from(confirmed)))
}
