use chassis::store::Db;
use contracts::credit::{ConfirmStanding, Confirmation};

use crate::error::Error;
use crate::store::merchants;
use crate::wire;

/// The fence (I4): whether the version that the asker ranked with is the last one committed.
///
/// Read from the database and never from memory: whatever was acknowledged before the question is seen.
/// A version that credit does not have (yet, or any more) has moved as well: the table is the truth.
///
/// # Errors
/// When the database does not answer.
pub async fn confirm_standing(db: &Db, ask: &ConfirmStanding) -> Result<Confirmation, Error> {
    let found = merchants::find(db.read(), ask.city, ask.merchant).await?;
    Ok(match found {
        None => Confirmation::Unknown,
        Some(merchant) if merchant.version == ask.version => Confirmation::Current,
        Some(merchant) => Confirmation::Moved { standing: Box::new(wire::standing(merchant.standing())) },
    })
}
