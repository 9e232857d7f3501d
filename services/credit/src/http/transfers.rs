//! Transfers (转会): a worker leaves one merchant before the next.

use axum::extract::State;
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use credit_domain::Worker;
use credit_domain::workers::Transfer;
use kernel::{City, MerchantId, Timestamp, WorkerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{ShowsMerchants, all_named};
use super::workers::{ToldView, identity_number, manages, own};
use super::{InCity, admit_to, words};
use crate::App;
use crate::problems::{MERCHANT_REMOVED, NO_TRANSFER, NOT_ENROLLED, NOT_FOUND, TRANSFER_UNDER_WAY};
use crate::usecases::workers::{
    About, AskTransfer, ConsentTransfer, Side, WithdrawTransfer, transfers_after,
};

/// What can be done with a transfer, as clients are told.
pub(super) const ACTIONS: [&str; 2] = ["consent", "withdraw"];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, ask)).routes(routes!(consent)).routes(routes!(withdraw))
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

/// Which side of a transfer a merchant is on: it enrols the worker, or it asked for the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TransferSide)]
enum SideWord {
    Leaving,
    Arriving,
}

/// A transfer under way, from the side of one of the two merchants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TransferOfMerchant)]
struct View {
    worker: WorkerId,
    /// The worker's name, masked as citizens see it.
    worker_name: String,
    /// The number on the worker's card. The merchant that asked is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    worker_card: Option<String>,
    /// Which side the merchant is on.
    side: SideWord,
    /// Who enrols the worker. The merchant that asked is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<MerchantId>,
    /// Its published name; absent while it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_name: Option<String>,
    /// Who asked for the worker.
    to: MerchantId,
    /// Its published name; absent while it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_name: Option<String>,
    asked_at: Timestamp,
    /// When it takes place without the present merchant's consent.
    due_at: Timestamp,
    #[schema(schema_with = words::transfer_actions)]
    allowed_actions: Vec<&'static str>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TransfersQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those of workers who would leave the merchant, or who would come to it.
    #[param(inline)]
    side: Option<SideWord>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Transfers under way of a merchant's workers, and of those it asked for, by worker.
#[utoipa::path(get, path = "/v1/merchants/{id}/transfers", tag = "workers",
    params(("id" = MerchantId, Path, description = "The merchant."), TransfersQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(TransfersQuery { city, side, limit, after }): Query<TransfersQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadMerchants, city, id)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let side = side.map(Side::from);
    let found = transfers_after(&app.db, (city, id), side, reading.after, reading.rows()).await?;
    let views = found.into_iter().filter_map(|worker| View::of(worker, id, &staff)).collect();
    let views = all_named(&app, city, views).await?;
    Ok(Json(reading.page(views, |view: &View| view.worker)))
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

impl View {
    /// None where the transfer has ended.
    fn of(worker: Worker, merchant: MerchantId, staff: &Staff) -> Option<Self> {
        let Transfer { to, asked_at, due_at } = worker.transfer?;
        let side = if to == merchant { SideWord::Arriving } else { SideWord::Leaving };
        let [consent, withdraw] = ACTIONS;
        let is_own = staff.0.merchant == Some(merchant);
        let owns = is_own && staff.require(Permission::ManageOwnWorkers).is_ok();
        let manages = staff.require(Permission::ManageWorkers).is_ok();
        let allowed_actions = match side {
            SideWord::Leaving if owns => vec![consent],
            SideWord::Arriving if owns => vec![withdraw],
            SideWord::Leaving | SideWord::Arriving if manages => vec![withdraw],
            SideWord::Leaving | SideWord::Arriving => Vec::new(),
        };
        let hidden = is_own && side == SideWord::Arriving;
        Some(Self {
            worker: worker.id,
            worker_name: worker.masked_name,
            worker_card: (!hidden).then(|| worker.card.to_string()),
            side,
            from: Some(worker.enrolment.merchant).filter(|_| !hidden),
            from_name: None,
            to,
            to_name: None,
            asked_at,
            due_at,
            allowed_actions,
        })
    }
}

impl ShowsMerchants for View {
    fn each(&mut self, see: &mut dyn FnMut(MerchantId, &mut Option<String>)) {
        see(self.to, &mut self.to_name);
        if let Some(from) = self.from {
            see(from, &mut self.from_name);
        }
    }
}

impl From<SideWord> for Side {
    fn from(side: SideWord) -> Self {
        match side {
            SideWord::Leaving => Self::Leaving,
            SideWord::Arriving => Self::Arriving,
        }
    }
}
