//! What colleagues are called: other services and pages know the staff by ids alone.
//!
//! Names come from tokens and from nothing else, so that nobody names somebody; and they are read by the staff alone.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Problem, Query, refuses};
use kernel::{ActorId, City, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{account_of, in_city};
use crate::App;
use crate::problems::STORAGE_FULL;
use crate::usecases::{self, Colleague, GreetColleague, SignIn};

/// Accounts asked about at once.
const IDS_MAX: usize = 100;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(names)).routes(routes!(greet))
}

/// Each account once, as a query has them.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Ids(BTreeSet<ActorId>);

/// The text is not a list of accounts.
#[derive(Debug, thiserror::Error)]
#[error("expected 1 to {IDS_MAX} ids of accounts with commas between them")]
struct IdsError;

impl TryFrom<String> for Ids {
    type Error = IdsError;

    fn try_from(text: String) -> Result<Self, IdsError> {
        if text.split(',').nth(IDS_MAX).is_some() {
            return Err(IdsError);
        }
        text.split(',').map(|id| id.parse().map_err(|_| IdsError)).collect::<Result<_, _>>().map(Self)
    }
}

/// Whose names.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NamesQuery {
    /// The city's code, such as 330200.
    city: City,
    /// The accounts, 1 to 100, with commas between them.
    #[param(value_type = Vec<ActorId>, style = Form, explode = false, min_items = 1, max_items = 100)]
    ids: Ids,
}

/// Somebody of the staff. No `Debug`: a name.
#[derive(Serialize, ToSchema)]
#[schema(as = Colleague)]
struct View {
    /// The account.
    id: ActorId,
    /// What colleagues call the person, at most 40 characters.
    name: String,
    /// Since when the account has this name here.
    named_at: Timestamp,
}

impl From<Colleague> for View {
    fn from(Colleague { id, name, named_at, .. }: Colleague) -> Self {
        Self { id, name: name.in_the_clear().to_owned(), named_at }
    }
}

/// Those whose names are known.
#[derive(Serialize, ToSchema)]
#[schema(as = Colleagues)]
struct Names {
    /// By their ids.
    items: Vec<View>,
}

/// What these accounts are called. Those are left out that are not known: of another city, of no staff, or not signed in
/// for a long time.
#[utoipa::path(get, path = "/v1/colleagues", tag = "colleagues", params(NamesQuery),
    responses((status = 200, body = Names)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::KnowColleagues])))))]
async fn names(
    State(app): State<App>,
    staff: Staff,
    Query(NamesQuery { city, ids: Ids(ids) }): Query<NamesQuery>,
) -> Result<Json<Names>, Problem> {
    account_of(staff.require(Permission::KnowColleagues)?)?;
    in_city(staff.0.city, city)?;
    let known = usecases::colleagues(&app.db, city, ids).await?;
    Ok(Json(Names { items: known.into_iter().map(View::from).collect() }))
}

/// Makes you known to your colleagues by the name that your token has; said again at each sign-in, the last one holds.
#[utoipa::path(put, path = "/v1/colleagues/me", tag = "colleagues",
    responses((status = 204, description = "Known by that name, or forgotten where the token has none.")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::KnowColleagues]))),
        ("x-problems" = json!(refuses(&[STORAGE_FULL])))))]
async fn greet(State(app): State<App>, staff: Staff) -> Result<StatusCode, Problem> {
    let principal = staff.require(Permission::KnowColleagues)?;
    let id = account_of(principal)?;
    let sign_in = SignIn { id, city: principal.city, name: principal.name.clone() };
    app.db.write(&GreetColleague { sign_in }).await?;
    Ok(StatusCode::NO_CONTENT)
}
