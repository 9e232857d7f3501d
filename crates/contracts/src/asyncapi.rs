//! The AsyncAPI 3.1 document. What the NATS binding has no words for stands under `x-nats-jetstream`.

use serde_json::{Value, json};

use crate::registry::{Form, Kind};
use crate::streams::Stream;

/// The whole document.
///
/// # Errors
/// When a schema cannot be written as JSON.
pub(crate) fn document(kinds: &[Kind]) -> Result<Value, serde_json::Error> {
    let mut parts = Parts { channels: json!({}), operations: json!({}), messages: json!({}) };
    for kind in kinds {
        parts.add(kind)?;
    }
    Ok(json!({
        "asyncapi": "3.1.0",
        "info": { "title": "81890 platform", "version": env!("CARGO_PKG_VERSION"), "description": "What the services say to each other. Generated; do not edit." },
        "defaultContentType": "application/json",
        "channels": parts.channels,
        "operations": parts.operations,
        "components": { "messages": parts.messages },
    }))
}

/// The parts that each kind of message has a place in.
struct Parts {
    channels: Value,
    operations: Value,
    messages: Value,
}

impl Parts {
    fn add(&mut self, kind: &Kind) -> Result<(), serde_json::Error> {
        let name = kind.name;
        self.add_message(name, serde_json::to_value(&kind.schema)?);
        let mut channel = json!({ "messages": { name: message(name) } });
        let own = json!([{ "$ref": format!("#/channels/{name}/messages/{name}") }]);
        let mut operation = json!({ "action": "send", "channel": channel_of(name), "messages": own });
        match &kind.form {
            Form::Event { ce_type, stream } => add_stream(&mut channel, kind.subject, ce_type, *stream),
            Form::Broadcast => {
                set(&mut channel, "address", json!(format!("{}.{{city}}", kind.subject)));
                set(&mut channel, "parameters", json!({ "city": { "description": "adcode" } }));
            }
            Form::Request { reply, service } => {
                set(&mut channel, "address", json!(kind.subject));
                set(&mut operation, "bindings", json!({ "nats": { "queue": service } }));
                let answer = format!("{name}Reply");
                set(&mut operation, "reply", json!({ "channel": channel_of(&answer) }));
                self.add_message(&answer, serde_json::to_value(reply)?);
                let inbox = json!({ "address": null, "messages": { &answer: message(&answer) } });
                set(&mut self.channels, &answer, inbox);
            }
        }
        set(&mut self.channels, name, channel);
        set(&mut self.operations, &format!("send{name}"), operation);
        Ok(())
    }

    fn add_message(&mut self, name: &str, mut payload: Value) {
        hoist(&mut payload, &format!("#/components/messages/{name}/payload"));
        let message = json!({ "name": name, "contentType": "application/json", "payload": payload });
        set(&mut self.messages, name, message);
    }
}

/// What an event's channel says of the stream that keeps it.
fn add_stream(channel: &mut Value, subject: &str, ce_type: &str, stream: Stream) {
    let spec = stream.spec();
    let key = json!({ "description": "id of the aggregate" });
    set(channel, "address", json!(format!("{subject}.{{city}}.{{key}}")));
    set(channel, "parameters", json!({ "city": { "description": "adcode" }, "key": key }));
    set(channel, "x-cloudevents-type", json!(ce_type));
    let kept = json!({
        "stream": spec.name,
        "max_age_s": spec.max_age.map(|age| age.as_secs()),
        "max_bytes": spec.max_bytes,
        "max_messages_per_subject": spec.max_messages_per_subject,
        "duplicate_window_s": spec.duplicate_window.as_secs(),
        "discard": "new",
    });
    set(channel, "x-nats-jetstream", kept);
}

fn message(name: &str) -> Value {
    json!({ "$ref": format!("#/components/messages/{name}") })
}

fn channel_of(name: &str) -> Value {
    json!({ "$ref": format!("#/channels/{name}") })
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
