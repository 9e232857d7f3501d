use axum::extract::FromRequestParts;
use http::HeaderName;
use http::request::Parts;

use super::problem::{IDEMPOTENCY_KEY_REQUIRED, INVALID_HEADER, Problem};

/// The header's name.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// As Stripe's API has it.
const LENGTH_MAX: usize = 255;

/// The client's name for one intent, so that a repeated request has one effect.
///
/// The draft (draft-ietf-httpapi-idempotency-key-header) writes it in quotes, most clients bare: both are
/// taken. At most 255 visible ASCII characters; 400 when absent or unfit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let given = parts.headers.get(HEADER).ok_or(IDEMPOTENCY_KEY_REQUIRED)?;
        let text = given.to_str().unwrap_or_default();
        let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        let fits = (1..=LENGTH_MAX).contains(&bare.len())
            && bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
        if fits {
            Ok(Self(bare.into()))
        } else {
            let detail = "expected 1 to 255 visible ASCII characters, without quotes and backslashes inside";
            Err(Problem::new(INVALID_HEADER).at("Idempotency-Key", "invalid-value", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    async fn key(value: Option<&str>) -> Result<String, &'static str> {
        let mut request = Request::new(());
        if let Some(value) = value {
            request.headers_mut().insert(HEADER, value.parse().unwrap());
        }
        let (mut parts, ()) = request.into_parts();
        let read = IdempotencyKey::from_request_parts(&mut parts, &()).await;
        read.map(|IdempotencyKey(key)| key).map_err(|problem| problem.kind().code)
    }

    #[tokio::test]
    async fn a_key_is_the_same_with_and_without_quotes() {
        assert_eq!(key(Some("8e03")).await, Ok("8e03".into()));
        assert_eq!(key(Some("\"8e03\"")).await, Ok("8e03".into()));
    }

    #[tokio::test]
    async fn an_absent_key_and_an_unfit_key_are_told_apart() {
        assert_eq!(key(None).await, Err("idempotency-key-required"));
        let long = "a".repeat(256);
        for unfit in ["", "\"\"", "a b", "a\"b", long.as_str()] {
            assert_eq!(key(Some(unfit)).await, Err("invalid-header"), "{unfit}");
        }
    }
}
