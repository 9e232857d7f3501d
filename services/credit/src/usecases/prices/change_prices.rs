use std::sync::Arc;

use chassis::store::{Command, Db, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::prices::{PriceChange, PriceEntry, PriceList};
use kernel::{Actor, City, ItemCode, MerchantId, Step, Version};

use crate::error::Error;
use crate::store::{dossiers, prices as store};
use crate::usecases::admission::look_again;
use crate::usecases::{Told, unmoved};

/// Changes what a merchant posts. What is said already is not said again.
#[derive(Debug)]
pub struct ChangePrices {
    /// The catalogue's items.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// What is to be changed.
    pub changes: Vec<PriceChange>,
    /// Who says so.
    pub by: Actor,
    /// The version of the list that they looked at; 0 before the first.
    pub expected: Version,
}

impl Command for ChangePrices {
    type Out = Told<PriceList>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<PriceList>, Error> {
        // Only who is in, or applies, posts prices.
        let file = dossiers::find(tx.conn(), self.city, self.merchant).await?;
        file.ok_or(Error::UnknownMerchant { city: self.city, merchant: self.merchant })?;
        let list = store::lock(tx.conn(), self.city, self.merchant).await?;
        match list.change(self.changes.clone(), &self.policy.items(), self.by, tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: list, already: true }),
            Step::Done(changed) => {
                unmoved(self.expected, list.version)?;
                store::save(tx.conn(), &changed).await?;
                look_again(tx, self.city, self.merchant).await?;
                Ok(Told { now: changed.list, already: false })
            }
        }
    }
}

/// The list of a merchant; an empty one where nothing was posted.
///
/// # Errors
/// When the database refuses.
pub async fn prices(db: &Db, city: City, merchant: MerchantId) -> Result<PriceList, Error> {
    Ok(store::find(db.read(), city, merchant).await?)
}

/// What was ever posted, the first first, after this place, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn prices_history_after(
    db: &Db,
    city: City,
    merchant: MerchantId,
    item: Option<&ItemCode>,
    after: Option<(u64, u32)>,
    limit: u64,
) -> Result<Vec<((u64, u32), PriceEntry)>, Error> {
    Ok(store::history(db.read(), city, merchant, item, after, limit).await?)
}
