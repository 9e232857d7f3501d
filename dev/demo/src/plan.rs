//! What happens when: each row of `data/arrivals.csv` as a request to this platform. `data/README.md` defines
//! the mapping.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use contracts::reference::Reference;
use kernel::{Area, CategoryCode, Channel, City, ItemCode, Timestamp, Urgency};
use serde::Deserialize;

use crate::chance::{Chance, Topic};
use crate::clock::minutes;

/// The replay begins here: a first of January in the city, as in the data.
const DAY_ONE: &str = "2027-01-01T00:00:00+08:00";
/// Whom the requests are for.
const CITY: &str = "330200";
const ARRIVALS: &str = include_str!("../data/arrivals.csv");
const MAPPING: &str = include_str!("../data/mapping.json");
/// Districts of the data stand for the streets whose number leaves them when divided by this.
const DISTRICTS: usize = 16;
/// Of a hundred requests, so many are sent twice with the same key: weak networks.
const TWICE_PERCENT: u64 = 3;
/// Of a hundred requests, so many read the recommendation and pick.
const CHOOSE_PERCENT: u64 = 6;
/// Between these minutes of the day nobody is asked to come for what can wait.
const EVENING: u16 = 18 * 60;
const MORNING: u16 = 8 * 60;
/// The visit is then wanted at this minute of the day.
const VISIT: u16 = 9 * 60;

/// One request that will be made.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    /// Its row in the data, from 0.
    pub(crate) row: usize,
    /// When it comes, in simulated time.
    pub(crate) at: Timestamp,
    /// By which way.
    pub(crate) channel: Channel,
    /// What for.
    pub(crate) item: ItemCode,
    /// The item's category.
    pub(crate) category: CategoryCode,
    /// Where.
    pub(crate) area: Area,
    /// When the visit is wanted; at once when absent.
    pub(crate) wanted_at: Option<Timestamp>,
    /// Set when it is withdrawn, after so long.
    pub(crate) cancelled_after: Option<Duration>,
    /// Whether it is sent twice.
    pub(crate) twice: bool,
    /// Whether the citizen picks the merchant.
    pub(crate) choose: bool,
}

/// All of them, in the order in which they come.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The city.
    pub(crate) city: City,
    /// The first instant of the replay.
    pub(crate) begin: Timestamp,
    /// What comes.
    pub(crate) requests: Vec<Planned>,
}

#[derive(Deserialize)]
struct Arrival {
    arrived_s: u64,
    channel: String,
    r#type: String,
    status: String,
    district: Option<usize>,
}

#[derive(Deserialize)]
struct Mapping {
    types: BTreeMap<String, Vec<ItemShare>>,
    channels: BTreeMap<String, Vec<ChannelShare>>,
}

#[derive(Deserialize)]
struct ItemShare {
    item: ItemCode,
    weight: u64,
}

#[derive(Deserialize)]
struct ChannelShare {
    channel: Channel,
    weight: u64,
}

/// The first instant of the replay.
pub(crate) fn day_one() -> anyhow::Result<Timestamp> {
    Ok(DAY_ONE.parse()?)
}

impl Plan {
    /// The replay of `count` rows, spread evenly over the whole time.
    pub(crate) fn read(seed: u64, count: usize) -> anyhow::Result<Self> {
        let mapping: Mapping = serde_json::from_str(MAPPING).context("mapping.json")?;
        let reference = Reference::embedded()?;
        let city: City = CITY.parse()?;
        let begin = day_one()?;
        let places = reference.city(city).context("the city's streets are not known")?;
        let areas: Vec<Area> = places.areas().map(|info| info.area).collect();
        let arrivals: Vec<Arrival> = csv::Reader::from_reader(ARRIVALS.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .context("arrivals.csv")?;
        let all = arrivals.len();
        ensure!((1..=all).contains(&count), "--requests must be within 1 and {all}");
        let mut requests = Vec::with_capacity(count);
        for (row, arrival) in arrivals.iter().enumerate() {
            // Row by row, the share of rows taken grows evenly.
            if (row + 1) * count / all > row * count / all {
                let mapped = Mapped { mapping: &mapping, reference: &reference, areas: &areas, begin, seed };
                requests.push(mapped.request(row, arrival)?);
            }
        }
        requests.sort_by_key(|planned| planned.at);
        Ok(Self { city, begin, requests })
    }

    /// Lists (item, street) by how often they are asked for, the busiest first.
    pub(crate) fn busiest(&self) -> Vec<(ItemCode, Area)> {
        let mut counts: BTreeMap<(CategoryCode, Area), (usize, ItemCode)> = BTreeMap::new();
        for planned in &self.requests {
            let place = (planned.category.clone(), planned.area);
            counts.entry(place).or_insert_with(|| (0, planned.item.clone())).0 += 1;
        }
        let mut lists: Vec<_> = counts.into_iter().collect();
        lists.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        lists.into_iter().map(|((_, area), (_, item))| (item, area)).collect()
    }
}

struct Mapped<'a> {
    mapping: &'a Mapping,
    reference: &'a Reference,
    areas: &'a [Area],
    begin: Timestamp,
    seed: u64,
}

impl Mapped<'_> {
    fn request(&self, row: usize, arrival: &Arrival) -> anyhow::Result<Planned> {
        let mut chance = Chance::new(self.seed, Topic::Plan, row, 0);
        let items = self.mapping.types.get(&arrival.r#type).context("mapping.json lacks a type")?;
        let item = weighted(items, |share| share.weight, &mut chance).map(|share| share.item.clone());
        let item = item.context("mapping.json has a type without items")?;
        let ends = self.mapping.channels.get(&arrival.channel).context("mapping.json lacks a channel")?;
        let channel = weighted(ends, |share| share.weight, &mut chance).map(|share| share.channel);
        let channel = channel.context("mapping.json has a channel without ends")?;
        let known = self.reference.item(&item).with_context(|| format!("no such item: {item}"))?;
        // The data know whole minutes only: the requests of one are spread within it.
        let at = self.begin.after(Duration::from_secs(arrival.arrived_s + chance.within(0, 60)));
        let cancelled = arrival.status == "Cancelled";
        let cancelled_after = cancelled.then(|| minutes(chance.within(5, 30)));
        Ok(Planned {
            row,
            at,
            channel,
            category: known.category.clone(),
            area: self.street(row, arrival.district.unwrap_or(0))?,
            wanted_at: (known.urgency == Urgency::Normal).then(|| by_daylight(at)).flatten(),
            cancelled_after,
            twice: chance.percent(TWICE_PERCENT),
            choose: !cancelled && chance.percent(CHOOSE_PERCENT),
            item,
        })
    }

    fn street(&self, row: usize, district: usize) -> anyhow::Result<Area> {
        let streets: Vec<Area> = self.areas.iter().skip(district).step_by(DISTRICTS).copied().collect();
        let place = row % streets.len().max(1);
        streets.get(place).copied().context("the city has too few streets")
    }
}

/// In the evening and at night, what can wait is wanted the next morning.
fn by_daylight(at: Timestamp) -> Option<Timestamp> {
    let local = at.in_city();
    match local.minute {
        minute if minute >= EVENING => Some(local.day.next().at_minute(VISIT)),
        minute if minute < MORNING => Some(local.day.at_minute(VISIT)),
        _ => None,
    }
}

fn weighted<'a, T>(shares: &'a [T], weight: impl Fn(&T) -> u64, chance: &mut Chance) -> Option<&'a T> {
    let mut drawn = chance.within(0, shares.iter().map(&weight).sum());
    shares.iter().find(|share| {
        let weight = weight(share);
        let hit = drawn < weight;
        drawn = drawn.saturating_sub(weight);
        hit
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_rows_map_to_all_six_channels_in_the_order_of_time() {
        let plan = Plan::read(1, 10_000).unwrap();
        assert_eq!(plan.requests.len(), 10_000);
        assert!(plan.requests.is_sorted_by_key(|planned| planned.at));
        let channels: BTreeSet<_> = plan.requests.iter().map(|planned| planned.channel).collect();
        assert_eq!(channels.len(), Channel::ALL.len());
        assert_eq!(plan.requests.iter().filter(|planned| planned.cancelled_after.is_some()).count(), 244);
    }

    #[test]
    fn a_part_is_spread_over_the_whole_time() {
        let plan = Plan::read(1, 200).unwrap();
        assert_eq!(plan.requests.len(), 200);
        let span = plan.requests.last().unwrap().at.since(plan.begin);
        assert!(span > Duration::from_secs(60 * 3_600), "{span:?}");
    }

    #[test]
    fn what_can_wait_is_not_wanted_at_night() {
        let night: Timestamp = "2027-01-01T23:30:00+08:00".parse().unwrap();
        assert_eq!(by_daylight(night), Some("2027-01-02T09:00:00+08:00".parse().unwrap()));
        assert_eq!(by_daylight("2027-01-01T12:00:00+08:00".parse().unwrap()), None);
    }
}
