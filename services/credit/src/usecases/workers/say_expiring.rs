use chassis::store::{Command, Db, Tx};
use contracts::credit::{WorkerPaper, WorkerPapersExpiring};
use credit_domain::workers::commands::Terms;
use credit_domain::workers::{Notice, Paper};
use kernel::Timestamp;

use super::in_turn;
use crate::error::Error;
use crate::store::workers::{self, Place};

/// Workers in one turn.
const BATCH_MAX: u64 = 64;

/// Says which papers are about to expire: each notice once. Says how many were given.
///
/// # Errors
/// When the database refuses; what was said before stays said.
pub async fn say_expiring(db: &Db, terms: &Terms, now: Timestamp) -> Result<u64, Error> {
    let mut said = 0;
    for place in workers::due_notices(db.read(), now, BATCH_MAX).await? {
        said += in_turn(place, db.write(&SayExpiring { place, terms }).await)?;
    }
    Ok(said)
}

struct SayExpiring<'a> {
    place: Place,
    terms: &'a Terms,
}

impl Command for SayExpiring<'_> {
    type Out = u64;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<u64, Error> {
        let Some(worker) = workers::lock_if_free(tx.conn(), self.place).await? else { return Ok(0) };
        let Some((next, notices)) = worker.notices(self.terms, tx.now()) else { return Ok(0) };
        workers::save(tx.conn(), &next, worker.version).await?;
        let mut said = 0;
        for Notice { paper, expires_at, days } in notices {
            said += 1;
            let paper = match paper {
                Paper::Exam => WorkerPaper::Exam,
                Paper::Insurance => WorkerPaper::Insurance,
            };
            let (city, merchant) = (next.city, next.enrolment.merchant);
            tx.emit(&WorkerPapersExpiring { worker: next.id, city, merchant, paper, expires_at, days })?;
        }
        Ok(said)
    }
}
