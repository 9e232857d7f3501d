use std::io::Write;

use super::*;

#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    http: HttpConfig,
    database: DatabaseConfig,
    telemetry: TelemetryConfig,
    auth: AuthConfig,
    clock: ClockConfig,
    ladder: Ladder,
}

#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Ladder {
    remind_minutes: u16,
}

const DEFAULTS: &str = r#"
[http]
listen = "127.0.0.1:8101"
[database]
[telemetry]
[auth]
[clock]

# When to remind.
[ladder]
# Minutes before a request is due.
remind_minutes = 15
"#;

fn load_with(file: Option<&Path>, env: &[(&str, &str)]) -> Result<Sample, ConfigError> {
    load("intake", DEFAULTS, file, env.iter().map(|(name, text)| ((*name).into(), (*text).into())))
}

fn file_with(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = file_with("[http]\nbody_limit_bytes = 10\nconcurrency_limit = 20\n");
    let config = load_with(Some(file.path()), &[("INTAKE__HTTP__CONCURRENCY_LIMIT", "30")]).unwrap();
    assert_eq!(config.http.listen.port(), 8101);
    assert_eq!((config.http.body_limit_bytes, config.http.concurrency_limit.get()), (10, 30));
    assert_eq!(config.ladder.remind_minutes, 15);
}

#[test]
fn a_table_in_the_environment_wins_like_any_value() {
    // More than once: what decided it before was chance.
    for _ in 0..32 {
        let config = load_with(None, &[("INTAKE__LADDER", "{ remind_minutes = 20 }")]).unwrap();
        assert_eq!(config.ladder.remind_minutes, 20);
    }
}

#[test]
fn a_key_nobody_knows_in_the_file_is_refused_with_its_place() {
    let file = file_with("[http]\nlisen = \"127.0.0.1:1\"\n");
    let refused = load_with(Some(file.path()), &[]).unwrap_err().to_string();
    assert!(refused.starts_with(&format!("http.lisen (from {})", file.path().display())), "{refused}");
    assert!(refused.contains("unknown field `lisen`"), "{refused}");
}

#[test]
fn a_key_nobody_knows_in_the_environment_is_refused_with_the_variable() {
    let refused = load_with(None, &[("INTAKE__LADER__REMIND_MINUTES", "5")]).unwrap_err().to_string();
    assert!(refused.starts_with("lader (from INTAKE__LADER__REMIND_MINUTES): unknown field"), "{refused}");
}

#[test]
fn an_unfit_value_is_refused_without_being_shown() {
    let refused = load_with(None, &[("INTAKE__HTTP__REQUEST_TIMEOUT_MS", "soon")]).unwrap_err().to_string();
    assert!(
        refused.starts_with("http.request_timeout_ms (from INTAKE__HTTP__REQUEST_TIMEOUT_MS)"),
        "{refused}"
    );
    assert!(!refused.contains("soon"), "{refused}");
}

#[test]
fn what_only_tls_reaches_is_refused_with_what_to_set_instead() {
    for (variable, value, key, instead) in [
        (
            "INTAKE__DATABASE__URL",
            "postgres://u:s3cret@db/intake?sslmode=require",
            "database.url",
            "sslmode=disable",
        ),
        (
            "INTAKE__DATABASE__URL",
            "postgres://db/x?a=b&ssl-mode=VERIFY-FULL",
            "database.url",
            "sslmode=disable",
        ),
        ("INTAKE__AUTH__JWKS", "https://id.example/keys", "auth.jwks", "the path of a file"),
        (
            "INTAKE__TELEMETRY__OTLP_ENDPOINT",
            "HTTPS://otlp.example",
            "telemetry.otlp_endpoint",
            "a collector",
        ),
    ] {
        let refused = load_with(None, &[(variable, value)]).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("{key} (from {variable}): ")), "{refused}");
        assert!(refused.contains(instead) && !refused.contains("s3cret"), "{refused}");
    }
    for (variable, value) in [
        ("INTAKE__DATABASE__URL", "postgres://u:p@db/intake?sslmode=prefer"),
        ("INTAKE__AUTH__JWKS", "http://id.example/keys"),
        ("INTAKE__TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:4318"),
    ] {
        assert!(load_with(None, &[(variable, value)]).is_ok(), "{value}");
    }
}

#[test]
fn another_services_variables_are_none_of_ours() {
    assert!(load_with(None, &[("CREDIT__HTTP__LISEN", "x"), ("INTAKE_HOME", "y")]).is_ok());
}

#[test]
fn a_secret_is_read_from_the_file_that_a_variable_names() {
    let file = file_with("postgres://u:s3cret@db/intake\n");
    let config = load_with(None, &[("INTAKE__DATABASE__URL_FILE", file.path().to_str().unwrap())]).unwrap();
    assert_eq!(config.database.url.expose(), "postgres://u:s3cret@db/intake");
}

#[test]
fn a_value_and_a_file_for_the_same_key_are_refused() {
    let twice = [("INTAKE__DATABASE__URL", "a"), ("INTAKE__DATABASE__URL_FILE", "b")];
    assert!(matches!(load_with(None, &twice), Err(ConfigError::Twice { .. })));
}

#[test]
fn a_channels_keys_can_come_from_the_environment() {
    let keys = r#"[{ id = "a", secret = "whsec_MTIz" }]"#;
    let config = load_with(None, &[("INTAKE__AUTH__CHANNELS__HOTLINE__KEYS", keys)]).unwrap();
    let hotline = config.auth.channels.get(&kernel::Channel::Hotline).unwrap();
    assert_eq!(hotline.keys[0].secret.expose(), "whsec_MTIz");
}

#[test]
fn a_key_set_in_json_stays_a_text() {
    let config = load_with(None, &[("INTAKE__AUTH__JWKS", r#"{"keys":[{"kty":"OKP"}]}"#)]).unwrap();
    assert_eq!(config.auth.jwks, r#"{"keys":[{"kty":"OKP"}]}"#);
}

#[test]
fn the_empty_text_means_none() {
    assert!(load_with(None, &[]).unwrap().clock.start.is_none());
    let config = load_with(None, &[("INTAKE__CLOCK__START", "2026-11-23T00:00:00Z")]).unwrap();
    assert_eq!(config.clock.start.unwrap().to_string(), "2026-11-23T00:00:00Z");
}

#[test]
fn the_printed_configuration_holds_no_secret_and_reads_back() {
    let env = [
        ("INTAKE__DATABASE__URL", "postgres://u:s3cret@db/intake"),
        ("INTAKE__AUTH__CHANNELS__APP__KEYS", r#"[{ id = "a", secret = "whsec_s3cret" }]"#),
    ];
    let printed = print_config(&load_with(None, &env).unwrap()).unwrap();
    assert!(!printed.contains("s3cret"), "{printed}");
    let file = file_with(&printed);
    assert!(load_with(Some(file.path()), &[]).is_ok(), "{printed}");
}

#[test]
fn the_reference_explains_every_key() {
    let page = reference("intake", DEFAULTS).unwrap();
    assert!(
        page.contains("| `http.listen` | `\"127.0.0.1:8101\"` | `INTAKE__HTTP__LISTEN` | Address and port")
    );
    assert!(page.contains(
        "| `ladder.remind_minutes` | `15` | `INTAKE__LADDER__REMIND_MINUTES` | Minutes before a request is due. |"
    ));
}

#[test]
fn a_key_without_a_comment_is_an_error() {
    let refused = reference("intake", "# Sec.\n[ladder]\nremind_minutes = 15\n").unwrap_err().to_string();
    assert_eq!(refused, "defaults of intake: ladder.remind_minutes has no comment");
}
