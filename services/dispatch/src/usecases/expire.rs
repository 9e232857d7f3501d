//! Offers that nobody answered in time expire; their jobs wait again, for the next merchant.

use chassis::store::{Command, Db, Tx};
use contracts::dispatch::Expired;
use dispatch_domain::{Refusal, Step};
use kernel::{Actor, Timestamp};

use super::steps;
use crate::error::Error;
use crate::ranking::Counted;
use crate::store::assignments::{self, Place};

/// Offers that expire in one transaction.
const BATCH_MAX: u64 = 64;

/// Expires what is overdue, a bounded number at a time. Most times there is nothing, and nothing is begun.
pub(crate) async fn overdue(db: &Db, now: Timestamp) -> Result<Vec<Counted>, Error> {
    if assignments::overdue(db.read(), now, 1).await?.is_empty() {
        return Ok(Vec::new());
    }
    db.write(&ExpireOverdue).await
}

struct ExpireOverdue;

impl Command for ExpireOverdue {
    type Out = Vec<Counted>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Counted>, Error> {
        let mut overdue = assignments::overdue(tx.conn(), tx.now(), BATCH_MAX).await?;
        // Instances that do the same at once take the locks in the same order.
        overdue.sort_unstable();
        let mut changed = Vec::with_capacity(overdue.len());
        for place in overdue {
            changed.extend(expire(tx, place).await?);
        }
        Ok(changed)
    }
}

async fn expire(tx: &mut Tx, place: Place) -> Result<Option<Counted>, Error> {
    let (job, mine) = steps::load(tx, place.city, place.id).await?;
    let changes = match dispatch_domain::expire(&job, &mine.assignment, tx.now()) {
        Ok(Step::Done(changes)) => changes,
        // Somebody was faster.
        Ok(Step::AlreadyDone(_)) | Err(Refusal::NotDue { .. }) => return Ok(None),
        // A row that does not fit its job must not keep the others from expiring.
        Err(refusal) => {
            tracing::error!(assignment = %place.id, %refusal, "an overdue offer cannot expire");
            return Ok(None);
        }
    };
    let load = steps::save(tx, &changes, mine.counted).await?;
    tx.emit(&Expired {
        request: place.request,
        city: place.city,
        assignment: place.id,
        merchant: mine.assignment.merchant,
        category: job.category,
        by: Actor::Platform,
        expired_at: tx.now(),
    })?;
    Ok(load)
}
