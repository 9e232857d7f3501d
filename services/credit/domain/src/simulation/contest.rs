//! What grades do to dispatch, as an estimate: who comes first where.
//!
//! Method: in each district and category the merchants of the best grade present share the first places by their
//! capacity, as the dispatch rule's "least served relative to its capacity" does in the long run. Left out:
//! arrival times, opening hours, load, the orders kept for newcomers and the share cap. So it shows the
//! direction and the size of a shift and is no forecast of orders.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CategoryCode, District, Grade, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::merchant::{Merchant, Status};

/// All that there is to share, in millionths.
const WHOLE: u64 = 1_000_000;

/// One that serves in a district and category.
#[derive(Debug, Clone, Copy)]
struct Contender {
    merchant: MerchantId,
    capacity: u64,
    before: Grade,
    after: Grade,
}

/// Who serves where, with the grades before and after.
#[derive(Debug, Clone, Default)]
pub struct Contest {
    cells: BTreeMap<(District, CategoryCode), Vec<Contender>>,
}

/// The first places of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The best grade that gets work; none when nobody does.
    pub best: Option<Grade>,
    /// How many merchants hold it.
    pub leaders: u32,
}

/// One district and category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The district.
    pub district: District,
    /// The category.
    pub category: CategoryCode,
    /// Under the rules in force.
    pub before: Side,
    /// Under the draft.
    pub after: Side,
    /// Which part of the first places would go to somebody else, in millionths.
    pub shifted_ppm: u64,
}

/// The first places that one merchant gets: the mean over the districts and categories it serves, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// Under the rules in force.
    pub before_ppm: u64,
    /// Under the draft.
    pub after_ppm: u64,
}

/// What the contest says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// District by district, category by category.
    pub cells: Vec<Cell>,
    /// By merchant.
    pub shares: BTreeMap<MerchantId, Share>,
}

impl Contest {
    /// Lets a merchant take part wherever it can be dispatched to at the moment.
    pub fn enter(&mut self, merchant: &Merchant, before: Grade, after: Grade, now: Timestamp) {
        let profile = &merchant.profile;
        if merchant.status != Status::Affiliated || profile.green_until.is_none_or(|until| until <= now) {
            return;
        }
        let districts: BTreeSet<District> = profile.areas.iter().map(|area| area.district()).collect();
        let capacity = u64::from(profile.capacity);
        let contender = Contender { merchant: profile.id, capacity, before, after };
        for committed in profile.categories.iter().filter(|made| made.commitment_until > now) {
            for district in &districts {
                let cell = (*district, committed.category.clone());
                self.cells.entry(cell).or_default().push(contender);
            }
        }
    }

    /// Shares the first places.
    #[must_use]
    pub fn finish(self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut counts: BTreeMap<MerchantId, u64> = BTreeMap::new();
        for ((district, category), contenders) in self.cells {
            let (before, first) = divided(&contenders, |contender| contender.before);
            let (after, then) = divided(&contenders, |contender| contender.after);
            let mut shifted = 0;
            for contender in &contenders {
                let of = |shares: &BTreeMap<MerchantId, u64>| {
                    shares.get(&contender.merchant).copied().unwrap_or_default()
                };
                let share = outcome.shares.entry(contender.merchant).or_default();
                share.before_ppm += of(&first);
                share.after_ppm += of(&then);
                shifted += of(&first).abs_diff(of(&then));
                *counts.entry(contender.merchant).or_default() += 1;
            }
            // What one loses another gains: each shift was counted twice.
            outcome.cells.push(Cell { district, category, before, after, shifted_ppm: shifted / 2 });
        }
        for (merchant, share) in &mut outcome.shares {
            let cells = counts.get(merchant).copied().unwrap_or(1).max(1);
            share.before_ppm /= cells;
            share.after_ppm /= cells;
        }
        outcome
    }
}

/// The first places by merchant, in millionths; whoever is graded D gets none.
fn divided(
    contenders: &[Contender],
    grade: impl Fn(&Contender) -> Grade,
) -> (Side, BTreeMap<MerchantId, u64>) {
    let working = || contenders.iter().filter(|contender| grade(contender) > Grade::D);
    let best = working().map(&grade).max();
    let leaders: Vec<&Contender> = working().filter(|contender| Some(grade(contender)) == best).collect();
    let capacity: u64 = leaders.iter().map(|leader| leader.capacity).sum();
    let shares = leaders.iter().filter_map(|leader| {
        let share = (leader.capacity * WHOLE).checked_div(capacity)?;
        Some((leader.merchant, share))
    });
    let side = Side { best, leaders: u32::try_from(leaders.len()).unwrap_or(u32::MAX) };
    (side, shares.collect())
}
