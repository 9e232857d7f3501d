//! What the public says about an application while it is public, and what an officer answers.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, Tagged, refuses};
use credit_domain::admission::NewRemark;
use kernel::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::application_views::FullView;
use super::applications::answer;
use super::{InCity, admit};
use crate::App;
use crate::problems::{CONFLICT, NOT_FOUND, REMARKS_BUSY, TOO_MANY};
use crate::usecases::{AnswerRemark, SayRemark};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(say)).routes(routes!(answer_one))
}

/// A statement. No `Debug`: what people say is theirs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApplicationRemark)]
struct RemarkBody {
    /// The name of who says it, at most 60 characters, of which the first is kept; anonymous when absent.
    #[serde(default)]
    name: Option<String>,
    /// What is said, at most 1000 characters.
    text: String,
}

/// That it was taken down.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApplicationRemarkTaken)]
struct TakenView {
    /// Whether the same was said before.
    already: bool,
}

/// What was found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplicationRemarkAnswer)]
struct AnswerBody {
    /// What was looked into and what was found, at most 1000 characters; no personal data.
    found: String,
}

/// Say something about an application while it is public, by name or without (公示期意见). For everybody; an officer answers
/// it before anything is decided. At most 20 statements about one application are taken within an hour.
#[utoipa::path(post, path = "/v1/applications/{id}/remarks", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."), InCity), request_body = RemarkBody,
    responses((status = 200, body = TakenView)), security(()),
    extensions(("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, TOO_MANY, REMARKS_BUSY])))))]
async fn say(
    State(app): State<App>,
    Path(id): Path<ApplicationId>,
    Query(InCity { city }): Query<InCity>,
    Json(RemarkBody { name, text }): Json<RemarkBody>,
) -> Result<Json<TakenView>, Problem> {
    let told = app.db.write(&SayRemark { city, id, remark: NewRemark { name, text } }).await?;
    Ok(Json(TakenView { already: told.already }))
}

/// Answer a statement of the public. The first answer stands; whoever answers does not decide on the application.
#[utoipa::path(post, path = "/v1/applications/{id}/remarks/{remark}/answer", tag = "admission",
    params(("id" = ApplicationId, Path, description = "The application."),
        ("remark" = u32, Path, description = "The statement's number."), InCity),
    request_body = AnswerBody, responses((status = 200, body = FullView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ExamineAdmissions]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn answer_one(
    State(app): State<App>,
    staff: Staff,
    Path((id, remark)): Path<(ApplicationId, u32)>,
    Query(InCity { city }): Query<InCity>,
    Json(AnswerBody { found }): Json<AnswerBody>,
) -> Result<Tagged<FullView>, Problem> {
    admit(&staff, Permission::ExamineAdmissions, city)?;
    app.db.write(&AnswerRemark { city, id, remark, found, by: staff.0.actor }).await?;
    answer(&app, &staff, city, id).await
}
