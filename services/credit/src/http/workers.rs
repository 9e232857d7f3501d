//! Workers of a merchant with their safety colour at this moment.

use axum::extract::State;
use chassis::auth::{Permission, Staff};
use chassis::http::{Json, Page, Path, Problem, Query};
use credit_domain::{Colour, Worker};
use kernel::{MerchantId, Timestamp, WorkerId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ListQuery, admit_to};
use crate::App;
use crate::usecases;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A worker (家政从业人员).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Worker)]
struct View {
    id: WorkerId,
    /// The number on the card.
    card: String,
    /// Masked, as citizens see it.
    masked_name: String,
    /// The safety colour (安心码), computed now.
    colour: ColourWord,
    #[serde(skip_serializing_if = "Option::is_none")]
    exam_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insurance_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SafetyColour)]
enum ColourWord {
    Red,
    Yellow,
    Green,
}

/// Workers of a merchant, by id.
#[utoipa::path(get, path = "/v1/merchants/{id}/workers", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit_to(&staff, Permission::ReadMerchants, query.city, id)?;
    let (reading, now) = (query.reading()?, app.clock.now());
    let found = usecases::workers_after(&app.db, query.city, id, reading.after, reading.rows()).await?;
    let views = found.into_iter().map(|worker| View::at(worker, now)).collect();
    Ok(Json(reading.page(views, |view: &View| view.id)))
}

impl View {
    fn at(worker: Worker, now: Timestamp) -> Self {
        let Worker { id, city: _, merchant: _, card, masked_name, papers } = worker;
        let colour = match papers.colour(now) {
            Colour::Red => ColourWord::Red,
            Colour::Yellow => ColourWord::Yellow,
            Colour::Green => ColourWord::Green,
        };
        let (exam_until, insurance_until) = (papers.exam_until, papers.insurance_until);
        Self { id, card, masked_name, colour, exam_until, insurance_until }
    }
}
