//! What people see of credit: one file per resource. Nothing here changes anything.

mod catalogue;
mod ledger;
mod merchants;
mod workers;

use chassis::auth::{FORBIDDEN, Permission, Staff};
use chassis::http::{Api, Cursor, Limit, Problem, Reading};
use kernel::{City, MerchantId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(crate) use catalogue::CatalogueBody;

/// What the API is called.
pub(crate) const API: Api = Api {
    service: "credit",
    description: "Merchants, their standing and the ledger behind it, their workers, and the service catalogue.",
    version: env!("CARGO_PKG_VERSION"),
    problems: crate::problems::PROBLEMS,
};

/// All routes with their documentation, without state: what the OpenAPI document is made from.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(merchants::routes())
        .merge(ledger::routes())
        .merge(workers::routes())
        .merge(catalogue::routes())
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

/// A page of a list in a city.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

impl ListQuery {
    fn reading<K: Serialize + DeserializeOwned>(&self) -> Result<Reading<K>, Problem> {
        Reading::asked(self.limit, self.after.as_ref())
    }
}

/// Lets the person go on with the permission, in the city that the account is for.
fn admit(staff: &Staff, permission: Permission, city: City) -> Result<(), Problem> {
    let principal = staff.require(permission)?;
    match principal.city {
        Some(own) if own != city => Err(FORBIDDEN.detail("the account is for another city")),
        Some(_) | None => Ok(()),
    }
}

/// The same for what concerns one merchant: its own account may see it too.
fn admit_to(staff: &Staff, permission: Permission, city: City, merchant: MerchantId) -> Result<(), Problem> {
    let is_own = staff.0.merchant == Some(merchant);
    admit(staff, if is_own { Permission::ReadOwnMerchant } else { permission }, city)
}
