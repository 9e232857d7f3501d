use chassis::store::Db;
use contracts::reference::{Bilingual, Reference};
use credit_domain::admission::{AdmissionPolicy, CommitmentClause};
use credit_domain::prices::{Offer, Price};
use credit_domain::{Merchant, Status};
use kernel::{CategoryCode, City, ItemCode, MerchantId, Timestamp};

use super::beside::{Beside, beside};
use crate::error::Error;
use crate::store::{dossiers, merchants, prices};

/// The price board of a merchant (价格公示牌) at a moment: promises, grade, certificate, prices. Of one that is not affiliated any
/// more it shows just that, whatever was posted: an old board on a wall must not vouch for anybody.
#[derive(Debug, Clone)]
pub struct PriceBoard {
    /// The merchant.
    pub merchant: Merchant,
    /// Its certificate, and what suspends it.
    pub beside: Beside,
    /// The three promises.
    pub promises: Vec<CommitmentClause>,
    /// What it serves now, with its prices; empty unless it is affiliated.
    pub categories: Vec<BoardCategory>,
    /// What it was granted and may not serve now: a paper or a commitment has ended.
    pub suspended: Vec<SuspendedCategory>,
    /// The moment that it shows.
    pub at: Timestamp,
}

/// A category on the board.
#[derive(Debug, Clone)]
pub struct BoardCategory {
    /// The category.
    pub code: CategoryCode,
    /// What it is called.
    pub names: Bilingual,
    /// Its items that have a price, in the order of the catalogue.
    pub items: Vec<BoardItem>,
}

/// A category that is suspended.
#[derive(Debug, Clone)]
pub struct SuspendedCategory {
    /// The category.
    pub code: CategoryCode,
    /// What it is called.
    pub names: Bilingual,
}

/// An item on the board.
#[derive(Debug, Clone)]
pub struct BoardItem {
    /// The item.
    pub code: ItemCode,
    /// What it is called.
    pub names: Bilingual,
    /// What it costs.
    pub price: Price,
    /// Since when.
    pub valid_from: Timestamp,
}

/// The board as it is at this moment.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn price_board(
    db: &Db,
    reference: &Reference,
    policy: &AdmissionPolicy,
    (city, id): (City, MerchantId),
    at: Timestamp,
) -> Result<PriceBoard, Error> {
    let found = merchants::find(db.read(), city, id).await?;
    let merchant = found.ok_or(Error::UnknownMerchant { city, merchant: id })?;
    let beside = beside(db, &merchant).await?;
    if merchant.status != Status::Affiliated {
        let (promises, categories, suspended) = (Vec::new(), Vec::new(), Vec::new());
        return Ok(PriceBoard { merchant, beside, promises, categories, suspended, at });
    }
    let file = dossiers::find(db.read(), city, id).await?;
    let list = prices::find(db.read(), city, id).await?;
    let in_force = list.at(at);
    let serves = |code: &CategoryCode| {
        merchant.profile.categories.iter().any(|made| made.category == *code && at < made.commitment_until)
    };
    let item = |item: &contracts::reference::Item| {
        let entry = in_force.get(&item.code)?;
        match &entry.offer {
            Offer::Priced(price) => Some(BoardItem {
                code: item.code.clone(),
                names: item.names.clone(),
                price: price.clone(),
                valid_from: entry.valid_from,
            }),
            Offer::NotOffered => None,
        }
    };
    let served = reference.categories().iter().filter(|category| serves(&category.code));
    let categories = served.map(|category| BoardCategory {
        code: category.code.clone(),
        names: category.names.clone(),
        items: category.items.iter().filter_map(item).collect(),
    });
    let categories = categories.collect();
    let granted = |code: &CategoryCode| file.as_ref().is_some_and(|file| file.granted.contains(code));
    let suspended = reference.categories().iter().filter(|one| granted(&one.code) && !serves(&one.code));
    let suspended =
        suspended.map(|one| SuspendedCategory { code: one.code.clone(), names: one.names.clone() }).collect();
    let promises = policy.rules.commitment.clauses.iter().filter(|clause| clause.promise).cloned().collect();
    Ok(PriceBoard { merchant, beside, promises, categories, suspended, at })
}
