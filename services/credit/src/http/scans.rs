//! The door: a code on the phone, its scan, the confirmed entry, and the log of it all.
//!
//! A scan comes signed by the citizen's front end: card numbers can be counted through, and only a front end tells its
//! citizens apart and can slow one down. Whoever has none scans with the public page, which shows phones alone (see
//! `door`). The citizen needs no account, and none is kept here. A signature used again within its window changes
//! nothing: the same try gets the same answer.

use axum::extract::State;
use chassis::auth::{Caller, FORBIDDEN, Permission, Staff, permits};
use chassis::http::{IdempotencyKey, Json, Page, Path, Problem, Query, refuses};
use credit_domain::workers::{Outcome, Proof, Safety, Scan, Sight};
use kernel::{Actor, City, Grade, MerchantId, RequestId, ScanId, Timestamp, WorkerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::StatusWord;
use super::names::{ShowsMerchants, all_named};
use super::workers::{ColourWord, own};
use super::{CountedQuery, InCity, admit, admit_to};
use crate::App;
use crate::problems::{
    EXPIRED_CODE, FORGED_CODE, IDENTIFIES_ONLY, NOBODYS_WORKER, NOT_FOUND, NOTHING_SHOWN, RED_CODE,
    SCAN_TOO_OLD, UNKNOWN_CARD, USED_CODE, WORKER_MOVED,
};
use crate::usecases::workers::{
    Asked, ConfirmEntry, Confirmed, KeptScan, Seen, Shown, scans_after, scans_total,
};

/// The routes of these resources.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show_code))
        .routes(routes!(list, scan))
        .routes(routes!(list_of_merchant))
        .routes(routes!(confirm))
}

/// A code to be shown on a worker's phone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCode)]
struct CodeView {
    /// Its text, to be drawn as a QR code. Good for one scan.
    code: String,
    /// From when on it is no longer good, by real time.
    expires_at: Timestamp,
}

/// What the camera saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScan)]
struct ScanBody {
    /// The text of the QR code.
    code: String,
}

/// What was scanned.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScanProof)]
enum ProofWord {
    /// The signed code on the phone.
    Phone,
    /// The printed card: it only identifies.
    Card,
}

/// What the citizen sees, and nothing more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScanResult)]
pub(super) struct SightView {
    /// The scan: what an entry is confirmed with.
    scan: ScanId,
    scanned_at: Timestamp,
    proof: ProofWord,
    /// Whether this only says whose card it is: true for a printed code, which shows no colour. Ask for the code on
    /// the phone.
    identifies_only: bool,
    /// Where the photo stands; absent: show a placeholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<String>,
    /// Masked, as citizens see it.
    masked_name: String,
    /// The number on the card.
    number: String,
    /// The merchant; its price board says how it stands a minute later.
    merchant_id: MerchantId,
    /// The merchant's published name.
    merchant: String,
    /// The merchant's credit grade (信用等级).
    grade: Grade,
    /// Whether the merchant objects to an entry behind its grade.
    under_objection: bool,
    /// Whether the merchant takes orders now. Of a suspended one the colour is as always, which speaks of the worker:
    /// who was not ordered is not let in.
    merchant_status: StatusWord,
    /// The safety colour (安心码) at the moment of the scan; absent where the code only identifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<ColourWord>,
    /// When the first of the worker's papers expires, or did.
    #[serde(skip_serializing_if = "Option::is_none")]
    papers_until: Option<Timestamp>,
    /// Until when the entry may be confirmed; absent where it may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_by: Option<Timestamp>,
}

/// What the entry is for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NewEntry)]
struct EntryBody {
    /// The citizen's request, if the front end knows it.
    request: Option<RequestId>,
}

/// A confirmed entry (确认入户).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConfirmedEntry)]
pub(super) struct EntryView {
    scan: ScanId,
    confirmed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
    /// Whether it had been confirmed before: the first stands.
    already: bool,
}

/// A scan as the log keeps it: nothing of the citizen's, and no colour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoggedScan)]
struct ScanView {
    id: ScanId,
    scanned_at: Timestamp,
    /// Through whom it came; `platform`: the public page.
    by: Actor,
    proof: ProofWord,
    outcome: OutcomeWord,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<WorkerId>,
    /// The worker's name, masked as citizens see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    worker_name: Option<String>,
    /// The number on the worker's card, while that merchant has the worker.
    #[serde(skip_serializing_if = "Option::is_none")]
    worker_card: Option<String>,
    /// Who enrolled the worker then.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
    /// The published name of the merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    /// When the citizen let the worker in.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_confirmed_at: Option<Timestamp>,
}

/// How a scan ended.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScanOutcome)]
enum OutcomeWord {
    Shown,
    Forged,
    Expired,
    Used,
    Unknown,
    NotEnrolled,
    MerchantRemoved,
}

/// A fresh code for the phone of one of the merchant's workers, good for one scan within a minute or so.
#[utoipa::path(post, path = "/v1/workers/{id}/code", tag = "scans",
    params(("id" = WorkerId, Path, description = "The worker."), InCity),
    responses((status = 200, body = CodeView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageOwnWorkers]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn show_code(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<WorkerId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<CodeView>, Problem> {
    let merchant = own(&staff, city)?;
    let Shown { code, expires_at } = app.workers.show_code(city, id, merchant).await?;
    Ok(Json(CodeView { code, expires_at }))
}

/// Scans a worker's code. Every scan is kept, whatever it shows; the same key gives the same answer.
#[utoipa::path(post, path = "/v1/scans", tag = "scans",
    params(InCity, ("Idempotency-Key" = String, Header, description = "The client's name for this one scan.")),
    request_body = ScanBody, responses((status = 200, body = SightView)),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ScanWorkerCodes]))),
        ("x-problems" = json!(refuses(&[FORGED_CODE, EXPIRED_CODE, USED_CODE, UNKNOWN_CARD, NOBODYS_WORKER])))))]
async fn scan(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    IdempotencyKey(key): IdempotencyKey,
    caller: Caller,
) -> Result<Json<SightView>, Problem> {
    admit_caller(&caller, Permission::ScanWorkerCodes, city)?;
    let ScanBody { code } = caller.json()?;
    let seen = app.workers.scan(Asked { city, by: caller.actor, key: &key, code: &code }).await?;
    let confirm_by = seen.at.after(app.workers.entry_within);
    Ok(Json(SightView::of(seen, confirm_by)))
}

/// The citizen lets the worker in: once for each scan of a phone, within minutes. Repeated, the first stands.
#[utoipa::path(post, path = "/v1/scans/{id}/entry", tag = "scans",
    params(("id" = ScanId, Path, description = "The scan."), InCity), request_body = EntryBody,
    responses((status = 200, body = EntryView)), security(("channel" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ConfirmEntries]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOTHING_SHOWN, IDENTIFIES_ONLY, SCAN_TOO_OLD, WORKER_MOVED, RED_CODE])))))]
async fn confirm(
    State(app): State<App>,
    Path(scan): Path<ScanId>,
    Query(InCity { city }): Query<InCity>,
    caller: Caller,
) -> Result<Json<EntryView>, Problem> {
    admit_caller(&caller, Permission::ConfirmEntries, city)?;
    let EntryBody { request } = if caller.body.is_empty() { EntryBody::default() } else { caller.json()? };
    let within = app.workers.entry_within;
    let confirm = ConfirmEntry { city, scan, by: caller.actor, request, within };
    let confirmed = app.db.write(&confirm).await?;
    Ok(Json(EntryView::from(confirmed)))
}

/// Scans in a city, the first first.
#[utoipa::path(get, path = "/v1/scans", tag = "scans", params(CountedQuery),
    responses((status = 200, body = Page<ScanView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadWorkerRecords])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<CountedQuery>,
) -> Result<Json<Page<ScanView>>, Problem> {
    admit(&staff, Permission::ReadWorkerRecords, query.city)?;
    page_of(&app, &query, None).await
}

/// Scans of the workers that the merchant enrolled then, the first first.
#[utoipa::path(get, path = "/v1/merchants/{id}/scans", tag = "scans",
    params(("id" = MerchantId, Path, description = "The merchant."), CountedQuery),
    responses((status = 200, body = Page<ScanView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadWorkerRecords, Permission::ReadOwnMerchant])))))]
async fn list_of_merchant(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<CountedQuery>,
) -> Result<Json<Page<ScanView>>, Problem> {
    admit_to(&staff, Permission::ReadWorkerRecords, query.city, id)?;
    page_of(&app, &query, Some(id)).await
}

async fn page_of(
    app: &App,
    query: &CountedQuery,
    merchant: Option<MerchantId>,
) -> Result<Json<Page<ScanView>>, Problem> {
    let reading = query.reading()?;
    let found = scans_after(&app.db, query.city, merchant, reading.after, reading.rows()).await?;
    let views = all_named(app, query.city, found.into_iter().map(ScanView::from).collect()).await?;
    let total = reading.total(query.total, scans_total(&app.db, query.city, merchant)).await?;
    Ok(Json(reading.page(views, |view: &ScanView| view.id).counted(total)))
}

/// Lets the caller go on with the permission, in the city that the account is for.
fn admit_caller(caller: &Caller, permission: Permission, city: City) -> Result<(), Problem> {
    caller.require(permission)?;
    match caller.city {
        Some(own) if own != city => Err(FORBIDDEN.detail("the account is for another city")),
        Some(_) | None => Ok(()),
    }
}

impl From<Confirmed> for EntryView {
    fn from(Confirmed { entry, already }: Confirmed) -> Self {
        Self { scan: entry.scan, confirmed_at: entry.at, request: entry.request, already }
    }
}

impl SightView {
    pub(super) fn of(Seen { scan, at, sight }: Seen, confirm_by: Timestamp) -> Self {
        let Sight {
            photo,
            masked_name,
            card,
            merchant_id,
            merchant,
            grade,
            under_objection,
            merchant_status,
            safety,
        } = sight;
        let (colour, papers_until) = match safety {
            Some(Safety { colour, papers_until }) => (Some(colour.into()), papers_until),
            None => (None, None),
        };
        Self {
            scan,
            scanned_at: at,
            proof: if safety.is_some() { ProofWord::Phone } else { ProofWord::Card },
            identifies_only: safety.is_none(),
            photo,
            masked_name,
            number: card.to_string(),
            merchant_id,
            merchant,
            grade,
            under_objection,
            merchant_status: merchant_status.into(),
            colour,
            papers_until,
            confirm_by: safety.map(|_| confirm_by),
        }
    }
}

impl ShowsMerchants for ScanView {
    fn each(&mut self, see: &mut dyn FnMut(MerchantId, &mut Option<String>)) {
        if let Some(merchant) = self.merchant {
            see(merchant, &mut self.merchant_name);
        }
    }
}

impl From<KeptScan> for ScanView {
    fn from(KeptScan { scan, worker_name, worker_card, entry }: KeptScan) -> Self {
        let Scan { id, city: _, by, proof, outcome, worker, merchant, at } = scan;
        Self {
            id,
            scanned_at: at,
            by,
            proof: match proof {
                Proof::Phone => ProofWord::Phone,
                Proof::Card => ProofWord::Card,
            },
            outcome: outcome.into(),
            worker,
            worker_name,
            worker_card: worker_card.map(|card| card.to_string()),
            merchant,
            merchant_name: None,
            entry_confirmed_at: entry.map(|entry| entry.at),
        }
    }
}

impl From<Outcome> for OutcomeWord {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Shown => Self::Shown,
            Outcome::Forged => Self::Forged,
            Outcome::Expired => Self::Expired,
            Outcome::Used => Self::Used,
            Outcome::Unknown => Self::Unknown,
            Outcome::NotEnrolled => Self::NotEnrolled,
            Outcome::MerchantRemoved => Self::MerchantRemoved,
        }
    }
}
