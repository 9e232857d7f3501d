//! What the OpenAPI documents owe a reader of any of the four services.

#![cfg(test)]

use chassis::entry::Definition;
use chassis::http::Catalogue;
use serde_json::{Map, Value, json};

/// A document and the name of its service.
fn documents() -> [(&'static str, Value); 4] {
    [
        document::<intake::Intake>(),
        document::<dispatch::Dispatch>(),
        document::<feedback::Feedback>(),
        document::<credit::Credit>(),
    ]
}

fn document<D: Definition>() -> (&'static str, Value) {
    (D::NAME, serde_json::to_value(D::document()).unwrap())
}

fn fields(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Each operation with its name, such as `intake POST /v1/requests`.
fn operations() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (service, document) in documents() {
        for (path, methods) in fields(&document["paths"]) {
            for (method, operation) in fields(methods) {
                found.push((format!("{service} {} {path}", method.to_uppercase()), operation.clone()));
            }
        }
    }
    found
}

/// Whether a schema says anything of what it is.
fn says_something(schema: &Value) -> bool {
    ["type", "$ref", "oneOf", "allOf"].iter().any(|word| schema.get(word).is_some())
}

/// Whatever stands where a schema does.
fn schemas<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let place = format!("{place}/{name}");
                if matches!(name.as_str(), "schema" | "items") && inner.is_object() {
                    found.push((place.clone(), inner));
                }
                schemas(inner, &place, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|inner| schemas(inner, place, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn no_schema_is_empty() {
    for (service, document) in documents() {
        let mut found = Vec::new();
        schemas(&document, service, &mut found);
        for (place, schema) in found {
            assert!(says_something(schema), "{place} says nothing: {schema}");
        }
    }
}

#[test]
fn every_answer_says_what_it_is_and_every_operation_how_it_refuses() {
    for (name, operation) in operations() {
        for (status, answer) in fields(&operation["responses"]) {
            assert_ne!(answer["description"], "", "{name} {status}");
            for (media, content) in answer.get("content").into_iter().flat_map(fields) {
                assert!(says_something(&content["schema"]), "{name} {status} {media}");
            }
        }
        let refusal = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"];
        assert_eq!(refusal["$ref"], "#/components/schemas/Problem", "{name}");
    }
}

#[test]
fn every_operation_and_every_parameter_is_described() {
    for (name, operation) in operations() {
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{name}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let text = parameter["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{name} {}", parameter["name"]);
        }
    }
}

#[test]
fn every_page_of_a_list_has_bounds() {
    for (name, operation) in operations() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["name"] == "limit" {
                assert!(parameter["schema"]["maximum"].is_number(), "{name} {parameter}");
            }
        }
    }
}

#[test]
fn only_what_channels_ask_can_be_signed_and_what_is_public_is_for_everybody() {
    for (name, operation) in operations() {
        let ways = operation.get("security").cloned().unwrap_or_else(|| json!("either"));
        let expected = match name.as_str() {
            "credit GET /v1/catalogue"
            | "credit GET /v1/model"
            | "credit GET /v1/model/versions/{number}"
            | "credit GET /v1/publicity" => json!([{}]),
            _ if name.contains("/contact") || name.contains("/clear-reads") => json!([{ "bearer": [] }]),
            _ if name.contains("dead-letters") || name.contains("consumers") => json!([{ "bearer": [] }]),
            _ if name.starts_with("intake") || name == "dispatch GET /v1/recommendations" => json!("either"),
            _ => json!([{ "bearer": [] }]),
        };
        assert_eq!(ways, expected, "{name}");
    }
}

#[test]
fn no_code_of_a_service_is_one_of_the_common_ones() {
    let common: Vec<_> = Catalogue::of(&[]).kinds().map(|(_, kind)| kind.code).collect();
    let own = [
        intake::Intake::problems(),
        dispatch::Dispatch::problems(),
        feedback::Feedback::problems(),
        credit::Credit::problems(),
    ];
    for kinds in own {
        let mut codes: Vec<_> = kinds.iter().map(|kind| kind.code).chain(common.iter().copied()).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        for kind in kinds {
            assert!(!kind.page.zh.is_ascii() && kind.page.en.is_ascii(), "{}", kind.code);
        }
    }
}
