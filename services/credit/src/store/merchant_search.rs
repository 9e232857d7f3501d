//! The search for merchants: by name or code, grade, status and category, page by page.
//!
//! Part of a name can stand anywhere in it, so names are read one after the other: from an index that holds all that
//! is looked at, in the order of the page, until the page is full. Whole rows are read of what was found alone. By name
//! and by score they stand in an index each.

use chassis::store::{StoreError, Total};
use credit_domain::{Merchant, Status};
use kernel::{CategoryCode, City, Grade, MerchantId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func, Query, SelectStatement};
use sea_orm::{
    Condition, ConnectionTrait, ExprTrait as _, Order, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};

use super::merchants::{Column, Entity, to_domain};
use super::{anywhere, city_column, dossiers};

/// Characters of a social credit code.
const CODE_LENGTH: usize = 18;

/// Which merchants are looked for: those that fit all that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MerchantSearch {
    /// Part of the name, whatever the case of its Latin letters.
    pub name: Option<String>,
    /// Or the beginning of the social credit code.
    pub or_code: bool,
    /// The grade in force.
    pub grade: Option<Grade>,
    /// Where it stands with us: one of these; anywhere when there are none.
    pub status: Vec<Status>,
    /// A category that it is committed to.
    pub category: Option<CategoryCode>,
    /// Whether it objects to an entry behind its grade.
    pub under_objection: Option<bool>,
}

/// What merchants are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// When they came: ids rise with time.
    #[default]
    Entered,
    /// Their name, by the numbers of its letters: the same in both databases, whatever they know of languages.
    Name,
    /// Their credit score.
    Score,
}

/// In which order merchants are listed; those that are alike in it by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MerchantSort {
    /// By what.
    pub key: SortKey,
    /// The last first.
    pub descending: bool,
}

/// A place in a list of merchants: by what it is ordered, and the id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MerchantPlace {
    /// In the order in which they came.
    Entered(MerchantId),
    /// By name.
    Name(String, MerchantId),
    /// By score.
    Score(u16, MerchantId),
}

impl MerchantPlace {
    /// What the list that it is a place of is ordered by.
    #[must_use]
    pub const fn key(&self) -> SortKey {
        match self {
            Self::Entered(_) => SortKey::Entered,
            Self::Name(..) => SortKey::Name,
            Self::Score(..) => SortKey::Score,
        }
    }

    /// Those that come after it.
    fn beyond(&self, descending: bool) -> Expr {
        let (columns, place) = match self {
            Self::Entered(id) => (vec![Column::Id], vec![Expr::value(id.uuid())]),
            Self::Name(name, id) => {
                (vec![Column::Name, Column::Id], vec![Expr::value(name.as_str()), Expr::value(id.uuid())])
            }
            Self::Score(score, id) => (
                vec![Column::Score, Column::Id],
                vec![Expr::value(i64::from(*score)), Expr::value(id.uuid())],
            ),
        };
        let row = Expr::tuple(columns.into_iter().map(|column| Expr::col((Entity, column))));
        if descending { row.lt(Expr::tuple(place)) } else { row.gt(Expr::tuple(place)) }
    }
}

/// How many merchants of the city fit.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    search: &MerchantSearch,
) -> Result<Total, StoreError> {
    Total::of(conn, fitting(city, search)).await
}

/// Merchants of the city that fit, in this order, after this place, which is one of this order.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    search: &MerchantSearch,
    MerchantSort { key, descending }: MerchantSort,
    after: Option<&MerchantPlace>,
    limit: u64,
) -> Result<Vec<Merchant>, StoreError> {
    let order = || if descending { Order::Desc } else { Order::Asc };
    let found = fitting(city, search).apply_if(after, |found, place| found.filter(place.beyond(descending)));
    let found = match key {
        SortKey::Entered => {
            let ids = found.select_only().column(Column::Id).order_by(Column::Id, order()).limit(limit);
            Entity::find()
                .filter(Column::City.eq(city_column(city)))
                .filter(Column::Id.in_subquery(ids.into_query()))
        }
        SortKey::Name => found.order_by(Column::Name, order()).limit(limit),
        SortKey::Score => found.order_by(Column::Score, order()).limit(limit),
    };
    found.order_by(Column::Id, order()).all(conn).await?.into_iter().map(to_domain).collect()
}

fn fitting(city: City, search: &MerchantSearch) -> Select<Entity> {
    Entity::find().filter(Column::City.eq(city_column(city))).filter(fits(city, search))
}

fn fits(city: City, search: &MerchantSearch) -> Condition {
    let MerchantSearch { name, or_code, grade, status, category, under_objection } = search;
    let name = name.as_deref().map(|text| {
        let code = if *or_code { coded(city, text) } else { None };
        Condition::any().add(named(text)).add_option(code.map(|found| Column::Id.in_subquery(found)))
    });
    let category = category.as_ref().map(|code| format!("% {code} %"));
    Condition::all()
        .add_option(name)
        .add_option(grade.map(|grade| Column::Grade.eq(grade.to_string())))
        .add_option((!status.is_empty()).then(|| Column::Status.is_in(status.iter().map(|one| one.as_str()))))
        .add_option(category.map(|pattern| Column::CategoryCodes.like(pattern)))
        .add_option(under_objection.map(|contests| Column::UnderObjection.eq(contests)))
}

fn named(text: &str) -> Expr {
    Expr::expr(Func::lower(Expr::col((Entity, Column::Name)))).like(anywhere(&text.to_ascii_lowercase()))
}

/// Whose code begins like this; none where no code does. As a span, which an index answers: digits stand before
/// letters in every collation.
fn coded(city: City, text: &str) -> Option<SelectStatement> {
    use dossiers::Column as D;
    let open = CODE_LENGTH.checked_sub(text.len())?;
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let begin = text.to_ascii_uppercase();
    let (first, last) = (format!("{begin}{}", "0".repeat(open)), format!("{begin}{}", "Z".repeat(open)));
    let found = Query::select()
        .column(D::Merchant)
        .from(dossiers::Entity)
        .and_where(D::City.eq(city_column(city)))
        .and_where(D::Code.between(first, last))
        .to_owned();
    Some(found)
}
