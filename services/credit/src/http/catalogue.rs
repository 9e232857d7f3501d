//! Reference data: the service catalogue and the places, the same for everybody.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use contracts::reference::{Category, CityPlaces, Reference};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(catalogue))
}

/// The answer, written once: it changes only with the program.
#[derive(Debug, Clone)]
pub(crate) struct CatalogueBody(Bytes);

/// The service catalogue and the places.
#[derive(Serialize, ToSchema)]
#[schema(as = Catalogue)]
struct View<'a> {
    /// In the order of the pages.
    categories: &'a [Category],
    /// Those that the platform serves.
    cities: Vec<&'a CityPlaces>,
}

impl CatalogueBody {
    /// Of this reference data.
    pub(crate) fn of(reference: &Reference) -> Self {
        let view = View { categories: reference.categories(), cities: reference.cities().collect() };
        // Made of texts and numbers: writing it does not fail.
        Self(serde_json::to_vec(&view).unwrap_or_default().into())
    }
}

/// The service catalogue (服务目录) in the order of the pages, and the cities with their districts and streets.
/// For everybody, without a token.
#[utoipa::path(get, path = "/v1/catalogue", tag = "catalogue",
    responses((status = 200, description = "`categories` and `cities`", body = View<'_>)), security(()))]
async fn catalogue(State(CatalogueBody(body)): State<CatalogueBody>) -> impl IntoResponse {
    let json = HeaderValue::from_static("application/json");
    let keep = HeaderValue::from_static("public, max-age=300");
    ([(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, keep)], body)
}
