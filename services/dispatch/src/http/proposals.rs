//! Choices against the rule that wait for a second person (双人复核).

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use dispatch_domain::{OverrideCode, Proposal, ProposalState};
use kernel::{Actor, AssignmentId, City, MerchantId, RequestId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::jobs::AssignedView;
use super::{InCity, admit};
use crate::App;
use crate::error::Error;
use crate::problems::{
    CATCHING_UP, CREDIT_SILENT, DOES_NOT_SERVE, NOT_ELIGIBLE, PROPOSAL_ENDED, REQUEST_CANCELLED,
    REQUEST_COMPLETED, SAME_PERSON, SECOND_PERSON_NEEDED, TOO_LATE, UNKNOWN_PROPOSAL, UNSETTLED,
};
use crate::store::proposals;
use crate::usecases::second_person::Reject;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(approve)).routes(routes!(reject))
}

/// A choice that waits, or waited, for a second person (改派提议).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub(super) struct View {
    /// Of the assignment that it becomes when it is approved.
    id: AssignmentId,
    request: RequestId,
    merchant: MerchantId,
    reason: OverrideCode,
    /// What was written to the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    proposed_by: Actor,
    proposed_at: Timestamp,
    /// After this the rule decides.
    decide_by: Timestamp,
    /// The second person, once there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<Actor>,
    /// When it was decided, ran out or was superseded.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    state: ProposalState,
    /// What who asks may do now.
    allowed_actions: &'static [Action],
}

/// A step that a second person may take.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProposalAction)]
enum Action {
    Approve,
    Reject,
}

impl View {
    /// As this person sees it: who proposed never decides.
    pub(super) fn of(it: Proposal, seen_by: Actor) -> Self {
        let allowed_actions: &[Action] = match it.state {
            ProposalState::Open if seen_by != it.proposed_by => &[Action::Approve, Action::Reject],
            ProposalState::Open
            | ProposalState::Approved
            | ProposalState::Rejected
            | ProposalState::Expired
            | ProposalState::Superseded => &[],
        };
        Self {
            id: it.id,
            request: it.request,
            merchant: it.merchant,
            reason: it.reason.code,
            note: it.reason.note,
            proposed_by: it.proposed_by,
            proposed_at: it.proposed_at,
            decide_by: it.decide_by,
            decided_by: it.decided_by,
            ended_at: it.ended_at,
            state: it.state,
            allowed_actions,
        }
    }
}

/// A proposal after a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SteppedProposal)]
pub(super) struct ProposedView {
    pub(super) proposal: View,
    /// Whether the step had been taken before: the first result stands.
    pub(super) already: bool,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those in this state.
    state: ProposalState,
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

/// The city's proposals in one state, the latest first.
#[utoipa::path(get, path = "/v1/proposals", tag = "proposals", params(ListQuery),
    responses((status = 200, description = "a page", body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadJobs])))))]
async fn list(
    State(app): State<App>,
    Query(asked): Query<ListQuery>,
    staff: Staff,
) -> Result<Json<Page<View>>, Problem> {
    let seen_by = admit(&staff, Permission::ReadJobs, asked.city)?;
    let reading = Reading::asked(asked.limit, asked.after.as_ref())?;
    let found = proposals::list(app.db.read(), asked.city, asked.state, reading.after, reading.rows()).await;
    let items = found.map_err(Error::from)?.into_iter().map(|it| View::of(it, seen_by)).collect();
    let count = proposals::total(app.db.read(), asked.city, asked.state);
    let total = reading.total(asked.total, count).await.map_err(Error::from)?;
    Ok(Json(reading.page(items, |view: &View| view.id).counted(total)))
}

/// Agrees as the second person: the choice is made now, by all rules that hold now; again: the first result.
#[utoipa::path(post, path = "/v1/proposals/{id}/approve", tag = "proposals",
    params(("id" = AssignmentId, Path, description = "The proposal."), InCity),
    responses((status = 200, description = "the assignment that holds the request", body = AssignedView)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApproveOverrides]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_PROPOSAL, SAME_PERSON, TOO_LATE, PROPOSAL_ENDED,
        SECOND_PERSON_NEEDED, REQUEST_CANCELLED, REQUEST_COMPLETED, DOES_NOT_SERVE, NOT_ELIGIBLE, CATCHING_UP,
        CREDIT_SILENT, UNSETTLED])))))]
async fn approve(
    State(app): State<App>,
    Path(id): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<AssignedView>, Problem> {
    let by = admit(&staff, Permission::ApproveOverrides, city)?;
    Ok(Json(AssignedView::from(&app.dispatcher.approve(city, id, by).await?)))
}

/// Does not agree as the second person: the rule decides at once; again: the first result.
#[utoipa::path(post, path = "/v1/proposals/{id}/reject", tag = "proposals",
    params(("id" = AssignmentId, Path, description = "The proposal."), InCity),
    responses((status = 200, description = "rejected", body = ProposedView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApproveOverrides]))),
        ("x-problems" = json!(refuses(&[UNKNOWN_PROPOSAL, SAME_PERSON, TOO_LATE, PROPOSAL_ENDED])))))]
async fn reject(
    State(app): State<App>,
    Path(id): Path<AssignmentId>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<ProposedView>, Problem> {
    let by = admit(&staff, Permission::ApproveOverrides, city)?;
    let rejected = app.db.write(&Reject { city, id, by }).await?;
    app.wake.notify_one();
    Ok(Json(ProposedView { proposal: View::of(rejected.now, by), already: rejected.already }))
}
