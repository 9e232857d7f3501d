use core::time::Duration;

use chassis::store::{Command, Tx};
use contracts::credit::EntryConfirmed;
use credit_domain::workers::{ConfirmedEntry, EntryRefusal, confirm_entry};
use kernel::{Actor, City, RequestId, ScanId, Step};

use crate::error::Error;
use crate::error::workers::{SCAN, WORKER};
use crate::store::{scans, workers};

/// The citizen lets the worker in (确认入户): once for each scan.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmEntry {
    /// The city.
    pub city: City,
    /// The scan.
    pub scan: ScanId,
    /// Through which front end.
    pub by: Actor,
    /// For which request, if the front end knows.
    pub request: Option<RequestId>,
    /// How long after the scan.
    pub within: Duration,
}

/// What confirming led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// The entry.
    pub entry: ConfirmedEntry,
    /// Whether it had been confirmed before: the first stands.
    pub already: bool,
}

impl Command for ConfirmEntry {
    type Out = Confirmed;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Confirmed, Error> {
        let Self { city, by, request, within, .. } = *self;
        let found = scans::find(tx.conn(), city, self.scan).await?;
        // Before anything else is told of it.
        let scan = found.filter(|scan| scan.by == by).ok_or(Error::Unknown(SCAN))?;
        let earlier = scans::confirmed_by(tx.conn(), city, [scan.id]).await?.pop();
        let worker = scan.worker.ok_or(EntryRefusal::NothingShown)?;
        let worker = workers::find(tx.conn(), (city, worker)).await?.ok_or(Error::Unknown(WORKER))?;
        let entry = match confirm_entry(&scan, &worker, earlier, (by, request, tx.now()), within)? {
            Step::AlreadyDone(entry) => return Ok(Confirmed { entry, already: true }),
            Step::Done(entry) => entry,
        };
        scans::confirm(tx.conn(), city, &entry).await?;
        tx.emit(&EntryConfirmed {
            scan: entry.scan,
            city,
            worker: entry.worker,
            merchant: entry.merchant,
            request: entry.request,
            confirmed_at: entry.at,
        })?;
        Ok(Confirmed { entry, already: false })
    }
}
