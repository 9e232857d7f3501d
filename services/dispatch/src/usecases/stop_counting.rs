//! "Least served" and the share cap count the orders of 30 days: older ones stop counting.

use core::time::Duration;

use chassis::store::{Command, Db, Tx};
use dispatch_domain::LoadDelta;
use kernel::Timestamp;

use super::count;
use crate::error::Error;
use crate::ranking::Counted;
use crate::store::{assignments, jobs};

/// How long an order counts.
const COUNTED_FOR: Duration = Duration::from_secs(30 * 86_400);
/// Orders in one transaction.
const BATCH_MAX: u64 = 64;

/// Stops counting what is too old, a bounded number at a time. Most times there is nothing, and nothing is begun.
pub(crate) async fn old(db: &Db, now: Timestamp) -> Result<Vec<Counted>, Error> {
    if assignments::counted_before(db.read(), now.before(COUNTED_FOR), 1).await?.is_empty() {
        return Ok(Vec::new());
    }
    db.write(&StopCounting).await
}

struct StopCounting;

impl Command for StopCounting {
    type Out = Vec<Counted>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Counted>, Error> {
        let now = tx.now();
        let mut old = assignments::counted_before(tx.conn(), now.before(COUNTED_FOR), BATCH_MAX).await?;
        old.sort_unstable();
        let mut changed = Vec::with_capacity(old.len());
        for place in old {
            // Held first: a step under way either sees that it no longer counts, or has given it back already.
            let Some(job) = jobs::lock(tx.conn(), place.city, place.request).await? else {
                tracing::error!(assignment = %place.id, "an assignment has no job");
                continue;
            };
            if assignments::stop_counting(tx.conn(), place).await? {
                let delta = LoadDelta { merchant: place.merchant, open: 0, served: -1 };
                changed.push(count::add(tx, &(&job).into(), delta).await?);
            }
        }
        Ok(changed)
    }
}
