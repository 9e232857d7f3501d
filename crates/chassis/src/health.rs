//! Whether the service lives, is ready, has started: named checks, and the ops port that shows them.
//!
//! A check belongs to the part that knows: it holds a [`Check`] and says how it is. `/livez` fails only when
//! a restart of the process would help; `/readyz` fails while requests should go elsewhere.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::telemetry::Metrics;

/// How one part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It works.
    Ready,
    /// It does not work now and may again.
    NotReady(String),
    /// It will not work again in this process.
    Failed(String),
}

/// The named checks of one service instance. Cheap to clone.
#[derive(Clone, Default)]
pub struct Health(Arc<Inner>);

#[derive(Default)]
struct Inner {
    checks: Mutex<BTreeMap<String, Source>>,
    started: AtomicBool,
    stopping: AtomicBool,
}

/// Said by the part itself, or asked when someone looks.
enum Source {
    Said(Status),
    Asked(Box<dyn Fn() -> Status + Send + Sync>),
}

/// The part's own hand on its check.
#[derive(Clone)]
pub struct Check {
    name: String,
    health: Health,
}

impl Health {
    /// No checks yet: ready at once.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check; not ready until its part says so.
    #[must_use]
    pub fn check(&self, name: impl Into<String>) -> Check {
        let check = Check { name: name.into(), health: self.clone() };
        check.not_ready("starting");
        check
    }

    /// Adds a check that is asked at each look. It must answer from memory, at once.
    pub fn probe(&self, name: impl Into<String>, ask: impl Fn() -> Status + Send + Sync + 'static) {
        self.set(name.into(), Source::Asked(Box::new(ask)));
    }

    /// From now on not ready: the first step of a graceful stop.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
    }

    /// How everything is now.
    #[must_use]
    pub fn report(&self) -> Report {
        let checks: BTreeMap<String, Status> = {
            let checks = self.0.checks.lock().unwrap_or_else(PoisonError::into_inner);
            checks.iter().map(|(name, source)| (name.clone(), source.status())).collect()
        };
        let stopping = self.0.stopping.load(Ordering::Acquire);
        let all_ready = checks.values().all(|status| *status == Status::Ready);
        if all_ready {
            self.0.started.store(true, Ordering::Release);
        }
        Report {
            live: !checks.values().any(|status| matches!(status, Status::Failed(_))),
            ready: all_ready && !stopping,
            started: self.0.started.load(Ordering::Acquire),
            stopping,
            checks,
        }
    }

    fn set(&self, name: String, source: Source) {
        self.0.checks.lock().unwrap_or_else(PoisonError::into_inner).insert(name, source);
    }
}

impl Source {
    fn status(&self) -> Status {
        match self {
            Self::Said(status) => status.clone(),
            Self::Asked(ask) => ask(),
        }
    }
}

impl Check {
    /// It works.
    pub fn ready(&self) {
        self.say(Status::Ready);
    }

    /// It does not work now and may again.
    pub fn not_ready(&self, why: impl Into<String>) {
        self.say(Status::NotReady(why.into()));
    }

    /// It will not work again in this process: a restart is due.
    pub fn failed(&self, why: impl Into<String>) {
        self.say(Status::Failed(why.into()));
    }

    fn say(&self, status: Status) {
        self.health.set(self.name.clone(), Source::Said(status));
    }
}

/// How everything is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// No part has failed for good.
    pub live: bool,
    /// Every part works, and no stop has begun.
    pub ready: bool,
    /// Every part has worked at the same time at least once.
    pub started: bool,
    /// A stop has begun.
    pub stopping: bool,
    /// Each check by name.
    pub checks: BTreeMap<String, Status>,
}

#[derive(Serialize)]
struct ReportBody<'a> {
    status: &'static str,
    checks: BTreeMap<&'a str, CheckBody<'a>>,
}

#[derive(Serialize)]
struct CheckBody<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

impl Report {
    fn answer(&self, well: bool) -> Response {
        let checks = self.checks.iter().map(|(name, status)| (name.as_str(), body_of(status))).collect();
        let (code, status) = match (well, self.stopping) {
            (true, _) => (StatusCode::OK, "ready"),
            (false, true) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
        };
        (code, Json(ReportBody { status, checks })).into_response()
    }
}

fn body_of(status: &Status) -> CheckBody<'_> {
    match status {
        Status::Ready => CheckBody { status: "ready", why: None },
        Status::NotReady(why) => CheckBody { status: "not ready", why: Some(why) },
        Status::Failed(why) => CheckBody { status: "failed", why: Some(why) },
    }
}

/// The routes of the ops port: `/livez`, `/readyz`, `/startupz`, `/metrics`.
pub fn router(health: Health, metrics: Metrics) -> Router {
    Router::new()
        .route("/livez", get(async |State((health, _)): State<Ops>| look(&health, |report| report.live)))
        .route("/readyz", get(async |State((health, _)): State<Ops>| look(&health, |report| report.ready)))
        .route(
            "/startupz",
            get(async |State((health, _)): State<Ops>| look(&health, |report| report.started)),
        )
        .route("/metrics", get(async |State((_, metrics)): State<Ops>| exposition(&metrics)))
        .with_state((health, metrics))
}

type Ops = (Health, Metrics);

fn look(health: &Health, aspect: impl Fn(&Report) -> bool) -> Response {
    let report = health.report();
    report.answer(aspect(&report))
}

fn exposition(metrics: &Metrics) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn ask(health: &Health, path: &str) -> (u16, serde_json::Value) {
        let metrics = Metrics::try_new("test", "1").unwrap();
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = router(health.clone(), metrics).oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_service_is_ready_once_every_check_is() {
        let health = Health::new();
        let (database, bus) = (health.check("database"), health.check("bus"));
        database.ready();
        let (status, body) = ask(&health, "/readyz").await;
        assert_eq!((status, &body["checks"]["bus"]["why"]), (503, &"starting".into()));
        bus.ready();
        assert_eq!(ask(&health, "/readyz").await.0, 200);
    }

    #[tokio::test]
    async fn being_not_ready_is_no_reason_to_be_restarted_but_having_failed_is() {
        let health = Health::new();
        let bus = health.check("bus");
        bus.not_ready("no server reached");
        assert_eq!(ask(&health, "/livez").await.0, 200);
        bus.failed("the consumer loop ended");
        assert_eq!(ask(&health, "/livez").await.0, 503);
    }

    #[tokio::test]
    async fn once_started_a_service_stays_started() {
        let health = Health::new();
        let bus = health.check("bus");
        assert_eq!(ask(&health, "/startupz").await.0, 503);
        bus.ready();
        assert_eq!(ask(&health, "/startupz").await.0, 200);
        bus.not_ready("gone");
        assert_eq!(ask(&health, "/startupz").await.0, 200);
    }

    #[tokio::test]
    async fn a_stopping_service_is_alive_and_not_ready() {
        let health = Health::new();
        health.probe("lag", || Status::Ready);
        health.stop();
        assert_eq!(ask(&health, "/livez").await.0, 200);
        let (status, body) = ask(&health, "/readyz").await;
        assert_eq!((status, &body["status"]), (503, &"stopping".into()));
    }
}
