//! What front ends and staff see of intake: one file per resource.

mod colleagues;
mod contact;
mod events;
mod recommendations;
mod request_lists;
mod requests;
mod tracking;

use chassis::auth::{Caller, FORBIDDEN, Permission, Principal};
use chassis::http::{Api, Problem};
use intake_domain::Request;
use kernel::{Actor, ActorId, City, RequestId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::error::Error;
use crate::usecases::{self, Nonce};

/// The patterns of the routes that wait for news on purpose.
pub(crate) const LONG_POLLS: [&str; 2] = [events::PATH, recommendations::CHANGES_PATH];

/// What the API is called.
pub(crate) const API: Api = Api {
    service: "intake",
    description: "Requests of citizens by six channels, their progress, and whom the platform recommends.",
    version: env!("CARGO_PKG_VERSION"),
    problems: crate::problems::PROBLEMS,
};

/// All routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(requests::routes())
        .merge(request_lists::routes())
        .merge(tracking::routes())
        .merge(events::routes())
        .merge(contact::routes())
        .merge(colleagues::routes())
        .merge(recommendations::routes())
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

/// Lets the caller go on with the permission, in the city that the account is for.
fn admit(caller: &Caller, permission: Permission, city: City) -> Result<(), Problem> {
    caller.require(permission)?;
    in_city(caller.city, city)
}

/// Goes on only in the city that an account is for, if it is for one.
fn in_city(account: Option<City>, city: City) -> Result<(), Problem> {
    match account {
        Some(own) if own != city => Err(FORBIDDEN.detail("the account is for another city")),
        Some(_) | None => Ok(()),
    }
}

/// The account of somebody of the staff.
fn account_of(principal: &Principal) -> Result<ActorId, Problem> {
    match principal.actor {
        Actor::Staff { id } => Ok(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => {
            Err(FORBIDDEN.detail("the account is none of the staff"))
        }
    }
}

/// The request, as far as the caller may know of it: a channel knows its own alone.
async fn visible(app: &App, caller: &Caller, city: City, id: RequestId) -> Result<Request, Problem> {
    let request = usecases::find(&app.db, city, id).await?;
    match &caller.signed {
        Some((channel, _)) if *channel != request.channel => Err(Error::Unknown("request").into()),
        Some(_) | None => Ok(request),
    }
}

fn nonce_of(app: &App, caller: &Caller) -> Option<Nonce> {
    let (channel, id) = caller.signed.clone()?;
    Some(Nonce { channel, id, used_at: app.wall.now() })
}
