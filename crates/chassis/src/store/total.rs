//! How long a list is. Counting reads what it counts, so it ends at a bound: past it a person reads "more than", and
//! no list costs more for being long.

use sea_orm::sea_query::{Asterisk, Expr, Func, Query};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// Items that are counted at most.
pub const COUNTED_MAX: u32 = 10_000;

/// How long a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Total)]
pub struct Total {
    /// Its items, 10,000 at most.
    pub count: u32,
    /// Whether these are all of them; with `false` there are more.
    pub exact: bool,
}

impl Total {
    /// Of the rows that this finds, in whatever order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of<E: EntityTrait>(
        conn: &impl ConnectionTrait,
        found: Select<E>,
    ) -> Result<Self, StoreError> {
        let some = found.select_only().expr_as(Expr::cust("1"), "one").limit(u64::from(COUNTED_MAX) + 1);
        let counted = Query::select()
            .expr(Func::count(Expr::col(Asterisk)))
            .from_subquery(some.into_query(), "found")
            .to_owned();
        let row = conn.query_one(&counted).await?;
        let count: i64 =
            row.ok_or_else(|| DbErr::RecordNotFound("a count".to_owned()))?.try_get_by_index(0)?;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Self { count: count.min(COUNTED_MAX), exact: count <= COUNTED_MAX })
    }
}
