//! What people and front ends ask of dispatch: one file a resource.
//!
//! No `Idempotency-Key` is asked for: every step has a first result of its own, and a repeated one is told it
//! with `already`.

mod assignments;
mod board;
mod decisions;
mod jobs;
mod proposals;
mod recommendations;
mod shares;

use chassis::auth::{FORBIDDEN, Permission, Staff};
use chassis::http::{Api, Problem};
use kernel::{Actor, City};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// What the API is called.
pub(crate) const API: Api = Api {
    service: "dispatch",
    description: "Recommends merchants, offers requests to them and keeps who holds which request.",
    version: env!("CARGO_PKG_VERSION"),
    problems: crate::problems::PROBLEMS,
};

/// All routes with their documentation, without state: what the OpenAPI document is made from.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(recommendations::routes())
        .merge(board::routes())
        .merge(jobs::routes())
        .merge(assignments::routes())
        .merge(decisions::routes())
        .merge(proposals::routes())
        .merge(shares::routes())
        .merge(chassis::ops::routes())
}

/// The city that the resource is in: part of every key.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InCity {
    /// The city's code, such as 330200.
    city: City,
}

/// Lets the person go on with the permission, in the city that the account is for.
fn admit(staff: &Staff, permission: Permission, city: City) -> Result<Actor, Problem> {
    let principal = staff.require(permission)?;
    check_city(principal.city, city)?;
    Ok(principal.actor)
}

fn check_city(own: Option<City>, city: City) -> Result<(), Problem> {
    match own {
        Some(own) if own != city => Err(FORBIDDEN.detail("the account is for another city")),
        Some(_) | None => Ok(()),
    }
}
