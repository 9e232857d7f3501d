//! Who there is: for each merchant its family, its district, how big it is, and which workers are its own.

use super::chance::{Chance, scatter};
use super::map::Map;
use super::recipe::Recipe;

/// How big a merchant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// A shop.
    Small,
    /// A company.
    Medium,
    /// A company known beyond its district.
    Large,
}

/// The place that is made for one merchant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Which family of the recipe.
    pub(super) family: usize,
    /// Which district of the map.
    pub(super) district: usize,
    /// How big.
    pub(super) size: Size,
    /// Whether it does all trades of its family in all streets of its district. Such a one is always sound, so
    /// that no list of the city is empty.
    pub(super) district_wide: bool,
    /// Its number among those of its family.
    pub(super) ordinal: u32,
    /// The number of its first worker.
    pub(super) workers_from: u32,
}

impl Size {
    const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// As often as each occurs; no shop serves a whole district.
    fn drawn(sizes: [u64; 3], district_wide: bool, chance: &mut Chance) -> Self {
        match chance.weighted(sizes).and_then(|size| Self::ALL.get(size)) {
            None | Some(Self::Small) if district_wide => Self::Medium,
            Some(size) => *size,
            None => Self::Small,
        }
    }

    /// A number of workers as usual, to be scaled to the number planned.
    fn staff(self, chance: &mut Chance) -> u64 {
        let usual = match self {
            Self::Small => 1..9,
            Self::Medium => 12..60,
            Self::Large => 90..360,
        };
        u64::try_from(chance.within(&usual)).unwrap_or(1)
    }
}

/// So many slots, in the order of the merchants' numbers. First every district gets the merchants that serve all of
/// it, the busiest district first; the others settle where demand is. `chance` gives each number its own.
pub(super) fn deal(
    recipe: &Recipe,
    map: &Map,
    (merchants, workers): (u32, u32),
    chance: impl Fn(u32) -> Chance,
) -> Vec<Slot> {
    let sure = district_wide(recipe, map);
    let mut slots: Vec<Slot> = Vec::new();
    let mut ordinals = vec![0; recipe.families.len()];
    let mut staff = Vec::new();
    for number in 0..merchants {
        let mut chance = chance(number);
        // Those who serve a whole district do not come first.
        let place = usize::try_from(scatter(number, merchants)).unwrap_or(usize::MAX);
        let dealt = sure.get(place).copied();
        let Some((family, district)) = dealt.or_else(|| settle(recipe, map, &mut chance)) else { break };
        let sizes = recipe.families.get(family).map_or([1, 0, 0], |family| family.sizes);
        let size = Size::drawn(sizes, dealt.is_some(), &mut chance);
        let mut ordinal = 0;
        if let Some(next) = ordinals.get_mut(family) {
            ordinal = *next;
            *next += 1;
        }
        staff.push(size.staff(&mut chance));
        let district_wide = dealt.is_some();
        slots.push(Slot { family, district, size, district_wide, ordinal, workers_from: 0 });
    }
    employ(&mut slots, &staff, workers);
    slots
}

/// Family and district of those who serve a whole district.
fn district_wide(recipe: &Recipe, map: &Map) -> Vec<(usize, usize)> {
    let mut districts: Vec<usize> = (0..map.len()).collect();
    districts.sort_by_key(|district| core::cmp::Reverse(map.demand(*district)));
    let rounds = recipe.families.iter().map(|family| family.district_wide).max().unwrap_or(0);
    let mut all = Vec::new();
    for round in 0..rounds {
        for &district in &districts {
            let wanted = recipe.families.iter().enumerate().filter(|(_, it)| it.district_wide > round);
            all.extend(wanted.map(|(family, _)| (family, district)));
        }
    }
    all
}

fn settle(recipe: &Recipe, map: &Map, chance: &mut Chance) -> Option<(usize, usize)> {
    let family = chance.weighted(recipe.families.iter().map(|family| family.share))?;
    let district = chance.weighted((0..map.len()).map(|district| map.demand(district)))?;
    Some((family, district))
}

/// Gives each slot its workers: one, if there are enough, and of the rest a share by its staff. The sum is exact.
fn employ(slots: &mut [Slot], staff: &[u64], workers: u32) {
    let all: u64 = staff.iter().sum::<u64>().max(1);
    let each = u64::from(u64::from(workers) >= staff.len() as u64);
    let rest = u64::from(workers) - each * staff.len() as u64;
    let (mut before, mut heads) = (0, 0);
    for (slot, staff) in slots.iter_mut().zip(staff) {
        slot.workers_from = u32::try_from(heads * each + rest * before / all).unwrap_or(u32::MAX);
        before += staff;
        heads += 1;
    }
}
