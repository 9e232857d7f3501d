use chassis::store::{Command, Db, Tx};
use credit_domain::workers::commands::{Terms, end_notice};
use kernel::{Actor, Timestamp};

use super::{at, in_turn, settle_step};
use crate::error::Error;
use crate::store::workers::{self, Place};

/// Transfers in one turn.
const BATCH_MAX: u64 = 64;

/// Lets transfers take place whose notice has run, each in a transaction of its own: they hold two merchants, and
/// two turns that held many would wait for each other. Says how many did.
///
/// # Errors
/// When the database refuses; what was done before stays done.
pub async fn end_notices(db: &Db, terms: &Terms, now: Timestamp) -> Result<u64, Error> {
    let mut moved = 0;
    for place in workers::due_transfers(db.read(), now, BATCH_MAX).await? {
        moved += u64::from(in_turn(place, db.write(&EndNotice { place, terms }).await)?);
    }
    Ok(moved)
}

struct EndNotice<'a> {
    place: Place,
    terms: &'a Terms,
}

impl Command for EndNotice<'_> {
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<bool, Error> {
        // Whoever holds it does the same, or something that comes first.
        let Some(worker) = workers::lock_if_free(tx.conn(), self.place).await? else { return Ok(false) };
        let step = end_notice(&worker, at(tx, Actor::Platform, self.terms));
        Ok(!settle_step(tx, worker, step).await?.already)
    }
}
