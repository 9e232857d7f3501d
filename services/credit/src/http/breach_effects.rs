//! What a verified breach would do to a merchant: what an officer sees before ruling.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{Json, Path, Problem, Query, refuses};
use credit_domain::BreachEffect;
use kernel::{City, Grade, MerchantId, Severity, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit};
use crate::App;
use crate::problems::NOT_FOUND;
use crate::usecases::{Foresight, foresee_breach};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// How a merchant stands, and what a breach would make of it that is verified now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BreachEffects)]
struct View {
    merchant: MerchantId,
    /// The city.
    city: City,
    /// Credit grade now (信用等级).
    grade: Grade,
    /// Credit score now, 0 to 1,000.
    score: u16,
    /// Whether it objects to an entry behind its grade.
    under_objection: bool,
    /// By how grave the breach is, the least first.
    effects: Vec<EffectView>,
}

/// What one verified breach would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BreachEffect)]
struct EffectView {
    severity: Severity,
    /// The grade then, at once.
    grade: Grade,
    /// The score then, 0 to 1,000.
    score: u16,
    /// When its points count no more; absent where they always do.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts_until: Option<Timestamp>,
    /// From when the publicity board shows it: not before its merchant has had its time to answer. Absent where its class
    /// is not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_from: Option<Timestamp>,
    /// Until when the board shows it, unless a decision sets another time.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_until: Option<Timestamp>,
}

/// What a breach of each severity would do to the merchant if it were verified now. Nothing is recorded by asking.
#[utoipa::path(get, path = "/v1/merchants/{id}/breach-effects", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadLedger]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadLedger, city)?;
    let found = foresee_breach(&app.db, &app.procedure, (city, id), app.clock.now()).await?;
    Ok(Json(View::from(found)))
}

impl From<Foresight> for View {
    fn from(Foresight { merchant, effects }: Foresight) -> Self {
        Self {
            merchant: merchant.profile.id,
            city: merchant.profile.city,
            grade: merchant.credit.grade,
            score: merchant.credit.score,
            under_objection: merchant.under_objection,
            effects: effects.into_iter().map(EffectView::from).collect(),
        }
    }
}

impl From<BreachEffect> for EffectView {
    fn from(effect: BreachEffect) -> Self {
        let BreachEffect { severity, score, grade, counts_until, published } = effect;
        let (published_from, published_until) = published.map(|span| (span.start, span.end)).unzip();
        Self { severity, grade, score, counts_until, published_from, published_until }
    }
}
