//! The tables of intake. Personal data stands in `requests` (name, phone, address, description), in
//! `timeline.note` and, where a reader's words hold some, in `clear_reads.reason`, and nowhere else (I7).
//! What colleagues call one of the staff stands in `colleagues.name`, and in `presences.name` for as long as a request
//! is open.

pub(crate) mod colleagues;
#[cfg(test)]
mod long_lists;
mod m0002_intake;
mod m0004_colleagues;
pub(crate) mod presences;
pub(crate) mod requests;
pub(crate) mod taken;
pub(crate) mod timeline;

use chassis::store::StoreError;
use chassis::store::clear_reads::ClearReads;
use chassis::store::schema::{Chassis1, Chassis2};
use kernel::{City, Version};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Brings a database to this version.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Chassis1),
            Box::new(m0002_intake::Intake),
            Box::new(Chassis2),
            Box::new(ClearReads),
            Box::new(m0004_colleagues::Colleagues),
        ]
    }
}

fn corrupt(column: &str) -> StoreError {
    // The value may be personal data: only its place is told.
    StoreError::Corrupt(column.to_owned())
}

fn city_column(city: City) -> i64 {
    i64::from(city.code())
}

fn city_of(column: i64) -> Result<City, StoreError> {
    u32::try_from(column).ok().and_then(|code| City::try_new(code).ok()).ok_or_else(|| corrupt("city"))
}

fn version_column(version: Version) -> Result<i64, StoreError> {
    i64::try_from(version.0).map_err(|_| corrupt("version"))
}

fn version_of(column: i64) -> Result<Version, StoreError> {
    u64::try_from(column).map(Version).map_err(|_| corrupt("version"))
}

fn parsed<T: core::str::FromStr>(column: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(column))
}
