use std::collections::BTreeSet;

use kernel::{Area, City, District};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Source;
use super::error::{self, ReferenceError, Word};

/// A city with its districts, by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CityPlaces {
    /// Its code.
    pub city: City,
    /// Its Chinese name, such as 宁波市.
    pub name: String,
    /// Its districts and counties, by code.
    pub districts: Vec<DistrictPlaces>,
}

/// A district, county or county-level city with its streets, by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DistrictPlaces {
    /// Its code.
    pub district: District,
    /// Its Chinese name, such as 海曙区.
    pub name: String,
    /// Its streets and towns, by code.
    pub areas: Vec<AreaInfo>,
}

/// A street or town. Its district and city follow from its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AreaInfo {
    /// Its code.
    pub area: Area,
    /// Its Chinese name, such as 南门街道.
    pub name: String,
}

impl CityPlaces {
    /// The district with this code, if it is one of this city.
    #[must_use]
    pub fn district(&self, district: District) -> Option<&DistrictPlaces> {
        self.districts.iter().find(|listed| listed.district == district)
    }

    /// All streets and towns of the city, by code.
    pub fn areas(&self) -> impl Iterator<Item = &AreaInfo> {
        self.districts.iter().flat_map(|district| &district.areas)
    }
}

impl DistrictPlaces {
    /// The street or town with this code, if it is one of this district.
    #[must_use]
    pub fn area(&self, area: Area) -> Option<&AreaInfo> {
        self.areas.iter().find(|listed| listed.area == area)
    }
}

/// The city whose code the district's code begins with (GB/T 2260: two digits each for province, city,
/// district).
pub(super) fn city_of(district: District) -> Option<City> {
    City::try_new(district.code() / 100 * 100).ok()
}

/// Reads one city, sorts it by code and checks that every place lies where it is listed.
pub(super) fn parse((file, text): Source) -> Result<CityPlaces, ReferenceError> {
    let mut city: CityPlaces =
        serde_json::from_str(text).map_err(|source| ReferenceError::Malformed { file, source })?;
    error::require_texts(file, Word::City, city.city, [&city.name])?;
    if city.districts.is_empty() {
        return Err(error::empty(file, Word::City, city.city, Word::District));
    }
    city.districts.sort_by_key(|district| district.district);
    let mut seen = BTreeSet::new();
    for district in &mut city.districts {
        let code = district.district;
        if !seen.insert(code) {
            return Err(error::duplicate(file, Word::District, code));
        }
        if city_of(code) != Some(city.city) {
            let parent = city.city.code();
            return Err(ReferenceError::Misplaced { file, what: Word::District, code: code.code(), parent });
        }
        check_district(file, district)?;
    }
    Ok(city)
}

fn check_district(file: &'static str, district: &mut DistrictPlaces) -> Result<(), ReferenceError> {
    let parent = district.district;
    error::require_texts(file, Word::District, parent, [&district.name])?;
    if district.areas.is_empty() {
        return Err(error::empty(file, Word::District, parent, Word::Area));
    }
    district.areas.sort_by_key(|area| area.area);
    let mut seen = BTreeSet::new();
    for AreaInfo { area, name } in &district.areas {
        error::require_texts(file, Word::Area, area, [name])?;
        if !seen.insert(*area) {
            return Err(error::duplicate(file, Word::Area, area));
        }
        if area.district() != parent {
            let (code, parent) = (area.code(), parent.code());
            return Err(ReferenceError::Misplaced { file, what: Word::Area, code, parent });
        }
    }
    Ok(())
}
