//! Runs of drafts over the real ledger: who would move, why, and what that would do to dispatch.

use axum::extract::State;
use axum::http::StatusCode;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, Json, Page, Path, Problem, Query, Reading, refuses};
use credit_domain::simulation::{
    CategoryMean, Cell, Limit, Run, RunState, Share, Side, Summary, Transition, Why,
};
use credit_domain::{Points, Rules, Words, rule_words};
use kernel::{ActorId, CategoryCode, City, District, Grade, MerchantId, ModelId, SimulationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{all_named, is_of_a_merchant};
use super::words::NamesView;
use super::{PageQuery, admit, person, words};
use crate::App;
use crate::problems::{CONFLICT, INVALID_RULES, NOT_FOUND};
use crate::usecases::model::{
    CancelSimulation, StartSimulation, Tried, rules_in_force, run_with_draft, simulation, simulations_after,
    tried_after,
};

/// How the shares are estimated, for whoever reads them.
const METHOD: [&str; 2] = [
    "每个区县、每个类别里，等级最高的企业按接单能力分首推；到达、营业时间、在办单量、新企业保底和份额上限都不计。",
    "in each district and category the merchants of the best grade present share the first places by their \
     capacity; arrival, hours, load, the orders kept for newcomers and the share cap are left out",
];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(read))
        .routes(routes!(merchants))
        .routes(routes!(cancel))
}

/// A run of a draft over the ledgers of a city (规则试算).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Simulation)]
struct View {
    id: SimulationId,
    model: ModelId,
    /// The edition of the draft that is run.
    edition: u32,
    city: City,
    ordered_by: ActorId,
    /// The moment of the trial: what was recorded later is not looked at.
    at: Timestamp,
    #[schema(schema_with = words::run_state)]
    state: &'static str,
    /// Why it cannot come to an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Merchants so far.
    merchants: u32,
    /// Ledger entries so far.
    entries: u64,
    /// From which grade to which so far, and how many; each as an evaluation at the moment would give it.
    transitions: Vec<TransitionView>,
    /// What it found, once it has come to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<SummaryView>,
}

/// Merchants that would go from one grade to another, or stay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationTransition)]
struct TransitionView {
    /// Under the rules in force.
    from: Grade,
    /// Under the draft.
    to: Grade,
    /// How many.
    merchants: u32,
}

/// What a run found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationSummary)]
struct SummaryView {
    /// How the shares of first places are estimated.
    method: NamesView,
    /// Merchants that would be graded better.
    raised: u32,
    /// Merchants that would be graded worse.
    lowered: u32,
    /// The measured share of content citizens by category: what the next version may name as its mean.
    category_means: Vec<CategoryMeanView>,
    /// Districts and categories that somebody serves.
    cells: u32,
    /// Those in which the first places would shift.
    cells_shifted: u32,
    /// Which part of all first places would go to somebody else, in millionths.
    shifted_ppm: u64,
    /// Where they would shift most, at most 500.
    shifts: Vec<ShiftView>,
}

/// The share of content citizens in a category, over all merchants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationCategoryMean)]
struct CategoryMeanView {
    category: CategoryCode,
    /// The share, per mille.
    permille: u16,
}

/// First places of a district and category that would go to somebody else.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationShift)]
struct ShiftView {
    district: District,
    category: CategoryCode,
    /// Under the rules in force.
    before: SideView,
    /// Under the draft.
    after: SideView,
    /// Which part of its first places, in millionths.
    shifted_ppm: u64,
}

/// Who shares the first places.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationSide)]
struct SideView {
    /// The best grade that gets work; none when nobody does.
    best: Option<Grade>,
    /// How many merchants hold it.
    leaders: u32,
}

/// One merchant under the rules in force and under the draft.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationMerchant)]
struct TriedView {
    merchant: MerchantId,
    /// What it is called, where it was ever admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    /// Its grade in force.
    in_force: Grade,
    /// If it were evaluated at the moment, under the rules in force.
    before: AssessedView,
    /// The same under the draft.
    after: AssessedView,
    /// By how much the dimensions, as they count, would move.
    dimensions: DimensionsView,
    /// By how much the rules would give more or less, the largest difference first; at most five.
    rules: Vec<RuleView>,
    /// Settings of the draft that give no points and had a part in it, as JSON pointers: what grades ask for, how far a
    /// dimension counts, what a finding caps.
    settings: Vec<String>,
}

/// How a merchant would be graded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationAssessment)]
struct AssessedView {
    /// 0 to 1,000.
    score: u16,
    grade: Grade,
    /// What decides the grade: `score`, `evidence` or `finding`.
    #[schema(value_type = String)]
    limit: Limit,
    /// Mean share of the first places where it serves, in millionths; once the run has come to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    share_ppm: Option<u64>,
}

/// Points of the four dimensions (四个维度).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationDimensions)]
struct DimensionsView {
    /// Social evaluation (社会评价).
    social_evaluation: i64,
    /// Credit activities (信用活动).
    credit_activities: i64,
    /// Credit record (信用记录).
    credit_record: i64,
    /// Demonstration (示范引领).
    demonstration: i64,
}

/// What one rule would give more or less.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulationRule)]
struct RuleView {
    /// JSON pointer into the rules.
    rule: String,
    /// What it is called.
    names: NamesView,
    /// Points more or less.
    points: i64,
}

/// The run that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulationOrder)]
struct OrderBody {
    /// Over whose ledgers, such as 330200.
    city: City,
}

/// Runs of a draft, by id.
#[utoipa::path(get, path = "/v1/models/{id}/simulations", tag = "models",
    params(("id" = ModelId, Path, description = "The draft."), PageQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadModels])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ModelId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<View>>, Problem> {
    staff.require(Permission::ReadModels)?;
    let reading = page.reading()?;
    let found = simulations_after(&app.db, id, reading.after, reading.rows()).await?;
    Ok(Json(reading.page(found.into_iter().map(View::from).collect(), |view: &View| view.id)))
}

/// Run a draft over the ledgers of a city. While such a run is under way, it is answered with that run.
#[utoipa::path(post, path = "/v1/models/{id}/simulations", tag = "models",
    params(("id" = ModelId, Path, description = "The draft.")),
    request_body = OrderBody, responses((status = 202, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DraftModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, INVALID_RULES])))))]
async fn start(
    State(app): State<App>,
    staff: Staff,
    Path(model): Path<ModelId>,
    Json(OrderBody { city }): Json<OrderBody>,
) -> Result<(StatusCode, Json<View>), Problem> {
    admit(&staff, Permission::DraftModels, city)?;
    let by = person(&staff, Permission::DraftModels)?;
    let run = app.db.write(&StartSimulation { model, city, by }).await?;
    Ok((StatusCode::ACCEPTED, Json(View::from(run))))
}

/// A run and how far it is.
#[utoipa::path(get, path = "/v1/simulations/{id}", tag = "models",
    params(("id" = SimulationId, Path, description = "The run.")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<SimulationId>,
) -> Result<Json<View>, Problem> {
    staff.require(Permission::ReadModels)?;
    Ok(Json(View::from(simulation(&app.db, id).await?)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MerchantsQuery {
    /// Only those whose grade would move.
    #[serde(default)]
    moved: bool,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<chassis::http::Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// What a run found, merchant by merchant.
#[utoipa::path(get, path = "/v1/simulations/{id}/merchants", tag = "models",
    params(("id" = SimulationId, Path, description = "The run."), MerchantsQuery),
    responses((status = 200, body = Page<TriedView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadModels])))))]
async fn merchants(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<SimulationId>,
    Query(MerchantsQuery { moved, limit, after }): Query<MerchantsQuery>,
) -> Result<Json<Page<TriedView>>, Problem> {
    staff.require(Permission::ReadModels)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let (run, draft) = run_with_draft(&app.db, id).await?;
    let in_force = rules_in_force(&app.db, &app.rules, run.order.at).await?;
    let found = tried_after(&app.db, id, moved, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(|tried| TriedView::of(tried, [&draft, in_force])).collect();
    let views = all_named(&app, run.order.city, views).await?;
    Ok(Json(reading.page(views, |view: &TriedView| view.merchant)))
}

/// Stop a run. What it found so far stays to be read; stopped twice is as good.
#[utoipa::path(post, path = "/v1/simulations/{id}/cancel", tag = "models",
    params(("id" = SimulationId, Path, description = "The run.")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DraftModels]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn cancel(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<SimulationId>,
) -> Result<Json<View>, Problem> {
    person(&staff, Permission::DraftModels)?;
    Ok(Json(View::from(app.db.write(&CancelSimulation { id }).await?)))
}

impl From<Run> for View {
    fn from(run: Run) -> Self {
        let state = run.state.word();
        let (summary, failure) = match run.state {
            RunState::Finished(found) => (Some(SummaryView::from(*found)), None),
            RunState::Failed(reason) => (None, Some(reason)),
            RunState::Running | RunState::Cancelled => (None, None),
        };
        Self {
            id: run.id,
            model: run.order.model,
            edition: run.order.edition,
            city: run.order.city,
            ordered_by: run.order.by,
            at: run.order.at,
            state,
            failure,
            merchants: run.progress.merchants,
            entries: run.progress.entries,
            transitions: run.progress.transitions.into_iter().map(TransitionView::from).collect(),
            summary,
        }
    }
}

impl From<Summary> for SummaryView {
    fn from(found: Summary) -> Self {
        let [zh, en] = METHOD;
        let Summary { raised, lowered, category_means, cells, cells_shifted, shifted_ppm, shifts } = found;
        let mean = |CategoryMean { category, permille }| CategoryMeanView { category, permille };
        Self {
            method: Words::new(zh, en).into(),
            raised,
            lowered,
            category_means: category_means.into_iter().map(mean).collect(),
            cells,
            cells_shifted,
            shifted_ppm,
            shifts: shifts.into_iter().map(ShiftView::from).collect(),
        }
    }
}

impl From<Cell> for ShiftView {
    fn from(Cell { district, category, before, after, shifted_ppm }: Cell) -> Self {
        let side = |Side { best, leaders }| SideView { best, leaders };
        Self { district, category, before: side(before), after: side(after), shifted_ppm }
    }
}

impl From<Transition> for TransitionView {
    fn from(Transition { from, to, merchants }: Transition) -> Self {
        Self { from, to, merchants }
    }
}

is_of_a_merchant!(TriedView);

/// What a rule is called in the first of these versions that has it.
fn called(rule: &str, versions: [&Rules; 2]) -> NamesView {
    let [draft, in_force] = versions;
    let in_draft = rule_words(draft, rule);
    let words = if in_draft.zh == rule { rule_words(in_force, rule) } else { in_draft };
    words.into()
}

impl TriedView {
    fn of(tried: Tried, versions: [&Rules; 2]) -> Self {
        let Tried { merchant, in_force, before, after, why, share } = tried;
        let Why { dimensions, rules, settings, limit_before, limit_after } = why;
        let Points { social_evaluation, credit_activities, credit_record, demonstration } = dimensions;
        let of =
            |(score, grade): (u16, Grade), limit, share_ppm| AssessedView { score, grade, limit, share_ppm };
        let share_of = |pick: fn(Share) -> u64| share.map(pick);
        let named = |(rule, points): (String, i64)| {
            let names = called(&rule, versions);
            RuleView { rule, names, points }
        };
        Self {
            merchant,
            merchant_name: None,
            in_force,
            before: of(before, limit_before, share_of(|share| share.before_ppm)),
            after: of(after, limit_after, share_of(|share| share.after_ppm)),
            dimensions: DimensionsView { social_evaluation, credit_activities, credit_record, demonstration },
            rules: rules.into_iter().map(named).collect(),
            settings,
        }
    }
}
