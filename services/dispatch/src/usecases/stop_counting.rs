//! "Least served" counts the orders of 30 days: older ones stop counting.

use core::time::Duration;

use chassis::store::{Command, Db, Tx};
use dispatch_domain::{Load, LoadDelta};
use kernel::{City, Timestamp};

use crate::error::Error;
use crate::store::{assignments, loads};

/// How long an order counts.
const COUNTED_FOR: Duration = Duration::from_secs(30 * 86_400);
/// Orders in one transaction.
const BATCH_MAX: u64 = 64;

/// Stops counting what is too old, a bounded number at a time. Most times there is nothing, and nothing is begun.
pub(crate) async fn old(db: &Db, now: Timestamp) -> Result<Vec<(City, Load)>, Error> {
    if assignments::counted_before(db.read(), now.before(COUNTED_FOR), 1).await?.is_empty() {
        return Ok(Vec::new());
    }
    db.write(&StopCounting).await
}

struct StopCounting;

impl Command for StopCounting {
    type Out = Vec<(City, Load)>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<(City, Load)>, Error> {
        let now = tx.now();
        let mut old = assignments::counted_before(tx.conn(), now.before(COUNTED_FOR), BATCH_MAX).await?;
        old.sort_unstable();
        let mut changed = Vec::with_capacity(old.len());
        for place in old {
            if assignments::stop_counting(tx.conn(), place).await? {
                let delta = LoadDelta { merchant: place.merchant, open: 0, served: -1 };
                let before = loads::lock(tx.conn(), place.city, place.merchant, now).await?;
                changed.push((place.city, loads::add(tx.conn(), place.city, before, delta, now).await?));
            }
        }
        Ok(changed)
    }
}
