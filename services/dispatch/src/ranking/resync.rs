//! Brings the loads and orders of the tables into the ranking: all of them at the start, and every few seconds what
//! changed since, should its broadcast have been lost.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chassis::store::{Db, StoreError};
use kernel::{MerchantId, Timestamp};

use super::{Counted, Ranking};
use crate::store::{cell_orders, loads};

/// Rows in one read.
const PAGE: u64 = 1_000;
/// A transaction takes its time at its beginning and may commit later, on a machine whose clock is behind: what
/// is this much older than the last row seen is read again. Reading twice is harmless.
const MARGIN: Duration = Duration::from_secs(60);

/// How far the two tables have been read.
#[derive(Default)]
pub(crate) struct Resync {
    loads: AtomicI64,
    orders: AtomicI64,
}

impl Resync {
    /// Reads what changed since the last time; everything at first.
    pub(crate) async fn run(&self, db: &Db, ranking: &Ranking) -> Result<(), StoreError> {
        self.loads(db, ranking).await?;
        self.orders(db, ranking).await
    }

    async fn loads(&self, db: &Db, ranking: &Ranking) -> Result<(), StoreError> {
        let mut since = before_seen(&self.loads);
        let mut after: Option<MerchantId> = None;
        loop {
            let page = loads::changed_since(db.read(), since, after, PAGE).await?;
            for changed in &page {
                ranking.apply_counted(&Counted::load(changed.city, changed.load));
                (since, after) = (changed.at, Some(changed.load.merchant));
                self.loads.fetch_max(changed.at.as_micros(), Ordering::Relaxed);
            }
            if !is_full(page.len()) {
                return Ok(());
            }
        }
    }

    async fn orders(&self, db: &Db, ranking: &Ranking) -> Result<(), StoreError> {
        let since = before_seen(&self.orders);
        let mut after: Option<cell_orders::Changed> = None;
        loop {
            let mut page = cell_orders::changed_since(db.read(), since, after.as_ref(), PAGE).await?;
            for changed in &page {
                ranking.apply_orders(changed.city, &changed.orders);
                self.orders.fetch_max(changed.at.as_micros(), Ordering::Relaxed);
            }
            if !is_full(page.len()) {
                return Ok(());
            }
            after = page.pop();
        }
    }
}

fn before_seen(seen: &AtomicI64) -> Timestamp {
    Timestamp::from_micros(seen.load(Ordering::Relaxed)).before(MARGIN)
}

fn is_full(rows: usize) -> bool {
    u64::try_from(rows).is_ok_and(|rows| rows >= PAGE)
}
