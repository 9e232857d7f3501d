//! Problems (RFC 9457): every refusal has a type of its own, a text for people, and no internals.

use core::fmt;
use core::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
pub use http::StatusCode;
use http::{HeaderValue, header};
use kernel::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::faults::is_fault;
pub use super::kinds::*;
use crate::telemetry;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A type of problem: one constant each, declared with [`problems!`](crate::problems) beside the code that refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The HTTP status.
    pub status: StatusCode,
    /// What programs match on: lower case with hyphens, never changed once released.
    pub code: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// What its page says.
    pub page: Page,
}

/// What people read at the address that a problem's `type` is: when it comes, and what to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The title in Chinese.
    pub title_zh: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Kind {
    /// A type of problem; [`problems!`](crate::problems) calls it. In a constant, a code of another style or a
    /// page that says nothing does not compile.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(status: StatusCode, code: &'static str, title: &'static str, page: Page) -> Self {
        assert!(is_code(code), "a code is lower case with hyphens");
        assert!(
            !page.title_zh.is_empty() && !page.zh.is_empty() && !page.en.is_empty(),
            "a page says something"
        );
        Self { status, code, title, page }
    }

    /// One occurrence, with what is particular to it.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Problem {
        Problem::new(self).detail(detail)
    }

    /// Where its page is, as `type` of a problem.
    #[must_use]
    pub fn type_uri(&self) -> String {
        format!("/problems/{}", self.code)
    }
}

/// Whether it is in the one style of all codes: `lower-case-with-hyphens`.
const fn is_code(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        rest = tail;
    }
    !text.is_empty()
}

/// Declares types of problems: a constant each, and a constant with all of them, from which their pages and
/// `docs/PROBLEMS.md` are made. So no type of problem is without a page.
///
/// After the name: the status, the code, the title in English and in Chinese; then, in Chinese and in English, when
/// it comes and what to mend.
#[macro_export]
macro_rules! problems {
    (
        $(#[$all_doc:meta])* $all_vis:vis $all:ident;
        $($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal / $title_zh:literal,
            $zh:literal, $en:literal;)*
    ) => {
        $($(#[$doc])*
        $all_vis const $name: $crate::http::Kind = $crate::http::Kind::declared(
            $crate::http::problem::StatusCode::$status,
            $code,
            $title,
            $crate::http::problem::Page { title_zh: $title_zh, zh: $zh, en: $en },
        );)*

        $(#[$all_doc])*
        $all_vis const $all: &[$crate::http::Kind] = &[$($name),*];
    };
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Where: a JSON pointer as a fragment (`#/items/0/code`) into the body, or the parameter's name.
    pub pointer: String,
    /// What, for programs: one of those that `/problems` lists.
    pub code: String,
    /// What, for people.
    pub detail: String,
}

/// A problem as it is written (RFC 9457), for OpenAPI and for clients in Rust.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `/problems/` and the code: a page that says when it comes and what to mend.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The type of problem, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The type of problem, for programs.
    pub code: String,
    /// What is particular to this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The path that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// To be named to the operations team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Each thing that is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds after which to try again; as the header Retry-After.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What the type of problem adds.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: Map<String, Value>,
}

/// A refusal on its way to the client.
#[derive(Clone)]
pub struct Problem(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    detail: Option<String>,
    instance: Option<String>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    more: Map<String, Value>,
}

impl Problem {
    /// One occurrence.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: None,
            instance: None,
            errors: Vec::new(),
            retry_after: None,
            more: Map::new(),
        }))
    }

    /// An error of ours: logged here with its causes, told to the client without them.
    #[must_use]
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = causes(error), "request failed");
        Self::new(INTERNAL)
    }

    /// Something the service needs is away: logged here with its causes, told to the client without them.
    #[must_use]
    pub fn unavailable(error: &(dyn std::error::Error + 'static), retry_after: Duration) -> Self {
        tracing::warn!(error = causes(error), "request could not be served");
        Self::new(UNAVAILABLE).retry_after(retry_after)
    }

    /// The resource is at another version than the client changed.
    #[must_use]
    pub fn stale(current: Version) -> Self {
        let detail = format!("it is at version {current}: read it anew and decide again");
        PRECONDITION_FAILED.detail(detail).with("current_version", current.0)
    }

    /// What is particular to this occurrence. No internals, no personal data.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// One thing that is wrong, and where.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(is_fault(code), "{code} has no words: see FAULTS");
        self.0.errors.push(FieldError { pointer: pointer.into(), code: code.into(), detail: detail.into() });
        self
    }

    /// When to try again, in whole seconds, at least one.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// A member that this type of problem adds.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(member.into(), value.into());
        self
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What is particular to this occurrence.
    #[must_use]
    pub fn detail_text(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// As it is written: for the items of a bulk answer.
    #[must_use]
    pub fn body(&self) -> ProblemBody {
        let inner = &self.0;
        ProblemBody {
            type_uri: inner.kind.type_uri(),
            title: inner.kind.title.into(),
            status: inner.kind.status.as_u16(),
            code: inner.kind.code.into(),
            detail: inner.detail.clone(),
            instance: inner.instance.clone(),
            trace_id: telemetry::current_trace_id(),
            errors: inner.errors.clone(),
            retry_after: inner.retry_after.map(whole_seconds),
            more: inner.more.clone(),
        }
    }

    fn rendered(&self) -> Response {
        // The body is made of texts and numbers: writing it does not fail.
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.0.kind.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(wait) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, whole_seconds(wait).into());
        }
        if self.0.kind.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Writes the path into a problem that a handler answered with: only the shell knows it.
pub(super) fn with_instance(mut response: Response, path: &str) -> Response {
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return response };
    problem.0.instance = Some(path.into());
    let (parts, body) = problem.rendered().into_parts();
    *response.body_mut() = body;
    response.headers_mut().extend(parts.headers);
    response
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX).max(1)
}

/// The error and what lies under it, in one line.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.rendered();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Kind {
    fn into_response(self) -> Response {
        Problem::new(self).into_response()
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.kind.status.as_u16(), self.0.kind.code, self)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.detail.as_deref().unwrap_or(self.0.kind.title))
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn written(response: Response) -> Value {
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    #[tokio::test]
    async fn a_problem_says_what_where_and_when_to_try_again() {
        let problem = OVERLOADED.detail("the queue is full").retry_after(Duration::from_millis(1_200));
        let response = with_instance(problem.into_response(), "/v1/requests");
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        let expected = serde_json::json!({
            "type": "/problems/overloaded", "title": "too many requests are in work", "status": 503,
            "code": "overloaded", "detail": "the queue is full", "instance": "/v1/requests", "retry_after": 2,
        });
        assert_eq!(written(response).await, expected);
    }

    #[tokio::test]
    async fn an_error_of_ours_tells_the_client_nothing_about_itself() {
        let error = std::io::Error::other("password is hunter2");
        let text = written(Problem::internal(&error).into_response()).await.to_string();
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn who_changed_an_old_version_is_told_the_one_it_has() {
        let text = Problem::stale(Version(7)).to_string();
        assert_eq!(text, "it is at version 7: read it anew and decide again");
    }

    #[test]
    fn codes_have_one_style() {
        for (code, fits) in [("too-long", true), ("too_long", false), ("TooLong", false), ("", false)] {
            assert_eq!(is_code(code), fits, "{code}");
        }
    }

    #[test]
    fn a_problem_is_small_enough_to_be_an_error() {
        assert_eq!(size_of::<Problem>(), size_of::<usize>());
    }
}
