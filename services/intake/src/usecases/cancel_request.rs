//! Withdraws a request (取消).

use chassis::store::{Command, Tx};
use intake_domain::cancel;
use kernel::{Actor, City, PersonalText, RequestId, Step, Timestamp, Version};

use super::heard::changed;
use super::nonce::{Nonce, use_up};
use crate::error::Error;
use crate::store::{requests, timeline};

/// Somebody withdraws a request.
#[derive(Debug, Clone)]
pub struct CancelRequest {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// Who.
    pub by: Actor,
    /// Why; may be empty.
    pub reason: PersonalText,
    /// The signature's nonce, where the caller signs.
    pub nonce: Option<Nonce>,
    /// The version the caller had read (`If-Match`), if it said so.
    pub expected: Option<Version>,
}

/// A withdrawn request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled {
    /// When it was withdrawn, the first time.
    pub cancelled_at: Timestamp,
    /// Its version now.
    pub version: Version,
    /// Whether it was withdrawn before: the first result stands.
    pub already: bool,
}

impl Command for CancelRequest {
    type Out = Cancelled;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Cancelled, Error> {
        use_up(tx, self.nonce.as_ref()).await?;
        let found = requests::lock(tx.conn(), self.city, self.request).await?;
        let request = found.ok_or(Error::Unknown("request"))?;
        let step = cancel(&request, self.by, self.reason.clone(), tx.now())?;
        let change = match step {
            // A retry carries the version from before its first try, so this comes before the comparison.
            Step::AlreadyDone(cancelled_at) => {
                return Ok(Cancelled { cancelled_at, version: request.version, already: true });
            }
            Step::Done(change) => change,
        };
        if self.expected.is_some_and(|expected| expected != request.version) {
            return Err(Error::Moved { now: request.version });
        }
        requests::save_progress(tx.conn(), &change.request).await?;
        timeline::insert_many(tx.conn(), [(&change.request, &change.entry)]).await?;
        tx.say(&changed(&change.request))?;
        let cancelled_at = tx.now();
        tx.emit(&contracts::intake::Cancelled { request: request.id, city: request.city, cancelled_at })?;
        Ok(Cancelled { cancelled_at, version: change.request.version, already: false })
    }
}
