//! Looking for workers among those whom a merchant enrols: by name, card and papers, those first whose papers end first.

use chassis::store::{StoreError, Total};
use credit_domain::{Papers, Worker};
use kernel::{City, MerchantId, Timestamp, WorkerId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, ConnectionTrait, ExprTrait as _, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::anywhere;
use super::workers::{Column, Entity, enrolled_by, green_column, to_domain};

/// Which workers of a merchant are looked for: those that fit all that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkerSearch {
    /// Part of the masked name or of the number on the card.
    pub text: Option<String>,
    /// Whether the colour is green until after this moment, by the papers that are there.
    pub green_after: Option<(Timestamp, bool)>,
}

/// A place among the workers of a merchant: when the papers end, in microseconds or 0, and who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerPlace(i64, WorkerId);

impl WorkerPlace {
    /// Where a worker with these papers stands.
    #[must_use]
    pub fn of(id: WorkerId, papers: Papers) -> Self {
        Self(green_column(papers), id)
    }
}

/// Workers whom the merchant enrols now that fit, those first whose papers end first, after this place.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    search: &WorkerSearch,
    after: Option<WorkerPlace>,
    limit: u64,
) -> Result<Vec<Worker>, StoreError> {
    let mut found = enrolled_by(city, merchant).filter(fits(search));
    if let Some(WorkerPlace(green_until, id)) = after {
        let place = Expr::tuple([Expr::value(green_until), Expr::value(id.uuid())]);
        let row = Expr::tuple([Column::GreenUntil, Column::Id].map(|column| Expr::col((Entity, column))));
        found = found.filter(row.gt(place));
    }
    let found = found.order_by_asc(Column::GreenUntil).order_by_asc(Column::Id);
    found.limit(limit).all(conn).await?.into_iter().map(to_domain).collect()
}

fn fits(WorkerSearch { text, green_after }: &WorkerSearch) -> Condition {
    let called = text.as_deref().map(|text| {
        Condition::any().add(Column::MaskedName.like(anywhere(text))).add(Column::Card.like(anywhere(text)))
    });
    let green = green_after.map(|(at, is_green)| {
        let at = at.as_micros();
        if is_green { Column::GreenUntil.gt(at) } else { Column::GreenUntil.lte(at) }
    });
    Condition::all().add_option(called).add_option(green)
}

/// How many workers the merchant enrols now that fit.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    search: &WorkerSearch,
) -> Result<Total, StoreError> {
    Total::of(conn, enrolled_by(city, merchant).filter(fits(search))).await
}
