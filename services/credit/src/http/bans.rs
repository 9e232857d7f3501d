//! Running bans, for staff: who is banned until when and for what, without anybody's name.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Page, Problem, Query};
use credit_domain::admission::Ban;
use kernel::{MerchantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{all_named, is_of_a_merchant};
use super::{ListQuery, admit};
use crate::App;
use crate::usecases;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A ban on re-admission (禁入): a measure of this platform.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ban)]
struct View {
    /// The merchant that was removed.
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    /// What it was given for.
    cause: String,
    from: Timestamp,
    /// The first moment at which it no longer holds.
    until: Timestamp,
    /// How many persons behind the merchant it is on as well.
    persons: usize,
}

/// The bans of a city that run.
#[utoipa::path(get, path = "/v1/bans", tag = "admission", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadAdmissions])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadAdmissions, query.city)?;
    let reading = query.reading()?;
    let (now, after) = (app.clock.now(), reading.after.clone());
    let found = usecases::bans_after(&app.db, query.city, now, after, reading.rows()).await?;
    let views = all_named(&app, query.city, found.into_iter().map(View::from).collect()).await?;
    Ok(Json(reading.page(views, |view: &View| (view.merchant, view.cause.clone()))))
}

is_of_a_merchant!(View);

impl From<Ban> for View {
    fn from(ban: Ban) -> Self {
        let Ban { city: _, merchant, code: _, persons, from, until, cause } = ban;
        Self { merchant, merchant_name: None, cause: cause.to_string(), from, until, persons: persons.len() }
    }
}
