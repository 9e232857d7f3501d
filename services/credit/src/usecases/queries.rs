//! What can be asked about merchants and their ledgers. Reads only.

use chassis::store::Db;
use credit_domain::{Colour, Entry, Merchant, Worker};
use kernel::{City, MerchantId, Timestamp};

use crate::error::Error;
use crate::store::{ledger, merchants, workers};

/// Workers that are read of one merchant: many times what the largest has.
const WORKERS_MAX: u64 = 2_000;

/// A merchant with the safety colours of its workers at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantView {
    /// The merchant.
    pub merchant: Merchant,
    /// Its workers that are green now.
    pub workers_green: usize,
    /// Its workers that are yellow now.
    pub workers_yellow: usize,
    /// Its workers that are red now.
    pub workers_red: usize,
}

/// One merchant.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn merchant(db: &Db, city: City, id: MerchantId, now: Timestamp) -> Result<MerchantView, Error> {
    let merchant = found(db, city, id).await?;
    let workers = workers::of(db.read(), city, id, WORKERS_MAX).await?;
    let count = |colour: Colour| {
        workers.iter().map(|Worker { papers, .. }| papers.colour(now)).filter(|one| *one == colour).count()
    };
    Ok(MerchantView {
        merchant,
        workers_green: count(Colour::Green),
        workers_yellow: count(Colour::Yellow),
        workers_red: count(Colour::Red),
    })
}

/// Merchants of the city by id, after this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn merchants_after(
    db: &Db,
    city: City,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Merchant>, Error> {
    Ok(merchants::page(db.read(), city, after, limit).await?)
}

/// Ledger entries of the merchant by their place, after this one (0 begins), at most `limit`.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn entries_after(
    db: &Db,
    city: City,
    id: MerchantId,
    after: u64,
    limit: u64,
) -> Result<Vec<Entry>, Error> {
    // A merchant's ledger is never empty, so only an empty answer leaves open whether it is there.
    let entries = ledger::page(db.read(), city, id, after, limit).await?;
    if entries.is_empty() {
        found(db, city, id).await?;
    }
    Ok(entries)
}

async fn found(db: &Db, city: City, merchant: MerchantId) -> Result<Merchant, Error> {
    let found = merchants::find(db.read(), city, merchant).await?;
    found.ok_or(Error::UnknownMerchant { city, merchant })
}
