//! The files that are generated from the registry: schemas and examples beside the code, and the documents
//! that people and tools read. `cargo xtask golden` writes them; `cargo xtask test` fails when one is stale.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::asyncapi;
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
    files.insert("docs/asyncapi.json".to_owned(), pretty(&asyncapi::document(&kinds)?)?);
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
