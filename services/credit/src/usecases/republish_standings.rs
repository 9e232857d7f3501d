use chassis::store::{Command, Db, Tx};
use contracts::credit::StandingChanged;

use crate::error::Error;
use crate::store::merchants::{self, Place};
use crate::wire;

/// Merchants in one transaction: long enough to be quick, short enough not to hold up a breach.
const MERCHANTS_PER_COMMIT: u16 = 500;

/// Says the standing of every merchant of every city again, as the table has it: fills a stream whose outbox
/// rows are gone too. Returns how many.
///
/// # Errors
/// When the database refuses; what was said before stays said, and saying it again does no harm.
pub async fn republish_standings(db: &Db) -> Result<u64, Error> {
    let (mut after, mut said) = (None, 0);
    loop {
        let part = db.write(&RepublishPart { after }).await?;
        said += u64::from(part.said);
        if part.said < MERCHANTS_PER_COMMIT {
            return Ok(said);
        }
        after = part.last;
    }
}

struct RepublishPart {
    after: Option<Place>,
}

struct Part {
    said: u16,
    last: Option<Place>,
}

impl Command for RepublishPart {
    type Out = Part;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Part, Error> {
        // Held: a change that commits meanwhile would otherwise enter the outbox before this older snapshot,
        // and the stream keeps what comes last.
        let merchants = merchants::lock_page(tx.conn(), self.after, u64::from(MERCHANTS_PER_COMMIT)).await?;
        let mut part = Part { said: 0, last: self.after };
        for merchant in merchants {
            part.last = Some((merchant.profile.city, merchant.profile.id));
            part.said += 1;
            tx.emit(&StandingChanged(wire::standing(merchant.standing())))?;
        }
        Ok(part)
    }
}
