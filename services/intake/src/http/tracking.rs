//! How far a request is, for whoever has its code: no account, nothing about anybody.

use axum::extract::State;
use chassis::http::{Json, Path, Problem, Query, refuses};
use intake_domain::{Kind, Status, Tracked, TrackedStep, TrackingCode};
use kernel::{MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::InCity;
use crate::App;
use crate::error::Error;
use crate::problems::{TRACKING_BUSY, UNKNOWN_TRACKING_CODE};
use crate::usecases;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(track))
}

/// A step that a request has come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackedStep)]
struct StepView {
    kind: Kind,
    at: Timestamp,
    /// Present and true where the merchant is asked again that was asked last.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    same_merchant: bool,
}

/// How far a request is (办理进度).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackedRequest)]
struct View {
    status: Status,
    /// What happened, the first first; how merchants answered before one took it is not told.
    steps: Vec<StepView>,
    /// The merchant that took it; its name is published by credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

impl From<Tracked> for View {
    fn from(Tracked { status, steps, merchant }: Tracked) -> Self {
        let steps = steps
            .into_iter()
            .map(|TrackedStep { kind, at, same_merchant }| StepView { kind, at, same_merchant })
            .collect();
        Self { status, steps, merchant }
    }
}

/// Tells how far the request with this code is. For everybody; codes that lead nowhere are looked up so often in a minute
/// and no more.
#[utoipa::path(get, path = "/v1/tracking/{code}", tag = "tracking",
    params(("code" = String, Path, description = "The code as it was handed out; case and groups do not matter."), InCity),
    responses((status = 200, body = View)), security(()),
    extensions(("x-problems" = json!(refuses(&[UNKNOWN_TRACKING_CODE, TRACKING_BUSY])))))]
async fn track(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<View>, Problem> {
    let code: TrackingCode = code.parse().map_err(|_| Error::UnknownCode)?;
    app.guesses.admit().map_err(Error::Guessed)?;
    let found = usecases::track(&app.db, city, &code).await;
    // What the database did not answer was no guess either.
    if !matches!(found, Err(Error::UnknownCode)) {
        app.guesses.forgive();
    }
    Ok(Json(found?.into()))
}
