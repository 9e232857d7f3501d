//! What time does: each of these is run again and again, by every instance, a bounded number at a time. Most times
//! there is nothing, and nothing is begun.

use chassis::store::{Command, Db, Tx};
use contracts::credit::DeadlineMissed;
use credit_domain::process::{Deadline, Proceeding};
use kernel::{Actor, Timestamp};

use super::Procedure;
use super::settle::{Moved, held, settle};
use crate::error::Error;
use crate::store::{notices, objections, proceedings};
use crate::wire;

/// Things that are looked at in one turn.
const BATCH_MAX: u64 = 64;

/// Ends emergency suspensions that nobody confirmed or decided on, and measures whose time is over. Each in a
/// transaction of its own, since each holds its merchant. Returns how many.
///
/// # Errors
/// When the database refuses; what was ended before stays ended.
pub async fn end_what_is_over(db: &Db, procedure: &Procedure, now: Timestamp) -> Result<usize, Error> {
    let mut ended = 0;
    for place in proceedings::turning(db.read(), now, BATCH_MAX).await? {
        match db.write(&Elapse { procedure, place }).await {
            Ok(over) => ended += usize::from(over),
            Err(Error::Store(away)) if away.is_unavailable() => return Err(away.into()),
            // One file that does not fit its merchant must not keep the others from ending.
            Err(error) => tracing::error!(proceeding = %place.1, %error, "a measure cannot end"),
        }
    }
    Ok(ended)
}

struct Elapse<'a> {
    procedure: &'a Procedure,
    place: proceedings::Place,
}

impl Command for Elapse<'_> {
    /// Whether it was.
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<bool, Error> {
        let (city, id) = self.place;
        let Some(seen) = proceedings::find(tx.conn(), city, id).await? else { return Ok(false) };
        held(tx, city, seen.merchant).await?;
        let Some(before) = proceedings::lock(tx.conn(), city, id).await? else { return Ok(false) };
        // Another instance may have been faster.
        let Some(after) = before.elapse(tx.now()) else { return Ok(false) };
        let moved = Moved { before: &before, after: &after, step: step_of(&before), by: Actor::Platform };
        Box::pin(settle(tx, self.procedure, moved)).await?;
        Ok(true)
    }
}

/// What time ended of this file, in a word.
fn step_of(before: &Proceeding) -> &'static str {
    match before.open_emergency() {
        Some(emergency) if emergency.confirmed.is_none() => "suspension_unconfirmed",
        Some(_) => "suspension_undecided",
        None => "elapse",
    }
}

/// Tells of deadlines that passed with nothing done, once each. Returns how many.
///
/// # Errors
/// When the database refuses.
pub async fn tell_what_is_overdue(db: &Db, now: Timestamp) -> Result<usize, Error> {
    if !proceedings::any_untold(db.read(), now).await? && !objections::any_untold(db.read(), now).await? {
        return Ok(0);
    }
    db.write(&TellOverdue).await
}

struct TellOverdue;

impl Command for TellOverdue {
    type Out = usize;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<usize, Error> {
        let mut told = 0;
        for proceeding in proceedings::lock_untold(tx.conn(), tx.now(), BATCH_MAX).await? {
            let Some(due) = proceeding.due() else { continue };
            tx.emit(&DeadlineMissed {
                subject: proceeding.id.uuid(),
                merchant: proceeding.merchant,
                city: proceeding.city,
                what: wire::deadline(due.what),
                due_by: due.by,
            })?;
            proceedings::mark_told(tx.conn(), (proceeding.city, proceeding.id)).await?;
            told += 1;
        }
        for objection in objections::lock_untold(tx.conn(), tx.now(), BATCH_MAX).await? {
            tx.emit(&DeadlineMissed {
                subject: objection.id.uuid(),
                merchant: objection.merchant,
                city: objection.city,
                what: wire::deadline(Deadline::Objection),
                due_by: objection.decide_by,
            })?;
            objections::mark_told(tx.conn(), objection.city, objection.id).await?;
            told += 1;
        }
        Ok(told)
    }
}

/// Puts up the notices whose day came and takes down those whose time is over. Returns how many.
///
/// # Errors
/// When the database refuses.
pub async fn turn_board(db: &Db, now: Timestamp) -> Result<usize, Error> {
    if !notices::any_turning(db.read(), now).await? {
        return Ok(0);
    }
    db.write(&TurnBoard).await
}

struct TurnBoard;

impl Command for TurnBoard {
    type Out = usize;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<usize, Error> {
        let turning = notices::lock_turning(tx.conn(), tx.now(), BATCH_MAX).await?;
        for notice in &turning {
            notices::save(tx.conn(), notice, tx.now()).await?;
        }
        Ok(turning.len())
    }
}
