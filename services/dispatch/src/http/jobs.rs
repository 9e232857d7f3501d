//! Requests as dispatch sees them, and who gets them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use dispatch_domain::{Assignment, Choice, JobState, Mode, OverrideCode};
use kernel::{
    Actor, Area, AssignmentId, CategoryCode, City, ItemCode, MerchantId, RequestId, Timestamp, Urgency,
    Version,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::proposals::{ProposedView, View as ProposalView};
use super::{InCity, admit};
use crate::App;
use crate::error::Error;
use crate::problems::{
    ALREADY_TRIED, CATCHING_UP, CREDIT_SILENT, DOES_NOT_SERVE, NOBODY_ELIGIBLE, NOT_ELIGIBLE, NOTE_NEEDED,
    REASON_NEEDED, REQUEST_CANCELLED, REQUEST_COMPLETED, UNKNOWN_REQUEST, UNSETTLED,
};
use crate::store::jobs::{self, StoredJob};
use crate::usecases::assign::{self, Placed, Wish};
use crate::usecases::steps::Stepped;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(assign))
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Which jobs.
    state: StateWord,
    /// Only those that are past their time.
    #[serde(default)]
    late: bool,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
    /// With `true` the first page says how long the list is.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobState)]
enum StateWord {
    Waiting,
    Assigned,
    Completed,
    Cancelled,
    Unserved,
}

impl StateWord {
    const fn column(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Assigned => "assigned",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Unserved => "unserved",
        }
    }
}

impl From<JobState> for StateWord {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Waiting => Self::Waiting,
            JobState::Assigned { .. } => Self::Assigned,
            JobState::Completed { .. } => Self::Completed,
            JobState::Cancelled => Self::Cancelled,
            JobState::Unserved => Self::Unserved,
        }
    }
}

/// A request as dispatch sees it (派单任务).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
struct View {
    request: RequestId,
    city: City,
    item: ItemCode,
    category: CategoryCode,
    area: Area,
    urgency: Urgency,
    wanted_at: Timestamp,
    due_by: Timestamp,
    received_at: Timestamp,
    mode: Mode,
    state: StateWord,
    /// Whom the citizen asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred: Option<MerchantId>,
    /// Who declined it or let it expire.
    tried: Vec<MerchantId>,
    /// When the rule chooses, if nobody does before; none when the job does not wait, or waits for a person alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_from: Option<Timestamp>,
}

impl From<StoredJob> for View {
    fn from(stored: StoredJob) -> Self {
        let StoredJob { job, item, preferred, received_at, rule_from } = stored;
        Self {
            request: job.request,
            city: job.city,
            item,
            category: job.category,
            area: job.area,
            urgency: job.urgency,
            wanted_at: job.wanted_at,
            due_by: job.due_by,
            received_at,
            mode: job.mode,
            state: job.state.into(),
            preferred,
            tried: job.tried,
            rule_from,
        }
    }
}

/// The city's jobs in one state, the soonest due first.
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(ListQuery),
    responses((status = 200, description = "a page", body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadJobs])))))]
async fn list(
    State(app): State<App>,
    Query(asked): Query<ListQuery>,
    staff: Staff,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadJobs, asked.city)?;
    let reading = Reading::asked(asked.limit, asked.after.as_ref())?;
    let late_at = asked.late.then(|| app.dispatcher.clock.now());
    let filter = jobs::Filter { state: asked.state.column(), late_at };
    let found = jobs::list(app.db.read(), asked.city, filter, reading.after, reading.rows()).await;
    let items = found.map_err(Error::from)?.into_iter().map(View::from).collect();
    let count = jobs::total(app.db.read(), asked.city, filter);
    let total = reading.total(asked.total, count).await.map_err(Error::from)?;
    Ok(Json(reading.page(items, |job: &View| (job.due_by, job.request)).counted(total)))
}

/// A request as dispatch sees it now.
#[utoipa::path(get, path = "/v1/jobs/{request}", tag = "jobs",
    params(("request" = RequestId, Path, description = "The request."), InCity),
    responses((status = 200, description = "the job", body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadJobs]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_REQUEST])))))]
async fn read(
    State(app): State<App>,
    Path(request): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadJobs, city)?;
    let found = jobs::find(app.db.read(), city, request).await.map_err(Error::from)?;
    Ok(Json(found.ok_or(Error::UnknownRequest)?.into()))
}

/// Who is to get it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignBody {
    /// The chosen merchant; the first of the order when absent.
    #[serde(default)]
    merchant: Option<MerchantId>,
    /// Why somebody else than the first.
    #[serde(default)]
    #[schema(schema_with = reason)]
    reason: Option<String>,
    /// With `true` the chosen merchant is asked again, though it declined the request or let it expire: with a reason.
    #[serde(default)]
    again: bool,
}

/// One of the words, or a note.
fn reason() -> Schema {
    let note = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(200));
    let text = "Why somebody else than the first, or one that had its chance: one of the words, or a note of 1 to 200 \
                characters without personal data.";
    AnyOfBuilder::new()
        .item(Ref::from_schema_name(OverrideCode::name()))
        .item(note)
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .description(Some(text))
        .into()
}

/// The assignment that holds the request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assigned)]
pub(super) struct AssignedView {
    assignment: AssignmentId,
    merchant: MerchantId,
    /// The version of its standing, confirmed with credit.
    credit_version: Version,
    /// Who dispatched it: where it was there before, perhaps somebody else than who asks.
    offered_by: Actor,
    offered_at: Timestamp,
    answer_by: Timestamp,
    /// Whether it was there before: the first result stands, and nothing came of this choice.
    already: bool,
}

impl From<&Stepped<Assignment>> for AssignedView {
    fn from(stepped: &Stepped<Assignment>) -> Self {
        let &Assignment { id, merchant, credit_version, offered_by, offered_at, answer_by, .. } =
            &stepped.now;
        let already = stepped.already;
        Self { assignment: id, merchant, credit_version, offered_by, offered_at, answer_by, already }
    }
}

/// Dispatches the request (派单); again: the first result.
///
/// A choice against the rule by who made too many of late is kept until a second person agrees.
#[utoipa::path(post, path = "/v1/jobs/{request}/assignments", tag = "jobs",
    params(("request" = RequestId, Path, description = "The request."), InCity), request_body = AssignBody,
    responses((status = 200, description = "the assignment that holds it", body = AssignedView),
        (status = 202, description = "the choice waits for a second person", body = ProposedView)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::Dispatch]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_REQUEST, REQUEST_CANCELLED, REQUEST_COMPLETED,
        NOBODY_ELIGIBLE, ALREADY_TRIED, DOES_NOT_SERVE, NOT_ELIGIBLE, REASON_NEEDED, NOTE_NEEDED, CATCHING_UP, CREDIT_SILENT,
        UNSETTLED])))))]
async fn assign(
    State(app): State<App>,
    Path(request): Path<RequestId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
    Json(body): Json<AssignBody>,
) -> Result<Response, Problem> {
    let by = admit(&staff, Permission::Dispatch, city)?;
    let choice = Choice { again: body.again, ..assign::choice(body.merchant, by, body.reason) };
    Ok(match app.dispatcher.assign(&Wish { city, request, choice, approval: None }).await? {
        Placed::Assigned(stepped) => Json(AssignedView::from(&stepped)).into_response(),
        Placed::Proposed { proposal, already } => {
            let proposal = ProposalView::of(proposal, by);
            (StatusCode::ACCEPTED, Json(ProposedView { proposal, already })).into_response()
        }
    })
}
