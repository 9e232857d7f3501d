//! Certificates: asked for by merchants and officers, verified by everybody.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Binary, Json, Page, Path, Problem, Query, refuses};
use credit_domain::certificate::{CertificateNumber, NumberError};
use kernel::MerchantId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::certificate_views::{COSE, KeysView, SignedView, View};
use super::{InCity, ListQuery, admit_for, admit_to, certificate_page, public, words};
use crate::App;
use crate::problems::{NOT_CERTIFIABLE, NOT_FOUND};
use crate::usecases::certificates::{self, IssueCertificate};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_merchant, issue))
        .routes(routes!(keys))
        .routes(routes!(revocations))
        .routes(routes!(verify))
        .routes(routes!(one))
        .routes(routes!(page))
}

/// A certificate, and whether it was there already.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IssuedCertificate)]
struct IssuedView {
    certificate: View,
    /// Whether it stood before: it says all that a new one would say.
    already: bool,
}

/// Ask for the merchant's certificate. One that says the same already is the answer; one that says less is replaced.
#[utoipa::path(post, path = "/v1/merchants/{id}/certificates", tag = "certificates",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = IssuedView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::IssueCertificates]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_CERTIFIABLE])))))]
async fn issue(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<IssuedView>, Problem> {
    let by = admit_for(&staff, Permission::IssueCertificates, city, merchant)?;
    let asked = IssueCertificate { desk: &app.certificates, city, merchant, by };
    let told = app.db.write(&asked).await?;
    let under_objection = crate::usecases::merchant(&app.db, city, merchant).await?.under_objection;
    let certificate = View::of(told.now, under_objection, app.clock.now());
    Ok(Json(IssuedView { certificate, already: told.already }))
}

/// The certificates that a merchant was ever given, the newest first.
#[utoipa::path(get, path = "/v1/merchants/{id}/certificates", tag = "certificates",
    params(("id" = MerchantId, Path, description = "The merchant."), ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn of_merchant(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadMerchants, query.city, merchant)?;
    let under_objection = crate::usecases::merchant(&app.db, query.city, merchant).await?.under_objection;
    let reading = query.reading::<(u16, u32)>()?;
    let place = (query.city, merchant);
    let found = certificates::certificates_before(&app.db, place, reading.after, reading.rows()).await?;
    let now = app.clock.now();
    let numbered = found.into_iter().map(|one| {
        let place = (one.says.number.year(), one.says.number.serial());
        (place, View::of(one, under_objection, now))
    });
    let page = reading.page(numbered.collect(), |(place, _): &((u16, u32), View)| *place);
    Ok(Json(page.map(|(_, view)| view)))
}

/// A number of another form has no certificate either.
fn numbered(text: &str) -> Result<CertificateNumber, Problem> {
    text.parse().map_err(|error: NumberError| NOT_FOUND.detail(error.to_string()))
}

/// A certificate as it stands now, signed for the files of tender and hiring offices. For everybody.
#[utoipa::path(get, path = "/v1/certificates/{number}", tag = "certificates",
    params(("number" = String, Path, description = "Its number, such as 330200-2026-000123.")),
    responses((status = 200, body = SignedView), (status = 304, description = "As the client has it")),
    security(()), extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn one(
    State(app): State<App>,
    Path(number): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let seen = certificates::certificate(&app.db, numbered(&number)?).await?;
    let signed =
        SignedView::of(seen, &app.certificates, app.clock.now()).map_err(crate::error::Error::from)?;
    public::json_as_now(&asked, &signed)
}

/// The same as a page, where the code on a printed certificate leads: Chinese first, English second. For everybody.
#[utoipa::path(get, path = "/v1/certificates/{number}/page.html", tag = "certificates",
    params(("number" = String, Path, description = "Its number, such as 330200-2026-000123.")),
    responses((status = 200, description = "A page for phones", content_type = "text/html", body = String)),
    security(()), extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn page(
    State(app): State<App>,
    Path(number): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let seen = certificates::certificate(&app.db, numbered(&number)?).await?;
    let html = certificate_page::render(&seen, &app.reference, app.clock.now());
    Ok(public::page_as_now(&asked, html.map_err(|error| Problem::internal(&error))?))
}

/// The text of a certificate's QR code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CertificateCode)]
struct CodeBody {
    /// Begins with `NB1:`.
    #[schema(max_length = 4296)]
    code: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateChecked)]
struct CheckedView {
    #[schema(schema_with = words::verdict)]
    verdict: &'static str,
    /// What the register has; absent unless a key of ours signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<View>,
}

/// Check the text of a certificate's QR code. For everybody; nothing is kept.
#[utoipa::path(post, path = "/v1/certificates/verify", tag = "certificates", request_body = CodeBody,
    responses((status = 200, body = CheckedView)), security(()))]
async fn verify(
    State(app): State<App>,
    Json(CodeBody { code }): Json<CodeBody>,
) -> Result<Json<CheckedView>, Problem> {
    let now = app.clock.now();
    let (checked, found) = certificates::verify(&app.db, &app.certificates, &code, now).await?;
    let certificate = found.map(|found| View::of(found, checked.contested, now));
    Ok(Json(CheckedView { verdict: checked.verdict.as_str(), certificate }))
}

/// The keys that sign certificates, and signed them: what a reader without a connection trusts. For everybody.
#[utoipa::path(get, path = "/v1/certificates/keys", tag = "certificates",
    responses((status = 200, body = KeysView), (status = 304, description = "As the client has it")), security(()))]
async fn keys(State(app): State<App>, asked: HeaderMap) -> Result<Response, Problem> {
    public::json(&asked, &KeysView::of(&app.certificates))
}

/// The signed list of a city's certificates that are revoked and would be valid otherwise, and of those whose grade is
/// under objection: COSE over CBOR, as the service's README says. For everybody.
#[utoipa::path(get, path = "/v1/certificates/revocations", tag = "certificates", params(InCity),
    responses((status = 200, description = "A COSE_Sign1", content_type = "application/cose", body = Binary),
        (status = 304, description = "As the client has it")), security(()))]
async fn revocations(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (_, signed) = certificates::revocations(&app.db, &app.certificates, city, now).await?;
    Ok(public::signed(&asked, COSE, signed))
}
