//! What is measured of requests. Attributes are made once per route, method and status, not per request.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::extract::MatchedPath;
use http::{Method, StatusCode};
use opentelemetry::KeyValue;
use opentelemetry::metrics::Histogram;

use crate::telemetry::names;

/// What stands for the route of requests that match none.
const UNMATCHED: &str = "unmatched";
/// Distinct pairs of method and status kept per route; further ones are counted without attributes of their
/// own. A route answers with fewer.
const SEEN_MAX: usize = 64;

type Attributes = Arc<[KeyValue]>;

/// The figures of one route.
#[derive(Clone)]
pub(super) struct RouteFigures(Arc<Inner>);

struct Inner {
    duration: Histogram<f64>,
    /// Known with the first request: the router knows its pattern, the layer does not.
    route: OnceLock<Arc<str>>,
    seen: RwLock<Vec<(Method, StatusCode, Attributes)>>,
}

impl RouteFigures {
    pub(super) fn new(duration: Histogram<f64>) -> Self {
        Self(Arc::new(Inner { duration, route: OnceLock::new(), seen: RwLock::default() }))
    }

    /// The route's pattern.
    pub(super) fn route(&self, matched: Option<&MatchedPath>) -> &str {
        self.0.route.get_or_init(|| matched.map_or(UNMATCHED, MatchedPath::as_str).into())
    }

    pub(super) fn record(&self, method: &Method, status: StatusCode, seconds: f64) {
        match self.attributes(method, status) {
            Some(attributes) => self.0.duration.record(seconds, &attributes),
            None => self.0.duration.record(seconds, &[]),
        }
    }

    fn attributes(&self, method: &Method, status: StatusCode) -> Option<Attributes> {
        let find = |seen: &[(Method, StatusCode, Attributes)]| {
            let same = seen.iter().find(|(one, other, _)| one == method && *other == status);
            same.map(|(_, _, attributes)| Arc::clone(attributes))
        };
        {
            let seen = self.0.seen.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(attributes) = find(&seen) {
                return Some(attributes);
            }
        }
        let mut seen = self.0.seen.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(attributes) = find(&seen) {
            return Some(attributes);
        }
        if seen.len() >= SEEN_MAX {
            return None;
        }
        let attributes = self.made(method, status);
        seen.push((method.clone(), status, Arc::clone(&attributes)));
        Some(attributes)
    }

    fn made(&self, method: &Method, status: StatusCode) -> Attributes {
        let route = self.0.route.get().map_or(UNMATCHED, AsRef::as_ref).to_owned();
        let mut attributes = vec![
            KeyValue::new(names::HTTP_METHOD, known(method).into_owned()),
            KeyValue::new(names::HTTP_ROUTE, route),
            KeyValue::new(names::HTTP_STATUS, i64::from(status.as_u16())),
        ];
        if status.is_server_error() {
            attributes.push(KeyValue::new(names::ERROR_TYPE, status.as_str().to_owned()));
        }
        attributes.into()
    }
}

/// Methods are the client's to invent: those of no standard are one.
fn known(method: &Method) -> Cow<'_, str> {
    let standard = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
    ];
    if standard.contains(method) { Cow::Borrowed(method.as_str()) } else { Cow::Borrowed("_OTHER") }
}
