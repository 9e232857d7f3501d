//! A merchant's file: papers, signed commitments, and leaving.

use std::sync::Arc;

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{IfMatch, Json, Page, Path, Problem, Query, Tagged, refuses};
use credit_domain::admission::{NewPaper, PaperSigned, Signed};
use kernel::{City, MerchantId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::application_views::holders;
use super::file_views::{
    LeftView, LogView, PaperBody, PaperSignBody, RefuseBody, RegistrationBody, SignBody, VerifyBody, View,
};
use super::{InCity, ListQuery, admit, admit_for, admit_to};
use crate::App;
use crate::problems::{CONFLICT, NO_POLICY, NOT_FOUND, OTHER_TEXT, SAME_PERSON, TOO_MANY};
use crate::usecases::{
    self, FilePaper, JudgePaper, LeavePlatform, RecordRegistration, SignCommitment, SignOnPaper,
};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(log))
        .routes(routes!(register))
        .routes(routes!(file_paper))
        .routes(routes!(verify_paper))
        .routes(routes!(refuse_paper))
        .routes(routes!(sign))
        .routes(routes!(sign_on_paper))
        .routes(routes!(leave))
}

/// A merchant's file.
#[utoipa::path(get, path = "/v1/merchants/{id}/file", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadAdmissions, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    admit_to(&staff, Permission::ReadAdmissions, city, id)?;
    answer(&app, city, id).await
}

/// What was done to a merchant's file, the first first.
#[utoipa::path(get, path = "/v1/merchants/{id}/file/log", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), ListQuery),
    responses((status = 200, body = Page<LogView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadAdmissions, Permission::ReadOwnMerchant])))))]
async fn log(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<LogView>>, Problem> {
    admit_to(&staff, Permission::ReadAdmissions, query.city, id)?;
    let reading = query.reading()?;
    let found = usecases::log_after(&app.db, query.city, id, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(LogView::from).collect();
    Ok(Json(reading.page(views, |view: &LogView| view.id)))
}

/// Record who stands behind a merchant now (变更登记), as it was seen in the register. Whoever stood there before stays
/// known, so that a ban finds them too; a running ban on anybody of them refuses it. Again: as the first time.
#[utoipa::path(post, path = "/v1/merchants/{id}/registration", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity), request_body = RegistrationBody,
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn register(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(RegistrationBody { holders: named, evidence }): Json<RegistrationBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ExamineAdmissions, city)?;
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    let holders = holders(&named)?;
    app.db.write(&RecordRegistration { policy, city, merchant, holders, evidence, by }).await?;
    answer(&app, city, merchant).await
}

/// Hand in a paper. It counts once an officer has verified it; the same paper again is the first one.
#[utoipa::path(post, path = "/v1/merchants/{id}/papers", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity), request_body = PaperBody,
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApplyForAdmission]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, TOO_MANY])))))]
async fn file_paper(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<PaperBody>,
) -> Result<Tagged<View>, Problem> {
    let by = admit_for(&staff, Permission::ApplyForAdmission, city, merchant)?;
    let PaperBody { code, number, issuer, valid_until } = body;
    let paper = NewPaper { code, number, issuer, valid_until };
    app.db.write(&FilePaper { policy: Arc::clone(&app.policy), city, merchant, paper, by }).await?;
    answer(&app, city, merchant).await
}

/// Say that a paper is what it says. Whoever handed it in may not; the first verdict stands.
#[utoipa::path(post, path = "/v1/merchants/{id}/papers/{paper}/verify", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("paper" = u32, Path, description = "The paper's number in the file."), InCity),
    request_body = VerifyBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, SAME_PERSON])))))]
async fn verify_paper(
    State(app): State<App>,
    staff: Staff,
    Path(paper): Path<(MerchantId, u32)>,
    Query(InCity { city }): Query<InCity>,
    Json(VerifyBody { evidence }): Json<VerifyBody>,
) -> Result<Tagged<View>, Problem> {
    judge(&app, &staff, city, paper, (true, evidence)).await
}

/// Say that a paper is not what it says. Whoever handed it in may not; the first verdict stands.
#[utoipa::path(post, path = "/v1/merchants/{id}/papers/{paper}/refuse", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."),
        ("paper" = u32, Path, description = "The paper's number in the file."), InCity),
    request_body = RefuseBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, SAME_PERSON])))))]
async fn refuse_paper(
    State(app): State<App>,
    staff: Staff,
    Path(paper): Path<(MerchantId, u32)>,
    Query(InCity { city }): Query<InCity>,
    Json(RefuseBody { reason }): Json<RefuseBody>,
) -> Result<Tagged<View>, Problem> {
    judge(&app, &staff, city, paper, (false, reason)).await
}

async fn judge(
    app: &App,
    staff: &Staff,
    city: City,
    (merchant, paper): (MerchantId, u32),
    (good, said): (bool, String),
) -> Result<Tagged<View>, Problem> {
    admit(staff, Permission::ExamineAdmissions, city)?;
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    app.db.write(&JudgePaper { policy, city, merchant, paper, good, said, by }).await?;
    answer(app, city, merchant).await
}

/// Sign the commitment of a category. Signing again after a day renews it.
#[utoipa::path(post, path = "/v1/merchants/{id}/commitments", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity), request_body = SignBody,
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::SignCommitments]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NO_POLICY, OTHER_TEXT])))))]
async fn sign(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<SignBody>,
) -> Result<Tagged<View>, Problem> {
    let by = admit_for(&staff, Permission::SignCommitments, city, merchant)?;
    let SignBody { category, version, text_hash } = body;
    let what = Signed { category, version, text_hash };
    app.db.write(&SignCommitment { policy: Arc::clone(&app.policy), city, merchant, what, by }).await?;
    answer(&app, city, merchant).await
}

/// Record that the merchant signed the commitment of a category on paper, in front of an officer. Whoever recorded it does
/// not decide on its application; the same paper again is the first one.
#[utoipa::path(post, path = "/v1/merchants/{id}/commitments/on-paper", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity), request_body = PaperSignBody,
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NO_POLICY, OTHER_TEXT])))))]
async fn sign_on_paper(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<PaperSignBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ExamineAdmissions, city)?;
    let PaperSignBody { category, version, text_hash, signed_by, signed_at, scan_hash, evidence } = body;
    let what = Signed { category, version, text_hash };
    let paper = PaperSigned { name: signed_by, signed_at, scan_hash, evidence };
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    app.db.write(&SignOnPaper { policy, city, merchant, what, paper, by }).await?;
    answer(&app, city, merchant).await
}

/// End one's affiliation.
#[utoipa::path(post, path = "/v1/merchants/{id}/leave", tag = "admission",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity,
        ("If-Match" = String, Header, description = "The version of the merchant.")),
    responses((status = 200, body = LeftView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::SignCommitments]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn leave(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<LeftView>, Problem> {
    // Nobody leaves in a merchant's name.
    let by = admit_for(&staff, Permission::SignCommitments, city, merchant)?;
    let policy = Arc::clone(&app.policy);
    let leaving = LeavePlatform { policy, city, merchant, by, expected };
    let left = Box::pin(app.db.write(&leaving)).await?.now;
    Ok(Tagged { version: left.version, body: LeftView { merchant, version: left.version }, known: None })
}

async fn answer(app: &App, city: City, merchant: MerchantId) -> Result<Tagged<View>, Problem> {
    let seen = usecases::dossier(&app.db, &app.policy, (city, merchant), app.clock.now()).await?;
    // How its categories stand moves with time alone: the version says nothing about it.
    Ok(Tagged { version: seen.dossier.version, body: seen.into(), known: None })
}
