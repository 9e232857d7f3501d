//! Reads a merchant's ledger from one place on, a page at a time: no ledger is ever held whole for it.

use credit_domain::Entry;
use kernel::{City, MerchantId};
use sea_orm::ConnectionTrait;

use crate::error::Error;
use crate::store::ledger;

/// Whose ledger, and behind which place.
#[derive(Debug, Clone, Copy)]
pub(super) struct From {
    pub(super) city: City,
    pub(super) merchant: MerchantId,
    /// 0 begins.
    pub(super) after: u64,
}

/// Shows each entry in its order. Gives the place of the last one.
pub(super) async fn walk(
    conn: &impl ConnectionTrait,
    from: From,
    entries_per_page: u64,
    mut each: impl FnMut(&Entry) + Send,
) -> Result<u64, Error> {
    let From { city, merchant, mut after } = from;
    loop {
        let page = ledger::page(conn, city, merchant, after, entries_per_page).await?;
        let Some(last) = page.last() else { return Ok(after) };
        after = last.seq;
        page.iter().for_each(&mut each);
        if (page.len() as u64) < entries_per_page {
            return Ok(after);
        }
    }
}
