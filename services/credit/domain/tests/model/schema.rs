//! The schema of the rules says of each part what a form asks for, and nothing that the rules do not hold to.

use credit_domain::{Rules, UNITLESS, UNITS};
use serde_json::Value;

const RULES: &str = include_str!("../../../data/rules.v1.json");
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/rules.schema.json");

fn schema() -> Value {
    serde_json::to_value(Rules::schema()).unwrap()
}

fn published() -> String {
    serde_json::to_string_pretty(&schema()).unwrap() + "\n"
}

/// The rules as they are shipped, whole: also what the file leaves to be taken for granted.
fn document() -> Value {
    serde_json::to_value(serde_json::from_str::<Rules>(RULES).unwrap()).unwrap()
}

/// Every value of a document that holds no others, by its pointer, with what the schema says of it.
fn leaves(document: &Value, schema: &Value, at: &str) -> Vec<(String, Value)> {
    let part = |name: &str, value: &Value| {
        let named = schema.pointer(&format!("/properties/{name}"));
        let said = named.or_else(|| schema.get("items")).or_else(|| schema.get("additionalProperties"));
        let said = said.unwrap_or_else(|| panic!("the schema knows no {at}/{name}"));
        leaves(value, said, &format!("{at}/{name}"))
    };
    match document {
        Value::Object(all) => all.iter().flat_map(|(name, value)| part(name, value)).collect(),
        Value::Array(all) => {
            all.iter().enumerate().flat_map(|(place, value)| part(&place.to_string(), value)).collect()
        }
        _ => vec![(at.to_owned(), schema.clone())],
    }
}

fn numbers() -> Vec<(String, Value)> {
    let mut document = document();
    document["quality"]["category_means_permille"]["cleaning"] = 900.into();
    let is_number = |(_, said): &(String, Value)| said["type"].to_string().contains("integer");
    leaves(&document, &schema(), "").into_iter().filter(is_number).collect()
}

#[test]
fn every_number_of_the_rules_has_a_unit_and_a_least_value() {
    let numbers = numbers();
    assert!(numbers.len() > 90, "{}", numbers.len());
    for (pointer, said) in numbers {
        let unit = said["x-unit"].as_str().unwrap_or_default();
        assert!(UNITS.contains(&unit) || unit == UNITLESS, "{pointer} counts in {unit:?}");
        assert!(said["minimum"].is_i64(), "{pointer} has no least value");
    }
}

#[test]
fn a_number_outside_of_its_range_is_refused_at_its_place() {
    for (pointer, said) in numbers() {
        let beyond =
            [said["minimum"].as_i64().map(|least| least - 1), said["maximum"].as_i64().map(|most| most + 1)];
        for number in beyond.into_iter().flatten() {
            let mut changed = document();
            let (whole, name) = pointer.rsplit_once('/').unwrap();
            let whole_part = changed.pointer_mut(whole).unwrap();
            match whole_part {
                Value::Array(all) => all[name.parse::<usize>().unwrap()] = number.into(),
                part => part[name] = number.into(),
            }
            // What does not even fit the type is refused before anybody asks whether it makes sense.
            let Ok(rules) = serde_json::from_value::<Rules>(changed) else { continue };
            let found = rules.validate().unwrap_err();
            let here = found.iter().any(|problem| {
                pointer == problem.pointer || pointer.starts_with(&format!("{}/", problem.pointer))
            });
            assert!(here, "{pointer} may be {number}: {found:?}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_in_both_languages() {
    let mut changed = document();
    changed["bands"][1]["score_min"] = 900.into();
    let problems = serde_json::from_value::<Rules>(changed).unwrap().validate().unwrap_err();
    assert_eq!(problems[0].pointer, "/bands/1/score_min");
    assert_eq!(problems[0].problem.zh, "应低于上一等级的分数");
    assert_eq!(problems[0].problem.en, "must be below that of the better grade");
}

#[test]
fn the_published_schema_is_that_of_the_rules() {
    let written = std::fs::read_to_string(PUBLISHED).unwrap();
    assert!(written == published(), "docs/rules.schema.json is stale: see `cargo xtask golden`");
}

#[test]
#[ignore = "writes the schema anew, for cargo xtask golden"]
fn the_schema_is_written_anew() {
    std::fs::write(PUBLISHED, published()).unwrap();
}
