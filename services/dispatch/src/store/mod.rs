//! The tables of dispatch: jobs, assignments, loads, orders by category and street, decision records, choices and
//! proposals.
//!
//! The repositories hand out whole values of the domain and take them back; rows do not leave this folder.
//! Order of locks: a job first, then its assignment, then the merchant's load, which holds its orders by category and
//! street as well; last a proposal.

pub(crate) mod assignments;
pub(crate) mod cell_orders;
pub(crate) mod choices;
pub(crate) mod decisions;
pub(crate) mod jobs;
pub(crate) mod loads;
mod m0002_dispatch;
mod m0003_fairness;
pub(crate) mod proposals;

use chassis::store::StoreError;
use chassis::store::schema::{Chassis1, Chassis2};
use kernel::{Area, AssignmentId, CategoryCode, City, Timestamp, Version};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use uuid::Uuid;

/// The schema of this service.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Chassis1),
            Box::new(m0002_dispatch::Dispatch),
            Box::new(Chassis2),
            Box::new(m0003_fairness::Fairness),
        ]
    }
}

fn city_column(city: City) -> i64 {
    i64::from(city.code())
}

fn city_of(column: i64) -> Result<City, StoreError> {
    u32::try_from(column)
        .ok()
        .and_then(|code| City::try_new(code).ok())
        .ok_or_else(|| corrupt("city", column))
}

fn area_of(column: i64) -> Result<Area, StoreError> {
    let area = u32::try_from(column).ok().and_then(|code| Area::try_new(code).ok());
    area.ok_or_else(|| corrupt("area", column))
}

fn category_of(column: &str) -> Result<CategoryCode, StoreError> {
    CategoryCode::try_new(column).map_err(|_| corrupt("category", column))
}

fn version_column(version: Version) -> Result<i64, StoreError> {
    i64::try_from(version.0).map_err(|_| corrupt("version", version))
}

fn version_of(column: i64) -> Result<Version, StoreError> {
    u64::try_from(column).map(Version).map_err(|_| corrupt("version", column))
}

/// The one word of an enum of the domain, as serde writes it.
fn word<T: serde::Serialize>(column: &'static str, value: T) -> Result<String, StoreError> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(corrupt(column, other)),
    }
}

/// Reads what [`word`] wrote.
fn from_word<T: serde::de::DeserializeOwned>(word: String) -> Result<T, StoreError> {
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}

/// A column that must be filled in the state that the row is in.
fn required<T>(column: &'static str, value: Option<T>) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::Corrupt(format!("{column} is empty")))
}

/// Of these rows the latest first, before this one: ids sort by birth.
fn latest_before<E: EntityTrait>(
    rows: Select<E>,
    id: E::Column,
    before: Option<AssignmentId>,
    limit: u64,
) -> Select<E> {
    let rows = match before {
        Some(before) => rows.filter(id.lt(before.uuid())),
        None => rows,
    };
    rows.order_by_desc(id).limit(limit)
}

/// Of these rows the soonest due first, after this one.
fn soonest_after<E: EntityTrait>(
    rows: Select<E>,
    (due, id): (E::Column, E::Column),
    after: Option<(Timestamp, Uuid)>,
    limit: u64,
) -> Select<E> {
    let rows = match after {
        Some((by, last)) => {
            let later = Condition::all().add(due.eq(by.as_micros())).add(id.gt(last));
            rows.filter(due.gte(by.as_micros()))
                .filter(Condition::any().add(due.gt(by.as_micros())).add(later))
        }
        None => rows,
    };
    rows.order_by_asc(due).order_by_asc(id).limit(limit)
}

/// Of these rows those whose moment has passed, the longest past first.
fn past<E: EntityTrait>(rows: Select<E>, moment: E::Column, now: Timestamp, limit: u64) -> Select<E> {
    rows.filter(moment.lt(now.as_micros())).order_by_asc(moment).limit(limit)
}

fn corrupt(column: &str, value: impl core::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column} {value}"))
}
