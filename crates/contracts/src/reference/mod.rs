//! Reference data: the service catalogue (服务目录) and the cities with their districts and streets.
//!
//! Read-only, compiled in from `crates/contracts/data`, checked as a whole when it is read and then shared
//! as `Arc<Reference>`: whoever holds one need not check it again. Order is part of the data: categories and
//! items come in the order of the file (the order of the pages), places by code.
//!
//! To add an item, write a line in `data/catalogue.json`. To add a city, add `data/places/<adcode>.json` and
//! name it in `PLACES`.

mod catalogue;
mod error;
mod places;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Area, CategoryCode, City, District, ItemCode};

pub use catalogue::{Bilingual, Category, Item, Qualification, Question};
pub use error::{ReferenceError, Word};
pub use places::{AreaInfo, CityPlaces, DistrictPlaces};

/// A data file: its name, for whoever has to mend it, and its text.
type Source = (&'static str, &'static str);

const CATALOGUE: Source = ("data/catalogue.json", include_str!("../../data/catalogue.json"));
const PLACES: &[Source] = &[("data/places/330200.json", include_str!("../../data/places/330200.json"))];

/// The catalogue and the places that this build knows.
#[derive(Debug)]
pub struct Reference {
    categories: Vec<Category>,
    category_at: BTreeMap<CategoryCode, usize>,
    item_at: BTreeMap<ItemCode, (usize, usize)>,
    cities: BTreeMap<City, CityPlaces>,
}

impl Reference {
    /// Reads the data that is compiled in.
    ///
    /// # Errors
    /// [`ReferenceError`] names the file and the entry to mend. The tests of this crate read the same data,
    /// so a build that passed them never sees one.
    pub fn embedded() -> Result<Self, ReferenceError> {
        Self::parse(CATALOGUE, PLACES)
    }

    fn parse(catalogue: Source, places: &[Source]) -> Result<Self, ReferenceError> {
        let categories = catalogue::parse(catalogue)?;
        let (category_at, item_at) = catalogue::index(catalogue.0, &categories)?;
        let mut cities = BTreeMap::new();
        for &source in places {
            let city = places::parse(source)?;
            if let Some(earlier) = cities.insert(city.city, city) {
                return Err(error::duplicate(source.0, Word::City, earlier.city));
            }
        }
        Ok(Self { categories, category_at, item_at, cities })
    }

    /// All categories with their items, in the order of the pages.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// All items of all categories, in the order of the pages.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.categories.iter().flat_map(|category| &category.items)
    }

    /// The category with this code.
    #[must_use]
    pub fn category(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories.get(*self.category_at.get(code)?)
    }

    /// The item with this code.
    #[must_use]
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        let &(category, item) = self.item_at.get(code)?;
        self.categories.get(category)?.items.get(item)
    }

    /// All cities, by code.
    pub fn cities(&self) -> impl Iterator<Item = &CityPlaces> {
        self.cities.values()
    }

    /// The city with this code, with its districts and streets.
    #[must_use]
    pub fn city(&self, city: City) -> Option<&CityPlaces> {
        self.cities.get(&city)
    }

    /// The district with this code, with its streets.
    #[must_use]
    pub fn district(&self, district: District) -> Option<&DistrictPlaces> {
        self.city(places::city_of(district)?)?.district(district)
    }

    /// The street or town with this code.
    #[must_use]
    pub fn area(&self, area: Area) -> Option<&AreaInfo> {
        self.district(area.district())?.area(area)
    }
}
