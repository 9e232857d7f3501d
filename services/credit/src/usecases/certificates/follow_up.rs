use chassis::store::{Command, Db, Tx};
use kernel::{Actor, City, MerchantId, Step, Timestamp};

use super::issue::decide;
use super::{CertificatesDesk, keep_issued, settle};
use crate::error::Error;
use crate::store::{certificates, merchants};

/// Merchants looked after in one turn; the next turn goes on.
const MERCHANTS_PER_TURN: u64 = 100;

/// Issues the certificates that are due: the first of who came in, the next of who held one. Returns how many it
/// issued; right with any number of instances, as each looks again while it holds the merchant.
///
/// # Errors
/// When what is due cannot be looked up. One that cannot be issued is logged and does not hold up the others.
pub async fn follow_up(db: &Db, desk: &CertificatesDesk, now: Timestamp) -> Result<u32, Error> {
    let mut issued = 0;
    for (city, merchant) in certificates::due(db.read(), now, MERCHANTS_PER_TURN).await? {
        match db.write(&FollowUp { desk, city, merchant }).await {
            Ok(true) => issued += 1,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, %merchant, "issuing a certificate that is due"),
        }
    }
    Ok(issued)
}

struct FollowUp<'a> {
    desk: &'a CertificatesDesk,
    city: City,
    merchant: MerchantId,
}

impl Command for FollowUp<'_> {
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<bool, Error> {
        let place = (self.city, self.merchant);
        let found = merchants::lock(tx.conn(), self.city, self.merchant).await?;
        let merchant = found.ok_or(Error::UnknownMerchant { city: self.city, merchant: self.merchant })?;
        let held = certificates::holding(tx.conn(), self.city, self.merchant).await?;
        let Some(before) = held.filter(|held| held.due_at.is_some_and(|due| due <= tx.now())) else {
            return Ok(false);
        };
        match decide(tx, self.desk, &before, &merchant, Actor::Platform).await {
            Ok(Step::Done(issued)) => {
                keep_issued(tx, place, &before, &issued).await?;
                return Ok(true);
            }
            Ok(Step::AlreadyDone(())) => {}
            Err(Error::Certificate(refusal)) if refusal.is_of_standing() => {}
            Err(error) => return Err(error),
        }
        // Its standing allows none now; when that changes, it will be due again.
        settle(tx, &merchant).await?;
        Ok(false)
    }
}
