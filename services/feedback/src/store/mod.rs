//! The tables of feedback: call-backs, who handled what, and cases.
//!
//! The repositories hand out whole aggregates of the domain and take them back; rows do not leave this folder.
//! Handlers stand once, in their own table, and are read anew with every aggregate, so that a handler who
//! becomes known late still counts (I8).

pub(crate) mod callbacks;
pub(crate) mod cases;
pub(crate) mod handlers;
mod m0002_feedback;
#[cfg(test)]
mod plans;

use chassis::store::StoreError;
use chassis::store::clear_reads::ClearReads;
use chassis::store::schema::{Chassis1, Chassis2};
use kernel::{Area, CategoryCode, City, ItemCode, Timestamp, Version};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// The schema of this service.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Chassis1), Box::new(m0002_feedback::Feedback), Box::new(Chassis2), Box::new(ClearReads)]
    }
}

fn city_column(city: City) -> i64 {
    i64::from(city.code())
}

fn city_of(column: i64) -> Result<City, StoreError> {
    let code = u32::try_from(column).unwrap_or_default();
    City::try_new(code).map_err(|_| corrupt("city", column))
}

fn category_of(column: &str) -> Result<CategoryCode, StoreError> {
    CategoryCode::try_new(column).map_err(|_| corrupt("category", column))
}

fn item_of(column: &str) -> Result<ItemCode, StoreError> {
    ItemCode::try_new(column).map_err(|_| corrupt("item", column))
}

fn area_of(column: i64) -> Result<Area, StoreError> {
    let area = u32::try_from(column).ok().and_then(|code| Area::try_new(code).ok());
    area.ok_or_else(|| corrupt("area", column))
}

fn version_column(version: Version) -> Result<i64, StoreError> {
    i64::try_from(version.0).map_err(|_| corrupt("version", version))
}

fn version_of(column: i64) -> Result<Version, StoreError> {
    u64::try_from(column).map(Version).map_err(|_| corrupt("version", column))
}

/// A column that must be filled in the state that the row is in.
fn required<T>(column: &'static str, value: Option<T>) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::Corrupt(format!("{column} is empty")))
}

fn required_instant(column: &'static str, micros: Option<i64>) -> Result<Timestamp, StoreError> {
    required(column, micros).map(Timestamp::from_micros)
}

fn corrupt(column: &str, value: impl core::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column} {value}"))
}
