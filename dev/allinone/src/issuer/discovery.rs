//! `GET /.well-known/openid-configuration`: where everything is, as OIDC clients expect it.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use chassis::http::Json;
use http::HeaderMap;
use serde_json::{Value, json};

use super::{Issuer, PATH};

pub(super) fn routes() -> Router<Issuer> {
    Router::new().route("/.well-known/openid-configuration", get(configuration))
}

/// The endpoints are named at the address by which they were asked for, so that a page asks its own origin alone.
async fn configuration(State(issuer): State<Issuer>, headers: HeaderMap) -> Json<Value> {
    let places = &issuer.inner.places;
    let at = |endpoint: &str| format!("{}{PATH}/{endpoint}", places.seen(&headers));
    Json(json!({
        "issuer": places.issuer(),
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "end_session_endpoint": at("logout"),
        "jwks_uri": at("jwks.json"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "prompt_values_supported": ["none", "login"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "scopes_supported": ["openid", "offline_access"],
        "claims_supported": ["sub", "preferred_username", "name", "roles", "merchant", "nonce", "sid", "auth_time"],
        "authorization_response_iss_parameter_supported": true,
    }))
}
