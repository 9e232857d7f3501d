//! The places of a sample city: where merchants are at home, and how far each goes.

use core::ops::Range;

use kernel::Area;

use super::chance::Chance;
use super::deal::Size;
use super::recipe::Recipe;
use super::{PlanError, SampleDistrict};

/// Streets that a small merchant serves.
const SMALL: Range<usize> = 4..8;
/// Of a hundred streets of its district, how many a medium one serves, and how many streets at least.
const MEDIUM_PERCENT: Range<usize> = 45..90;
const MEDIUM_MIN: usize = 6;
/// Of a hundred neighbouring districts, how many a large one serves too.
const NEIGHBOURS_PERCENT: usize = 40;

/// A district made ready.
struct Place {
    name: String,
    streets: Vec<Street>,
    demand: u64,
    neighbours: Vec<usize>,
}

struct Street {
    area: Area,
    name: String,
    demand: u64,
}

/// Where a merchant is at home: a district, and a street in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home {
    district: usize,
    street: usize,
}

/// The city.
pub(super) struct Map {
    city_name: String,
    districts: Vec<Place>,
}

/// By the third level of GB/T 10114: streets (街道), then towns (镇), then townships (乡) and zones.
const fn demand_of(area: Area) -> u64 {
    match area.code() % 1_000 {
        0..100 => 4,
        100..200 => 2,
        _ => 1,
    }
}

impl Map {
    /// Of these districts, which hold at least one street together.
    pub(super) fn try_new(
        city_name: &str,
        districts: &[SampleDistrict],
        recipe: &Recipe,
    ) -> Result<Self, PlanError> {
        let mut listed: Vec<&SampleDistrict> =
            districts.iter().filter(|district| !district.streets.is_empty()).collect();
        listed.sort_unstable_by_key(|district| district.district);
        let places = listed.iter().map(|district| {
            let note = recipe.districts.iter().find(|note| note.district == district.district);
            let mut streets: Vec<Street> = district.streets.iter().map(street).collect();
            streets.sort_unstable_by_key(|street| street.area);
            let demand: u64 = streets.iter().map(|street| street.demand).sum();
            let near = note.map(|note| note.neighbours.as_slice()).unwrap_or_default();
            let place = |near| listed.iter().position(|other| other.district == near);
            Place {
                name: district.name.clone(),
                streets,
                demand: demand * note.map_or(100, |note| note.demand),
                neighbours: near.iter().filter_map(|near| place(*near)).collect(),
            }
        });
        let places: Vec<Place> = places.collect();
        if places.is_empty() {
            return Err(PlanError::NoAreas);
        }
        Ok(Self { city_name: city_name.to_owned(), districts: places })
    }

    /// How many districts there are.
    pub(super) fn len(&self) -> usize {
        self.districts.len()
    }

    /// What a district feeds, in parts of the sum over all.
    pub(super) fn demand(&self, district: usize) -> u64 {
        self.districts.get(district).map_or(0, |place| place.demand)
    }

    /// A street of the district, rather a busy one.
    pub(super) fn home(&self, district: usize, chance: &mut Chance) -> Option<Home> {
        let streets = &self.districts.get(district)?.streets;
        let street = chance.weighted(streets.iter().map(|street| street.demand))?;
        Some(Home { district, street })
    }

    /// The code of the home street.
    pub(super) fn area(&self, home: Home) -> Option<Area> {
        self.districts.get(home.district)?.streets.get(home.street).map(|street| street.area)
    }

    /// The streets a merchant of this size serves, home among them. Codes follow each other much as streets do: a
    /// merchant serves those whose codes are nearest.
    pub(super) fn reach(
        &self,
        home: Home,
        size: Size,
        district_wide: bool,
        chance: &mut Chance,
    ) -> Option<Vec<Area>> {
        let all = self.districts.get(home.district)?;
        let len = all.streets.len();
        let count = match size {
            _ if district_wide => len,
            Size::Small => chance.within(&SMALL),
            Size::Medium => (len * chance.within(&MEDIUM_PERCENT) / 100).max(MEDIUM_MIN),
            Size::Large => len,
        };
        let count = count.min(len);
        let first = home.street.saturating_sub(count / 2).min(len - count);
        let mut areas: Vec<Area> =
            all.streets.iter().skip(first).take(count).map(|street| street.area).collect();
        let near = all.neighbours.iter().filter(|_| size == Size::Large);
        for place in near.filter_map(|near| self.districts.get(*near)) {
            if chance.percent(NEIGHBOURS_PERCENT) {
                areas.extend(place.streets.iter().map(|street| street.area));
            }
        }
        Some(areas)
    }

    /// Where a shop is, as its name says: 宁波市海曙南门, 余姚市马渚, 象山县石浦.
    pub(super) fn street_seat(&self, home: Home) -> Option<String> {
        let street = &self.districts.get(home.district)?.streets.get(home.street)?.name;
        let stem = ["街道", "镇", "乡"].iter().find_map(|kind| street.strip_suffix(kind));
        Some(format!("{}{}", self.district_seat(home)?, stem.unwrap_or_default()))
    }

    /// Where a company is: 宁波市海曙, 余姚市, 象山县.
    pub(super) fn district_seat(&self, home: Home) -> Option<String> {
        let name = &self.districts.get(home.district)?.name;
        Some(match name.strip_suffix('区') {
            Some(stem) => format!("{}市{stem}", self.city_name),
            None => name.clone(),
        })
    }

    /// Where a large company is: 宁波 in all districts of the city itself.
    pub(super) fn large_seat(&self, home: Home) -> Option<String> {
        let urban = self.districts.get(home.district)?.name.ends_with('区');
        if urban { Some(self.city_name.clone()) } else { self.district_seat(home) }
    }
}

fn street((area, name): &(Area, String)) -> Street {
    Street { area: *area, name: name.clone(), demand: demand_of(*area) }
}
