//! What every request gets, in one layer: a place among those in work or a polite refusal, a request id, a
//! span, a time limit, figures, protective headers, and a problem for what nobody answered or what panicked.
//!
//! One layer and not one per concern, because each layer of a router costs an allocation and a virtual call
//! per request.

use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderValue, Method, header};
use http_body_util::Limited;
use kernel::{Clock, IdSource};
use opentelemetry::metrics::{Counter, Histogram};
use tokio::time::Instant;
use tower::{Layer, Service};
use tracing::{Instrument, Span};

use super::body::{self, BodyLimit};
use super::headers::{REQUEST_ID, date, protect, request_id};
use super::observe::RouteFigures;
use super::problem::{self, INTERNAL, METHOD_NOT_ALLOWED, NO_SUCH_ROUTE, OVERLOADED, Problem, TIMED_OUT};
use crate::config::HttpConfig;
use crate::service::Host;
use crate::tasks::panic_text;
use crate::telemetry::{self, Metrics, names};

/// When those who were turned away are to come back.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What every request of one service gets. Cheap to clone.
#[derive(Clone)]
pub struct Shell(Arc<Inner>, Arc<[(&'static str, BodyLimit)]>);

struct Inner {
    body_limit: BodyLimit,
    in_work: Arc<AtomicUsize>,
    in_work_max: usize,
    time_limit: Duration,
    long_poll_limit: Duration,
    long_polls: Vec<&'static str>,
    ids: Arc<dyn IdSource>,
    clock: Arc<dyn Clock>,
    duration: Histogram<f64>,
    shed: Counter<u64>,
}

impl Shell {
    /// A shell with the configured limits. Answers are dated by the host's clock, that of all that happens, so that
    /// whoever shows how long something has been or has left counts from the same now. `long_polls` are the routes' patterns, such as
    /// `/v1/requests/{id}/events`, that wait for news on purpose: they are let in like all others, but count
    /// among the live streams and not among the requests in work while they wait.
    #[must_use]
    pub fn new(config: &HttpConfig, metrics: &Metrics, host: &Host, long_polls: Vec<&'static str>) -> Self {
        let in_work = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&in_work);
        metrics.observe(names::HTTP_SERVER_ACTIVE, "Requests in work.", move || {
            f64::from(u32::try_from(counted.load(Ordering::Relaxed)).unwrap_or(u32::MAX))
        });
        let shed = metrics.counter(names::HTTP_SHED, "Requests turned away because too many are in work.");
        // From the start at zero, so that the first one is seen as an increase.
        shed.add(0, &[]);
        Self(
            Arc::new(Inner {
                body_limit: BodyLimit(config.body_limit_bytes),
                in_work,
                in_work_max: config.concurrency_limit.get(),
                time_limit: Duration::from_millis(config.request_timeout_ms.get()),
                long_poll_limit: Duration::from_millis(config.long_poll_timeout_ms.get()),
                long_polls,
                ids: Arc::clone(&host.ids),
                clock: Arc::clone(&host.clock),
                duration: metrics
                    .seconds(names::HTTP_SERVER_DURATION, "From a request's head to its answer's head."),
                shed,
            }),
            Arc::new([]),
        )
    }

    /// The same, with a limit of its own for the bodies of these routes, each by its pattern.
    #[must_use]
    pub fn with_body_limits(self, limits: &[(&'static str, usize)]) -> Self {
        let limits = limits.iter().map(|(route, bytes)| (*route, BodyLimit(*bytes)));
        Self(self.0, limits.collect())
    }

    /// Puts the shell around all routes, and problems where there is no route.
    pub fn wrap(&self, routes: Router) -> Router {
        routes
            .fallback(async || NO_SUCH_ROUTE)
            .method_not_allowed_fallback(async || METHOD_NOT_ALLOWED)
            .layer(ShellLayer(self.clone()))
            // Without state every request would build its route anew.
            .with_state(())
    }

    fn admit(&self) -> Option<InWork> {
        let before = self.0.in_work.fetch_add(1, Ordering::Relaxed);
        let place = InWork(Arc::clone(&self.0.in_work));
        (before < self.0.in_work_max).then_some(place)
    }

    fn body_limit(&self, route: &str) -> BodyLimit {
        let own = self.1.iter().find(|(pattern, _)| is_route(route, pattern));
        own.map_or(self.0.body_limit, |(_, limit)| *limit)
    }

    fn is_long_poll(&self, route: &str) -> bool {
        self.0.long_polls.iter().any(|pattern| is_route(route, pattern))
    }
}

/// Whether a matched route has this pattern, here or in a service that another program serves below its name.
fn is_route(route: &str, pattern: &str) -> bool {
    route.ends_with(pattern)
}

/// A place among the requests in work, given back however the request ends.
struct InWork(Arc<AtomicUsize>);

impl Drop for InWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Clone)]
struct ShellLayer(Shell);

impl<S> Layer<S> for ShellLayer {
    type Service = Shelled<S>;

    /// Called once for each route: figures are kept per route.
    fn layer(&self, inner: S) -> Shelled<S> {
        Shelled { inner, shell: self.0.clone(), figures: RouteFigures::new(self.0.0.duration.clone()) }
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

#[derive(Clone)]
struct Shelled<S> {
    inner: S,
    shell: Shell,
    figures: RouteFigures,
}

impl<S> Service<Request> for Shelled<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let began = Instant::now();
        let seen = Seen::of(&request, &self.shell, &self.figures);
        let Some(place) = self.shell.admit() else {
            self.shell.0.shed.add(1, &[]);
            let refused = OVERLOADED.detail("try again in a moment").retry_after(RETRY_AFTER);
            return seen.refuse(refused, began);
        };
        let route = self.figures.route(None);
        if let Err(refused) = limit_body(&mut request, self.shell.body_limit(route)) {
            return seen.refuse(refused, began);
        }
        let waits = self.shell.is_long_poll(route);
        let time_limit = if waits { self.shell.0.long_poll_limit } else { self.shell.0.time_limit };
        let place = (!waits).then_some(place);
        let answering = tokio::time::timeout(time_limit, self.inner.call(request));
        let answering = AssertUnwindSafe(answering).catch_unwind();
        let span = seen.span.clone();
        let answered = async move {
            let _place = place;
            let response = match answering.await {
                Ok(Ok(Ok(response))) => response,
                Ok(Err(_elapsed)) => {
                    TIMED_OUT.detail(timed_out(time_limit)).retry_after(RETRY_AFTER).into_response()
                }
                Err(panic) => {
                    tracing::error!(panic = panic_text(panic.as_ref()), "handler panicked");
                    INTERNAL.into_response()
                }
            };
            Ok(seen.finish(response, began))
        };
        Box::pin(answered.instrument(span))
    }
}

/// What is kept of a request while it is answered.
struct Seen {
    span: Span,
    id: HeaderValue,
    method: Method,
    path: http::Uri,
    clock: Arc<dyn Clock>,
    figures: RouteFigures,
}

impl Seen {
    fn of(request: &Request, shell: &Shell, figures: &RouteFigures) -> Self {
        let id = request_id(request.headers(), shell.0.ids.as_ref());
        let route = figures.route(request.extensions().get::<MatchedPath>());
        let span = span_of(request, route, &id);
        Self {
            span,
            id,
            method: request.method().clone(),
            path: request.uri().clone(),
            clock: Arc::clone(&shell.0.clock),
            figures: figures.clone(),
        }
    }

    /// Answers without asking a handler.
    fn refuse(self, problem: Problem, began: Instant) -> Answering {
        let span = self.span.clone();
        let response = span.in_scope(|| self.finish(problem.into_response(), began));
        Box::pin(core::future::ready(Ok(response)))
    }

    /// Adds what every answer has, and counts it. To be called inside the span.
    fn finish(self, response: Response, began: Instant) -> Response {
        let status = response.status();
        let mut response = if status.is_client_error() || status.is_server_error() {
            problem::with_instance(response, self.path.path())
        } else {
            response
        };
        let headers = response.headers_mut();
        protect(headers);
        headers.insert(REQUEST_ID, self.id.clone());
        headers.insert(header::DATE, date(self.clock.now()));
        self.span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
        }
        let taken = began.elapsed();
        self.figures.record(&self.method, status, taken.as_secs_f64());
        tracing::debug!(status = status.as_u16(), taken_us = taken.as_micros(), "answered");
        response
    }
}

/// The route, never the path: that may hold what is nobody's business.
pub(super) fn span_of(request: &Request, route: &str, id: &HeaderValue) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = format_args!("{} {route}", request.method()),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        http.request.method = request.method().as_str(),
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        request_id = id.to_str().unwrap_or_default(),
    );
    if let Some(parent) = telemetry::extract(request.headers()) {
        telemetry::adopt(&span, parent);
    }
    span
}

/// A body that declares its length is judged by it; one that does not is cut where the limit is.
fn limit_body(request: &mut Request, limit: BodyLimit) -> Result<(), Problem> {
    request.extensions_mut().insert(limit);
    let BodyLimit(bytes) = limit;
    let size = request.body().size_hint();
    if size.lower() > u64::try_from(bytes).unwrap_or(u64::MAX) {
        return Err(body::too_large(bytes));
    }
    if size.exact().is_none() {
        let body = core::mem::take(request.body_mut());
        *request.body_mut() = Body::new(Limited::new(body, bytes));
    }
    Ok(())
}

fn timed_out(limit: Duration) -> String {
    format!("there was no answer within {} ms", limit.as_millis())
}

#[cfg(test)]
#[path = "shell_tests.rs"]
pub(super) mod tests;
