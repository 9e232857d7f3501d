use serde_json::json;

use super::*;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its form matters")]
struct InternalName {
    city: kernel::City,
    contact: InternalPart,
    #[serde(default)]
    ids: Vec<kernel::RequestId>,
    #[serde(default)]
    result: Option<InternalChoice>,
    urgency: kernel::Urgency,
    count: u8,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its form matters")]
struct InternalPart {
    name: String,
    #[serde(default)]
    far: bool,
}

#[derive(Debug, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its form matters")]
enum InternalChoice {
    Reached { by: InternalPart },
    NotReached {},
}

fn fitting() -> Value {
    json!({ "city": 330_200, "contact": { "name": "王" }, "urgency": "normal", "count": 1 })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = fitting();
    body[field] = value;
    body
}

fn told(value: Value) -> Vec<(String, &'static str, String)> {
    let told = misfits::<InternalName>(value, Form::Json);
    told.into_iter().map(|misfit| (misfit.pointer(), misfit.code, misfit.detail)).collect()
}

#[test]
fn each_misfit_says_where_what_was_expected_and_what_came() {
    let uuid = format!("expected {ID}");
    for (value, pointer, code, detail) in [
        (json!([1]), "#", "wrong-type", "expected an object, got a list"),
        (
            with("city", json!("330200")),
            "#/city",
            "wrong-type",
            "expected a whole number from 0 to 4294967295, got a text",
        ),
        (
            with("city", json!(3_302)),
            "#/city",
            "invalid-value",
            "not a city code: expected 6 digits such as 330200",
        ),
        (
            with("count", json!(300)),
            "#/count",
            "invalid-value",
            "expected a whole number from 0 to 255, got 300",
        ),
        (
            with("count", json!(-1)),
            "#/count",
            "invalid-value",
            "expected a whole number from 0 to 255, got -1",
        ),
        (with("contact", json!("王")), "#/contact", "wrong-type", "expected an object, got a text"),
        (with("contact", json!({})), "#/contact/name", "missing-field", "it must be there"),
        (
            with("a/b~", json!(1)),
            "#/a~1b~0",
            "unknown-field",
            "there is no such field, only city, contact, ids, result, urgency, count",
        ),
        (
            with("urgency", json!("soon")),
            "#/urgency",
            "invalid-value",
            "expected one of emergency, utility, normal",
        ),
        (
            with("urgency", json!(5)),
            "#/urgency",
            "wrong-type",
            "expected one of the words that the document lists, got 5",
        ),
        (with("ids", json!(["5"])), "#/ids/0", "invalid-value", &uuid),
        (
            with("result", json!({ "kind": "nobody" })),
            "#/result/kind",
            "invalid-value",
            "expected one of reached, not_reached",
        ),
        (with("result", json!({})), "#/result/kind", "missing-field", "it must be there"),
        (
            with("result", json!({ "kind": "reached", "by": 1 })),
            "#/result",
            "wrong-type",
            "expected an object, got 1",
        ),
        (with("result", json!(null)), "", "", ""),
    ] {
        let expected = (!code.is_empty()).then(|| (pointer.to_owned(), code, detail.to_owned()));
        assert_eq!(told(value.clone()), Vec::from_iter(expected), "{value}");
    }
}

#[test]
fn all_that_can_be_found_is_told_at_once() {
    let value = json!({
        "city": 1, "colour": "red", "contact": { "phone": 1, "far": "no" }, "ids": [1, 2], "urgency": "normal",
    });
    let places: Vec<_> = told(value).into_iter().map(|(pointer, code, _)| (pointer, code)).collect();
    let expected = [
        ("#/city", "invalid-value"),
        ("#/colour", "unknown-field"),
        ("#/contact/far", "wrong-type"),
        ("#/contact/phone", "unknown-field"),
        ("#/contact/name", "missing-field"),
        ("#/ids/0", "wrong-type"),
    ];
    assert_eq!(places, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn no_more_is_told_than_one_can_read() {
    let fields: Map<String, Value> = (0..100).map(|n| (format!("f{n}"), Value::Null)).collect();
    assert_eq!(misfits::<InternalName>(Value::Object(fields), Form::Json).len(), MISFITS_MAX);
}

#[test]
fn no_type_of_ours_is_named_and_nothing_handed_in_repeated() {
    let odd =
        [json!(null), json!(true), json!(1.5), json!("secret"), json!([]), json!({}), json!({ "secret": 1 })];
    for field in ["city", "contact", "ids", "result", "urgency", "count"] {
        for value in &odd {
            for (_, _, detail) in told(with(field, value.clone())) {
                for word in ["Internal", "struct", "enum", "u8", "u32", "secret", "Uuid"] {
                    assert!(!detail.contains(word), "{field} {value}: {detail}");
                }
            }
        }
    }
}

#[test]
fn a_word_that_is_not_known_is_not_told() {
    assert_eq!(asked_for("a SecretType"), "what the document says");
}
