//! Who did what in proceedings and objections: appended, never changed.

use chassis::store::{StoreError, Tx};
use kernel::{Actor, City, Timestamp, Version};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect};

use super::{city_column, version_column, version_of, word};

/// A row of `process_steps`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "process_steps")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) subject: Uuid,
    /// That it led to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) version: i64,
    pub(super) step: String,
    pub(super) actor: String,
    pub(super) at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The version that it led to.
    pub version: Version,
    /// What, in a word.
    pub step: String,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Notes a step in the transaction that takes it.
pub(crate) async fn note(
    tx: &Tx,
    city: City,
    subject: impl Into<Uuid>,
    version: Version,
    step: &str,
    by: Actor,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        city: ActiveValue::Set(city_column(city)),
        subject: ActiveValue::Set(subject.into()),
        version: ActiveValue::Set(version_column(version)?),
        step: ActiveValue::Set(step.to_owned()),
        actor: ActiveValue::Set(by.to_string()),
        at: ActiveValue::Set(tx.now().as_micros()),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The steps of a proceeding or an objection, the first first, at most `limit`.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    city: City,
    subject: impl Into<Uuid>,
    after: Version,
    limit: u64,
) -> Result<Vec<Taken>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Subject.eq(subject.into()))
        .filter(Column::Version.gt(version_column(after)?))
        .order_by_asc(Column::Version)
        .limit(limit);
    let rows = found.all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Taken {
                version: version_of(row.version)?,
                by: word("actor", &row.actor)?,
                at: Timestamp::from_micros(row.at),
                step: row.step,
            })
        })
        .collect()
}
