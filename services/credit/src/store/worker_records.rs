//! What happened to each worker: appended, read, never changed.

use chassis::store::StoreError;
use credit_domain::workers::{Happening, Record, Training};
use kernel::{City, Timestamp, Version, WorkerId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::workers::Place;
use super::{city_column, version_column, version_of, word};

/// A row of `worker_records`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "worker_records")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) worker: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) version: i64,
    /// The number of the training it records, if it does.
    pub(super) training: Option<String>,
    /// JSON.
    pub(super) happening: String,
    pub(super) actor: String,
    pub(super) happened_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Appends one.
pub(crate) async fn append(
    conn: &impl ConnectionTrait,
    city: City,
    record: &Record,
) -> Result<(), StoreError> {
    let row = Model {
        city: city_column(city),
        worker: record.worker.uuid(),
        version: version_column(record.version)?,
        training: match &record.happening {
            Happening::Trained { training } => Some(training.number.clone()),
            _ => None,
        },
        happening: serde_json::to_string(&record.happening)?,
        actor: record.by.to_string(),
        happened_at: record.at.as_micros(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// What was recorded of this worker under the number of a training.
pub(crate) async fn training(
    conn: &impl ConnectionTrait,
    (city, worker): Place,
    number: &str,
) -> Result<Option<Training>, StoreError> {
    let found = of(city, worker).filter(Column::Training.eq(number)).one(conn).await?;
    match found.as_ref().map(to_domain).transpose()?.map(|record| record.happening) {
        Some(Happening::Trained { training }) => Ok(Some(training)),
        _ => Ok(None),
    }
}

/// How many workers have something recorded under the number of a training.
pub(crate) async fn trained(
    conn: &impl ConnectionTrait,
    city: City,
    number: &str,
) -> Result<u64, StoreError> {
    let found = Entity::find().filter(Column::City.eq(city_column(city))).filter(Column::Training.eq(number));
    Ok(found.count(conn).await?)
}

/// Records of the worker, the first first, after this version.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    (city, worker): Place,
    after: Version,
    limit: u64,
) -> Result<Vec<Record>, StoreError> {
    let rows = of(city, worker)
        .filter(Column::Version.gt(version_column(after)?))
        .order_by_asc(Column::Version)
        .limit(limit)
        .all(conn)
        .await?;
    rows.iter().map(to_domain).collect()
}

fn of(city: City, worker: WorkerId) -> Select<Entity> {
    Entity::find().filter(Column::City.eq(city_column(city))).filter(Column::Worker.eq(worker.uuid()))
}

fn to_domain(row: &Model) -> Result<Record, StoreError> {
    Ok(Record {
        worker: WorkerId::new(row.worker),
        version: version_of(row.version)?,
        happening: serde_json::from_str(&row.happening)?,
        by: word("actor", &row.actor)?,
        at: Timestamp::from_micros(row.happened_at),
    })
}
