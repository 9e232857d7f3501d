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
fn no_two_operations_of_a_service_have_one_id() {
    for (service, document) in documents() {
        let operations = fields(&document["paths"]).values().flat_map(|methods| fields(methods).values());
        let mut ids: Vec<_> =
            operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{service} names two operations alike");
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

/// Every name of a type that something refers to.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_type_that_is_referred_to_is_there() {
    for (service, document) in documents() {
        let mut found = Vec::new();
        references(&document, &mut found);
        for name in found {
            assert!(document.pointer(name.trim_start_matches('#')).is_some(), "{service} {name}");
        }
    }
}

/// Each property and each parameter of a document, with its place.
fn properties(document: &Value) -> Vec<(String, &Value)> {
    fn walk<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            found.extend(properties.iter().map(|(name, property)| (format!("{place}.{name}"), property)));
        }
        if let (Some(name), Some(_), Some(schema)) =
            (value.get("name").and_then(Value::as_str), value.get("in"), value.get("schema"))
        {
            found.push((format!("{place}.{name}"), schema));
        }
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, inner)| walk(inner, &format!("{place}/{name}"), found));
            }
            Value::Array(items) => items.iter().for_each(|inner| walk(inner, place, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    walk(document, "", &mut found);
    found
}

/// Whether only listed words can be given, wherever they are listed.
fn lists_words(document: &Value, schema: &Value) -> bool {
    let is_null = |one: &Value| one["type"] == "null";
    if let Some(name) = schema["$ref"].as_str() {
        return lists_words(document, document.pointer(name.trim_start_matches('#')).unwrap());
    }
    if let Some(inner) = schema.get("items") {
        return lists_words(document, inner);
    }
    match schema["oneOf"].as_array() {
        Some(ways) => ways.iter().all(|one| is_null(one) || lists_words(document, one)),
        None => schema["enum"].is_array(),
    }
}

/// Whether it is an object, wherever that is described.
fn is_object(document: &Value, schema: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str() {
        return is_object(document, document.pointer(name.trim_start_matches('#')).unwrap());
    }
    let way = schema["oneOf"].as_array().and_then(|ways| ways.iter().find(|one| one["type"] != "null"));
    way.map_or(schema["type"] == "object", |way| is_object(document, way))
}

/// Words that a version of the rules lists.
const OF_THE_RULES: [&str; 5] = [
    "/Honour.kind",
    "/Page_Honour/properties/items/items.kind",
    "/NewHonour.kind",
    "/NewActivity.kind",
    "/activities/get/parameters.kind",
];

#[test]
fn where_only_some_words_can_stand_they_are_listed() {
    let words = ["state", "status", "kind", "mode", "outcome", "effect", "decline_reason", "allowed_actions"];
    for (service, document) in documents() {
        let mut seen = 0;
        for (place, schema) in properties(&document) {
            let is_word = words.iter().any(|word| place.ends_with(&format!(".{word}")));
            let by_rules = OF_THE_RULES.iter().any(|of| place.ends_with(of));
            let is_text = schema["type"] != "integer" && !is_object(&document, schema) && !by_rules;
            if is_word && is_text {
                assert!(lists_words(&document, schema), "{service} {place}: {schema}");
                seen += 1;
            }
        }
        assert!(seen >= 3, "{service}");
    }
}

#[test]
fn why_another_merchant_is_chosen_is_a_listed_word_or_a_note() {
    let document = document::<dispatch::Dispatch>().1;
    let reason = &document["components"]["schemas"]["AssignBody"]["properties"]["reason"]["anyOf"];
    assert!(lists_words(&document, &reason[0]) && reason[1]["maxLength"] == 200, "{reason}");
}

/// Whether a reader is told what it is: here, or by the type that stands here. A tag says itself which it is.
fn is_described(document: &Value, schema: &Value) -> bool {
    let says = schema["description"].as_str().is_some_and(|text| !text.is_empty());
    let is_tag = schema["enum"].as_array().is_some_and(|words| words.len() == 1);
    let by_type =
        || match (schema["$ref"].as_str(), schema["oneOf"].as_array().or(schema["anyOf"].as_array())) {
            (Some(name), _) => {
                is_described(document, document.pointer(name.trim_start_matches('#')).unwrap())
            }
            (None, Some(ways)) => ways.iter().any(|one| is_described(document, one)),
            (None, None) => false,
        };
    says || is_tag || by_type()
}

#[test]
fn every_type_and_every_property_is_described() {
    for (service, document) in documents() {
        for (name, schema) in fields(&document["components"]["schemas"]) {
            let text = schema["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{service} {name}");
        }
        for (place, schema) in properties(&document) {
            // Parameters have theirs beside the schema.
            if !place.starts_with("/paths") || place.contains("/content") {
                assert!(is_described(&document, schema), "{service} {place}: {schema}");
            }
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

/// What anybody may read without a token: nothing else is, and nothing of it writes.
const FOR_EVERYBODY: [&str; 28] = [
    "credit GET /v1/activities",
    "credit GET /v1/activities/{id}",
    "credit GET /v1/applications/public",
    "credit POST /v1/applications/{id}/remarks",
    "credit GET /v1/catalogue",
    "credit GET /v1/certificates/keys",
    "credit GET /v1/certificates/revocations",
    "credit GET /v1/certificates/{number}",
    "credit GET /v1/certificates/{number}/page.html",
    "credit POST /v1/certificates/verify",
    "credit GET /v1/clauses",
    "credit GET /v1/commitments/{category}",
    "credit POST /v1/door/scans",
    "credit POST /v1/door/scans/{id}/entry",
    "credit GET /v1/evaluation-summaries",
    "credit GET /v1/evaluation-summaries/{year}",
    "credit GET /v1/evaluation-summaries/{year}/merchants/{merchant}/page.html",
    "credit GET /v1/merchants/public",
    "credit GET /v1/merchants/{id}/price-board",
    "credit GET /v1/merchants/{id}/price-board.html",
    "credit GET /v1/merchants/{id}/price-board.pdf",
    "credit GET /v1/model",
    "credit GET /v1/model/versions/{number}",
    "credit GET /v1/publicity",
    "credit GET /v1/standards",
    "credit GET /v1/standards/{slug}",
    "credit GET /v1/standards/{slug}/versions",
    "intake GET /v1/tracking/{code}",
];

/// What the volunteer centre alone says, and signs like a channel.
const BY_THE_CENTRE: [&str; 6] = [
    "credit POST /v1/volunteer/needs/{id}/claim-for-team",
    "credit POST /v1/volunteer/needs/{id}/fulfil",
    "credit POST /v1/volunteer/needs/{id}/match",
    "credit POST /v1/volunteer/reports",
    "credit POST /v1/volunteer/reports/{id}/withdraw",
    "credit POST /v1/volunteer/statements",
];

/// What staff and merchants do there as well.
const BY_THE_CENTRE_TOO: [&str; 7] = [
    "credit GET /v1/volunteer/needs",
    "credit GET /v1/volunteer/needs/{id}",
    "credit POST /v1/volunteer/needs/{id}/release",
    "credit GET /v1/volunteer/reconciliations",
    "credit GET /v1/volunteer/reconciliations/{date}",
    "credit GET /v1/volunteer/reconciliations/{date}/differences",
    "credit GET /v1/volunteer/reports",
];

#[test]
fn only_what_channels_ask_can_be_signed_and_only_what_is_listed_is_for_everybody() {
    for (name, operation) in operations() {
        let ways = operation.get("security").cloned().unwrap_or_else(|| json!("either"));
        let expected = match name.as_str() {
            name if FOR_EVERYBODY.contains(&name) => json!([{}]),
            name if BY_THE_CENTRE.contains(&name) => json!([{ "channel": [] }]),
            name if BY_THE_CENTRE_TOO.contains(&name) => json!([{ "bearer": [] }, { "channel": [] }]),
            "credit POST /v1/scans" => json!("either"),
            "credit POST /v1/scans/{id}/entry" => json!([{ "channel": [] }]),
            "intake GET /v1/requests" | "intake POST /v1/requests/search" => json!([{ "bearer": [] }]),
            "intake GET /v1/requests/{id}/presence" => json!([{ "bearer": [] }]),
            _ if name.contains("/colleagues") => json!([{ "bearer": [] }]),
            _ if name.contains("/contact") || name.contains("/clear-reads") => json!([{ "bearer": [] }]),
            _ if ["/dead-letters", "/consumers", "/operations"].iter().any(|of| name.contains(of)) => {
                json!([{ "bearer": [] }])
            }
            _ if name.starts_with("intake") || name == "dispatch GET /v1/recommendations" => json!("either"),
            _ => json!([{ "bearer": [] }]),
        };
        assert_eq!(ways, expected, "{name}");
    }
}

#[test]
fn an_operation_that_is_not_for_everybody_names_the_permissions_by_which_it_lets_in() {
    for (name, operation) in operations() {
        let named = operation["x-permission"].as_array().map_or(0, Vec::len);
        assert_eq!(named > 0, !FOR_EVERYBODY.contains(&name.as_str()), "{name}");
    }
}

/// The codes that an operation says it refuses with.
fn codes(operation: &Value) -> Vec<String> {
    let answers = fields(&operation["responses"]).values();
    let texts = answers.filter_map(|answer| answer["description"].as_str()?.strip_prefix("Refused: "));
    texts.flat_map(|text| text.split(", ")).map(|code| code.trim_matches('`').to_owned()).collect()
}

#[test]
fn an_operation_says_by_which_codes_it_refuses_and_where_what_it_needs_comes_from() {
    for (name, operation) in operations() {
        let codes = codes(&operation);
        for always in ["internal", "overloaded", "timed-out", "unavailable"] {
            assert!(codes.iter().any(|code| code == always), "{name} {always}");
        }
        let answers = fields(&operation["responses"]);
        for (status, header) in [("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After")]
        {
            if let Some(answer) = answers.get(status) {
                assert!(answer["headers"][header]["schema"].is_object(), "{name} {status} {header}");
            }
        }
        if operation.get("requestBody").is_some() {
            assert!(codes.iter().any(|code| code == "invalid-body"), "{name}");
        }
        if answers.contains_key("304") {
            assert!(answers["200"]["headers"]["ETag"].is_object(), "{name}");
        }
        if answers.contains_key("201") {
            assert!(answers["201"]["headers"]["Location"].is_object(), "{name}");
        }
    }
}

#[test]
fn every_code_of_a_service_is_one_of_an_operation_unless_only_the_bus_or_a_row_is_told_it() {
    let told: Vec<_> = operations()
        .iter()
        .flat_map(|(name, operation)| {
            let service = name.split(' ').next().unwrap().to_owned();
            codes(operation).into_iter().map(move |code| (service.clone(), code))
        })
        .collect();
    let own = [
        (intake::Intake::NAME, intake::Intake::problems()),
        (dispatch::Dispatch::NAME, dispatch::Dispatch::problems()),
        (feedback::Feedback::NAME, feedback::Feedback::problems()),
        (credit::Credit::NAME, credit::Credit::problems()),
    ];
    let all = own.iter().flat_map(|(service, kinds)| kinds.iter().map(move |kind| (*service, kind.code)));
    let untold: Vec<_> =
        all.filter(|(service, code)| !told.iter().any(|(by, told)| by == service && told == code)).collect();
    // Told on the bus, and the last beside a row of an import.
    let elsewhere = [
        ("dispatch", "request-assigned"),
        ("dispatch", "merchant-full"),
        ("dispatch", "not-due"),
        ("credit", "take-over-closed"),
    ];
    assert_eq!(untold, elsewhere);
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
