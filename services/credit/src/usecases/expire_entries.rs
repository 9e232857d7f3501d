use chassis::store::{Command, Db, Tx};
use credit_domain::{Cause, expire};
use kernel::{Step, Timestamp};

use super::{Recorded, carry_out, load, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::ends::{self, Due};
use crate::store::ledger;

/// Entries ended in one turn; the next turn goes on.
const ENTRIES_PER_TURN: u64 = 200;

/// Writes the ends of entries whose time is over (到期). Returns how many it wrote; right with any number of
/// instances, as the end of an entry is one fact like every other.
///
/// # Errors
/// When the entries cannot be looked up. One that cannot be ended is logged and does not hold up the others.
pub async fn expire_entries(db: &Db, rules: &RuleBook, now: Timestamp) -> Result<u32, Error> {
    let mut ended = 0;
    for due in ends::due(db.read(), now, ENTRIES_PER_TURN).await? {
        match db.write(&ExpireEntry { rules, due }).await {
            Ok(Step::Done(_)) => ended += 1,
            Ok(Step::AlreadyDone(_)) => {}
            Err(error) => {
                tracing::warn!(%error, merchant = %due.merchant, seq = due.seq, "ending an entry");
            }
        }
    }
    Ok(ended)
}

struct ExpireEntry<'a> {
    rules: &'a RuleBook,
    due: Due,
}

impl Command for ExpireEntry<'_> {
    type Out = Recorded;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Recorded, Error> {
        let Due { city, merchant, seq } = self.due;
        let entry = ledger::at(tx.conn(), city, merchant, seq).await?;
        let entry = entry.ok_or(Error::UnknownMerchant { city, merchant })?;
        let loaded = load(tx, city, merchant, Cause::Expiry(entry.posting.id)).await?;
        let at = recording(self.rules, tx).await?;
        let step = expire(&loaded.merchant, loaded.earlier.as_ref(), &entry, at)?;
        ends::remove(tx.conn(), self.due).await?;
        carry_out(tx, loaded.merchant.version, step).await
    }
}
