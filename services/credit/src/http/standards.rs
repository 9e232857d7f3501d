//! The standards library, the commitment that cites it, and the clauses that a breach may name.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses};
use credit_domain::standards::{Clause, Standard, StandardDraft, StandardKind, StandardNumber};
use kernel::{CategoryCode, City, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, ListQuery, admit, public, words};
use crate::App;
use crate::error::Error;
use crate::problems::{CONFLICT, EXISTS, NO_POLICY, NOT_FOUND};
use crate::usecases::{self, AmendStandard, PublishStandard, SupersedeStandard, Told};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, publish))
        .routes(routes!(read))
        .routes(routes!(versions))
        .routes(routes!(amend))
        .routes(routes!(supersede))
        .routes(routes!(clauses))
        .routes(routes!(commitment))
}

/// A clause that can be cited (条款).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Clause)]
struct ClauseBody {
    /// Its number within the standard, such as `5.2`.
    number: String,
    /// What it demands, in short; at most 1,000 characters.
    text: String,
}

/// What is said about a standard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStandard)]
struct StandardBody {
    /// By which it is cited, such as `DB33/T 2396-2021`.
    #[schema(value_type = String)]
    number: StandardNumber,
    #[schema(schema_with = words::standard_kind)]
    kind: StandardKind,
    /// Its title, where it is known.
    #[serde(default)]
    title: Option<String>,
    /// Who issued it, where it is known.
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    valid_from: Option<Timestamp>,
    /// The first moment at which it is no longer in force.
    #[serde(default)]
    valid_until: Option<Timestamp>,
    /// The categories it is about; all when empty.
    #[serde(default)]
    categories: Vec<CategoryCode>,
    /// The clauses that can be cited.
    #[serde(default)]
    clauses: Vec<ClauseBody>,
}

/// A standard in the library (标准).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standard)]
struct View {
    /// The number as part of an address.
    slug: String,
    /// By which it is cited, such as `DB33/T 2396-2021`.
    number: String,
    #[schema(schema_with = words::standard_kind)]
    kind: StandardKind,
    /// Its title, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Who issued it, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    /// Whether it is in force now.
    in_force: bool,
    /// The categories it is about; all when empty.
    categories: Vec<CategoryCode>,
    /// The clauses that can be cited.
    clauses: Vec<ClauseBody>,
    /// The standard that it takes the place of, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    supersedes: Option<String>,
    /// The standard that took its place, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
    version: Version,
    changed_at: Timestamp,
}

/// What can be cited as broken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitableClause)]
struct CitableView {
    /// What a case names, such as `price-as-posted` or `DB33/T 2396-2021#5.2`.
    cite: String,
    /// What it demands, in Chinese.
    text: String,
    /// The same in English, of a clause of the commitment; standards are quoted as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_en: Option<String>,
    /// The standards that a clause of the commitment rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rests_on: Vec<String>,
}

/// Everything that can be cited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitableClauses)]
struct ClausesView {
    /// The clauses.
    items: Vec<CitableView>,
}

/// The commitment of a category as it is signed (集成服务承诺).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommitmentText)]
struct CommitmentView {
    category: CategoryCode,
    /// The version of the text.
    version: u32,
    /// The whole text: what the hash is over.
    text: String,
    /// SHA-256 of the text in UTF-8; to be sent back when signing.
    text_hash: String,
    /// The same, clause by clause.
    clauses: Vec<CommitmentClauseView>,
}

/// A clause of it, in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommitmentClause)]
struct CommitmentClauseView {
    /// By which a case names it.
    code: String,
    /// In Chinese, as it is signed.
    zh: String,
    /// In English.
    en: String,
    /// Standards that it rests on, by number.
    cites: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StandardsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those of this kind.
    #[param(value_type = words::StandardKinds, inline, required = false)]
    kind: Option<StandardKind>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Standards of a city, by number. For everybody.
#[utoipa::path(get, path = "/v1/standards", tag = "standards", params(StandardsQuery),
    responses((status = 200, body = Page<View>)), security(()))]
async fn list(
    State(app): State<App>,
    Query(query): Query<StandardsQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let reading = Reading::<String>::asked(query.limit, query.after.as_ref())?;
    let (after, rows) = (reading.after.as_deref(), reading.rows());
    let found = usecases::standards_after(&app.db, query.city, query.kind, after, rows).await?;
    let now = app.clock.now();
    let views = found.into_iter().map(|standard| View::at(standard, now)).collect();
    public::json(&asked, &reading.page(views, |view: &View| view.slug.clone()))
}

/// One standard. For everybody.
#[utoipa::path(get, path = "/v1/standards/{slug}", tag = "standards",
    params(("slug" = String, Path, description = "The number with hyphens, such as DB33-T-2396-2021."), InCity),
    responses((status = 200, body = View)), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(InCity { city }): Query<InCity>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let standard = usecases::standard(&app.db, city, &slug).await?;
    public::json(&asked, &View::at(standard, app.clock.now()))
}

/// Every version of an entry of the library, the first first. For everybody.
#[utoipa::path(get, path = "/v1/standards/{slug}/versions", tag = "standards",
    params(("slug" = String, Path, description = "The number with hyphens."), ListQuery),
    responses((status = 200, body = Page<View>)), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn versions(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(query): Query<ListQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let reading = query.reading()?;
    let after = reading.after.unwrap_or(0);
    let found = usecases::standard_versions_after(&app.db, query.city, &slug, after, reading.rows()).await?;
    if found.is_empty() && after == 0 {
        return Err(Error::Unknown("standard").into());
    }
    let now = app.clock.now();
    let views = found.into_iter().map(|standard| View::at(standard, now)).collect();
    public::json(&asked, &reading.page(views, |view: &View| view.version.0))
}

/// Take a standard into the library. The same entry again is answered with the first.
#[utoipa::path(post, path = "/v1/standards", tag = "standards", params(InCity), request_body = StandardBody,
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::KeepStandards]))),
        ("x-problems" = json!(refuses(&[EXISTS])))))]
async fn publish(
    State(app): State<App>,
    staff: Staff,
    Query(InCity { city }): Query<InCity>,
    Json(body): Json<StandardBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::KeepStandards, city)?;
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    let told = app.db.write(&PublishStandard { policy, city, says: body.into(), by }).await?;
    Ok(View::tagged(told, &app))
}

/// Say something else about a standard: its number stays, and so does each earlier version.
#[utoipa::path(post, path = "/v1/standards/{slug}/amend", tag = "standards",
    params(("slug" = String, Path, description = "The number with hyphens."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"1\".")),
    request_body = StandardBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::KeepStandards]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn amend(
    State(app): State<App>,
    staff: Staff,
    Path(slug): Path<String>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<StandardBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::KeepStandards, city)?;
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    let amend = AmendStandard { policy, city, slug, says: body.into(), by, expected };
    let told = app.db.write(&amend).await?;
    Ok(View::tagged(told, &app))
}

/// Put another standard in the place of this one, which stays and ends where the new one begins. Answers with the
/// new one.
#[utoipa::path(post, path = "/v1/standards/{slug}/supersede", tag = "standards",
    params(("slug" = String, Path, description = "The number of the old one, with hyphens."), InCity,
        ("If-Match" = String, Header, description = "The version of the old one, such as \"1\".")),
    request_body = StandardBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::KeepStandards]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, EXISTS])))))]
async fn supersede(
    State(app): State<App>,
    staff: Staff,
    Path(slug): Path<String>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<StandardBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::KeepStandards, city)?;
    let (policy, by) = (Arc::clone(&app.policy), staff.0.actor);
    let supersede = SupersedeStandard { policy, city, slug, says: body.into(), by, expected };
    let told = app.db.write(&supersede).await?;
    Ok(View::tagged(told, &app))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClausesQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only what work of this category can break; all when absent.
    category: Option<CategoryCode>,
    /// What work of then can have broken, such as `completed_at` of a case; now when absent.
    #[param(value_type = Option<String>)]
    at: Option<Timestamp>,
}

/// What a breach can be a breach of: the clauses of the commitment, and of up to 200 standards in force. For everybody.
#[utoipa::path(get, path = "/v1/clauses", tag = "standards", params(ClausesQuery),
    responses((status = 200, body = ClausesView)), security(()))]
async fn clauses(
    State(app): State<App>,
    Query(ClausesQuery { city, category, at }): Query<ClausesQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let category = super::category_of_query(&app, category)?;
    let at = at.unwrap_or_else(|| app.clock.now());
    let standards = usecases::standards_after(&app.db, city, None, None, 200).await?;
    let own = app.policy.rules.commitment.clauses.iter().map(|clause| CitableView {
        cite: clause.code.clone(),
        text: clause.zh.clone(),
        text_en: Some(clause.en.clone()),
        rests_on: clause.cites.clone(),
    });
    let in_force = standards.into_iter().filter(|standard| {
        standard.in_force(at) && category.as_ref().is_none_or(|category| standard.concerns(category))
    });
    let of_standards = in_force.flat_map(|standard| {
        let StandardDraft { number, clauses, .. } = standard.says;
        clauses.into_iter().map(move |clause| CitableView {
            cite: format!("{number}#{}", clause.number),
            text: clause.text,
            text_en: None,
            rests_on: Vec::new(),
        })
    });
    public::json(&asked, &ClausesView { items: own.chain(of_standards).collect() })
}

/// The commitment of a category as it is signed now. For everybody.
#[utoipa::path(get, path = "/v1/commitments/{category}", tag = "standards",
    params(("category" = CategoryCode, Path, description = "The category.")),
    responses((status = 200, body = CommitmentView)), security(()),
    extensions(("x-problems" = json!(refuses(&[NO_POLICY])))))]
async fn commitment(
    State(app): State<App>,
    Path(category): Path<CategoryCode>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let text = app.policy.commitment_text(&category).map_err(Error::from)?;
    let text_hash = app.policy.commitment_hash(&category).map_err(Error::from)?;
    let signed = &app.policy.rules.commitment;
    let clauses = signed.clauses.iter().map(|clause| CommitmentClauseView {
        code: clause.code.clone(),
        zh: clause.zh.clone(),
        en: clause.en.clone(),
        cites: clause.cites.clone(),
    });
    let (version, clauses) = (signed.version, clauses.collect());
    public::json(&asked, &CommitmentView { category, version, text, text_hash, clauses })
}

impl View {
    fn tagged(told: Told<Standard>, app: &App) -> Tagged<Self> {
        let version = told.now.version;
        Tagged { body: Self::at(told.now, app.clock.now()), version, known: None }
    }

    fn at(standard: Standard, now: Timestamp) -> Self {
        let in_force = standard.in_force(now);
        let Standard { city: _, says, supersedes, superseded_by, version, changed_at, changed_by: _ } =
            standard;
        let StandardDraft { number, kind, title, issuer, valid_from, valid_until, categories, clauses } =
            says;
        Self {
            slug: number.slug(),
            number: number.into(),
            kind,
            title,
            issuer,
            valid_from,
            valid_until,
            in_force,
            categories,
            clauses: clauses.into_iter().map(|Clause { number, text }| ClauseBody { number, text }).collect(),
            supersedes: supersedes.map(|number| number.slug()),
            superseded_by: superseded_by.map(|number| number.slug()),
            version,
            changed_at,
        }
    }
}

impl From<StandardBody> for StandardDraft {
    fn from(body: StandardBody) -> Self {
        let StandardBody { number, kind, title, issuer, valid_from, valid_until, categories, clauses } = body;
        let clauses =
            clauses.into_iter().map(|ClauseBody { number, text }| Clause { number, text }).collect();
        Self { number, kind, title, issuer, valid_from, valid_until, categories, clauses }
    }
}
