//! Compose and Helm: every image is pinned, and every setting is one that the services accept. No engine and no
//! cluster is asked: what they would make of the files is not proven here.

use std::collections::{BTreeMap, BTreeSet};

use chassis::config;
use chassis::entry::Definition;
use contracts::streams::Stream;
use regex::Regex;
use serde_norway::Value;

use crate::platform::SERVICES;
use crate::{deploy, read, yaml};

/// Loads the service's configuration from these variables alone, as `--check-config` does.
fn accepted(service: &str, variables: BTreeMap<String, String>) {
    fn load<D: Definition>(variables: BTreeMap<String, String>) {
        config::load::<D::Config>(D::NAME, D::DEFAULTS, None, variables.into_iter()).unwrap();
    }
    match service {
        "intake" => load::<intake::Intake>(variables),
        "dispatch" => load::<dispatch::Dispatch>(variables),
        "feedback" => load::<feedback::Feedback>(variables),
        "credit" => load::<credit::Credit>(variables),
        other => panic!("{other} is no service"),
    }
}

/// Variables that name a file, with a file of that kind behind them.
fn with_files(mut variables: BTreeMap<String, String>, folder: &std::path::Path) -> BTreeMap<String, String> {
    for (name, value) in &mut variables {
        if name.ends_with("_FILE") {
            let content = match name.split_once("__").map(|(_, key)| key).unwrap() {
                "AUTH__CHANNELS_FILE" => r#"{ hotline = { keys = [{ id = "a", secret = "whsec_eA==" }] } }"#,
                "TRACKING__KEYS_FILE" | "WORKERS__CODE_KEYS_FILE" | "CERTIFICATES__SIGNING_KEYS_FILE" => {
                    r#"["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]"#
                }
                "VOLUNTEER__KEYS_FILE" => r#"[{ id = "a", secret = "whsec_eA==" }]"#,
                "AUTH__JWKS_FILE" => r#"{"keys":[]}"#,
                "DATABASE__URL_FILE" => "postgres://intake:x@postgres/platform",
                "NATS__NKEY_SEED_FILE" => "SUAIBDPBAUTWCWBKIO6XHQNINK5FWJW4OHLXC3HQ2KFE4PEJUA44CNHTC4",
                other => panic!("{other} is new: say here what such a file holds"),
            };
            let file = folder.join(name.as_str());
            std::fs::write(&file, content).unwrap();
            *value = file.display().to_string();
        }
    }
    variables
}

fn compose() -> Value {
    let mut document = yaml(&read(&deploy("compose/compose.yaml"))).remove(0);
    document.apply_merge().unwrap();
    document
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        other => panic!("not a scalar: {other:?}"),
    }
}

#[test]
fn every_service_of_compose_is_pinned_confined_and_configured_as_the_services_accept() {
    let document = compose();
    let folder = tempfile::tempdir().unwrap();
    let mut configured = BTreeSet::new();
    for (name, service) in document["services"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        let (_, tag) = service["image"].as_str().unwrap().rsplit_once(':').unwrap();
        assert!(tag.starts_with(|first: char| first.is_ascii_digit()), "{name} is not pinned: {tag}");
        let Some(entrypoint) = service["entrypoint"][0].as_str() else { continue };
        let service_name = entrypoint.rsplit('/').next().unwrap();
        assert_eq!(
            (&service["read_only"], service["user"].as_str()),
            (&Value::Bool(true), Some("65532:65532"))
        );
        let variables = service["environment"].as_mapping().unwrap();
        let variables: BTreeMap<String, String> =
            variables.iter().map(|(key, value)| (text(key), text(value))).collect();
        let secrets: Vec<String> = service["secrets"].as_sequence().unwrap().iter().map(text).collect();
        for (key, file) in variables.iter().filter(|(key, _)| key.ends_with("_FILE")) {
            let given = file.strip_prefix("/run/secrets/").unwrap_or_else(|| panic!("{key} is no secret"));
            assert!(secrets.iter().any(|secret| secret == given), "{name} is not given {given}");
            assert!(document["secrets"].get(given).is_some(), "there is no secret {given}");
        }
        accepted(service_name, with_files(variables, folder.path()));
        configured.insert(name.to_owned());
    }
    let wanted = SERVICES.iter().flat_map(|name| [(*name).to_owned(), format!("{name}-migrate")]).collect();
    assert_eq!(configured, wanted);
}

#[test]
fn every_setting_of_the_chart_is_one_that_the_services_accept() {
    // Of all services, by the template's variable, or of one, by its name.
    let keys = Regex::new(r"(\{\{ (?:\$variable|upper \$name) \}\}|[A-Z]+)__([A-Z_]+)").unwrap();
    let values = &yaml(&read(&deploy("helm/platform/values.yaml")))[0];
    let folder = tempfile::tempdir().unwrap();
    let templates = ["deployment.yaml", "migrate.yaml"]
        .map(|file| read(&deploy(&format!("helm/platform/templates/{file}"))));
    let found: BTreeSet<(&str, &str)> = templates
        .iter()
        .flat_map(|template| keys.captures_iter(template))
        .map(|one| (one.get(1).unwrap().as_str(), one.get(2).unwrap().as_str()))
        .collect();
    assert!(found.iter().any(|(_, key)| *key == "DATABASE__URL_FILE"), "{found:?}");
    assert!(found.contains(&("INTAKE", "TRACKING__KEYS_FILE")), "{found:?}");
    for service in SERVICES {
        let mut variables = BTreeMap::new();
        for (whose, key) in &found {
            let of_another = !whose.starts_with('{') && *whose != service.to_uppercase();
            // Either the text or the file of one key; the template gives one of them.
            if of_another || *key == "AUTH__JWKS" {
                continue;
            }
            let value = match *key {
                "NATS__REPLICAS" => text(&values["nats"]["replicas"]),
                "NATS__MANAGE_STREAMS" => text(&values["nats"]["manageStreams"]),
                "HTTP__LISTEN" | "OPS__LISTEN" => "0.0.0.0:1".to_owned(),
                "TELEMETRY__LOG_FORMAT" => "json".to_owned(),
                _ => String::new(),
            };
            variables.insert(format!("{}__{key}", service.to_uppercase()), value);
        }
        accepted(service, with_files(variables, folder.path()));
        let consumer = &values["services"][service]["consumer"];
        let stream = consumer["stream"].as_str().unwrap();
        assert!(Stream::ALL.iter().any(|known| known.spec().name == stream), "{stream}");
        assert_eq!(text(&consumer["name"]), format!("{service}-{}", stream.to_lowercase()));
    }
}

#[test]
fn nack_is_asked_for_the_streams_of_the_contracts() {
    let resources = yaml(&read(&deploy("helm/platform/files/streams.yaml")));
    assert_eq!(resources.len(), Stream::ALL.len());
    for (resource, stream) in resources.iter().zip(Stream::ALL) {
        let spec = stream.spec();
        assert_eq!(resource["spec"]["name"], Value::from(spec.name));
        assert_eq!(resource["spec"]["maxBytes"], Value::from(spec.max_bytes));
        let subjects: Vec<Value> = spec.subjects.iter().map(|&subject| subject.into()).collect();
        assert_eq!(resource["spec"]["subjects"], Value::Sequence(subjects));
    }
}
