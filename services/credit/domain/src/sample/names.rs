//! Names of companies and people that do not exist.

use super::chance::{Chance, scatter};
use super::deal::Size;
use super::map::{Home, Map};
use super::recipe::{Recipe, Trade};

/// Who is to be named.
pub(super) struct Named<'a> {
    /// The characters its own name goes on with.
    pub(super) second: &'a str,
    /// Its main trade.
    pub(super) trade: &'a Trade,
    /// How big it is.
    pub(super) size: Size,
    /// Its number among those of its family.
    pub(super) ordinal: u32,
}

/// A company's name in the order that registers use: place, own name, trade, form. Within a family the own names
/// are walked through in a scattered order, and when all have been used the branches are numbered.
pub(super) fn company(
    recipe: &Recipe,
    (map, home): (&Map, Home),
    named: &Named<'_>,
    seed: u64,
    chance: &mut Chance,
) -> Option<String> {
    let first: Vec<char> = recipe.first.chars().collect();
    let second: Vec<char> = named.second.chars().collect();
    let pairs = u32::try_from(first.len() * second.len()).ok().filter(|pairs| *pairs > 0)?;
    let shift = u32::try_from(seed % u64::from(pairs)).ok()?;
    let place = usize::try_from((scatter(named.ordinal % pairs, pairs) + shift) % pairs).ok()?;
    let (one, two) = (first.get(place / second.len())?, second.get(place % second.len())?);
    let (seat, endings) = match named.size {
        Size::Small => (map.street_seat(home)?, &named.trade.shops),
        Size::Medium => (map.district_seat(home)?, &named.trade.firms),
        Size::Large => (map.large_seat(home)?, &named.trade.firms),
    };
    let name = format!("{seat}{one}{two}{}", chance.pick(endings)?);
    match named.ordinal / pairs {
        0 => Some(name),
        round => Some(format!("{name}第{}分店", round + 1)),
    }
}

/// A masked name: one of the commonest surnames and nothing more.
pub(super) fn masked_person(surnames: &str, chance: &mut Chance) -> String {
    let all: Vec<char> = surnames.chars().collect();
    let surname = chance.pick(&all).copied().unwrap_or('某');
    let stars = if chance.permille(700) { "**" } else { "*" };
    format!("{surname}{stars}")
}
