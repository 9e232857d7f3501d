//! A merchant's file: papers, signed commitments, and leaving.

use std::sync::Arc;

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{IfMatch, Json, Page, Path, Problem, Query, Tagged, refuses};
use credit_domain::admission::{CategoryState, Dossier, NewPaper, Origin, Paper, Signature, Stage, Verdict};
use kernel::{ApplicationId, CategoryCode, City, MerchantId, QualificationCode, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{InCity, ListQuery, admit, admit_for, admit_to};
use crate::App;
use crate::problems::{CONFLICT, NO_POLICY, NOT_FOUND, OTHER_TEXT, SAME_PERSON, TOO_MANY};
use crate::usecases::{self, DossierSeen, FilePaper, JudgePaper, LeavePlatform, LogLine, SignCommitment};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(log))
        .routes(routes!(file_paper))
        .routes(routes!(verify_paper))
        .routes(routes!(refuse_paper))
        .routes(routes!(sign))
        .routes(routes!(leave))
}

/// A qualification or an insurance of the merchant (资质, 保险).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Paper)]
struct PaperView {
    /// Its number in the file.
    id: u32,
    code: QualificationCode,
    /// The number on it.
    number: String,
    /// Who issued it.
    issuer: String,
    /// The first moment at which it is no longer good.
    valid_until: Timestamp,
    filed_at: Timestamp,
    /// `waiting`, `verified` or `refused`.
    verdict: &'static str,
    /// The evidence or the reason, once an officer has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

/// A signed commitment (签署的承诺).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommitmentSignature)]
struct SignatureView {
    category: CategoryCode,
    /// The version of the text.
    version: u32,
    /// SHA-256 of the text that was signed.
    text_hash: String,
    signed_at: Timestamp,
    /// The first moment at which it is no longer in force.
    until: Timestamp,
}

/// How a category stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryAdmission)]
struct CategoryView {
    category: CategoryCode,
    /// Until when it may be served; absent while it is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// What is missing or has ended, such as `paper:electrician` or `commitment:cleaning`.
    missing: Vec<String>,
}

/// A merchant's file (企业档案).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MerchantFile)]
struct View {
    merchant: MerchantId,
    city: City,
    /// Where the merchant stands: from `applied` to `affiliated`, `suspended`, `removed`, `banned`, `left`,
    /// `re_applied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    stage: Option<Stage>,
    /// `application`, or `taken_over` for a merchant that was affiliated before files were kept here.
    origin: &'static str,
    /// The application by which it came first.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_application: Option<ApplicationId>,
    /// The unified social credit code, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The categories that it was admitted to.
    categories: Vec<CategoryView>,
    /// Its papers, the first handed in first.
    papers: Vec<PaperView>,
    /// The commitments that it signed.
    signatures: Vec<SignatureView>,
    version: Version,
}

/// A paper to be handed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPaper)]
struct PaperBody {
    /// Which proof it is, as the catalogue names it, or `liability-insurance`.
    code: QualificationCode,
    /// The number on it; at most 100 characters.
    number: String,
    /// Who issued it; at most 100 characters.
    issuer: String,
    /// The first moment at which it is no longer good.
    valid_until: Timestamp,
}

/// What was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperEvidence)]
struct VerifyBody {
    /// Where the copy lies, which register was asked; at most 500 characters, no personal data.
    evidence: String,
}

/// Why it is not what it says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperRefusal)]
struct RefuseBody {
    /// At most 500 characters, no personal data.
    reason: String,
}

/// Which text was in front of the signer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommitmentSigning)]
struct SignBody {
    category: CategoryCode,
    /// The version of the text.
    version: u32,
    /// Its SHA-256, as `GET /v1/commitments/{category}` gives it.
    text_hash: String,
}

/// Something that was done to the file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdmissionLogLine)]
struct LogView {
    /// Rises with time.
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<ApplicationId>,
    /// Such as `paper-verified` or `admitted`.
    what: String,
    /// By whom.
    by: String,
    at: Timestamp,
    /// With what.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// The merchant that left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MerchantThatLeft)]
struct LeftView {
    merchant: MerchantId,
    version: Version,
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
    let policy = Arc::clone(&app.policy);
    app.db.write(&SignCommitment { policy, city, merchant, category, version, text_hash, by }).await?;
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
    let left = app.db.write(&LeavePlatform { policy, city, merchant, by, expected }).await?.now;
    Ok(Tagged { version: left.version, body: LeftView { merchant, version: left.version }, known: None })
}

async fn answer(app: &App, city: City, merchant: MerchantId) -> Result<Tagged<View>, Problem> {
    let seen = usecases::dossier(&app.db, &app.policy, (city, merchant), app.clock.now()).await?;
    // How its categories stand moves with time alone: the version says nothing about it.
    Ok(Tagged { version: seen.dossier.version, body: seen.into(), known: None })
}

impl From<DossierSeen> for View {
    fn from(seen: DossierSeen) -> Self {
        let DossierSeen { dossier, stage, categories } = seen;
        let Dossier { city, merchant, version, origin, registration, papers, signatures, .. } = dossier;
        let (origin, first_application) = match origin {
            Origin::Application { application } => ("application", Some(application)),
            Origin::TakenOver => ("taken_over", None),
        };
        Self {
            merchant,
            city,
            stage,
            origin,
            first_application,
            code: registration.map(|known| known.code.to_string()),
            categories: categories.into_iter().map(CategoryView::from).collect(),
            papers: papers.into_iter().map(PaperView::from).collect(),
            signatures: signatures.into_iter().map(SignatureView::from).collect(),
            version,
        }
    }
}

impl From<CategoryState> for CategoryView {
    fn from(state: CategoryState) -> Self {
        let CategoryState { category, until, missing } = state;
        Self { category, until, missing: missing.iter().map(ToString::to_string).collect() }
    }
}

impl From<Paper> for PaperView {
    fn from(paper: Paper) -> Self {
        let Paper { id, code, number, issuer, valid_until, filed_by: _, filed_at, verdict } = paper;
        let (verdict, said) = match verdict {
            Verdict::Waiting => ("waiting", None),
            Verdict::Verified { evidence, .. } => ("verified", Some(evidence)),
            Verdict::Refused { reason, .. } => ("refused", Some(reason)),
        };
        Self { id, code, number, issuer, valid_until, filed_at, verdict, said }
    }
}

impl From<Signature> for SignatureView {
    fn from(signature: Signature) -> Self {
        let Signature { category, version, text_hash, signer: _, signed_at, until } = signature;
        Self { category, version, text_hash, signed_at, until }
    }
}

impl From<LogLine> for LogView {
    fn from(line: LogLine) -> Self {
        let LogLine { id, application, what, by, at, detail } = line;
        Self { id, application, what, by: by.to_string(), at, detail }
    }
}
