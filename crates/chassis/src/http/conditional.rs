use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use kernel::Version;
use serde::Serialize;

use super::Json;
use super::problem::{INVALID_HEADER, PRECONDITION_REQUIRED, Problem};

/// A version as a strong entity tag: `"7"`.
#[must_use]
pub fn etag(version: Version) -> HeaderValue {
    // Digits between quotes always make a header.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The version that the client changed, from `If-Match`; 428 without. Whether it is still the current one is
/// for the transaction to say ([`Problem::stale`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Version);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let given = parts.headers.get(header::IF_MATCH).ok_or(PRECONDITION_REQUIRED)?;
        version_of(given).map(Self).ok_or_else(|| {
            Problem::new(INVALID_HEADER).at(
                "If-Match",
                "invalid-value",
                "expected one strong tag such as \"7\"",
            )
        })
    }
}

/// The version that the client has, from `If-None-Match`, if it has one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfNoneMatch(pub Option<Version>);

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = core::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.headers.get(header::IF_NONE_MATCH).and_then(version_of)))
    }
}

fn version_of(tag: &HeaderValue) -> Option<Version> {
    let text = tag.to_str().ok()?.trim();
    let digits = text.strip_prefix('"')?.strip_suffix('"')?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().map(Version)
}

/// A resource with its version: answered with its ETag, or with 304 when the client has it already.
#[derive(Debug, Clone)]
pub struct Tagged<T> {
    /// The resource.
    pub body: T,
    /// Its version.
    pub version: Version,
    /// What the client has.
    pub known: Option<Version>,
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        // Kept by the one client alone, and asked about each time.
        let keep = HeaderValue::from_static("private, no-cache");
        let tag = [(header::ETAG, etag(self.version)), (header::CACHE_CONTROL, keep)];
        if self.known == Some(self.version) {
            (StatusCode::NOT_MODIFIED, tag).into_response()
        } else {
            (tag, Json(self.body)).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    async fn if_match(value: Option<&str>) -> Result<Version, &'static str> {
        let mut request = Request::new(());
        if let Some(value) = value {
            request.headers_mut().insert(header::IF_MATCH, value.parse().unwrap());
        }
        let (mut parts, ()) = request.into_parts();
        let read = IfMatch::from_request_parts(&mut parts, &()).await;
        read.map(|IfMatch(version)| version).map_err(|problem| problem.kind().code)
    }

    #[tokio::test]
    async fn a_change_names_the_version_it_is_made_to() {
        assert_eq!(if_match(Some("\"7\"")).await, Ok(Version(7)));
        assert_eq!(if_match(None).await, Err("precondition-required"));
        for unfit in ["7", "W/\"7\"", "*", "\"x\"", "\"\"", "\"7\", \"8\"", "\"+7\""] {
            assert_eq!(if_match(Some(unfit)).await, Err("invalid-header"), "{unfit}");
        }
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let answer = |known| Tagged { body: "x", version: Version(7), known }.into_response();
        assert_eq!(answer(Some(Version(7))).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(Some(Version(6))).status(), StatusCode::OK);
        assert_eq!(answer(None).headers()[header::ETAG], "\"7\"");
    }
}
