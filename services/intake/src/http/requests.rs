//! Requests: hand one in, read it, withdraw it, choose its merchant.

use core::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::auth::matrix::allows;
use chassis::auth::{Caller, Permission, REPLAYED, permits};
use chassis::http::{
    IdempotencyKey, IfMatch, IfNoneMatch, Json, Path, Problem, Query, Tagged, etag, refuses,
};
use chassis::store::idempotency::Key;
use chassis::telemetry;
use contracts::dispatch::{Assign, Assigned};
use intake_domain::{ContactDraft, Mode, Request, Status, mask_name};
use kernel::{
    Area, AssignmentId, CategoryCode, Channel, City, ItemCode, MerchantId, RequestId, Role, Timestamp,
    Urgency, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, nonce_of, visible};
use crate::App;
use crate::error::Error;
use crate::problems::{
    INVALID_REQUEST, NOT_FOUND, REASON_TOO_LONG, REFUSED_BY_SERVICE, STORAGE_FULL, TOO_LATE, UNKNOWN_ITEM,
    UNKNOWN_STREET, WRONG_CITY,
};
use crate::usecases::{CancelRequest, Incoming, Received, UseNonce};

/// How long dispatch may take to fence an assignment.
const ASSIGN_WITHIN: Duration = Duration::from_secs(5);

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(read))
        .routes(routes!(cancel))
        .routes(routes!(choose))
}

/// Who picks the merchant: the platform (auto), or the citizen or an operator (choose).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Mode)]
enum ModeWord {
    /// The platform offers it to the first of the recommendation.
    Auto,
    /// The citizen or an operator picks.
    Choose,
}

/// A step that may be taken with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RequestAction)]
enum Action {
    Cancel,
    Choose,
    ReadContact,
}

/// How to reach the citizen. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Contact)]
struct ContactBody {
    /// What to call the citizen, at most 40 characters.
    name: String,
    /// A mobile number, or a fixed line with its area code.
    phone: String,
    /// Where to go, below the street, at most 200 characters.
    #[serde(default)]
    address: String,
}

/// A request as handed in. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRequest)]
struct CreateBody {
    city: City,
    item: ItemCode,
    area: Area,
    contact: ContactBody,
    /// As soon as possible when absent; at most 60 days ahead.
    #[serde(default)]
    wanted_at: Option<Timestamp>,
    /// In the citizen's words, at most 1,000 characters.
    #[serde(default)]
    description: String,
    mode: ModeWord,
    /// The merchant that the citizen asks for.
    #[serde(default)]
    preferred: Option<MerchantId>,
}

/// A request that was received. No `Debug`: whoever has the code may follow it.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceivedRequest)]
struct ReceivedView {
    id: RequestId,
    city: City,
    received_at: Timestamp,
    /// By when the matter must be settled.
    due_by: Timestamp,
    version: Version,
    /// By which the citizen follows it without an account, such as `7Q2XK-0M9RV-T4HAB`: to be told the citizen and kept
    /// nowhere else. Absent where the platform hands out none.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_code: Option<String>,
}

/// A request (诉求). Name and phone are masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Request)]
pub(super) struct View {
    pub(super) id: RequestId,
    city: City,
    channel: Channel,
    item: ItemCode,
    category: CategoryCode,
    area: Area,
    urgency: Urgency,
    status: Status,
    /// Such as `王**`.
    name: String,
    /// Such as `138****1234`.
    phone: String,
    pub(super) wanted_at: Timestamp,
    due_by: Timestamp,
    received_at: Timestamp,
    mode: ModeWord,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred: Option<MerchantId>,
    /// The merchant that holds it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
    /// What you may do with it now.
    allowed_actions: Vec<Action>,
    version: Version,
}

/// Why it is withdrawn.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Cancellation)]
struct CancelBody {
    /// At most 500 characters.
    reason: String,
}

/// A request that was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CancelledRequest)]
struct CancelledView {
    id: RequestId,
    cancelled_at: Timestamp,
    /// Whether it was withdrawn before: the first result stands.
    already: bool,
    version: Version,
}

/// Whom the citizen or the operator picked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Choice)]
struct ChoiceBody {
    merchant: MerchantId,
    /// Why someone other than the first, where an operator picks.
    #[serde(default)]
    reason: Option<String>,
}

/// The merchant that was picked, and until when it may answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChosenMerchant)]
struct ChoiceView {
    assignment: AssignmentId,
    merchant: MerchantId,
    credit_version: Version,
    /// Until when the merchant may answer.
    answer_by: Timestamp,
    /// Whether it was chosen before: the first result stands.
    already: bool,
}

/// Hands in a request. The answer is durable; the same key gives the same answer.
#[utoipa::path(post, path = "/v1/requests", tag = "requests", request_body = CreateBody,
    params(("Idempotency-Key" = String, Header, description = "one per intent")),
    responses((status = 201, body = ReceivedView, headers(
        ("Location" = String, description = "The request, relative to what was asked."),
        ("ETag" = String, description = "The version, such as \"1\".")))),
    extensions(
        ("x-permission" = json!(permits(&[Permission::CreateRequest]))),
        ("x-problems" = json!(refuses(&[INVALID_REQUEST, UNKNOWN_ITEM, UNKNOWN_STREET, WRONG_CITY, REPLAYED, STORAGE_FULL])))))]
async fn create(State(app): State<App>, key: IdempotencyKey, caller: Caller) -> Result<Response, Problem> {
    let body: CreateBody = caller.json()?;
    admit(&caller, Permission::CreateRequest, body.city)?;
    // Staff take calls: what they record came by the hotline.
    let channel = caller.signed.as_ref().map_or(Channel::Hotline, |(channel, _)| *channel);
    let scope = format!("{} POST /v1/requests", caller.actor);
    let received = app
        .receive(Incoming {
            key: Key::new(scope, key.0, &caller.body),
            nonce: nonce_of(&app, &caller),
            trace: telemetry::current_traceparent(),
            city: body.city,
            citizen: None,
            by: caller.actor,
            channel,
            contact: ContactDraft {
                name: body.contact.name.into(),
                phone: body.contact.phone.into(),
                address: body.contact.address.into(),
            },
            item: body.item,
            area: body.area,
            wanted_at: body.wanted_at,
            description: body.description.into(),
            mode: mode_of(body.mode),
            preferred: body.preferred,
        })
        .await?;
    let Received { request: id, city, received_at, due_by, version, tracking } = received;
    let code = tracking.and_then(|kept| app.codes.code(city, id, kept));
    let tracking_code = code.map(|code| code.to_string());
    // From where it was handed in, so that it holds behind a gateway's prefix as well.
    let place = format!("requests/{id}?city={city}");
    let view = Json(ReceivedView { id, city, received_at, due_by, version, tracking_code });
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], [(header::ETAG, etag(version))], view)
        .into_response())
}

/// Reads a request.
#[utoipa::path(get, path = "/v1/requests/{id}", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), InCity),
    responses((status = 200, body = View), (status = 304, description = "As the client has it")),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadRequest]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    IfNoneMatch(known): IfNoneMatch,
    caller: Caller,
) -> Result<Tagged<View>, Problem> {
    admit(&caller, Permission::ReadRequest, city)?;
    let request = visible(&app, &caller, city, id).await?;
    Ok(Tagged { version: request.version, body: view(&request, &caller.roles), known })
}

/// Withdraws a request that is not done. A retry gets the first result.
#[utoipa::path(post, path = "/v1/requests/{id}/cancel", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), InCity,
        ("If-Match" = String, Header, description = "The version the caller looked at, such as \"1\".")),
    request_body = CancelBody, responses((status = 200, body = CancelledView)),
    extensions(
        ("x-permission" = json!(permits(&[Permission::CancelRequest]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, TOO_LATE, REASON_TOO_LONG, REPLAYED, STORAGE_FULL])))))]
async fn cancel(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(version): IfMatch,
    caller: Caller,
) -> Result<Json<CancelledView>, Problem> {
    admit(&caller, Permission::CancelRequest, city)?;
    let body: CancelBody = if caller.body.is_empty() { CancelBody::default() } else { caller.json()? };
    visible(&app, &caller, city, id).await?;
    let command = CancelRequest {
        city,
        request: id,
        by: caller.actor,
        reason: body.reason.into(),
        nonce: nonce_of(&app, &caller),
        expected: Some(version),
    };
    let done = app.db.write(&command).await?;
    Ok(Json(CancelledView {
        id,
        cancelled_at: done.cancelled_at,
        already: done.already,
        version: done.version,
    }))
}

/// Picks a merchant of the recommendation. A retry gets the first result.
#[utoipa::path(post, path = "/v1/requests/{id}/choice", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), InCity),
    request_body = ChoiceBody, responses((status = 200, body = ChoiceView)),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ChooseMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, REFUSED_BY_SERVICE, REPLAYED, STORAGE_FULL])))))]
async fn choose(
    State(app): State<App>,
    Path(id): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    caller: Caller,
) -> Result<Json<ChoiceView>, Problem> {
    admit(&caller, Permission::ChooseMerchant, city)?;
    let body: ChoiceBody = caller.json()?;
    visible(&app, &caller, city, id).await?;
    if let Some(nonce) = nonce_of(&app, &caller) {
        app.db.write(&UseNonce(nonce)).await?;
    }
    let ask =
        Assign { request: id, city, merchant: Some(body.merchant), by: caller.actor, reason: body.reason };
    let Assigned { assignment, merchant, credit_version, answer_by, already } =
        app.bus.ask(&ask, ASSIGN_WITHIN).await.map_err(Error::from)?;
    Ok(Json(ChoiceView { assignment, merchant, credit_version, answer_by, already }))
}

const fn mode_of(word: ModeWord) -> Mode {
    match word {
        ModeWord::Auto => Mode::Auto,
        ModeWord::Choose => Mode::Choose,
    }
}

/// The request as whoever acts in these roles sees it.
pub(super) fn view(request: &Request, roles: &[Role]) -> View {
    let may = |permission| roles.iter().any(|&role| allows(role, permission));
    let mut allowed_actions = Vec::new();
    if request.status.is_open() && may(Permission::CancelRequest) {
        allowed_actions.push(Action::Cancel);
    }
    let waits = matches!(request.status, Status::Received | Status::Unserved);
    if waits && may(Permission::ChooseMerchant) {
        allowed_actions.push(Action::Choose);
    }
    if may(Permission::ReadContact) {
        allowed_actions.push(Action::ReadContact);
    }
    View {
        id: request.id,
        city: request.city,
        channel: request.channel,
        item: request.item.clone(),
        category: request.category.clone(),
        area: request.area,
        urgency: request.urgency,
        status: request.status,
        name: mask_name(&request.contact.name),
        phone: request.contact.phone.masked(),
        wanted_at: request.wanted_at,
        due_by: request.due_by,
        received_at: request.received_at,
        mode: match request.mode {
            Mode::Auto => ModeWord::Auto,
            Mode::Choose => ModeWord::Choose,
        },
        preferred: request.preferred,
        merchant: request.progress.holder().map(|attempt| attempt.merchant),
        allowed_actions,
        version: request.version,
    }
}
