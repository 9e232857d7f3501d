//! Answers for everybody: cacheable, with an entity tag made from what is sent; and pages for one reader.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::http::Problem;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What keeps a page from loading or running anything: its style stands in it.
const PAGE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");

/// JSON that anybody may keep for a minute; 304 when the client has it.
pub(super) fn json(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(body).map_err(|error| Problem::internal(&error))?;
    Ok(cacheable(asked, HeaderValue::from_static("application/json"), body))
}

/// A page that anybody may keep for a minute; 304 when the client has it.
pub(super) fn page(asked: &HeaderMap, html: String) -> Response {
    let mut response =
        cacheable(asked, HeaderValue::from_static("text/html; charset=utf-8"), html.into_bytes());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
}

/// A page for whoever asked for it, and for nobody else.
pub(super) fn private_page(html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    ];
    (headers, html).into_response()
}

fn cacheable(asked: &HeaderMap, media_type: HeaderValue, body: Vec<u8>) -> Response {
    let digest = Sha256::digest(&body);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Hex digits between quotes always make a header.
    let tag = HeaderValue::try_from(format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    let known = asked.get(header::IF_NONE_MATCH) == Some(&tag);
    let keep = HeaderValue::from_static("public, max-age=60");
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, keep)];
    if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, [(header::CONTENT_TYPE, media_type)], body).into_response()
    }
}
