//! Affiliated merchants for everybody: what stands on their certificates, and nothing more.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chassis::http::{Cursor, Limit, Page, Problem, Query, Reading};
use credit_domain::{Merchant, Status};
use kernel::{CategoryCode, City, Grade, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::part_of_name;
use super::public;
use crate::App;
use crate::usecases::{MerchantPlace, MerchantSearch, MerchantSort, merchants_found};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// An affiliated merchant (加盟企业) as everybody sees it. Prices and promises: its price board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicMerchant)]
struct View {
    id: MerchantId,
    /// The published name of the company.
    name: String,
    /// Whether it is suspended (暂停派单): still affiliated, and takes no orders. Its price board says why.
    suspended: bool,
    /// Credit grade (信用等级); absent while it is suspended, as on its price board.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    /// What it may serve now.
    categories: Vec<CategoryCode>,
    /// Whether it objects to an entry behind its grade (异议中).
    under_objection: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those with this in their name; 1 to 60 characters.
    name: Option<String>,
    /// Only those that are committed to this category.
    category: Option<CategoryCode>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Affiliated merchants of a city, suspended ones among them, by id: all, or those that fit. For everybody.
#[utoipa::path(get, path = "/v1/merchants/public", tag = "merchants", params(SearchQuery),
    responses((status = 200, body = Page<View>)), security(()))]
async fn list(
    State(app): State<App>,
    Query(SearchQuery { city, name, category, limit, after }): Query<SearchQuery>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let search = MerchantSearch {
        name: part_of_name(name)?,
        status: vec![Status::Affiliated, Status::Suspended],
        category: super::category_of_query(&app, category)?,
        ..MerchantSearch::default()
    };
    let reading = Reading::asked(limit, after.as_ref())?;
    let (after, sort) = (reading.after.map(MerchantPlace::Entered), MerchantSort::default());
    let found = merchants_found(&app.db, city, &search, sort, after.as_ref(), reading.rows()).await?;
    let now = app.clock.now();
    let views = found.into_iter().map(|merchant| View::at(merchant, now)).collect();
    public::json(&asked, &reading.page(views, |view: &View| view.id))
}

impl View {
    fn at(Merchant { profile, credit, under_objection, status, .. }: Merchant, now: Timestamp) -> Self {
        let served = profile.categories.into_iter().filter(|made| now < made.commitment_until);
        Self {
            id: profile.id,
            name: profile.name,
            suspended: status == Status::Suspended,
            grade: (status == Status::Affiliated).then_some(credit.grade),
            categories: served.map(|made| made.category).collect(),
            under_objection,
        }
    }
}
