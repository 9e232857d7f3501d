//! Workers: who enrols whom, with the safety colour at this moment.

use core::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::problem::INVALID_BODY;
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, etag, refuses};
use credit_domain::workers::{IdentityNumber, StarAward, Transfer, mask, printed};
use credit_domain::{Colour, Identity, Worker};
use kernel::{Actor, City, MerchantId, Timestamp, Version, WorkerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::part_of_name;
use super::names::{ShowsMerchants, all_named, named};
use super::{InCity, admit, admit_to};
use crate::App;
use crate::problems::{ENROLLED_ELSEWHERE, MERCHANT_REMOVED, NOT_ENROLLED, NOT_FOUND};
use crate::usecases::workers::{
    About, EnrolWorker, LeaveMerchant, Told, WorkerPlace, WorkerSearch, worker, workers_after, workers_total,
};

const NAME_CHARS_MAX: usize = 40;
const PHOTO_BYTES_MAX: usize = 300;
/// What ends within this time is renewed now.
const SOON: Duration = Duration::from_secs(30 * 86_400);

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, enrol)).routes(routes!(read)).routes(routes!(leave))
}

/// A worker (家政从业人员).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Worker)]
pub(super) struct View {
    id: WorkerId,
    city: City,
    /// Who enrols the worker, or did last.
    merchant: MerchantId,
    /// The published name of the merchant; absent while it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    enrolled_since: Timestamp,
    /// When the worker left that merchant; absent while enrolled.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_at: Option<Timestamp>,
    /// The number on the card.
    card: String,
    /// What the printed card shows as a QR code: it only identifies the card.
    printed_code: String,
    /// Masked, as citizens see it.
    masked_name: String,
    /// Where the photo stands; absent: a placeholder is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<String>,
    /// The safety colour (安心码), computed now.
    colour: ColourWord,
    /// How the identity check came out.
    identity: IdentityWord,
    /// Expiry of the medical exam (健康体检); absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    exam_until: Option<Timestamp>,
    /// Expiry of the liability insurance (责任保险); absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    insurance_until: Option<Timestamp>,
    /// Skill stars (技能星级): neither a grade nor a colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    stars: Option<StarsView>,
    /// The move to another merchant that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<TransferView>,
    /// Counts the changes; also the entity tag.
    version: Version,
}

/// The safety colour (安心码): red where the identity does not hold, yellow without exam or insurance in date, else green.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SafetyColour)]
pub(super) enum ColourWord {
    Red,
    Yellow,
    Green,
}

/// The outcome of the identity check (身份核验).
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IdentityStatus)]
pub(super) enum IdentityWord {
    Unchecked,
    Passed,
    Lapsed,
    Abnormal,
}

/// Skill stars as they were given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkillStars)]
struct StarsView {
    /// 1 to 5.
    stars: u8,
    /// The number of the training or exam they rest on.
    training: String,
    given_by: Actor,
    given_at: Timestamp,
}

/// A transfer (转会) under way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkerTransfer)]
struct TransferView {
    /// The merchant that asked.
    to: MerchantId,
    /// Its published name; absent while it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_name: Option<String>,
    asked_at: Timestamp,
    /// When it takes place without the present merchant's consent.
    due_at: Timestamp,
}

/// A person to be enrolled. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWorker)]
struct EnrolBody {
    /// The name, at most 40 characters; masked at once, and not kept.
    name: String,
    /// The citizen identity number (公民身份号码): tells persons apart, and is never shown.
    identity_number: String,
    /// Where the photo stands: an `https` address of at most 300 bytes.
    #[serde(default)]
    photo: Option<String>,
}

/// What a command about a worker led to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkerChange)]
pub(super) struct ToldView {
    /// The worker.
    id: WorkerId,
    version: Version,
    /// Whether it had been done before: nothing was changed now.
    already: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WorkersQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those with this in their masked name or in the number on their card; 1 to 60 characters.
    name: Option<String>,
    /// With `true` only those who are not green, or will not be in 30 days unless a paper is renewed; with `false` the
    /// others.
    ends_soon: Option<bool>,
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

/// Workers whom a merchant enrols now: all, or those that fit; those first whose papers end first, or have.
#[utoipa::path(get, path = "/v1/merchants/{id}/workers", tag = "workers",
    params(("id" = MerchantId, Path, description = "The merchant."), WorkersQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<WorkersQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let WorkersQuery { city, name, ends_soon, limit, after, total } = query;
    admit_to(&staff, Permission::ReadMerchants, city, id)?;
    let (reading, now) = (Reading::asked(limit, after.as_ref())?, app.clock.now());
    let search = WorkerSearch {
        text: part_of_name(name)?,
        green_after: ends_soon.map(|ends| (now.after(SOON), !ends)),
    };
    let found = workers_after(&app.db, city, id, &search, reading.after, reading.rows()).await?;
    let total = reading.total(total, workers_total(&app.db, (city, id), &search)).await?;
    let page = reading.page(found, |worker| WorkerPlace::of(worker.id, worker.papers)).counted(total);
    let Page { items, next, total } = page.map(|worker| View::at(worker, now));
    Ok(Json(Page { items: all_named(&app, city, items).await?, next, total }))
}

/// Enrols a person with a merchant. The same person again is answered with the worker that is there.
#[utoipa::path(post, path = "/v1/merchants/{id}/workers", tag = "workers",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity), request_body = EnrolBody,
    responses((status = 201, body = View, headers(
        ("Location" = String, description = "The worker, relative to what was asked."),
        ("ETag" = String, description = "The version, such as \"1\"."))), (status = 200, body = View, description = "Enrolled before")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageOwnWorkers, Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, ENROLLED_ELSEWHERE, MERCHANT_REMOVED])))))]
async fn enrol(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<EnrolBody>,
) -> Result<Response, Problem> {
    manages_for(&staff, city, merchant)?;
    let command = EnrolWorker {
        city,
        merchant,
        number: identity_number(&body.identity_number)?,
        masked_name: mask(bounded("#/name", &body.name, NAME_CHARS_MAX)?),
        photo: body.photo.map(photo).transpose()?,
        by: staff.0.actor,
        terms: &app.workers.terms,
    };
    let Told { worker, already } = Box::pin(app.db.write(&command)).await?;
    let status = if already { StatusCode::OK } else { StatusCode::CREATED };
    let tag = [(header::ETAG, etag(worker.version))];
    let place = format!("../../workers/{}?city={city}", worker.id);
    let view = named(&app, city, View::at(worker, app.clock.now())).await?;
    Ok((status, [(header::LOCATION, place)], tag, Json(view)).into_response())
}

/// One worker.
#[utoipa::path(get, path = "/v1/workers/{id}", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    let worker = worker(&app.db, city, id).await?;
    admit_to(&staff, Permission::ReadMerchants, city, worker.enrolment.merchant)?;
    // The colour moves without the version: it is never taken from a copy.
    let version = worker.version;
    let body = named(&app, city, View::at(worker, app.clock.now())).await?;
    Ok(Tagged { version, body, known: None })
}

/// The worker leaves its merchant. Repeated, it changes nothing.
#[utoipa::path(post, path = "/v1/workers/{id}/leave", tag = "workers",
    params(("id" = WorkerId, Path, description = "The worker."), InCity),
    responses((status = 200, body = ToldView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageOwnWorkers, Permission::ManageWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_ENROLLED])))))]
async fn leave(
    State(app): State<App>,
    staff: Staff,
    Path(worker): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<ToldView>, Problem> {
    let merchant = manages(&staff, city)?;
    let about = About { city, worker, by: staff.0.actor, terms: &app.workers.terms };
    Ok(Json(app.db.write(&LeaveMerchant { about, merchant }).await?.into()))
}

/// Whose workers the account manages: its own merchant's, or (none) everybody's.
pub(super) fn manages(staff: &Staff, city: City) -> Result<Option<MerchantId>, Problem> {
    if staff.require(Permission::ManageWorkers).is_ok() {
        admit(staff, Permission::ManageWorkers, city)?;
        return Ok(None);
    }
    own(staff, city).map(Some)
}

/// The merchant whose own account this is.
pub(super) fn own(staff: &Staff, city: City) -> Result<MerchantId, Problem> {
    admit(staff, Permission::ManageOwnWorkers, city)?;
    staff.0.merchant.ok_or_else(|| FORBIDDEN.detail("the account belongs to no merchant"))
}

/// Goes on when the account manages the workers of this merchant.
fn manages_for(staff: &Staff, city: City, merchant: MerchantId) -> Result<(), Problem> {
    match manages(staff, city)? {
        Some(own) if own != merchant => Err(FORBIDDEN.detail("the account belongs to another merchant")),
        Some(_) | None => Ok(()),
    }
}

/// Reads an identity number without repeating it.
pub(super) fn identity_number(text: &str) -> Result<IdentityNumber, Problem> {
    text.parse().map_err(|error: credit_domain::workers::IdentityNumberError| {
        Problem::new(INVALID_BODY).at("#/identity_number", "invalid-value", error.to_string())
    })
}

/// A text that is there and not too long.
pub(super) fn bounded<'a>(pointer: &str, text: &'a str, chars_max: usize) -> Result<&'a str, Problem> {
    let text = text.trim();
    if (1..=chars_max).contains(&text.chars().count()) {
        Ok(text)
    } else {
        let detail = format!("expected 1 to {chars_max} characters");
        Err(Problem::new(INVALID_BODY).at(pointer, "invalid-value", detail))
    }
}

fn photo(address: String) -> Result<String, Problem> {
    let fits = address.len() <= PHOTO_BYTES_MAX
        && address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        && address.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        Ok(address)
    } else {
        let detail = format!("expected an https address of at most {PHOTO_BYTES_MAX} bytes");
        Err(Problem::new(INVALID_BODY).at("#/photo", "invalid-value", detail))
    }
}

impl ShowsMerchants for View {
    fn each(&mut self, see: &mut dyn FnMut(MerchantId, &mut Option<String>)) {
        see(self.merchant, &mut self.merchant_name);
        if let Some(TransferView { to, to_name, .. }) = &mut self.transfer {
            see(*to, to_name);
        }
    }
}

impl View {
    /// As it is at this moment.
    pub(super) fn at(worker: Worker, now: Timestamp) -> Self {
        Self {
            id: worker.id,
            city: worker.city,
            merchant: worker.enrolment.merchant,
            merchant_name: None,
            enrolled_since: worker.enrolment.since,
            left_at: worker.enrolment.left_at,
            card: worker.card.to_string(),
            printed_code: printed(worker.card),
            colour: worker.colour(now).into(),
            identity: worker.papers.identity.into(),
            exam_until: worker.papers.exam_until,
            insurance_until: worker.papers.insurance_until,
            stars: worker.stars.map(|StarAward { stars, training, by, at }| StarsView {
                stars: stars.count(),
                training,
                given_by: by,
                given_at: at,
            }),
            transfer: worker.transfer.map(|Transfer { to, asked_at, due_at }| TransferView {
                to,
                to_name: None,
                asked_at,
                due_at,
            }),
            version: worker.version,
            masked_name: worker.masked_name,
            photo: worker.photo,
        }
    }
}

impl From<Told> for ToldView {
    fn from(Told { worker, already }: Told) -> Self {
        Self { id: worker.id, version: worker.version, already }
    }
}

impl From<Colour> for ColourWord {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Red => Self::Red,
            Colour::Yellow => Self::Yellow,
            Colour::Green => Self::Green,
        }
    }
}

impl From<Identity> for IdentityWord {
    fn from(identity: Identity) -> Self {
        match identity {
            Identity::Unchecked => Self::Unchecked,
            Identity::Passed => Self::Passed,
            Identity::Lapsed => Self::Lapsed,
            Identity::Abnormal => Self::Abnormal,
        }
    }
}

impl From<IdentityWord> for Identity {
    fn from(word: IdentityWord) -> Self {
        match word {
            IdentityWord::Unchecked => Self::Unchecked,
            IdentityWord::Passed => Self::Passed,
            IdentityWord::Lapsed => Self::Lapsed,
            IdentityWord::Abnormal => Self::Abnormal,
        }
    }
}
