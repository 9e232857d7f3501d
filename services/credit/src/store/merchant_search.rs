//! The search for merchants: by name or code, grade, status and category, page by page.
//!
//! Part of a name can stand anywhere in it, so names are read one after the other: from an index that holds all that
//! is looked at, in the order of the page, until the page is full. Whole rows are read of what was found alone.

use chassis::store::StoreError;
use credit_domain::{Merchant, Status};
use kernel::{CategoryCode, City, Grade, MerchantId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, LikeExpr, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, ExprTrait as _, Order, QueryOrder};

use super::merchants::{Column, Entity, to_domain};
use super::{city_column, dossiers};

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
    /// Whether it is affiliated.
    pub status: Option<Status>,
    /// A category that it is committed to.
    pub category: Option<CategoryCode>,
    /// Whether it objects to an entry behind its grade.
    pub under_objection: Option<bool>,
}

/// Merchants of the city that fit, by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    search: &MerchantSearch,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Merchant>, StoreError> {
    let mut found = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::City.eq(city_column(city)))
        .cond_where(fits(city, search))
        .order_by(Column::Id, Order::Asc)
        .limit(limit)
        .to_owned();
    if let Some(after) = after {
        found.and_where(Column::Id.gt(after.uuid()));
    }
    let whole = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Id.in_subquery(found))
        .order_by_asc(Column::Id);
    whole.all(conn).await?.into_iter().map(to_domain).collect()
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
        .add_option(status.map(|status| Column::Status.eq(status.to_string())))
        .add_option(category.map(|pattern| Column::CategoryCodes.like(pattern)))
        .add_option(under_objection.map(|contests| Column::UnderObjection.eq(contests)))
}

fn named(text: &str) -> Expr {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Expr::expr(Func::lower(Expr::col((Entity, Column::Name)))).like(LikeExpr::new(pattern).escape('\\'))
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
