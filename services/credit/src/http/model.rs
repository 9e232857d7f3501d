//! The rules that everybody is held to, as a document: published, without a token.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::http::{IfNoneMatch, Json, Path, Problem, etag, refuses};
use credit_domain::Rules;
use kernel::Version;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::model::{rules_in_force, rules_numbered};

/// A new version is seen within a minute, through any cache.
const KEEP_IN_FORCE: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// An approved version never changes.
const KEEP_NUMBERED: HeaderValue = HeaderValue::from_static("public, max-age=86400, immutable");

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(in_force)).routes(routes!(numbered))
}

/// The rules in force now (评价规则). The numbers are this platform's defaults, as `source` says.
#[utoipa::path(get, path = "/v1/model", tag = "model",
    responses((status = 200, description = "The document", body = Object),
        (status = 304, description = "As the client has it")), security(()))]
async fn in_force(State(app): State<App>, IfNoneMatch(known): IfNoneMatch) -> Result<Response, Problem> {
    let rules = rules_in_force(&app.db, &app.rules, app.clock.now()).await?;
    Ok(published(rules, known, KEEP_IN_FORCE))
}

/// The version of this number, which ledger entries name.
#[utoipa::path(get, path = "/v1/model/versions/{number}", tag = "model",
    params(("number" = u32, Path, description = "The number of an approved version.")),
    responses((status = 200, description = "The document", body = Object),
        (status = 304, description = "As the client has it")), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn numbered(
    State(app): State<App>,
    Path(number): Path<u32>,
    IfNoneMatch(known): IfNoneMatch,
) -> Result<Response, Problem> {
    let rules = rules_numbered(&app.db, &app.rules, number).await?;
    Ok(published(rules, known, KEEP_NUMBERED))
}

fn published(rules: &Rules, known: Option<Version>, keep: HeaderValue) -> Response {
    let version = Version(u64::from(rules.version));
    let headers = [(header::ETAG, etag(version)), (header::CACHE_CONTROL, keep)];
    if known == Some(version) {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, Json(rules)).into_response()
    }
}
