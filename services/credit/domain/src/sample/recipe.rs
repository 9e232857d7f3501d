//! What a sample city is made of, as data: `data/sample.json` of the service is the one in use.

use kernel::{CategoryCode, District};
use serde::Deserialize;

use crate::standards::StandardDraft;

/// All ingredients.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What the file is, for whoever reads it.
    pub about: String,
    /// Characters with which the name of a company begins, such as 甬.
    pub first: String,
    /// The commonest surnames.
    pub surnames: String,
    /// What is known of districts. One that is not listed has the demand of its streets and no neighbours.
    pub districts: Vec<DistrictNote>,
    /// What the items of a category cost.
    pub prices: Vec<PriceNote>,
    /// Kinds of merchants.
    pub families: Vec<Family>,
    /// What the publicity board says from the first day.
    pub notices: Vec<NoticeNote>,
    /// What its library has beside the standards that are named everywhere, so that there are clauses to cite: each
    /// standard with its editions, the first first.
    pub standards: Vec<Vec<StandardDraft>>,
}

/// An announcement (公告) of the city's board.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeNote {
    /// In a line.
    pub title: String,
    /// In full.
    pub text: String,
}

/// What the items of a category cost: a price of each is drawn between these.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceNote {
    /// The category.
    pub category: CategoryCode,
    /// Per what, such as 小时.
    pub unit: String,
    /// From and to, in yuan.
    pub yuan: [u32; 2],
}

/// What is known of a district beside its streets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistrictNote {
    /// Which.
    pub district: District,
    /// How many merchants live from it, in percent of what its streets alone would feed.
    pub demand: u64,
    /// Where its large merchants work too.
    pub neighbours: Vec<District>,
}

/// Trades that one company combines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What it is, for whoever reads the file.
    pub about: String,
    /// How many merchants are of this family, in parts of the sum over all families.
    pub share: u64,
    /// Merchants per district that do all trades of the family in all of its streets.
    pub district_wide: u32,
    /// Of a hundred, how many work round the clock. From 50 on those that are district-wide all do.
    pub all_day_percent: usize,
    /// Of a hundred, how many are small, medium and large.
    pub sizes: [u64; 3],
    /// Characters with which the company's own name goes on after the first.
    pub second: String,
    /// The trades, each of another category.
    pub trades: Vec<Trade>,
}

/// One trade of a family.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trade {
    /// The category it is listed under.
    pub category: CategoryCode,
    /// How many have it as their main trade, which names them; in parts of the sum over the family.
    pub main: u64,
    /// Of a hundred whose main trade is another of the family, how many do this one too.
    pub also: usize,
    /// How the name of a small one ends, such as 开锁服务部.
    pub shops: Vec<String>,
    /// How the name of a company ends, such as 锁业有限公司.
    pub firms: Vec<String>,
}

impl Recipe {
    /// What the items of the category cost.
    pub(super) fn price(&self, category: &CategoryCode) -> Option<&PriceNote> {
        self.prices.iter().find(|note| note.category == *category)
    }

    /// Whether everybody gets a trade, a name and prices.
    pub(super) fn is_complete(&self) -> bool {
        let named = |trade: &Trade| !trade.shops.is_empty() && !trade.firms.is_empty();
        let priced = |trade: &Trade| self.price(&trade.category).is_some();
        let works = |family: &Family| {
            !family.second.is_empty()
                && family.trades.iter().any(|trade| trade.main > 0)
                && family.trades.iter().all(|trade| named(trade) && priced(trade))
        };
        !self.first.is_empty()
            && self.families.iter().any(|family| family.share > 0)
            && self.families.iter().all(works)
    }
}
