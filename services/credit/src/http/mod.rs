//! What people see and do of credit, and how they change its rules: one file per resource.

mod activities;
mod application_views;
mod applications;
mod bans;
mod board_sheet;
mod breach_effects;
mod catalogue;
mod centre;
mod certificate_page;
mod certificate_views;
mod certificates;
mod credit;
mod door;
mod download;
mod evaluation_views;
mod evaluations;
mod exports;
mod file_views;
mod files;
mod honours;
mod imports;
mod inspections;
mod ledger;
mod merchant_notices;
mod merchants;
mod model;
mod models;
mod names;
mod objections;
mod participants;
mod price_board;
mod prices;
mod proceedings;
mod public;
mod public_merchants;
mod publicity;
mod remarks;
mod report_check;
mod report_sheet;
mod report_views;
mod reports;
mod scans;
mod sheets;
mod simulations;
mod standards;
mod standings;
mod transfers;
mod volunteer;
mod volunteer_needs;
mod words;
mod worker_records;
mod workers;

use core::fmt::Display;
use core::str::FromStr;

use chassis::auth::{FORBIDDEN, Permission, Staff};
use chassis::http::{Api, Cursor, Limit, Problem, Reading, problem};
use kernel::{Actor, ActorId, CategoryCode, City, MerchantId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(crate) use catalogue::CatalogueBody;
pub(crate) use imports::IMPORTS_PATH;

/// What the API is called.
pub(crate) const API: Api = Api {
    service: "credit",
    description: "Merchants, their standing and the ledger behind it, their workers and the scans of their codes, \
        proceedings and objections, the publicity board, the rules of credit and their drafts, standards, prices and \
        admission, what inspectors find, certificates and whether they are good, the yearly evaluation and merchants' reports, honours, \
        activities and volunteering, the service catalogue, and tables that come in and go out as files.",
    version: env!("CARGO_PKG_VERSION"),
    problems: crate::problems::PROBLEMS,
};

/// All routes with their documentation, without state: what the OpenAPI document is made from.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(merchants::routes())
        .merge(public_merchants::routes())
        .merge(merchant_notices::routes())
        .merge(ledger::routes())
        .merge(credit::routes())
        .merge(standings::routes())
        .merge(breach_effects::routes())
        .merge(model::routes())
        .merge(models::routes())
        .merge(simulations::routes())
        .merge(workers::routes())
        .merge(worker_records::routes())
        .merge(transfers::routes())
        .merge(scans::routes())
        .merge(door::routes())
        .merge(proceedings::routes())
        .merge(objections::routes())
        .merge(publicity::routes())
        .merge(catalogue::routes())
        .merge(standards::routes())
        .merge(prices::routes())
        .merge(price_board::routes())
        .merge(applications::routes())
        .merge(remarks::routes())
        .merge(files::routes())
        .merge(bans::routes())
        .merge(inspections::routes())
        .merge(imports::routes())
        .merge(exports::routes())
        .merge(evaluations::routes())
        .merge(reports::routes())
        .merge(report_check::routes())
        .merge(honours::routes())
        .merge(activities::routes())
        .merge(participants::routes())
        .merge(volunteer::routes())
        .merge(volunteer_needs::routes())
        .merge(certificates::routes())
        .merge(sheets::routes())
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

/// A page of a list in a city that says how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CountedQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
    /// With `true` the first page says how long the list is.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

impl CountedQuery {
    fn reading<K: Serialize + DeserializeOwned>(&self) -> Result<Reading<K>, Problem> {
        Reading::asked(self.limit, self.after.as_ref())
    }
}

/// A page of a list that is one for all cities.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

impl PageQuery {
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

/// The member of staff, where it may do so: who decides must be told apart from who wrote.
fn person(staff: &Staff, permission: Permission) -> Result<ActorId, Problem> {
    staff.require(permission)?;
    staff_id(staff)
}

/// Lets the person see what concerns one merchant: its own account may see it too.
fn admit_to(staff: &Staff, permission: Permission, city: City, merchant: MerchantId) -> Result<(), Problem> {
    let is_own = staff.0.merchant == Some(merchant);
    admit(staff, if is_own { Permission::ReadOwnMerchant } else { permission }, city)
}

/// Of which merchants a list tells: what was asked for, and for a merchant's account its own whatever it left out.
fn whose(
    staff: &Staff,
    permission: Permission,
    city: City,
    asked: Option<MerchantId>,
) -> Result<Option<MerchantId>, Problem> {
    let merchant = asked.or(staff.0.merchant);
    match merchant {
        Some(merchant) => admit_to(staff, permission, city, merchant)?,
        None => admit(staff, permission, city)?,
    }
    Ok(merchant)
}

/// Lets a merchant's account act for its own merchant, and staff with the permission for any.
fn admit_for(
    staff: &Staff,
    permission: Permission,
    city: City,
    merchant: MerchantId,
) -> Result<Actor, Problem> {
    admit(staff, permission, city)?;
    may_act_for(staff.0.actor, Some(merchant))?;
    Ok(staff.0.actor)
}

/// A merchant's account acts for no other merchant.
fn may_act_for(actor: Actor, merchant: Option<MerchantId>) -> Result<(), Problem> {
    match actor {
        Actor::Merchant { id } if merchant != Some(id) => {
            Err(FORBIDDEN.detail("the account is another merchant's"))
        }
        Actor::Merchant { .. } | Actor::Staff { .. } => Ok(()),
        Actor::Channel { .. } | Actor::Platform => Err(FORBIDDEN.detail("only people do this")),
    }
}

/// The member of staff who calls.
fn staff_id(staff: &Staff) -> Result<ActorId, Problem> {
    match staff.0.actor {
        Actor::Staff { id } => Ok(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => {
            Err(FORBIDDEN.detail("only staff does this"))
        }
    }
}

/// A word of the query that must be one of its type's.
fn word<T: FromStr<Err: Display>>(parameter: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| {
        Problem::new(problem::INVALID_QUERY).at(parameter, "invalid-value", error.to_string())
    })
}

/// The same, of the body.
fn word_at<T: FromStr<Err: Display>>(pointer: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| {
        Problem::new(problem::INVALID_BODY).at(pointer, "invalid-value", error.to_string())
    })
}

/// The category of the query: nothing is found of one that the catalogue does not have, and so it is not looked for.
fn category_of_query(app: &App, category: Option<CategoryCode>) -> Result<Option<CategoryCode>, Problem> {
    if category.as_ref().is_none_or(|category| app.policy.knows(category)) {
        return Ok(category);
    }
    let told = "the catalogue has no such category";
    Err(Problem::new(problem::INVALID_QUERY).at("category", "invalid-value", told))
}

/// A member of the body that does not fit the others.
fn invalid_at(pointer: &str, says: &str) -> Problem {
    Problem::new(problem::INVALID_BODY).at(pointer, "invalid-value", says.to_owned())
}
