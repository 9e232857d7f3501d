//! Where a merchant stands among the others (同行分布), without naming them.

use std::collections::BTreeMap;

use kernel::{CategoryCode, Grade};
use serde::{Deserialize, Serialize};

use super::Assessed;

/// Scores that one bin holds: 0 to 9, 10 to 19, and so on; the last one holds 1,000 alone.
pub const BIN_WIDTH: u16 = 10;
/// Fewer than these are told no distribution: it would tell on single ones.
pub const PEERS_MIN: u32 = 5;

/// How many merchants have which score, and which grade.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Histogram {
    /// By bin, the lowest first; bins that hold nobody are left out.
    bins: BTreeMap<u16, u32>,
    /// By grade.
    grades: BTreeMap<Grade, u32>,
}

impl Histogram {
    /// Counts a merchant.
    pub fn count(&mut self, score: u16, grade: Grade) {
        for count in [self.bins.entry(score / BIN_WIDTH).or_default(), self.grades.entry(grade).or_default()]
        {
            *count = count.saturating_add(1);
        }
    }

    /// How many were counted.
    #[must_use]
    pub fn merchants(&self) -> u32 {
        self.grades.values().sum()
    }

    /// How many hold each grade, the worst first.
    pub fn grades(&self) -> impl Iterator<Item = (Grade, u32)> {
        self.grades.iter().map(|(grade, count)| (*grade, *count))
    }

    /// How many have a score of each bin: its lowest score, and how many.
    pub fn bins(&self) -> impl Iterator<Item = (u16, u32)> {
        self.bins.iter().map(|(bin, count)| (bin.saturating_mul(BIN_WIDTH), *count))
    }

    /// The lowest score of the bin in which this part of the merchants, per mille, is reached; none without any.
    #[must_use]
    pub fn quantile(&self, permille: u32) -> Option<u16> {
        let wanted = (u64::from(self.merchants()) * u64::from(permille)).div_ceil(1_000).max(1);
        let mut seen = 0_u64;
        self.bins().find_map(|(score, count)| {
            seen += u64::from(count);
            (seen >= wanted).then_some(score)
        })
    }

    /// Which part has a score below the bin of this one, per mille.
    #[must_use]
    pub fn below(&self, score: u16) -> u32 {
        let lower = self.bins().take_while(|(bin, _)| *bin / BIN_WIDTH < score / BIN_WIDTH);
        let lower: u64 = lower.map(|(_, count)| u64::from(count)).sum();
        let part = (lower * 1_000).checked_div(u64::from(self.merchants()));
        part.and_then(|part| u32::try_from(part).ok()).unwrap_or_default()
    }
}

/// The distributions of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Peers {
    /// All merchants of the city.
    pub city: Histogram,
    /// Those with call-backs or breaches in a category.
    pub categories: BTreeMap<CategoryCode, Histogram>,
}

/// Where one merchant stands among so many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// In which category; the whole city when absent.
    pub category: Option<CategoryCode>,
    /// How many there are.
    pub merchants: u32,
    /// Which part scores lower, per mille; absent among fewer than five, as all below.
    pub below_permille: Option<u32>,
    /// Scores that a tenth, a quarter, half, three quarters and nine tenths do not exceed, to the nearest ten below.
    pub quantiles: Vec<(u32, u16)>,
    /// How many have which score, in steps of ten.
    pub bins: Vec<(u16, u32)>,
    /// How many hold which grade.
    pub grades: Vec<(Grade, u32)>,
}

/// Of the city, then of each category.
pub type Standings = Vec<Standing>;

impl Peers {
    /// Counts a merchant.
    pub fn count(&mut self, found: &Assessed) {
        self.city.count(found.score, found.grade);
        for category in categories(found) {
            self.categories.entry(category.clone()).or_default().count(found.score, found.grade);
        }
    }

    /// Where this merchant stands in the city and in its categories.
    #[must_use]
    pub fn standings(&self, found: &Assessed) -> Standings {
        let city = core::iter::once((None, &self.city));
        let of = categories(found)
            .filter_map(|category| Some((Some(category.clone()), self.categories.get(category)?)));
        city.chain(of).map(|(category, peers)| standing(category, peers, Some(found.score))).collect()
    }

    /// The distributions as such.
    #[must_use]
    pub fn all(&self) -> Standings {
        let city = core::iter::once((None, &self.city));
        let of = self.categories.iter().map(|(category, peers)| (Some(category.clone()), peers));
        city.chain(of).map(|(category, peers)| standing(category, peers, None)).collect()
    }
}

/// In which categories anything is known about its work.
fn categories(found: &Assessed) -> impl Iterator<Item = &CategoryCode> {
    found.measured.weights.iter().filter_map(|(category, _)| category.as_ref())
}

fn standing(category: Option<CategoryCode>, peers: &Histogram, score: Option<u16>) -> Standing {
    let merchants = peers.merchants();
    let told = merchants >= PEERS_MIN;
    let quantiles = [100, 250, 500, 750, 900].into_iter().filter(|_| told);
    Standing {
        category,
        merchants,
        below_permille: score.filter(|_| told).map(|score| peers.below(score)),
        quantiles: quantiles.filter_map(|part| Some((part, peers.quantile(part)?))).collect(),
        bins: peers.bins().filter(|_| told).collect(),
        grades: peers.grades().filter(|_| told).collect(),
    }
}
