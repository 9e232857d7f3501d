//! How the centre's daily statements compared with what was held: appended, never changed.

use chassis::store::StoreError;
use credit_domain::volunteer::{Difference, Line};
use kernel::{City, Day, ReconciliationId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::{city_column, narrow};

/// A row of `volunteer_reconciliations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_reconciliations")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) day: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) number: i32,
    pub(super) id: Uuid,
    pub(super) stated: bool,
    pub(super) differences: i32,
    /// JSON: the whole comparison.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A comparison (对账结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Its id.
    pub id: ReconciliationId,
    /// The city.
    pub city: City,
    /// The day.
    pub day: Day,
    /// Counts the comparisons of the day, from 1.
    pub number: u32,
    /// What the centre stated; none when no statement came in time.
    pub stated: Option<Vec<Line>>,
    /// Where the two differ.
    pub differences: Vec<Difference>,
    /// When they were compared.
    pub compared_at: Timestamp,
}

/// The place of a comparison in the list.
pub(crate) type Place = (Day, u32);

/// Keeps one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, found: &Reconciliation) -> Result<(), StoreError> {
    let row = Model {
        city: city_column(found.city),
        day: found.day.julian(),
        number: narrow("number", found.number)?,
        id: found.id.uuid(),
        stated: found.stated.is_some(),
        differences: narrow("differences", found.differences.len())?,
        body: serde_json::to_string(found)?,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// The last comparison of the day.
pub(crate) async fn last(
    conn: &impl ConnectionTrait,
    city: City,
    day: Day,
) -> Result<Option<Reconciliation>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Day.eq(day.julian()))
        .order_by_desc(Column::Number);
    found.one(conn).await?.map(to_domain).transpose()
}

/// Comparisons of a city, the last day first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    before: Option<Place>,
    limit: u64,
) -> Result<Vec<Reconciliation>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some((day, number)) = before {
        let number: i32 = narrow("number", number)?;
        let same = Condition::all().add(Column::Day.eq(day.julian())).add(Column::Number.lt(number));
        found = found.filter(Condition::any().add(Column::Day.lt(day.julian())).add(same));
    }
    let found = found.order_by_desc(Column::Day).order_by_desc(Column::Number).limit(limit);
    found.all(conn).await?.into_iter().map(to_domain).collect()
}

fn to_domain(row: Model) -> Result<Reconciliation, StoreError> {
    let Model { body, .. } = row;
    Ok(serde_json::from_str(&body)?)
}
