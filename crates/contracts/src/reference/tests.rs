use std::collections::BTreeSet;
use std::error::Error;

use kernel::{City, Risk, Urgency};
use serde_json::{Value, json};

use super::*;

/// Ningbo.
fn ningbo() -> City {
    City::try_new(330_200).unwrap()
}

fn catalogue() -> Value {
    json!({
        "qualifications": [{ "code": "filing", "names": { "zh": "备案", "en": "Filing" } }],
        "categories": [{
            "code": "lock-opening",
            "names": { "zh": "开锁", "en": "Lock opening" },
            "urgency": "normal",
            "enters_home": true,
            "risk": "high",
            "qualifications": ["filing"],
            "questions": [{ "code": "lock", "text": { "zh": "什么锁？", "en": "Which lock?" } }],
            "items": [
                { "code": "safe", "names": { "zh": "保险柜", "en": "Safe" } },
                {
                    "code": "car",
                    "names": { "zh": "汽车", "en": "Car" },
                    "urgency": "emergency",
                    "enters_home": false
                }
            ]
        }]
    })
}

fn city() -> Value {
    json!({
        "city": 330_200,
        "name": "宁波市",
        "districts": [{
            "district": 330_203,
            "name": "海曙区",
            "areas": [
                { "area": 330_203_002, "name": "江厦街道" },
                { "area": 330_203_001, "name": "南门街道" }
            ]
        }]
    })
}

fn read(catalogue: &Value, city: &Value) -> Result<Reference, ReferenceError> {
    // the texts must live as long as the compiled-in ones; a test's few hundred bytes may
    let keep = |value: &Value| -> &'static str { value.to_string().leak() };
    Reference::parse(("catalogue.json", keep(catalogue)), &[("330200.json", keep(city))])
}

fn catalogue_refusal(pointer: &str, value: Value) -> String {
    let mut catalogue = catalogue();
    *catalogue.pointer_mut(pointer).unwrap() = value;
    read(&catalogue, &city()).unwrap_err().to_string()
}

fn place_refusal(pointer: &str, value: Value) -> String {
    let mut city = city();
    *city.pointer_mut(pointer).unwrap() = value;
    read(&catalogue(), &city).unwrap_err().to_string()
}

#[test]
fn the_embedded_data_has_23_categories_with_190_items() {
    let reference = Reference::embedded().unwrap();
    assert_eq!(reference.categories().len(), 23);
    assert_eq!(reference.items().count(), 190);
}

#[test]
fn the_embedded_data_has_the_ten_districts_of_ningbo_with_162_streets() {
    let reference = Reference::embedded().unwrap();
    let ningbo = reference.city(ningbo()).unwrap();
    assert_eq!(ningbo.name, "宁波市");
    assert_eq!(ningbo.districts.len(), 10);
    assert_eq!(ningbo.areas().count(), 162);
    assert!(ningbo.areas().all(|area| area.area.city() == ningbo.city));
}

#[test]
fn every_item_and_every_street_is_found_by_its_code() {
    let reference = Reference::embedded().unwrap();
    for item in reference.items() {
        assert_eq!(reference.item(&item.code), Some(item));
        assert!(reference.category(&item.category).unwrap().items.contains(item));
    }
    for area in reference.cities().flat_map(CityPlaces::areas) {
        assert_eq!(reference.area(area.area), Some(area));
        assert!(reference.district(area.area.district()).unwrap().areas.contains(area));
    }
}

#[test]
fn a_code_that_nobody_listed_is_not_found() {
    let reference = Reference::embedded().unwrap();
    assert_eq!(reference.item(&"moon-walk".parse().unwrap()), None);
    assert_eq!(reference.category(&"moon-walk".parse().unwrap()), None);
    assert_eq!(reference.city(City::try_new(330_100).unwrap()), None);
    assert_eq!(reference.area("330203999".parse().unwrap()), None);
    assert_eq!(reference.area("110101001".parse().unwrap()), None);
}

#[test]
fn nursing_child_care_and_lock_opening_are_high_risk_and_nothing_else_is() {
    let reference = Reference::embedded().unwrap();
    let high: BTreeSet<&str> = reference
        .categories()
        .iter()
        .filter(|category| category.risk == Risk::High)
        .map(|category| category.code.as_str())
        .collect();
    let expected = ["child-care", "elderly-nursing", "lock-opening", "maternity-nursing", "patient-nursing"];
    assert_eq!(high, BTreeSet::from(expected));
}

#[test]
fn every_category_asks_the_citizen_something_and_all_urgencies_occur() {
    let reference = Reference::embedded().unwrap();
    assert!(reference.categories().iter().all(|category| !category.questions.is_empty()));
    for urgency in [Urgency::Emergency, Urgency::Utility, Urgency::Normal] {
        assert!(reference.items().any(|item| item.urgency == urgency), "{urgency:?}");
    }
}

#[test]
fn an_item_takes_from_its_category_what_it_does_not_say_itself() {
    let reference = read(&catalogue(), &city()).unwrap();
    let safe = reference.item(&"safe".parse().unwrap()).unwrap();
    let car = reference.item(&"car".parse().unwrap()).unwrap();
    assert_eq!((safe.urgency, safe.enters_home, safe.risk), (Urgency::Normal, true, Risk::High));
    assert_eq!((car.urgency, car.enters_home, car.risk), (Urgency::Emergency, false, Risk::High));
}

#[test]
fn a_category_enters_homes_as_soon_as_one_of_its_items_does() {
    let mut outdoors = catalogue();
    *outdoors.pointer_mut("/categories/0/enters_home").unwrap() = json!(false);
    assert!(!read(&outdoors, &city()).unwrap().categories()[0].enters_home);
    *outdoors.pointer_mut("/categories/0/items/0").unwrap() =
        json!({ "code": "safe", "names": { "zh": "保险柜", "en": "Safe" }, "enters_home": true });
    assert!(read(&outdoors, &city()).unwrap().categories()[0].enters_home);
}

#[test]
fn an_item_carries_what_callers_say_for_it_and_never_an_empty_word() {
    let reference = Reference::embedded().unwrap();
    let bathing = reference.item(&"bathing-assistance".parse().unwrap()).unwrap();
    assert!(bathing.aliases.iter().any(|said| said == "洗澡"));
    let item = json!({ "code": "safe", "names": { "zh": "保险柜", "en": "Safe" }, "aliases": [" "] });
    assert!(catalogue_refusal("/categories/0/items/0", item).contains("blank"));
}

#[test]
fn places_come_by_code_whatever_the_order_of_the_file() {
    let reference = read(&catalogue(), &city()).unwrap();
    let names: Vec<_> =
        reference.cities().flat_map(CityPlaces::areas).map(|area| area.name.as_str()).collect();
    assert_eq!(names, ["南门街道", "江厦街道"]);
}

#[test]
fn a_malformed_file_is_named_with_line_and_column_in_the_source() {
    let mut catalogue = catalogue();
    *catalogue.pointer_mut("/categories/0/risk").unwrap() = json!("medium");
    let refused = read(&catalogue, &city()).unwrap_err();
    assert_eq!(refused.to_string(), "catalogue.json has another form than the platform reads");
    let source = refused.source().unwrap().to_string();
    assert!(source.contains("medium") && source.contains("line 1 column"), "{source}");
}

#[test]
fn a_misspelt_field_is_malformed_rather_than_ignored() {
    let item = json!({ "code": "safe", "names": { "zh": "保险柜", "en": "Safe" }, "enter_home": false });
    assert!(catalogue_refusal("/categories/0/items/0", item).contains("has another form"));
}

#[test]
fn a_code_that_stands_twice_is_named_with_what_it_is() {
    let category = catalogue()["categories"][0].clone();
    assert_eq!(
        catalogue_refusal("/categories", json!([category, category])),
        "catalogue.json: category lock-opening stands twice: give each its own code"
    );
    assert_eq!(
        catalogue_refusal("/categories/0/items/1/code", json!("safe")),
        "catalogue.json: item safe stands twice: give each its own code"
    );
    let question = catalogue()["categories"][0]["questions"][0].clone();
    assert_eq!(
        catalogue_refusal("/categories/0/questions", json!([question, question])),
        "catalogue.json: question lock of lock-opening stands twice: give each its own code"
    );
    let qualification = catalogue()["qualifications"][0].clone();
    assert_eq!(
        catalogue_refusal("/qualifications", json!([qualification, qualification])),
        "catalogue.json: qualification filing stands twice: give each its own code"
    );
}

#[test]
fn a_place_that_stands_twice_is_named() {
    assert_eq!(
        place_refusal("/districts/0/areas/0/area", json!(330_203_001)),
        "330200.json: area 330203001 stands twice: give each its own code"
    );
    let district = city()["districts"][0].clone();
    assert_eq!(
        place_refusal("/districts", json!([district, district])),
        "330200.json: district 330203 stands twice: give each its own code"
    );
    let text: &'static str = city().to_string().leak();
    let refused = Reference::parse(CATALOGUE, &[("a.json", text), ("b.json", text)]).unwrap_err();
    assert_eq!(refused.to_string(), "b.json: city 330200 stands twice: give each its own code");
}

#[test]
fn a_category_without_items_and_a_place_without_places_are_refused() {
    assert_eq!(
        catalogue_refusal("/categories/0/items", json!([])),
        "catalogue.json: category lock-opening has no item: add one or take it out"
    );
    assert_eq!(
        place_refusal("/districts/0/areas", json!([])),
        "330200.json: district 330203 has no area: add one or take it out"
    );
    assert_eq!(
        place_refusal("/districts", json!([])),
        "330200.json: city 330200 has no district: add one or take it out"
    );
}

#[test]
fn a_blank_name_is_refused_in_either_language() {
    assert_eq!(
        catalogue_refusal("/categories/0/items/0/names/en", json!(" ")),
        "catalogue.json: item safe has a blank text: fill it in"
    );
    assert_eq!(
        catalogue_refusal("/categories/0/questions/0/text/zh", json!("")),
        "catalogue.json: question lock of lock-opening has a blank text: fill it in"
    );
    assert_eq!(
        place_refusal("/districts/0/areas/0/name", json!("")),
        "330200.json: area 330203002 has a blank text: fill it in"
    );
}

#[test]
fn a_qualification_that_nothing_describes_is_refused() {
    assert_eq!(
        catalogue_refusal("/categories/0/qualifications", json!(["filling"])),
        "catalogue.json: category lock-opening demands filling: describe it in the list of qualifications"
    );
}

#[test]
fn a_place_listed_outside_its_code_is_refused() {
    assert_eq!(
        place_refusal("/districts/0/areas/0/area", json!(330_205_001)),
        "330200.json: area 330205001 is listed in 330203, but its code places it elsewhere: correct or move it"
    );
    assert_eq!(
        place_refusal("/districts/0/district", json!(330_103)),
        "330200.json: district 330103 is listed in 330200, but its code places it elsewhere: correct or move it"
    );
}
