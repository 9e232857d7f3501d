//! What a merchant will be, and who stands behind it, however it comes in.

use kernel::{Area, CategoryCode, City};
use serde::{Deserialize, Serialize};

use super::ban::{HolderRole, Registration};
use crate::denied::Faults;
use crate::merchant::Hours;

const NAME_CHARS_MAX: usize = 100;
const AREAS_MAX: usize = 500;
const CATEGORIES_MAX: usize = 50;
const HOLDERS_MAX: usize = 20;
const MINUTES: u16 = 24 * 60;

/// What the merchant will be, when it is admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The published name of the company.
    pub name: String,
    /// The street its people start from.
    pub home: Area,
    /// The streets it serves.
    pub areas: Vec<Area>,
    /// Jobs it can hold at once.
    pub capacity: u16,
    /// When it works.
    pub hours: Hours,
}

/// One legal representative, and a bounded number of persons.
pub(super) fn check_holders(faults: &mut Faults, registration: &Registration, pointer: &str) {
    let holders = &registration.holders;
    let representatives =
        holders.iter().filter(|holder| holder.role == HolderRole::LegalRepresentative).count();
    let fits = representatives == 1 && holders.len() <= HOLDERS_MAX;
    faults.unless(
        fits,
        pointer,
        "须写明一名法定代表人，且不超过 20 人",
        "must name one legal representative, and at most 20 persons",
    );
}

/// What a merchant may be, however it comes in.
pub(super) fn check_wanted(faults: &mut Faults, city: City, wanted: &Wanted, categories: &[CategoryCode]) {
    let Wanted { name, home, areas, capacity, hours } = wanted;
    faults.text(name, NAME_CHARS_MAX, "#/name");
    faults.unless(home.city() == city, "#/home", "须为本市的街道（乡镇）", "must be a street of the city");
    let fits = (1..=AREAS_MAX).contains(&areas.len()) && areas.iter().all(|area| area.city() == city);
    faults.unless(
        fits,
        "#/areas",
        "须为本市的 1 至 500 个街道（乡镇）",
        "must be 1 to 500 streets of the city",
    );
    faults.unless(
        (1..=10_000).contains(capacity),
        "#/capacity",
        "须为 1 至 10000 单",
        "must be 1 to 10000 jobs",
    );
    let day = hours.opens < MINUTES && hours.closes < MINUTES;
    faults.unless(day, "#/hours", "须为一天中的分钟，0 至 1439", "must be minutes of the day, 0 to 1439");
    let once = categories
        .iter()
        .enumerate()
        .all(|(place, code)| !categories.iter().take(place).any(|one| one == code));
    let count = (1..=CATEGORIES_MAX).contains(&categories.len());
    faults.unless(
        once && count,
        "#/categories",
        "须为 1 至 50 个服务类别，不得重复",
        "must be 1 to 50 categories, each once",
    );
}
