//! Offers and what merchants make of them.

use std::collections::HashMap;

use axum::extract::State;
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use chassis::store::Command;
use dispatch_domain::{Assignment, AssignmentState, DeclineReason};
use kernel::{
    Actor, Area, AssignmentId, CategoryCode, City, ItemCode, MerchantId, RequestId, Timestamp, Urgency,
    Version,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit};
use crate::App;
use crate::error::Error;
use crate::problems::{ALREADY_ACCEPTED, ASSIGNMENT_ENDED, NOT_ACCEPTED, TOO_LATE, UNKNOWN_ASSIGNMENT};
use crate::store::assignments::{self, Filter, Order};
use crate::store::jobs::{self, StoredJob};
use crate::usecases::accept::Accept;
use crate::usecases::complete::Complete;
use crate::usecases::decline::Decline;
use crate::usecases::steps::{self, Stepped};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(complete))
}

/// One merchant's hold on one request (派单记录), and what the work is: where below the street and for whom is intake's to
/// tell, once the merchant took it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assignment)]
struct View {
    id: AssignmentId,
    request: RequestId,
    item: ItemCode,
    category: CategoryCode,
    /// The street.
    area: Area,
    urgency: Urgency,
    /// When the service is wanted.
    wanted_at: Timestamp,
    /// By when the matter must be settled.
    due_by: Timestamp,
    merchant: MerchantId,
    /// The standing the merchant was chosen by.
    credit_version: Version,
    offered_at: Timestamp,
    answer_by: Timestamp,
    /// By when its next step is due: the answer while it is offered, the work once it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_by: Option<Timestamp>,
    /// When the merchant accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<Timestamp>,
    /// When it was completed, declined, expired or released.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    /// Why the merchant declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_reason: Option<DeclineReason>,
    state: AssignmentState,
    /// What its merchant may do now.
    allowed_actions: &'static [Action],
}

/// A step that a merchant may take.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssignmentAction)]
enum Action {
    Accept,
    Decline,
    Complete,
}

impl View {
    fn of(it: &Assignment, StoredJob { job, item, .. }: StoredJob) -> Self {
        let allowed_actions: &[Action] = match it.state {
            AssignmentState::Offered => &[Action::Accept, Action::Decline],
            AssignmentState::Accepted => &[Action::Complete],
            AssignmentState::Completed
            | AssignmentState::Declined
            | AssignmentState::Expired
            | AssignmentState::Released => &[],
        };
        Self {
            id: it.id,
            request: it.request,
            item,
            category: job.category.clone(),
            area: job.area,
            urgency: job.urgency,
            wanted_at: job.wanted_at,
            due_by: job.due_by,
            merchant: it.merchant,
            credit_version: it.credit_version,
            offered_at: it.offered_at,
            answer_by: it.answer_by,
            next_by: it.next_by(&job),
            accepted_at: it.accepted_at,
            ended_at: it.ended_at,
            decline_reason: it.decline_reason,
            state: it.state,
            allowed_actions,
        }
    }
}

/// An assignment after a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SteppedAssignment)]
struct SteppedView {
    assignment: View,
    /// Whether the step had been taken before: the first result stands.
    already: bool,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Where they stand.
    state: Option<AssignmentState>,
    /// Whose; a merchant sees its own, whether it says so or not.
    merchant: Option<MerchantId>,
    /// Those of one request.
    request: Option<RequestId>,
    /// Only those whose next step is overdue, or the matter as a whole.
    #[serde(default)]
    late: bool,
    /// In which order; the latest first when absent.
    #[serde(default)]
    #[param(inline)]
    order: OrderWord,
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

/// In which order assignments are listed.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssignmentOrder)]
enum OrderWord {
    /// The latest first.
    #[default]
    Latest,
    /// Those that have a next step, the soonest due first.
    NextBy,
}

/// The latest first, or the soonest due: for staff all of the city, for a merchant its own.
#[utoipa::path(get, path = "/v1/assignments", tag = "assignments", params(ListQuery),
    responses((status = 200, description = "a page", body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerOffers, Permission::ReadJobs])))))]
async fn list(
    State(app): State<App>,
    Query(asked): Query<ListQuery>,
    staff: Staff,
) -> Result<Json<Page<View>>, Problem> {
    let ListQuery { city, state, merchant, request, late, order, limit, after, total } = asked;
    let merchant = match admit(&staff, Permission::AnswerOffers, city) {
        Ok(actor) => match own(actor)? {
            own if merchant.is_none_or(|asked| asked == own) => Some(own),
            _ => return Err(FORBIDDEN.detail("the account belongs to another merchant")),
        },
        Err(_) => {
            admit(&staff, Permission::ReadJobs, city)?;
            merchant
        }
    };
    let filter = Filter { merchant, request, state, late_at: late.then(|| app.dispatcher.clock.now()) };
    let count = async || assignments::total(app.db.read(), city, filter).await;
    Ok(Json(match order {
        OrderWord::Latest => {
            let reading = Reading::asked(limit, after.as_ref())?;
            let items = listed(&app, city, filter, Order::Latest(reading.after), reading.rows()).await?;
            let total = reading.total(total, count()).await.map_err(Error::from)?;
            reading.page(items, |view: &View| view.id).counted(total)
        }
        OrderWord::NextBy => {
            let reading = Reading::asked(limit, after.as_ref())?;
            let items = listed(&app, city, filter, Order::Next(reading.after), reading.rows()).await?;
            let total = reading.total(total, count()).await.map_err(Error::from)?;
            // Those without a next step are not listed.
            reading
                .page(items, |view: &View| (view.next_by.unwrap_or(view.answer_by), view.id))
                .counted(total)
        }
    }))
}

async fn listed(app: &App, city: City, filter: Filter, order: Order, rows: u64) -> Result<Vec<View>, Error> {
    let found = assignments::list(app.db.read(), city, filter, order, rows).await?;
    let found: Vec<_> = found.into_iter().map(|stored| stored.assignment).collect();
    views(app, city, &found).await
}

/// The assignments with what the work is, in their order.
async fn views(app: &App, city: City, found: &[Assignment]) -> Result<Vec<View>, Error> {
    let requests = found.iter().map(|assignment| assignment.request);
    let jobs = jobs::of_requests(app.db.read(), city, requests).await?;
    let jobs: HashMap<RequestId, StoredJob> = jobs.into_iter().map(|job| (job.job.request, job)).collect();
    let view = |assignment: &Assignment| {
        let job = jobs.get(&assignment.request).cloned().ok_or(Error::UnknownRequest)?;
        Ok(View::of(assignment, job))
    };
    found.iter().map(view).collect()
}

/// Accepts the offer (接单); again: the first result.
#[utoipa::path(post, path = "/v1/assignments/{id}/accept", tag = "assignments",
    params(("id" = AssignmentId, Path, description = "The assignment."), InCity),
    responses((status = 200, description = "accepted", body = SteppedView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerOffers]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ASSIGNMENT, TOO_LATE, ASSIGNMENT_ENDED])))))]
async fn accept(
    State(app): State<App>,
    Path(assignment): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<SteppedView>, Problem> {
    let by = admit(&staff, Permission::AnswerOffers, city)?;
    take(&app, city, &Accept { city, assignment, by }).await
}

/// Why it is declined.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeclineBody {
    reason: DeclineReason,
}

/// Declines the offer (拒单); again: the first result.
#[utoipa::path(post, path = "/v1/assignments/{id}/decline", tag = "assignments",
    params(("id" = AssignmentId, Path, description = "The assignment."), InCity), request_body = DeclineBody,
    responses((status = 200, description = "declined", body = SteppedView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerOffers]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ASSIGNMENT, TOO_LATE, ALREADY_ACCEPTED, ASSIGNMENT_ENDED])))))]
async fn decline(
    State(app): State<App>,
    Path(assignment): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
    Json(DeclineBody { reason }): Json<DeclineBody>,
) -> Result<Json<SteppedView>, Problem> {
    let by = admit(&staff, Permission::AnswerOffers, city)?;
    let declined = take(&app, city, &Decline { city, assignment, by, reason }).await;
    // The next one is to be asked at once.
    app.wake.notify_one();
    declined
}

/// Reports the work done (完工); again: the first result.
#[utoipa::path(post, path = "/v1/assignments/{id}/complete", tag = "assignments",
    params(("id" = AssignmentId, Path, description = "The assignment."), InCity),
    responses((status = 200, description = "completed", body = SteppedView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerOffers]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_ASSIGNMENT, NOT_ACCEPTED, ASSIGNMENT_ENDED])))))]
async fn complete(
    State(app): State<App>,
    Path(assignment): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<SteppedView>, Problem> {
    let by = admit(&staff, Permission::AnswerOffers, city)?;
    take(&app, city, &Complete { city, assignment, by }).await
}

async fn take<C>(app: &App, city: City, command: &C) -> Result<Json<SteppedView>, Problem>
where
    C: Command<Out = Stepped<Assignment>, Error = Error>,
{
    let stepped = steps::take(&app.db, &app.dispatcher.ranking, command).await?;
    let assignment = views(app, city, &[stepped.now]).await?.pop().ok_or(Error::UnknownAssignment)?;
    Ok(Json(SteppedView { assignment, already: stepped.already }))
}

/// The merchant that an account belongs to.
fn own(actor: Actor) -> Result<MerchantId, Problem> {
    match actor {
        Actor::Merchant { id } => Ok(id),
        Actor::Staff { .. } | Actor::Channel { .. } | Actor::Platform => {
            Err(FORBIDDEN.detail("the account belongs to no merchant"))
        }
    }
}
