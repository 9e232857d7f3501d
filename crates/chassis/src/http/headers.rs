//! The headers that every answer gets.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use kernel::{IdSource, Timestamp};
use time::OffsetDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

/// Names a request in logs, in and out.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer id of the client's is replaced.
const REQUEST_ID_MAX: usize = 64;

/// As RFC 9110 wants a date.
const DATE: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// For answers that bring no policy of their own: nothing is to be loaded, nobody is to frame it.
const CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The client's id of the request, if it gave a usable one; else a new one.
pub(super) fn request_id(headers: &HeaderMap, ids: &dyn IdSource) -> HeaderValue {
    match headers.get(REQUEST_ID) {
        Some(id) if is_usable(id) => id.clone(),
        _ => new_request_id(ids),
    }
}

fn is_usable(id: &HeaderValue) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=REQUEST_ID_MAX).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

fn new_request_id(ids: &dyn IdSource) -> HeaderValue {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut random = ids.random();
    let mut text = [b'0'; 16];
    for place in &mut text {
        let digit = usize::try_from(random & 0xf).unwrap_or(0);
        *place = HEX.get(digit).copied().unwrap_or(b'0');
        random >>= 4;
    }
    HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("0"))
}

/// A moment, to the second.
pub(super) fn date(now: Timestamp) -> HeaderValue {
    let now = OffsetDateTime::from_unix_timestamp(now.as_secs()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let text = now.format(&DATE).unwrap_or_default();
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// What keeps a browser from doing something with an answer that was not meant.
pub(super) fn protect(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CSP);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
