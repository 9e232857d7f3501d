//! Addresses that only TLS reaches, which this build speaks to NATS alone: refused where they are set, not when the
//! service first tries them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{Secret, empty_as_none};

/// Ways of PostgreSQL to ask for TLS and to take nothing less.
const TLS_MODES: [&str; 3] = ["require", "verify-ca", "verify-full"];

/// `database.url`.
pub(super) fn database<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let url = Secret::deserialize(deserializer)?;
    let (_, query) = url.expose().split_once('?').unwrap_or_default();
    let wants_tls = query.split('&').filter_map(|pair| pair.split_once('=')).any(|(name, mode)| {
        matches!(name, "sslmode" | "ssl-mode") && TLS_MODES.iter().any(|tls| mode.eq_ignore_ascii_case(tls))
    });
    if wants_tls {
        return Err(D::Error::custom(
            "its sslmode asks for TLS, which is not spoken to the database here: set sslmode=disable and reach the \
             database over a network of its own or a tunnel",
        ));
    }
    Ok(url)
}

/// `auth.jwks`.
pub(super) fn key_set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let place = String::deserialize(deserializer)?;
    if is_https(&place) {
        return Err(D::Error::custom(
            "no https:// address can be read here: give the path of a file that is kept up to date from there, or an \
             http:// address in a network of its own",
        ));
    }
    Ok(place)
}

/// `telemetry.otlp_endpoint`.
pub(super) fn collector<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let endpoint: Option<String> = empty_as_none(deserializer)?;
    if endpoint.as_deref().is_some_and(is_https) {
        return Err(D::Error::custom(
            "no https:// address can be sent to here: give the http:// address of a collector beside the service that \
             passes traces on",
        ));
    }
    Ok(endpoint)
}

fn is_https(address: &str) -> bool {
    address.trim_start().get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}
