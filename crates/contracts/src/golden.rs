//! The files that are generated from the registry: schemas and examples beside the code, and the documents
//! that people and tools read. `cargo xtask golden` writes them; `cargo xtask test` fails when one is stale.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::registry::{Form, Kind, all};
use crate::streams::Stream;

/// Path from the workspace's root, and content.
pub type Files = BTreeMap<String, String>;

/// All generated files.
///
/// # Errors
/// When a schema or example cannot be written as JSON.
pub fn files() -> Result<Files, serde_json::Error> {
    let kinds = all();
    let mut files = Files::new();
    for kind in &kinds {
        let base = format!("crates/contracts/golden/{}", kind.subject);
        files.insert(format!("{base}.schema.json"), pretty(&serde_json::to_value(&kind.schema)?)?);
        if let Form::Request { reply, .. } = &kind.form {
            files.insert(format!("{base}.reply.schema.json"), pretty(&serde_json::to_value(reply)?)?);
        }
        if let Some(example) = &kind.example {
            files.insert(format!("{base}.example.json"), pretty(example)?);
        }
    }
    files.insert("docs/EVENTS.md".to_owned(), events_page(&kinds)?);
    files.insert("docs/asyncapi.json".to_owned(), pretty(&asyncapi(&kinds)?)?);
    Ok(files)
}

fn pretty(value: &Value) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// EVENTS.md: for people.
fn events_page(kinds: &[Kind]) -> Result<String, serde_json::Error> {
    let mut page = String::from(
        "# What is said on the bus\n\n\
         Generated from `crates/contracts` by `cargo xtask golden`; do not edit. Events travel as CloudEvents 1.0 in \
         binary mode (`ce-*` headers, JSON payload) on `<service>.<event>.v<N>.<city>.<key>`; broadcasts on \
         `live.<service>.<name>.v<N>.<city>`; questions on `rpc.<service>.<endpoint>.v<N>`. None carries personal data.\n\n\
         ## Streams\n\n| stream | kept by | subjects | age | per subject |\n| --- | --- | --- | --- | --- |\n",
    );
    for stream in Stream::ALL {
        let spec = stream.spec();
        let age =
            spec.max_age.map_or("for ever".to_owned(), |age| format!("{} days", age.as_secs() / 86_400));
        let each = spec.max_messages_per_subject.map_or("all".to_owned(), |count| count.to_string());
        line(
            &mut page,
            format_args!(
                "| `{}` | {} | `{}` | {age} | {each} |",
                spec.name,
                stream.owner(),
                spec.subjects.join("`, `")
            ),
        );
    }
    for kind in kinds {
        line(&mut page, format_args!("\n## {}", kind.name));
        let how = match &kind.form {
            Form::Event { ce_type, stream } => {
                format!("Event `{ce_type}` in stream `{}`.", stream.spec().name)
            }
            Form::Broadcast => {
                "Broadcast on core NATS; may get lost, the sure path says the same.".to_owned()
            }
            Form::Request { service, .. } => format!("Question, answered by {service}."),
        };
        line(&mut page, format_args!("{how} Subject `{}`.\n", kind.subject));
        if let Some(about) = kind.schema.get("description").and_then(Value::as_str) {
            line(&mut page, format_args!("{}\n", about.replace('\n', " ")));
        }
        if let Some(example) = &kind.example {
            line(&mut page, format_args!("```json\n{}\n```", serde_json::to_string_pretty(example)?));
        }
    }
    Ok(page)
}

fn line(page: &mut String, text: core::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{text}");
}

/// AsyncAPI 3.1. What the NATS binding has no words for stands under `x-nats-jetstream`.
fn asyncapi(kinds: &[Kind]) -> Result<Value, serde_json::Error> {
    let (mut channels, mut operations, mut messages) = (json!({}), json!({}), json!({}));
    for kind in kinds {
        let mut payload = serde_json::to_value(&kind.schema)?;
        hoist(&mut payload, &format!("#/components/messages/{}/payload", kind.name));
        set(
            &mut messages,
            kind.name,
            json!({ "name": kind.name, "contentType": "application/json", "payload": payload }),
        );
        let message = json!({ "$ref": format!("#/components/messages/{}", kind.name) });
        let mut channel = json!({ "messages": { kind.name: message } });
        let own = json!([{ "$ref": format!("#/channels/{}/messages/{}", kind.name, kind.name) }]);
        let mut operation = json!({ "action": "send", "channel": { "$ref": format!("#/channels/{}", kind.name) }, "messages": own });
        match &kind.form {
            Form::Event { ce_type, stream } => {
                let spec = stream.spec();
                set(&mut channel, "address", json!(format!("{}.{{city}}.{{key}}", kind.subject)));
                set(
                    &mut channel,
                    "parameters",
                    json!({ "city": { "description": "adcode" }, "key": { "description": "id of the aggregate" } }),
                );
                set(&mut channel, "x-cloudevents-type", json!(ce_type));
                set(
                    &mut channel,
                    "x-nats-jetstream",
                    json!({
                        "stream": spec.name,
                        "max_age_s": spec.max_age.map(|age| age.as_secs()),
                        "max_bytes": spec.max_bytes,
                        "max_messages_per_subject": spec.max_messages_per_subject,
                        "duplicate_window_s": spec.duplicate_window.as_secs(),
                        "discard": "new",
                    }),
                );
            }
            Form::Broadcast => {
                set(&mut channel, "address", json!(format!("{}.{{city}}", kind.subject)));
                set(&mut channel, "parameters", json!({ "city": { "description": "adcode" } }));
            }
            Form::Request { reply, service } => {
                set(&mut channel, "address", json!(kind.subject));
                let answer = format!("{}Reply", kind.name);
                let mut payload = serde_json::to_value(reply)?;
                hoist(&mut payload, &format!("#/components/messages/{answer}/payload"));
                set(
                    &mut messages,
                    &answer,
                    json!({ "name": answer, "contentType": "application/json", "payload": payload }),
                );
                let inbox = json!({ "address": null, "messages": { &answer: { "$ref": format!("#/components/messages/{answer}") } } });
                set(&mut channels, &answer, inbox);
                set(&mut operation, "bindings", json!({ "nats": { "queue": service } }));
                set(
                    &mut operation,
                    "reply",
                    json!({ "channel": { "$ref": format!("#/channels/{answer}") } }),
                );
            }
        }
        set(&mut channels, kind.name, channel);
        set(&mut operations, &format!("send{}", kind.name), operation);
    }
    Ok(json!({
        "asyncapi": "3.1.0",
        "info": { "title": "81890 platform", "version": env!("CARGO_PKG_VERSION"), "description": "What the services say to each other. Generated; do not edit." },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages },
    }))
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}

/// References within a schema are to its own root; in the document its root is `base`.
fn hoist(schema: &mut Value, base: &str) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(rest) = target.strip_prefix('#') {
                            *target = format!("{base}{rest}");
                        }
                    }
                    other => hoist(other, base),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| hoist(value, base)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_example_is_still_understood() {
        for kind in all().into_iter().filter(|kind| kind.example.is_some()) {
            let path = format!("{}/golden/{}.example.json", env!("CARGO_MANIFEST_DIR"), kind.subject);
            let stored =
                std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path}: run `cargo xtask golden`"));
            (kind.reads)(&stored).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }

    #[test]
    fn no_two_kinds_share_a_subject_and_every_event_lies_in_its_stream() {
        let kinds = all();
        let mut subjects: Vec<_> = kinds.iter().map(|kind| kind.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        assert_eq!(subjects.len(), kinds.len());
        for kind in kinds {
            if let Form::Event { stream, .. } = kind.form {
                let kept = stream
                    .spec()
                    .subjects
                    .iter()
                    .any(|kept| kind.subject.starts_with(kept.trim_end_matches('>')));
                assert!(kept, "{} is not kept by {stream:?}", kind.subject);
            }
        }
    }

    #[test]
    fn i7_no_message_has_a_field_for_personal_data() {
        let all_text: String = files().unwrap().into_values().collect();
        for field in ["\"phone\"", "\"address_line\"", "\"contact\"", "\"citizen_name\""] {
            assert!(!all_text.contains(field), "{field}");
        }
    }
}
