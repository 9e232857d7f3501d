//! How to reach the citizen of a request, in the clear, and who has read it.
//!
//! A `POST`, though it changes nothing of the request: each reading is an act of its own that is kept, with its
//! reason in the body, where no log of addresses has it; and nothing on the way takes the answer for one that may
//! be stored.

use axum::extract::State;
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use chassis::store::clear_reads::ClearRead;
use intake_domain::Request;
use kernel::{Actor, City, PersonalText, RequestId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, in_city};
use crate::App;
use crate::problems::{CONTACT_CLOSED, INVALID_REQUEST, NOT_FOUND, STORAGE_FULL};
use crate::usecases::{ReadContact, Reader, clear_reads, find};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(readings))
}

/// Why somebody needs it. No `Debug`: somebody's words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactReading)]
struct ReadBody {
    /// 1 to 200 characters, for the audit.
    reason: String,
}

/// How to reach the citizen, and what it is about in the citizen's words. No `Debug`: personal.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactInTheClear)]
struct ClearView {
    /// What to call the citizen.
    name: String,
    /// The number, in the clear.
    phone: String,
    /// Where to go, below the street; may be empty.
    address: String,
    /// What it is about, in the citizen's words; may be empty.
    description: String,
}

impl ClearView {
    fn of(request: &Request) -> Self {
        let contact = &request.contact;
        Self {
            name: contact.name.in_the_clear().to_owned(),
            phone: contact.phone.in_the_clear().to_owned(),
            address: contact.address.in_the_clear().to_owned(),
            description: request.description.in_the_clear().to_owned(),
        }
    }
}

/// A page of the readings of one request.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadingsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Shows the contact to operators, to those who call back, and to the merchant that holds the request until some
/// time after completion. Each reading is kept. Never to be stored.
#[utoipa::path(post, path = "/v1/requests/{id}/contact", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), InCity),
    request_body = ReadBody, responses((status = 200, body = ClearView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadContact, Permission::ReadHeldContact]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONTACT_CLOSED, INVALID_REQUEST, STORAGE_FULL])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    Json(ReadBody { reason }): Json<ReadBody>,
) -> Result<Json<ClearView>, Problem> {
    let (by, reader) = reader(&staff)?;
    in_city(staff.0.city, city)?;
    let (reason, grace) = (PersonalText::new(reason), app.contact_grace);
    let request = app.db.write(&ReadContact { city, request: id, by, reader, reason, grace }).await?;
    Ok(Json(ClearView::of(&request)))
}

/// Who has read the contact in the clear, the first first.
#[utoipa::path(get, path = "/v1/requests/{id}/clear-reads", tag = "requests",
    params(("id" = RequestId, Path, description = "The request."), ReadingsQuery),
    responses((status = 200, body = Page<ClearRead>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadClearReads]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn readings(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<RequestId>,
    Query(ReadingsQuery { city, limit, after }): Query<ReadingsQuery>,
) -> Result<Json<Page<ClearRead>>, Problem> {
    staff.require(Permission::ReadClearReads)?;
    in_city(staff.0.city, city)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    find(&app.db, city, id).await?;
    let found = clear_reads(&app.db, city, id, reading.after, reading.rows()).await?;
    Ok(Json(reading.page(found, |read| read.id)))
}

/// In which capacity an account reads: as a merchant only for what its merchant holds.
fn reader(staff: &Staff) -> Result<(Actor, Reader), Problem> {
    if let Ok(principal) = staff.require(Permission::ReadContact) {
        return Ok((principal.actor, Reader::Staff));
    }
    let principal = staff.require(Permission::ReadHeldContact)?;
    let merchant =
        principal.merchant.ok_or_else(|| FORBIDDEN.detail("the account belongs to no merchant"))?;
    Ok((principal.actor, Reader::Merchant(merchant)))
}
