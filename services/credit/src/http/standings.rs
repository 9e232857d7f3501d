//! How a merchant's score and grade moved: what a chart shows.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Limit, Path, Problem, Query, refuses};
use credit_domain::{StandingStep, cause_words};
use kernel::{City, Grade, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admit_to;
use super::words::NamesView;
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::standing_series;

/// Points of a chart when nobody says how many.
const POINTS_DEFAULT: u8 = 200;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SeriesQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Changes from then on, behind what stood at that moment; from the opening of the ledger when absent.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// Changes until then; until now when absent.
    #[param(value_type = Option<String>)]
    to: Option<Timestamp>,
    /// Points at most, 1 to 200; 200 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
}

/// How a merchant's standing moved, as it stood at the time: what `GET /v1/merchants/{id}/credit` says of each moment as
/// known then. What was taken back or put right later stands until it was, and that is a change of its own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StandingSeries)]
struct View {
    merchant: MerchantId,
    /// Until when it is told.
    to: Timestamp,
    /// How many changes there were. More than there are points: of those that lie between, some are left out.
    changes: usize,
    /// The changes, the first first.
    points: Vec<PointView>,
}

/// How a merchant stood from a moment on, until the next.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StandingPoint)]
struct PointView {
    at: Timestamp,
    /// Credit score, 0 to 1,000.
    score: u16,
    /// Credit grade (信用等级).
    grade: Grade,
    /// What made it: the kind of fact, and after a colon its id.
    cause: String,
    /// The same in words.
    names: NamesView,
}

/// Score and grade of a merchant at each change, folded from its ledger and its proceedings.
#[utoipa::path(get, path = "/v1/merchants/{id}/standings", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), SeriesQuery),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadLedger, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(SeriesQuery { city, from, to, limit }): Query<SeriesQuery>,
) -> Result<Json<View>, Problem> {
    admit_to(&staff, Permission::ReadLedger, city, id)?;
    let now = app.clock.now();
    let until = to.map_or(now, |to| to.min(now));
    let most = usize::from(limit.map_or(POINTS_DEFAULT, Limit::get));
    let series = standing_series(&app.db, &app.rules, (city, id), (from, until), most).await?;
    let points = series.steps.into_iter().map(PointView::from).collect();
    Ok(Json(View { merchant: id, to: until, changes: series.changes, points }))
}

impl From<StandingStep> for PointView {
    fn from(StandingStep { at, score, grade, cause }: StandingStep) -> Self {
        Self { at, score, grade, cause: cause.to_string(), names: cause_words(cause).into() }
    }
}
