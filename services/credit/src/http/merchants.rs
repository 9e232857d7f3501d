//! Merchants and how they stand.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::{INVALID_CURSOR, INVALID_QUERY};
use chassis::http::{Cursor, IfNoneMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses};
use credit_domain::{Finding, Merchant, Status};
use kernel::{Area, CaseId, CategoryCode, City, Grade, MerchantId, Severity, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, admit_to, words};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::{
    self, MerchantPlace, MerchantSearch, MerchantSort, SortKey, merchants_found, merchants_total,
};

/// Characters of a name that can be looked for.
const NAME_CHARS: core::ops::RangeInclusive<usize> = 1..=60;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// An affiliated merchant (加盟企业).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merchant)]
struct View {
    id: MerchantId,
    city: City,
    /// The published name of the company.
    name: String,
    /// Counts its changes; also its entity tag.
    version: Version,
    status: StatusWord,
    /// Credit grade (信用等级).
    grade: Grade,
    /// Credit score, 0 to 1,000: the fold of its ledger.
    score: u16,
    /// The grade given at the last evaluation or at entry.
    awarded: Grade,
    /// The street its people start from.
    home: Area,
    /// The streets it serves.
    areas: Vec<Area>,
    /// What it is committed to (集成服务承诺).
    categories: Vec<CommitmentView>,
    /// Jobs it can hold at once.
    capacity: u16,
    hours: HoursView,
    /// Until when at least one of its workers is green.
    #[serde(skip_serializing_if = "Option::is_none")]
    green_until: Option<Timestamp>,
    /// Whether it objects to an entry behind its grade.
    under_objection: bool,
    evidence: EvidenceView,
    /// Verified breaches that weigh on the grade.
    findings: Vec<FindingView>,
    /// The rules that score and grade were last computed by.
    rules_version: u32,
    /// What made this version.
    cause: String,
    changed_at: Timestamp,
    /// What moved grade or score last: the kind of fact, and after a colon its id. Whatever moved neither, such as papers
    /// that were renewed or a call-back that reached nobody, is not it.
    moved_by: String,
    moved_at: Timestamp,
}

/// Whether it is a member: affiliated, suspended for a time, or removed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MerchantStatus)]
pub(super) enum StatusWord {
    Affiliated,
    Suspended,
    Removed,
    Left,
}

/// A category it is committed to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Commitment)]
struct CommitmentView {
    category: CategoryCode,
    /// Until when it may be served: the first end of its commitment and of the papers that it rests on, which
    /// GET /v1/merchants/{id}/file tells apart.
    served_until: Timestamp,
}

/// Minutes of the day in the city's time; equal: round the clock.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MerchantHours)]
pub(super) struct HoursView {
    /// First minute of service.
    pub(super) opens: u16,
    /// First minute after service; smaller than `opens` when it runs past midnight.
    pub(super) closes: u16,
}

/// What is known of its work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MerchantEvidence)]
struct EvidenceView {
    /// Call-backs in which the citizen was content.
    satisfied: i64,
    /// Call-backs in which the citizen was not, and verified breaches.
    unsatisfied: i64,
    /// Orders that a call-back confirmed.
    verified_orders: u32,
}

/// A verified breach (失信记录).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(super) struct FindingView {
    case: CaseId,
    severity: Severity,
    verified_at: Timestamp,
}

/// In which order merchants are listed: as they came, by name or by score; with a `-` the last first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = MerchantSort)]
enum SortWord {
    #[default]
    #[serde(rename = "entered")]
    Entered,
    #[serde(rename = "-entered")]
    LastEntered,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    LastName,
    #[serde(rename = "score")]
    Score,
    #[serde(rename = "-score")]
    HighestScore,
}

impl From<SortWord> for MerchantSort {
    fn from(word: SortWord) -> Self {
        let (key, descending) = match word {
            SortWord::Entered => (SortKey::Entered, false),
            SortWord::LastEntered => (SortKey::Entered, true),
            SortWord::Name => (SortKey::Name, false),
            SortWord::LastName => (SortKey::Name, true),
            SortWord::Score => (SortKey::Score, false),
            SortWord::HighestScore => (SortKey::Score, true),
        };
        Self { key, descending }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those with this in their name, or whose unified social credit code begins with it; 1 to 60 characters.
    name: Option<String>,
    /// Only those of this grade.
    grade: Option<Grade>,
    /// Only those that stand so.
    #[param(value_type = words::MerchantStatuses, inline, required = false)]
    status: Option<String>,
    /// Only those that are committed to this category.
    category: Option<CategoryCode>,
    /// Only those that object to an entry behind their grade; with `false`: only the others.
    under_objection: Option<bool>,
    /// In which order; `entered` when absent.
    #[param(inline)]
    sort: Option<SortWord>,
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

/// What stands in a name: some of it, and no more than a name has.
pub(super) fn part_of_name(text: Option<String>) -> Result<Option<String>, Problem> {
    let part = text.map(|text| text.trim().to_owned());
    if part.as_ref().is_none_or(|part| NAME_CHARS.contains(&part.chars().count())) {
        return Ok(part);
    }
    Err(Problem::new(INVALID_QUERY).at("name", "invalid-value", "expected 1 to 60 characters"))
}

/// Merchants of a city in the order that is asked for: all, or those that fit.
#[utoipa::path(get, path = "/v1/merchants", tag = "merchants", params(SearchQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let SearchQuery { city, name, grade, status, category, under_objection, sort, limit, after, total } =
        query;
    admit(&staff, Permission::ReadMerchants, city)?;
    let search = MerchantSearch {
        name: part_of_name(name)?,
        or_code: true,
        grade,
        status: status.as_deref().map(|text| super::word("status", text)).transpose()?.into_iter().collect(),
        category: super::category_of_query(&app, category)?,
        under_objection,
    };
    let reading = Reading::asked(limit, after.as_ref())?;
    let sort = MerchantSort::from(sort.unwrap_or_default());
    if reading.after.as_ref().is_some_and(|place: &MerchantPlace| place.key() != sort.key) {
        return Err(INVALID_CURSOR.detail("after is not the next of a page in this order"));
    }
    let found = merchants_found(&app.db, city, &search, sort, reading.after.as_ref(), reading.rows()).await?;
    let views = found.into_iter().map(View::from).collect();
    let total = reading.total(total, merchants_total(&app.db, city, &search)).await?;
    let place = |view: &View| match sort.key {
        SortKey::Entered => MerchantPlace::Entered(view.id),
        SortKey::Name => MerchantPlace::Name(view.name.clone(), view.id),
        SortKey::Score => MerchantPlace::Score(view.score, view.id),
    };
    Ok(Json(reading.page(views, place).counted(total)))
}

/// One merchant; 304 when the version is the one the client has.
#[utoipa::path(get, path = "/v1/merchants/{id}", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = View), (status = 304, description = "As the client has it")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadMerchants, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    IfNoneMatch(known): IfNoneMatch,
) -> Result<Tagged<View>, Problem> {
    admit_to(&staff, Permission::ReadMerchants, city, id)?;
    let merchant = usecases::merchant(&app.db, city, id).await?;
    Ok(Tagged { version: merchant.version, body: View::from(merchant), known })
}

impl From<Merchant> for View {
    fn from(merchant: Merchant) -> Self {
        let verified_orders = merchant.verified_orders();
        let Merchant { profile, version, status, credit, under_objection, cause, changed_at, moved } =
            merchant;
        let commitment = |made: credit_domain::Commitment| CommitmentView {
            category: made.category,
            served_until: made.commitment_until,
        };
        Self {
            id: profile.id,
            city: profile.city,
            name: profile.name,
            version,
            status: status.into(),
            grade: credit.grade,
            score: credit.score,
            awarded: credit.awarded,
            home: profile.home,
            areas: profile.areas,
            categories: profile.categories.into_iter().map(commitment).collect(),
            capacity: profile.capacity,
            hours: HoursView { opens: profile.hours.opens, closes: profile.hours.closes },
            green_until: profile.green_until,
            under_objection,
            evidence: EvidenceView {
                satisfied: credit.tally.evidence.satisfied,
                unsatisfied: credit.tally.evidence.unsatisfied,
                verified_orders,
            },
            findings: credit.findings.into_iter().map(FindingView::from).collect(),
            rules_version: credit.rules_version,
            cause: cause.to_string(),
            changed_at,
            moved_by: moved.cause.to_string(),
            moved_at: moved.at,
        }
    }
}

impl From<Finding> for FindingView {
    fn from(Finding { case, severity, verified_at }: Finding) -> Self {
        Self { case, severity, verified_at }
    }
}

impl From<Status> for StatusWord {
    fn from(status: Status) -> Self {
        match status {
            Status::Affiliated => Self::Affiliated,
            Status::Suspended => Self::Suspended,
            Status::Removed => Self::Removed,
            Status::Left => Self::Left,
        }
    }
}
