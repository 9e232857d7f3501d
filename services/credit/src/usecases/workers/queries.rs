//! What can be asked about workers and scans. Reads only.

use std::collections::HashMap;

use chassis::store::{Db, Total};
use credit_domain::Worker;
use credit_domain::workers::{CardNumber, ConfirmedEntry, Record, Scan};
use kernel::{City, MerchantId, ScanId, Version, WorkerId};

use crate::error::Error;
use crate::error::workers::WORKER;
use crate::store::worker_search::{self, WorkerPlace, WorkerSearch};
use crate::store::workers::Side;
use crate::store::{applications, scans, worker_records, workers};
use crate::usecases::merchant;

/// One worker.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn worker(db: &Db, city: City, id: WorkerId) -> Result<Worker, Error> {
    workers::find(db.read(), (city, id)).await?.ok_or(Error::Unknown(WORKER))
}

/// Workers whom the merchant, or one that applies to be, enrols now and that fit, those first whose papers end first,
/// after this place, at most `limit`.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn workers_after(
    db: &Db,
    city: City,
    id: MerchantId,
    search: &WorkerSearch,
    after: Option<WorkerPlace>,
    limit: u64,
) -> Result<Vec<Worker>, Error> {
    let workers = worker_search::page(db.read(), (city, id), search, after, limit).await?;
    // Only an empty answer leaves open whether there is such a merchant, or one that applies to be.
    if workers.is_empty() && !applications::is_applying(db.read(), city, id).await? {
        merchant(db, city, id).await?;
    }
    Ok(workers)
}

/// How many workers the merchant enrols now that fit.
///
/// # Errors
/// When the database refuses.
pub async fn workers_total(
    db: &Db,
    place: (City, MerchantId),
    search: &WorkerSearch,
) -> Result<Total, Error> {
    Ok(worker_search::total(db.read(), place, search).await?)
}

/// Workers with a transfer under way from or to the merchant, by id, after this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn transfers_after(
    db: &Db,
    place: (City, MerchantId),
    side: Option<Side>,
    after: Option<WorkerId>,
    limit: u64,
) -> Result<Vec<Worker>, Error> {
    Ok(workers::in_transfer(db.read(), place, side, after, limit).await?)
}

/// What happened to a worker, the first first, after this version, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn records_after(
    db: &Db,
    city: City,
    id: WorkerId,
    after: Version,
    limit: u64,
) -> Result<Vec<Record>, Error> {
    Ok(worker_records::page(db.read(), (city, id), after, limit).await?)
}

/// A scan, whom it was of, and the entry it confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptScan {
    /// The scan.
    pub scan: Scan,
    /// The masked name of the worker, if one was found.
    pub worker_name: Option<String>,
    /// The card of the worker, while it is with the merchant of the scan: no card of another merchant is shown.
    pub worker_card: Option<CardNumber>,
    /// The entry, if there was one.
    pub entry: Option<ConfirmedEntry>,
}

/// Scans of the city, or of one merchant's workers, the first first, after this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn scans_after(
    db: &Db,
    city: City,
    merchant: Option<MerchantId>,
    after: Option<ScanId>,
    limit: u64,
) -> Result<Vec<KeptScan>, Error> {
    let found = scans::page(db.read(), city, merchant, after, limit).await?;
    let entries = scans::confirmed_by(db.read(), city, found.iter().map(|scan| scan.id)).await?;
    let entries: HashMap<ScanId, ConfirmedEntry> =
        entries.into_iter().map(|entry| (entry.scan, entry)).collect();
    let called = workers::called(db.read(), city, found.iter().filter_map(|scan| scan.worker)).await?;
    let kept = |scan: Scan| {
        let worker = scan.worker.and_then(|worker| called.get(&worker));
        let own = worker.filter(|worker| Some(worker.merchant) == scan.merchant);
        KeptScan {
            scan,
            worker_name: worker.map(|worker| worker.masked_name.clone()),
            worker_card: own.map(|worker| worker.card),
            entry: entries.get(&scan.id).copied(),
        }
    };
    Ok(found.into_iter().map(kept).collect())
}

/// How many scans there are of the city, or of one merchant's workers.
///
/// # Errors
/// When the database refuses.
pub async fn scans_total(db: &Db, city: City, merchant: Option<MerchantId>) -> Result<Total, Error> {
    Ok(scans::total(db.read(), city, merchant).await?)
}
