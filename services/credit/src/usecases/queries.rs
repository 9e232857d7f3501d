//! What can be asked about merchants and their ledgers. Reads only.

use std::collections::{BTreeSet, HashMap};

use chassis::store::{Db, Total};
use credit_domain::{Entry, Merchant};
use kernel::{City, EntryId, MerchantId};

use crate::error::Error;
use crate::store::ledger::{self, EntrySearch};
use crate::store::merchant_search::{self, MerchantPlace, MerchantSearch, MerchantSort};
use crate::store::merchants;
use crate::store::objections::{self, Contest};

/// One merchant.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn merchant(db: &Db, city: City, merchant: MerchantId) -> Result<Merchant, Error> {
    let found = merchants::find(db.read(), city, merchant).await?;
    found.ok_or(Error::UnknownMerchant { city, merchant })
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

/// Those that fit the search, in this order, after this place, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn merchants_found(
    db: &Db,
    city: City,
    search: &MerchantSearch,
    sort: MerchantSort,
    after: Option<&MerchantPlace>,
    limit: u64,
) -> Result<Vec<Merchant>, Error> {
    Ok(merchant_search::page(db.read(), city, search, sort, after, limit).await?)
}

/// How many merchants of the city fit the search.
///
/// # Errors
/// When the database refuses.
pub async fn merchants_total(db: &Db, city: City, search: &MerchantSearch) -> Result<Total, Error> {
    Ok(merchant_search::total(db.read(), city, search).await?)
}

/// What these merchants of the city are called, where they were ever admitted.
///
/// # Errors
/// When the database refuses.
pub async fn merchant_names(
    db: &Db,
    city: City,
    ids: BTreeSet<MerchantId>,
) -> Result<HashMap<MerchantId, String>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(merchants::names(db.read(), city, ids).await?)
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
    entries_found(db, city, id, EntrySearch::default(), after, limit).await
}

/// The same, of those that fit the search.
///
/// # Errors
/// As [`entries_after`].
pub async fn entries_found(
    db: &Db,
    city: City,
    id: MerchantId,
    search: EntrySearch,
    after: u64,
    limit: u64,
) -> Result<Vec<Entry>, Error> {
    let entries = ledger::page_of(db.read(), city, id, search, after, limit).await?;
    if entries.is_empty() {
        // Only an empty answer leaves open whether there is such a merchant.
        merchant(db, city, id).await?;
    }
    Ok(entries)
}

/// How many entries of the merchant fit the search.
///
/// # Errors
/// When the database refuses.
pub async fn entries_total(
    db: &Db,
    city: City,
    merchant: MerchantId,
    search: EntrySearch,
) -> Result<Total, Error> {
    Ok(ledger::total(db.read(), city, merchant, search).await?)
}

/// The merchant's objections to these entries, decided or not.
///
/// # Errors
/// When the database refuses.
pub async fn contests(
    db: &Db,
    city: City,
    merchant: MerchantId,
    entries: &[Entry],
) -> Result<HashMap<EntryId, Contest>, Error> {
    if entries.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = entries.iter().map(|entry| entry.posting.id);
    Ok(objections::to_entries(db.read(), city, merchant, ids).await?)
}
