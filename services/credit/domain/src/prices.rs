//! Posted prices (明码标价): what a merchant asks for each item, from when, with what extra charges. The list is
//! never overwritten: a change is a new entry with a moment from which it holds, and the old one stays in the
//! history, so that a complaint about a price of last month is judged by the price of last month.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Actor, City, Fen, ItemCode, MerchantId, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::denied::{Denied, Faults};

/// A price above 1,000,000 yuan is a slip of the keyboard.
const FEN_MAX: i64 = 100_000_000;
const UNIT_CHARS_MAX: usize = 20;
const NAME_CHARS_MAX: usize = 60;
const NOTE_CHARS_MAX: usize = 200;
const SURCHARGES_MAX: usize = 10;
/// Changes in one go: the whole catalogue fits.
const CHANGES_MAX: usize = 200;
/// Entries in force or planned: the catalogue with a planned change for each item, and room.
const ENTRIES_MAX: usize = 600;
/// How far ahead a change may be planned.
const AHEAD_MAX: core::time::Duration = core::time::Duration::from_secs(366 * 24 * 3_600);

/// An extra charge (附加费), such as for the night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surcharge {
    /// For what.
    pub name: String,
    /// How much.
    pub amount: Fen,
    /// Per what; once when empty.
    #[serde(default)]
    pub unit: String,
}

/// What an item costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Per what (计价单位), such as 次 or 小时.
    pub unit: String,
    /// The price, or the least of it.
    pub from: Fen,
    /// The most of it, where it depends; none when the price is fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Fen>,
    /// What may be asked in addition, and nothing else may.
    #[serde(default)]
    pub surcharges: Vec<Surcharge>,
    /// What it depends on, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a merchant says about an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "offer", rename_all = "snake_case")]
pub enum Offer {
    /// It does it, at this price.
    Priced(Price),
    /// It does not do it: said on purpose, so that a list can be complete without it.
    NotOffered,
}

/// An entry of the list; never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceEntry {
    /// The item.
    pub item: ItemCode,
    /// What is said about it.
    #[serde(flatten)]
    pub offer: Offer,
    /// From when it holds.
    pub valid_from: Timestamp,
    /// When it was said.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: Actor,
}

/// A change to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceChange {
    /// The item.
    pub item: ItemCode,
    /// From when; at once when absent. Never from the past: what was posted then was posted.
    #[serde(default)]
    pub valid_from: Option<Timestamp>,
    /// What it costs; none when the item is not offered.
    #[serde(default)]
    pub price: Option<Price>,
}

/// A merchant's prices in force and planned (价目表). What no longer holds is in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Counts the changes; 0 before the first.
    pub version: Version,
    /// By item, then by the moment from which they hold.
    pub entries: Vec<PriceEntry>,
}

/// A list that was changed, and what the history gains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricesChanged {
    /// As it is now.
    pub list: PriceList,
    /// What is new.
    pub added: Vec<PriceEntry>,
}

impl PriceList {
    /// Of a merchant that has said nothing yet.
    #[must_use]
    pub const fn empty(city: City, merchant: MerchantId) -> Self {
        Self { city, merchant, version: Version(0), entries: Vec::new() }
    }

    /// What holds at this moment, by item.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> BTreeMap<&ItemCode, &PriceEntry> {
        // Later entries replace earlier ones: they stand in order.
        self.entries
            .iter()
            .filter(|entry| entry.valid_from <= now)
            .map(|entry| (&entry.item, entry))
            .collect()
    }

    /// The items of a category about which the list says nothing at this moment. A list of nothing but "not
    /// offered" says nothing.
    #[must_use]
    pub fn missing(&self, items: &[ItemCode], now: Timestamp) -> Vec<ItemCode> {
        let at = self.at(now);
        let said = |item: &&ItemCode| at.contains_key(*item);
        let priced =
            |item: &ItemCode| at.get(item).is_some_and(|entry| matches!(entry.offer, Offer::Priced(_)));
        if items.iter().any(priced) {
            items.iter().filter(|item| !said(item)).cloned().collect()
        } else {
            items.to_vec()
        }
    }

    /// Since when the list has been as it is for these items: the latest of what holds.
    #[must_use]
    pub fn since(&self, items: &[ItemCode], now: Timestamp) -> Option<Timestamp> {
        let at = self.at(now);
        items.iter().filter_map(|item| at.get(item).map(|entry| entry.valid_from)).max()
    }

    /// Changes prices. What is said already is not said again.
    ///
    /// # Errors
    /// [`Denied`] with all that does not fit; nothing is changed then.
    pub fn change(
        &self,
        changes: Vec<PriceChange>,
        known: &BTreeSet<ItemCode>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<PricesChanged, ()>, Denied> {
        check(&changes, known, now)?;
        let mut list = self.clone();
        let mut added = Vec::new();
        for PriceChange { item, valid_from, price } in changes {
            // A moment that passed on the way is no reason to refuse.
            let valid_from = valid_from.unwrap_or(now).max(now);
            let entry = PriceEntry {
                item,
                offer: price.map_or(Offer::NotOffered, Offer::Priced),
                valid_from,
                recorded_at: now,
                recorded_by: by,
            };
            if list.at(valid_from).get(&entry.item).is_some_and(|said| said.offer == entry.offer) {
                continue;
            }
            list.entries.retain(|other| other.item != entry.item || other.valid_from != valid_from);
            list.entries.push(entry.clone());
            list.entries
                .sort_by(|one, other| (&one.item, one.valid_from).cmp(&(&other.item, other.valid_from)));
            added.push(entry);
        }
        if added.is_empty() {
            return Ok(Step::AlreadyDone(()));
        }
        list.forget(now);
        if list.entries.len() > ENTRIES_MAX {
            return Err(Denied::TooMany { what: "prices in force and planned", max: ENTRIES_MAX });
        }
        list.version = list.version.next();
        Ok(Step::Done(PricesChanged { list, added }))
    }

    /// Leaves out what no longer holds.
    fn forget(&mut self, now: Timestamp) {
        let in_force: BTreeMap<ItemCode, Timestamp> =
            self.at(now).into_iter().map(|(item, entry)| (item.clone(), entry.valid_from)).collect();
        self.entries.retain(|entry| in_force.get(&entry.item).is_none_or(|from| entry.valid_from >= *from));
    }
}

fn check(changes: &[PriceChange], known: &BTreeSet<ItemCode>, now: Timestamp) -> Result<(), Denied> {
    let mut faults = Faults::default();
    let count_fits = (1..=CHANGES_MAX).contains(&changes.len());
    faults.unless(count_fits, "#/changes", "一次须为 1 至 200 项变更", "1 to 200 changes at once");
    let mut seen = BTreeSet::new();
    for (place, change) in changes.iter().take(CHANGES_MAX).enumerate() {
        let at = format!("#/changes/{place}");
        faults.unless(
            known.contains(&change.item),
            format!("{at}/item"),
            "服务目录中没有此项目",
            "the catalogue has no such item",
        );
        faults.unless(
            seen.insert((&change.item, change.valid_from)),
            format!("{at}/item"),
            "每个项目只能出现一次",
            "each item once",
        );
        let soon = change.valid_from.is_none_or(|from| from <= now.after(AHEAD_MAX));
        faults.unless(soon, format!("{at}/valid_from"), "最多提前一年", "at most a year ahead");
        if let Some(price) = &change.price {
            check_price(&mut faults, price, &format!("{at}/price"));
        }
    }
    faults.none()
}

fn check_price(faults: &mut Faults, price: &Price, at: &str) {
    let amount = |fen: Fen| (1..=FEN_MAX).contains(&fen.0);
    faults.text(&price.unit, UNIT_CHARS_MAX, format!("{at}/unit"));
    faults.unless(
        amount(price.from),
        format!("{at}/from"),
        "须为 0.01 至 1000000.00 元",
        "must be 0.01 to 1000000.00 yuan",
    );
    if let Some(to) = price.to {
        faults.unless(
            amount(to) && to > price.from,
            format!("{at}/to"),
            "须高于起价，且不超过 1000000.00 元",
            "must be above from, at most 1000000.00 yuan",
        );
    }
    if let Some(note) = &price.note {
        faults.text(note, NOTE_CHARS_MAX, format!("{at}/note"));
    }
    let few = price.surcharges.len() <= SURCHARGES_MAX;
    faults.unless(few, format!("{at}/surcharges"), "附加费最多 10 项", "at most 10 extra charges");
    for (place, extra) in price.surcharges.iter().take(SURCHARGES_MAX).enumerate() {
        let at = format!("{at}/surcharges/{place}");
        faults.text(&extra.name, NAME_CHARS_MAX, format!("{at}/name"));
        faults.unless(
            amount(extra.amount),
            format!("{at}/amount"),
            "须为 0.01 至 1000000.00 元",
            "must be 0.01 to 1000000.00 yuan",
        );
        if !extra.unit.is_empty() {
            faults.text(&extra.unit, UNIT_CHARS_MAX, format!("{at}/unit"));
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_420_800_000_000);
    const HOUR: Duration = Duration::from_secs(3_600);

    fn item(n: usize) -> ItemCode {
        ItemCode::try_new(&format!("item-{n}")).unwrap()
    }

    fn known() -> BTreeSet<ItemCode> {
        (0..4).map(item).collect()
    }

    fn list() -> PriceList {
        PriceList::empty(City::try_new(330_200).unwrap(), MerchantId::from_u128(3))
    }

    fn asks(n: usize, fen: i64, valid_from: Option<Timestamp>) -> PriceChange {
        let price =
            Price { unit: "次".to_owned(), from: Fen(fen), to: None, surcharges: Vec::new(), note: None };
        PriceChange { item: item(n), valid_from, price: Some(price) }
    }

    fn changed(list: &PriceList, change: PriceChange, now: Timestamp) -> PriceList {
        list.change(vec![change], &known(), Actor::Platform, now).unwrap().done().unwrap().list
    }

    fn fen(list: &PriceList, n: usize, now: Timestamp) -> Option<i64> {
        match &list.at(now).get(&item(n))?.offer {
            Offer::Priced(price) => Some(price.from.0),
            Offer::NotOffered => None,
        }
    }

    #[test]
    fn a_planned_price_takes_over_at_its_moment() {
        let list = changed(&list(), asks(0, 100, None), NOW);
        let list = changed(&list, asks(0, 120, Some(NOW.after(HOUR))), NOW);
        assert_eq!((fen(&list, 0, NOW), fen(&list, 0, NOW.after(HOUR))), (Some(100), Some(120)));
        let again = list.change(vec![asks(0, 120, Some(NOW.after(HOUR)))], &known(), Actor::Platform, NOW);
        assert_eq!(again, Ok(Step::AlreadyDone(())));
    }

    #[test]
    fn a_list_is_complete_when_every_item_is_priced_or_said_not_to_be_offered() {
        let items: Vec<ItemCode> = (0..2).map(item).collect();
        assert_eq!(list().missing(&items, NOW), items);
        let list = changed(&list(), PriceChange { price: None, ..asks(0, 1, None) }, NOW);
        assert_eq!(list.missing(&items, NOW), items, "offering nothing is no price list");
        let list = changed(&list, asks(1, 100, None), NOW);
        assert_eq!(list.missing(&items, NOW), []);
    }

    #[test]
    fn what_does_not_fit_is_pointed_at_and_nothing_is_changed() {
        let mut wrong = asks(9, 0, None);
        if let Some(price) = &mut wrong.price {
            price.to = Some(Fen(-5));
            price.unit = String::new();
        }
        let Err(Denied::Invalid(problems)) =
            list().change(vec![asks(0, 100, None), wrong], &known(), Actor::Platform, NOW)
        else {
            panic!("it was taken");
        };
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        let at = |rest: &str| format!("#/changes/1/{rest}");
        assert_eq!(pointers, [at("item"), at("price/unit"), at("price/from"), at("price/to")]);
    }

    proptest! {
        /// The history alone tells every price of every moment: the list is nothing but its end.
        #[test]
        fn the_list_says_what_the_last_entry_of_the_history_says(
            steps in prop::collection::vec((0_usize..3, 1_i64..4, 0_u32..5, 0_u32..3), 1..20),
        ) {
            let (mut list, mut history, mut now) = (list(), Vec::new(), NOW);
            for (n, fen, ahead, passes) in steps {
                let step = list.change(vec![asks(n, fen, Some(now.after(HOUR * ahead)))], &known(), Actor::Platform, now);
                if let Step::Done(PricesChanged { list: next, added }) = step.unwrap() {
                    list = next;
                    history.extend(added);
                }
                now = now.after(HOUR * passes);
                for later in [now, now.after(HOUR * 2)] {
                    for n in 0..3 {
                        let said = history
                            .iter()
                            .filter(|entry: &&PriceEntry| entry.item == item(n) && entry.valid_from <= later)
                            .max_by_key(|entry| (entry.valid_from, entry.recorded_at));
                        prop_assert_eq!(list.at(later).get(&item(n)).map(|entry| &entry.offer), said.map(|entry| &entry.offer));
                    }
                }
            }
        }
    }
}
