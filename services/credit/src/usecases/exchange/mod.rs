//! Import and export of tables (导入导出).
//!
//! An import is tried out row by row before anybody says that it is to be carried out: each row is carried out by the
//! same command as over the interface, in a transaction that is then rolled back. So what the trial finds is what
//! carrying out would find. Then, at somebody's word, each row is carried out for good, in a transaction of its own
//! that also says that it was: a process may die between any two of them, and any instance goes on.

mod begin;
mod carry;
mod export;
mod faults;
mod forget;
mod queries;
mod rows;
mod step;

use core::time::Duration;
use std::sync::Arc;

use credit_domain::admission::{AdmissionPolicy, TakeOverTerms};
use credit_domain::workers::Terms;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::rules::RuleBook;

pub use begin::BeginImport;
pub use export::{Exporting, Going, export_page};
pub use forget::forget_imports;
pub use queries::{bad_rows_after, import, imports_after, imports_total};
pub use rows::work_on_imports;
pub use step::{ImportStep, StepImport};

pub use crate::store::import_rows::Kept;

const DAYS: core::ops::RangeInclusive<u16> = 1..=90;
const BYTES: core::ops::RangeInclusive<usize> = 1_024..=64 * 1_024 * 1_024;
/// Files read or put together at once: each of them takes memory of its own.
const FILES_AT_ONCE: usize = 2;

/// `[imports]`: files that are imported.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportsConfig {
    /// Bytes of a file at most.
    pub bytes_max: usize,
    /// After which an import's rows are forgotten.
    pub keep_days: u16,
}

/// What all work with imports and exports shares. Cheap to clone.
#[derive(Clone)]
pub struct ExchangeDesk {
    /// The rules of credit.
    pub rules: Arc<RuleBook>,
    /// The policy of admission.
    pub policy: Arc<AdmissionPolicy>,
    /// The terms about workers.
    pub terms: Arc<Terms>,
    /// Whether and how merchants are taken over.
    pub take_over: TakeOverTerms,
    /// How long rows are kept.
    pub keep: Duration,
    /// Files that may be read or put together at once.
    pub files: Arc<Semaphore>,
}

impl ExchangeDesk {
    /// Opens it.
    ///
    /// # Errors
    /// What is wrong with the configuration, in words.
    pub fn open(
        config: &ImportsConfig,
        rules: &Arc<RuleBook>,
        policy: &Arc<AdmissionPolicy>,
        terms: &Arc<Terms>,
        take_over: TakeOverTerms,
    ) -> Result<Self, String> {
        if !DAYS.contains(&config.keep_days) {
            return Err(format!("imports.keep_days is {}: 1 to 90", config.keep_days));
        }
        if !BYTES.contains(&config.bytes_max) {
            return Err(format!("imports.bytes_max is {}: 1024 to 67108864", config.bytes_max));
        }
        Ok(Self {
            rules: Arc::clone(rules),
            policy: Arc::clone(policy),
            terms: Arc::clone(terms),
            take_over,
            keep: Duration::from_secs(u64::from(config.keep_days) * 86_400),
            files: Arc::new(Semaphore::new(FILES_AT_ONCE)),
        })
    }
}
