//! The board of the dispatch desk (派单看板): how many stand in each of its columns, and word of what moves. The columns
//! themselves are lists of jobs and of assignments.

use axum::extract::State;
use axum::response::Response;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::TOO_MANY_STREAMS;
use chassis::http::{Json, Problem, Query, refuses};
use chassis::store::Total;
use dispatch_domain::{AssignmentState, JobState};
use kernel::{City, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit};
use crate::App;
use crate::error::Error;
use crate::live::Moves;
use crate::store::{assignments, jobs};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(follow))
}

/// One column.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardColumnCounts)]
struct Column {
    all: Total,
    /// Those of them that are overdue.
    late: Total,
}

/// How many stand in each column of a city's board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Board)]
struct View {
    /// Nobody can be found (暂无企业): a person's turn.
    unserved: Column,
    /// For an offer (待派单).
    waiting: Column,
    /// For the merchant's answer (已派待接).
    offered: Column,
    /// Accepted (进行中).
    running: Column,
    counted_at: Timestamp,
}

/// How many stand in each column, and how many of them are overdue.
#[utoipa::path(get, path = "/v1/board", tag = "board", params(InCity),
    responses((status = 200, description = "the counts", body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadJobs])))))]
async fn read(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadJobs, city)?;
    let now = app.dispatcher.clock.now();
    Ok(Json(View {
        unserved: of_jobs(&app, city, JobState::Unserved, now).await?,
        waiting: of_jobs(&app, city, JobState::Waiting, now).await?,
        offered: of_assignments(&app, city, AssignmentState::Offered, now).await?,
        running: of_assignments(&app, city, AssignmentState::Accepted, now).await?,
        counted_at: now,
    }))
}

async fn of_jobs(app: &App, city: City, state: JobState, now: Timestamp) -> Result<Column, Error> {
    let count = async |late_at| {
        let filter = jobs::Filter { state: state.as_str(), late_at };
        jobs::total(app.db.read(), city, filter).await
    };
    Ok(Column { all: count(None).await?, late: count(Some(now)).await? })
}

async fn of_assignments(
    app: &App,
    city: City,
    state: AssignmentState,
    now: Timestamp,
) -> Result<Column, Error> {
    let count = async |late_at| {
        let filter = assignments::Filter { state: Some(state), late_at, ..assignments::Filter::default() };
        assignments::total(app.db.read(), city, filter).await
    };
    Ok(Column { all: count(None).await?, late: count(Some(now)).await? })
}

/// Word of what moves on the board, live: events named `moves`, at most four a second, each with the jobs that came,
/// moved or ended and where they stand now. They have no id: whoever comes back reads the columns anew. It may get lost
/// between instances: whoever shows a board reads it anew now and then.
#[utoipa::path(get, path = "/v1/board/stream", tag = "board", params(InCity),
    responses((status = 200, description = "events named moves; the data of each is a BoardMoves", body = Moves,
        content_type = "text/event-stream")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadJobs]))),
        ("x-problems" = json!(refuses(&[TOO_MANY_STREAMS])))))]
async fn follow(
    State(app): State<App>,
    Query(InCity { city }): Query<InCity>,
    staff: Staff,
) -> Result<Response, Problem> {
    admit(&staff, Permission::ReadJobs, city)?;
    let place = app.streams.place()?;
    Ok(place.stream(app.boards.watch(city)))
}
