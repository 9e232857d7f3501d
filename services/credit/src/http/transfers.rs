//! Transfers (转会): a worker leaves one merchant before the next.

use axum::extract::State;
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, refuses};
use kernel::{MerchantId, WorkerId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::InCity;
use super::workers::{ToldView, identity_number, manages, own};
use crate::App;
use crate::problems::{MERCHANT_REMOVED, NO_TRANSFER, NOT_ENROLLED, NOT_FOUND, TRANSFER_UNDER_WAY};
use crate::usecases::workers::{About, AskTransfer, ConsentTransfer, WithdrawTransfer};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(consent)).routes(routes!(withdraw))
}

/// Whom a merchant asks for. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTransfer)]
struct AskBody {
    /// The citizen identity number (公民身份号码), as the person showed it.
    identity_number: String,
}

/// To what the present merchant consents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferConsent)]
struct ConsentBody {
    /// The merchant that asked.
    to: MerchantId,
}

/// A merchant asks for another one's worker. Repeated, it changes nothing.
#[utoipa::path(post, path = "/v1/merchants/{id}/transfers", tag = "workers",
    params(("id" = MerchantId, Path, description = "The merchant that asks."), InCity), request_body = AskBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageOwnWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_ENROLLED, MERCHANT_REMOVED, TRANSFER_UNDER_WAY])))))]
async fn ask(
    State(app): State<App>,
    staff: Staff,
    Path(to): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(AskBody { identity_number: number }): Json<AskBody>,
) -> Result<Json<ToldView>, Problem> {
    // Nobody consents for a merchant, so nobody else asks for it either.
    if own(&staff, city)? != to {
        return Err(FORBIDDEN.detail("the account belongs to another merchant"));
    }
    let number = identity_number(&number)?;
    let ask = AskTransfer { city, to, number, by: staff.0.actor, terms: &app.workers.terms };
    Ok(Json(app.db.write(&ask).await?.into()))
}

/// The present merchant consents: the worker moves at once. Repeated, it changes nothing.
#[utoipa::path(post, path = "/v1/workers/{id}/transfer/consent", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity), request_body = ConsentBody,
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageOwnWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NO_TRANSFER])))))]
async fn consent(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
    Json(ConsentBody { to }): Json<ConsentBody>,
) -> Result<Json<ToldView>, Problem> {
    let merchant = own(&staff, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    Ok(Json(app.db.write(&ConsentTransfer { about, merchant, to }).await?.into()))
}

/// Whoever asked thinks better of it, or an officer ends it. Repeated, it changes nothing.
#[utoipa::path(post, path = "/v1/workers/{id}/transfer/withdraw", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity),
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageOwnWorkers, Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NO_TRANSFER])))))]
async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<ToldView>, Problem> {
    let asker = manages(&staff, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    Ok(Json(app.db.write(&WithdrawTransfer { about, asker }).await?.into()))
}
