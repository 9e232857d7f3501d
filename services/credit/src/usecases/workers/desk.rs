use core::time::Duration;
use std::sync::Arc;

use chassis::service::Runtime;
use chassis::store::Db;
use chassis::store::group::{GroupCommit, Limits};
use credit_domain::workers::{CodeRing, Terms};
use kernel::{Clock, IdSource};

use super::WorkersConfig;
use super::door::Tries;
use super::scan::KeepScans;

/// Rows of a scan have 10 columns, and SQLite takes 32,766 parameters in a statement.
const BATCH_MAX: usize = 1_000;
/// Commits under way at once on PostgreSQL: one is on its way to disk while the next is gathered.
const LANES: usize = 2;

/// What all work with workers shares. Cheap to clone.
#[derive(Clone)]
pub struct WorkersDesk {
    /// The terms in force.
    pub terms: Arc<Terms>,
    /// How long after a scan an entry may be confirmed.
    pub entry_within: Duration,
    pub(super) db: Db,
    pub(super) ring: Arc<CodeRing>,
    pub(super) code_life: Duration,
    pub(super) scanning: GroupCommit<KeepScans>,
    pub(super) tries: Arc<Tries>,
    /// Codes are good by real time, like tokens and signatures: two phones meet in it, whatever is simulated.
    pub(super) wall: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
}

impl WorkersDesk {
    /// Opens it.
    ///
    /// # Errors
    /// What is wrong with the configuration, in words.
    pub fn open(config: &WorkersConfig, runtime: &Runtime, batch_max: usize) -> Result<Self, String> {
        if config.code_keys.is_empty() {
            tracing::warn!("workers.code_keys is empty: no code is shown on a phone, and none is accepted");
        }
        let (code_life, entry_within) = config.spans()?;
        let limits =
            Limits { waiting_max: config.waiting()?, batch_max: batch_max.min(BATCH_MAX), lanes: LANES };
        Ok(Self {
            terms: Arc::new(config.terms()?),
            entry_within,
            db: runtime.db.clone(),
            ring: Arc::new(config.ring()?),
            code_life,
            scanning: GroupCommit::start("scanning", &runtime.db, KeepScans, limits, &runtime.tasks),
            tries: Arc::new(Tries::new(config.strange_tries()?)),
            wall: Arc::clone(&runtime.host.wall),
            ids: Arc::clone(&runtime.host.ids),
        })
    }
}
