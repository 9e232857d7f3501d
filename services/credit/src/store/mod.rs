//! The tables of credit: merchants, their ledgers, workers, and the versions of the rules.
//!
//! The repositories hand out whole aggregates of the domain and take them back; rows do not leave this folder.
//! The ledger is append-only: the tables themselves refuse to change or delete an entry (I3).

pub(crate) mod activities;
pub(crate) mod applications;
pub(crate) mod bans;
pub(crate) mod certificates;
pub(crate) mod dossiers;
pub(crate) mod ends;
pub(crate) mod evaluation_results;
pub(crate) mod evaluations;
pub(crate) mod honours;
pub(crate) mod import_rows;
pub(crate) mod imports;
pub(crate) mod inspections;
pub(crate) mod ledger;
#[cfg(test)]
mod long_lists;
mod m0002_credit;
mod m0003_admission;
mod m0004_workers;
mod m0005_model;
mod m0006_process;
mod m0007_certificates;
mod m0008_activities;
mod m0009_evaluation;
mod m0010_imports;
pub(crate) mod merchant_notices;
pub(crate) mod merchant_search;
pub(crate) mod merchants;
pub(crate) mod models;
pub(crate) mod needs;
pub(crate) mod notices;
pub(crate) mod objections;
pub(crate) mod prices;
pub(crate) mod proceedings;
pub(crate) mod reconciliations;
pub(crate) mod scans;
pub(crate) mod simulation_merchants;
pub(crate) mod simulations;
pub(crate) mod standards;
pub(crate) mod steps;
pub(crate) mod verifiers;
pub(crate) mod volunteering;
pub(crate) mod worker_records;
pub(crate) mod worker_search;
pub(crate) mod workers;

use chassis::store::StoreError;
use chassis::store::clear_reads::ClearReads;
use chassis::store::schema::{Chassis1, Chassis2};
use kernel::{City, Timestamp, Version};
use sea_orm::DbErr;
use sea_orm::sea_query::LikeExpr;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// The schema of this service.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Chassis1),
            Box::new(m0002_credit::Credit),
            Box::new(Chassis2),
            Box::new(ClearReads),
            Box::new(m0003_admission::Admission),
            Box::new(m0004_workers::Workers),
            Box::new(m0005_model::ModelData),
            Box::new(m0006_process::Process),
            Box::new(m0010_imports::Imports),
            Box::new(m0008_activities::Activities),
            Box::new(m0009_evaluation::Evaluations),
            Box::new(m0007_certificates::Certificates),
        ]
    }
}

/// Rows in one insert: the widest row has 33 columns, and SQLite takes 32,766 parameters.
const ROWS_PER_INSERT: usize = 900;

/// Somebody was faster with a first row: the same command again will see it.
fn taken_is_collision(error: DbErr) -> StoreError {
    match StoreError::from(error) {
        StoreError::Taken(error) => StoreError::Collision(error),
        other => other,
    }
}

fn city_column(city: City) -> i64 {
    i64::from(city.code())
}

fn city_of(column: i64) -> Result<City, StoreError> {
    City::try_new(narrow("city", column)?).map_err(|_| corrupt("city", column))
}

fn version_column(version: Version) -> Result<i64, StoreError> {
    narrow("version", version.0)
}

fn version_of(column: i64) -> Result<Version, StoreError> {
    narrow("version", column).map(Version)
}

/// What has this text anywhere in it, and means none of its signs as a pattern.
fn anywhere(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

fn instant_column(instant: Option<Timestamp>) -> Option<i64> {
    instant.map(Timestamp::as_micros)
}

/// A number that must fit a smaller type, in either direction.
fn narrow<N: TryFrom<W>, W: Copy + core::fmt::Display>(column: &str, number: W) -> Result<N, StoreError> {
    number.try_into().map_err(|_| corrupt(column, number))
}

/// A word that must be one of its type's.
fn word<T: core::str::FromStr>(column: &str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(column, text))
}

fn corrupt(column: &str, value: impl core::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column} {value}"))
}
