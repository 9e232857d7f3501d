//! How many merchants operators chose, and how many against the rule: one row per operator and day.

use chassis::store::StoreError;
use dispatch_domain::ChoiceCounts;
use kernel::{ActorId, City, Day};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, ExprTrait as _, IntoActiveModel, QuerySelect};

use super::{city_column, corrupt};

/// A row of `choice_counts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "choice_counts")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) operator: Uuid,
    /// Julian day number, on the city's clocks.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) day: i32,
    pub(super) choices: i64,
    pub(super) overrides: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Counts a choice. The row is held until the transaction ends: an operator's choices are counted one by one.
pub(crate) async fn add(
    conn: &impl ConnectionTrait,
    city: City,
    operator: ActorId,
    day: Day,
    overridden: bool,
) -> Result<(), StoreError> {
    let overrides = i64::from(overridden);
    let row = Model {
        city: city_column(city),
        operator: operator.uuid(),
        day: day.julian(),
        choices: 1,
        overrides,
    };
    let known = OnConflict::columns([Column::City, Column::Operator, Column::Day])
        .value(Column::Choices, Expr::col((Entity, Column::Choices)).add(1))
        .value(Column::Overrides, Expr::col((Entity, Column::Overrides)).add(overrides))
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(known).exec_without_returning(conn).await?;
    Ok(())
}

/// The choices of the city from this day on: of one operator, or of all.
pub(crate) async fn counted(
    conn: &impl ConnectionTrait,
    city: City,
    operator: Option<ActorId>,
    from: i32,
) -> Result<ChoiceCounts, StoreError> {
    let mut rows = Entity::find()
        .select_only()
        // PostgreSQL sums up to a type of its own.
        .expr_as(Expr::cust("CAST(COALESCE(SUM(choices), 0) AS BIGINT)"), "choices")
        .expr_as(Expr::cust("CAST(COALESCE(SUM(overrides), 0) AS BIGINT)"), "overrides")
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Day.gte(from));
    if let Some(operator) = operator {
        rows = rows.filter(Column::Operator.eq(operator.uuid()));
    }
    let (choices, overrides): (i64, i64) = rows.into_tuple().one(conn).await?.unwrap_or_default();
    Ok(ChoiceCounts {
        choices: u64::try_from(choices).map_err(|_| corrupt("choices", choices))?,
        overrides: u64::try_from(overrides).map_err(|_| corrupt("overrides", overrides))?,
    })
}
