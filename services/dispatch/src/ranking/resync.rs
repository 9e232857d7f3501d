//! Brings the loads of the table into the ranking: all of them at the start, and every few seconds what other
//! instances changed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chassis::store::{Db, StoreError};
use kernel::{MerchantId, Timestamp};

use super::Ranking;
use crate::store::loads;

/// Rows in one read.
const PAGE: u64 = 1_000;
/// A transaction takes its time at its beginning and may commit later, on a machine whose clock is behind: what
/// is this much older than the last row seen is read again. Reading twice is harmless.
const MARGIN: Duration = Duration::from_secs(60);

/// How far the table has been read.
#[derive(Default)]
pub(crate) struct Resync {
    seen: AtomicI64,
}

impl Resync {
    /// Reads what changed since the last time; everything at first.
    pub(crate) async fn run(&self, db: &Db, ranking: &Ranking) -> Result<u64, StoreError> {
        let mut since = Timestamp::from_micros(self.seen.load(Ordering::Relaxed)).before(MARGIN);
        let (mut after, mut rows): (Option<MerchantId>, u64) = (None, 0);
        loop {
            let page = loads::changed_since(db.read(), since, after, PAGE).await?;
            for changed in &page {
                ranking.apply_load(changed.city, changed.load);
                (since, after) = (changed.at, Some(changed.load.merchant));
            }
            let read = u64::try_from(page.len()).unwrap_or(PAGE);
            rows += read;
            if read < PAGE {
                break;
            }
        }
        if rows > 0 {
            self.seen.fetch_max(since.as_micros(), Ordering::Relaxed);
        }
        Ok(rows)
    }
}
