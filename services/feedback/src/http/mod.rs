//! What people see of feedback: one file per resource.
//!
//! No `Idempotency-Key` is asked for: every step has a first result of its own, and a repeated one is told it
//! with `already`.

mod callbacks;
mod cases;

use chassis::auth::{FORBIDDEN, Permission, Staff};
use chassis::http::{Api, Problem, Tagged};
use kernel::{Actor, ActorId, City, MerchantId, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// What the API is called.
pub(crate) const API: Api = Api {
    service: "feedback",
    description: "Call-backs the day after, and cases of suspected breaches.",
    version: env!("CARGO_PKG_VERSION"),
    problems: crate::problems::PROBLEMS,
};

/// All routes with their documentation, without state: what the OpenAPI document is made from.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(callbacks::routes()).merge(cases::routes()).merge(chassis::ops::routes())
}

/// The city that the resource is in: part of every key.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InCity {
    /// The city's code, such as 330200.
    city: City,
}

/// A resource after a step.
#[derive(Debug, Serialize, ToSchema)]
struct Stepped<T> {
    #[serde(flatten)]
    now: T,
    /// Whether the step had been taken before: the first result stands.
    already: bool,
}

impl<T> Stepped<T> {
    const fn tagged(self, version: Version) -> Tagged<Self> {
        Tagged { body: self, version, known: None }
    }
}

/// Lets the person go on with the permission, in the city that the account is for.
fn admit(staff: &Staff, permission: Permission, city: City) -> Result<Actor, Problem> {
    let principal = staff.require(permission)?;
    match principal.city {
        Some(own) if own != city => Err(FORBIDDEN.detail("the account is for another city")),
        Some(_) | None => Ok(principal.actor),
    }
}

/// Of which merchants a list tells: what was asked for, and for a merchant's account its own whatever it left out.
fn whose(
    staff: &Staff,
    permission: Permission,
    city: City,
    asked: Option<MerchantId>,
) -> Result<Option<MerchantId>, Problem> {
    let Some(own) = staff.0.merchant else {
        admit(staff, permission, city)?;
        return Ok(asked);
    };
    admit(staff, Permission::AnswerCases, city)?;
    if asked.is_some_and(|asked| asked != own) {
        return Err(FORBIDDEN.detail("the account is another merchant's"));
    }
    Ok(Some(own))
}

/// The merchant whose account it is, if it may.
fn party(staff: &Staff, city: City) -> Result<MerchantId, Problem> {
    admit(staff, Permission::AnswerCases, city)?;
    staff.0.merchant.ok_or_else(|| FORBIDDEN.detail("only a merchant's account does this"))
}

/// The person, if it is a member of staff with the permission: for what it may do next.
fn judge(staff: &Staff, permission: Permission) -> Option<ActorId> {
    match staff.require(permission).ok()?.actor {
        Actor::Staff { id } => Some(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => None,
    }
}
