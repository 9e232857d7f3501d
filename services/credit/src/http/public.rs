//! Answers for everybody: cacheable, with an entity tag made from what is sent; and pages for one reader.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::http::Problem;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What keeps a page from loading or running anything: its style stands in it.
const PAGE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// May be shown for this long without asking.
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// May be kept, and is shown only once it was asked whether it still holds.
const ONLY_AS_NOW: HeaderValue = HeaderValue::from_static("no-cache");

/// JSON that anybody may keep for a minute; 304 when the client has it.
pub(super) fn json(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    Ok(cacheable(asked, FOR_A_MINUTE, JSON, to_json(body)?))
}

/// JSON that must not be shown when it has ceased to hold, such as a certificate that was revoked a second ago; 304
/// when the client has what holds.
pub(super) fn json_as_now(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    Ok(cacheable(asked, ONLY_AS_NOW, JSON, to_json(body)?))
}

fn to_json(body: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(body).map_err(|error| Problem::internal(&error))
}

/// A page that anybody may keep for a minute; 304 when the client has it.
pub(super) fn page(asked: &HeaderMap, html: String) -> Response {
    page_kept(asked, FOR_A_MINUTE, html)
}

/// A page that must not be shown when it has ceased to hold; 304 when the client has what holds.
pub(super) fn page_as_now(asked: &HeaderMap, html: String) -> Response {
    page_kept(asked, ONLY_AS_NOW, html)
}

fn page_kept(asked: &HeaderMap, keep: HeaderValue, html: String) -> Response {
    let mut response = cacheable(asked, keep, HTML, html.into_bytes());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
}

/// A page for whoever asked for it, and for nobody else.
pub(super) fn private_page(html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    ];
    (headers, html).into_response()
}

/// Signed bytes that anybody may keep for a minute; 304 when the client has them.
pub(super) fn signed(asked: &HeaderMap, media_type: &'static str, body: Vec<u8>) -> Response {
    cacheable(asked, FOR_A_MINUTE, HeaderValue::from_static(media_type), body)
}

/// What names a body: made from it, or from all that it is made from.
pub(super) fn tag_of(made_from: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(made_from);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Hex digits between quotes always make a header.
    HeaderValue::try_from(format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn cacheable(asked: &HeaderMap, keep: HeaderValue, media_type: HeaderValue, body: Vec<u8>) -> Response {
    let tag = tag_of(&body);
    let known = asked.get(header::IF_NONE_MATCH) == Some(&tag);
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, keep)];
    if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, [(header::CONTENT_TYPE, media_type)], body).into_response()
    }
}
