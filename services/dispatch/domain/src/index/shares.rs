//! Who was given how many orders of one cell in the last 30 days.
//!
//! An order changes the share of everybody, but at most `100 / percent` merchants can be above a cap: kept by count,
//! those few are found at once, and nobody's place has to be moved for a share that fell because another's rose.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Area, CategoryCode, MerchantId, Version};

use crate::facts::CellOrders;
use crate::recommend::Share;
use crate::rule::Cap;

/// The orders of one cell.
#[derive(Debug, Default)]
pub(super) struct Shares {
    of: u32,
    counts: BTreeMap<MerchantId, Count>,
    /// Those with an order, the fewest first.
    by_count: BTreeSet<(u32, MerchantId)>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    orders: u32,
    version: Version,
}

impl Shares {
    /// Takes in a count and gives the one before.
    ///
    /// # Errors
    /// The version known, when this one is not newer.
    pub(super) fn apply(&mut self, given: &CellOrders) -> Result<Option<u32>, Version> {
        let count = Count { orders: given.orders, version: given.version };
        let before = self.counts.get(&given.merchant).copied();
        if let Some(mine) = before.filter(|mine| count.version <= mine.version) {
            return Err(mine.version);
        }
        let previous = before.map_or(0, |mine| mine.orders);
        self.counts.insert(given.merchant, count);
        self.by_count.remove(&(previous, given.merchant));
        if count.orders > 0 {
            self.by_count.insert((count.orders, given.merchant));
        }
        self.of = self.of.saturating_sub(previous).saturating_add(count.orders);
        Ok(before.map(|mine| mine.orders))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Given to anybody.
    pub(super) const fn of(&self) -> u32 {
        self.of
    }

    /// Given to this one.
    pub(super) fn orders(&self, merchant: MerchantId) -> u32 {
        self.counts.get(&merchant).map_or(0, |count| count.orders)
    }

    /// Those above the cap, the largest share first.
    pub(super) fn above(&self, cap: Cap) -> impl Iterator<Item = (MerchantId, Share)> + '_ {
        let most = self.by_count.iter().rev();
        most.map_while(move |(orders, merchant)| Some((*merchant, cap.above(*orders)?)))
    }

    /// All counts, by merchant.
    pub(super) fn all<'a>(
        &'a self,
        area: Area,
        category: &'a CategoryCode,
    ) -> impl Iterator<Item = CellOrders> + 'a {
        self.counts.iter().map(move |(merchant, Count { orders, version })| CellOrders {
            merchant: *merchant,
            area,
            category: category.clone(),
            version: *version,
            orders: *orders,
        })
    }
}
