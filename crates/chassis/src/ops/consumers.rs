//! How the consumers stand (I6).

use core::time::Duration;

use axum::extract::{FromRef, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Balance, BalanceError, Ops, admit};
use crate::auth::{Auth, Permission, Staff, permits};
use crate::http::{Json, Problem, Query};

/// Messages looked at when the client does not say.
const MESSAGES_DEFAULT: u64 = 10_000;
/// Messages looked at for one answer: about a second.
const MESSAGES_MAX: u64 = 100_000;
/// When to ask again while the bus or the database is away.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// The routes of this resource.
pub(super) fn routes<S>() -> OpenApiRouter<S>
where
    Ops: FromRef<S>,
    Auth: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The newest messages of each stream to look at, 1 to 100,000; 10,000 when absent.
    #[param(minimum = 1, maximum = 100_000)]
    messages: Option<u64>,
}

/// All consumers of this service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsumerBalances)]
struct View {
    /// Whether nothing is missing anywhere.
    balanced: bool,
    /// Each durable consumer.
    items: Vec<Balance>,
}

/// How the consumers stand: received = done + dead-lettered + waiting, and what waits is still with the server.
#[utoipa::path(get, path = "/v1/consumers", tag = "operations", params(Asked),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDeadLetters])))))]
async fn list(
    State(ops): State<Ops>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadDeadLetters)?;
    let messages = asked.messages.unwrap_or(MESSAGES_DEFAULT);
    if !(1..=MESSAGES_MAX).contains(&messages) {
        let unfit = Problem::new(crate::http::problem::INVALID_QUERY);
        return Err(unfit.at("messages", "invalid-value", "expected 1 to 100000"));
    }
    let mut items = Vec::new();
    for subscription in ops.subscriptions() {
        items.push(ops.balance(subscription.durable(), messages).await?);
    }
    Ok(Json(View { balanced: items.iter().all(|one| one.missing == 0), items }))
}

impl From<BalanceError> for Problem {
    fn from(error: BalanceError) -> Self {
        Self::unavailable(&error, RETRY_AFTER)
    }
}
