use std::sync::Mutex;

use axum::routing::{get, post};
use http::header;
use http_body_util::BodyExt;
use serde_json::Value;
use testkit::{ManualClock, SeededIds};
use tower::ServiceExt;

use super::*;
use crate::http::{Json, Raw, serve};

pub(crate) fn config() -> HttpConfig {
    HttpConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        body_limit_bytes: 16,
        request_timeout_ms: 1_000.try_into().unwrap(),
        long_poll_timeout_ms: 5_000.try_into().unwrap(),
        idle_timeout_ms: 1_000.try_into().unwrap(),
        connections_max: 10.try_into().unwrap(),
        concurrency_limit: 1.try_into().unwrap(),
        streams_max: 1.try_into().unwrap(),
    }
}

/// Its clock shows a moment that is not now.
pub(crate) fn host() -> Host {
    let clock = Arc::new(ManualClock::at("2026-11-03T02:05:09Z".parse().unwrap()));
    Host { ids: Arc::new(SeededIds::new(1, clock.clone())), wall: clock.clone(), clock }
}

fn wrapped(routes: Router) -> (Router, Metrics) {
    let metrics = Metrics::try_new("test", "1").unwrap();
    (Shell::new(&config(), &metrics, &host(), vec!["/patient"]).wrap(routes), metrics)
}

fn routes() -> Router {
    Router::new()
        .route("/things/{id}", get(async || "a thing"))
        .route("/things", post(async |Json(things): Json<Vec<u8>>| things.len().to_string()))
        .route("/panic", get(broken))
        .route("/never", get(core::future::pending::<()>))
        .route("/patient", get(core::future::pending::<()>))
}

async fn broken() {
    panic!("out of luck");
}

fn ask(target: &str) -> Request {
    Request::get(target).body(Body::empty()).unwrap()
}

async fn problem_of(response: Response) -> Value {
    assert_eq!(response.headers()[header::CONTENT_TYPE], problem::MEDIA_TYPE);
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn an_answer_carries_the_requests_id_and_protective_headers() {
    let (app, _) = wrapped(routes());
    let mut request = ask("/things/5");
    request.headers_mut().insert(REQUEST_ID, "call-7".parse().unwrap());
    let response = app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[REQUEST_ID], "call-7");
    assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let mut request = ask("/things/5");
    request.headers_mut().insert(REQUEST_ID, "two words".parse().unwrap());
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.headers()[REQUEST_ID].len(), 16);
}

#[tokio::test]
async fn every_answer_is_dated_by_the_clock_of_what_happens() {
    let (app, _) = wrapped(routes());
    for target in ["/things/5", "/nothing"] {
        let response = app.clone().oneshot(ask(target)).await.unwrap();
        assert_eq!(response.headers()[header::DATE], "Tue, 03 Nov 2026 02:05:09 GMT");
    }
}

#[tokio::test]
async fn what_nobody_answers_is_a_problem() {
    let (app, _) = wrapped(routes());
    let missing = app.clone().oneshot(ask("/nothing")).await.unwrap();
    let body = problem_of(missing).await;
    assert_eq!((&body["code"], &body["instance"]), (&"no-such-route".into(), &"/nothing".into()));
    let wrong = app.oneshot(ask("/things")).await.unwrap();
    assert_eq!((wrong.status().as_u16(), &wrong.headers()[header::ALLOW]), (405, &"POST".parse().unwrap()));
    assert_eq!(problem_of(wrong).await["code"], "method-not-allowed");
}

#[tokio::test]
async fn a_panic_is_a_500_and_tells_nothing() {
    let (app, _) = wrapped(routes());
    let response = app.clone().oneshot(ask("/panic")).await.unwrap();
    assert_eq!(response.status().as_u16(), 500);
    let body = problem_of(response).await;
    assert_eq!(body["code"], "internal");
    assert!(!body.to_string().contains("luck"));
    assert_eq!(app.oneshot(ask("/things/5")).await.unwrap().status().as_u16(), 200);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_a_503_and_patient_routes_wait_longer() {
    let (app, _) = wrapped(routes());
    for (target, seconds) in [("/never", 1), ("/patient", 5)] {
        let began = Instant::now();
        let response = app.clone().oneshot(ask(target)).await.unwrap();
        assert_eq!((response.status().as_u16(), began.elapsed().as_secs()), (503, seconds));
        assert_eq!(problem_of(response).await["code"], "timed-out");
    }
}

#[tokio::test]
async fn above_the_limit_requests_are_turned_away_until_one_is_answered() {
    let (app, metrics) = wrapped(routes());
    let mut first = Box::pin(app.clone().oneshot(ask("/never")));
    assert!(futures::poll!(&mut first).is_pending());
    let refused = app.clone().oneshot(ask("/things/5")).await.unwrap();
    assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    assert_eq!(problem_of(refused).await["code"], "overloaded");
    drop(first);
    assert_eq!(app.oneshot(ask("/things/5")).await.unwrap().status().as_u16(), 200);
    assert!(metrics.render().contains("platform_http_shed_total 1"), "{}", metrics.render());
}

#[tokio::test]
async fn a_long_poll_that_waits_does_not_count_among_the_requests_in_work() {
    let (app, _) = wrapped(routes());
    let mut waiting = Box::pin(app.clone().oneshot(ask("/patient")));
    assert!(futures::poll!(&mut waiting).is_pending());
    assert_eq!(app.oneshot(ask("/things/5")).await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_large_body_is_refused_declared_or_not() {
    let (app, _) = wrapped(routes());
    let chunks = futures::stream::iter((0..20).map(|_| Ok::<_, Infallible>("[]")));
    for body in [Body::from("[1,2,3,4,5,6,7,8,9]"), Body::from_stream(chunks)] {
        let request = Request::post("/things").header("content-type", "application/json").body(body).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), 413);
        assert_eq!(problem_of(response).await["code"], "body-too-large");
    }
}

#[tokio::test]
async fn requests_are_measured_by_route_not_by_path() {
    let (app, metrics) = wrapped(routes());
    for target in ["/things/5", "/things/6", "/nothing"] {
        app.clone().oneshot(ask(target)).await.unwrap();
    }
    let page = metrics.render();
    let count = |route: &str, status: u16| {
        let labels =
            format!(r#"http_request_method="GET",http_response_status_code="{status}",http_route="{route}""#);
        format!("http_server_request_duration_seconds_count{{{labels}}}")
    };
    assert!(page.contains(&format!("{} 2", count("/things/{id}", 200))), "{page}");
    assert!(page.contains(&format!("{} 1", count("unmatched", 404))), "{page}");
}

#[tokio::test]
async fn a_stop_lets_requests_finish_and_takes_no_new_ones() {
    let (begun, mut has_begun) = tokio::sync::mpsc::channel::<()>(1);
    let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
    let may_go_on = Arc::new(Mutex::new(Some(may_go_on)));
    let slow = get(move || {
        let (begun, may_go_on) = (begun.clone(), may_go_on.lock().unwrap().take());
        async move {
            begun.send(()).await.unwrap();
            may_go_on.unwrap().await.unwrap();
            "done"
        }
    });
    let (app, _) = wrapped(Router::new().route("/slow", slow));
    let tasks = crate::tasks::Tasks::new(crate::health::Health::new(), host().ids);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    serve(crate::http::Port::public(&config()), listener, app, &tasks);
    let asked = tokio::task::JoinSet::from_iter([reqwest::get(format!("http://{address}/slow"))]);
    has_begun.recv().await.unwrap();
    let limit = 5_000.try_into().unwrap();
    let limits = crate::config::ShutdownConfig {
        drain_ms: limit,
        consumers_ms: limit,
        outbox_ms: limit,
        close_ms: limit,
    };
    let stopping = tasks.shutdown(&limits);
    let answering = async {
        tasks.token(crate::tasks::Stage::Drain).cancelled().await;
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
        go_on.send(()).unwrap();
        asked.join_all().await
    };
    let (overdue, answers) = tokio::join!(stopping, answering);
    assert_eq!(overdue, Vec::new());
    for answer in answers {
        assert_eq!(answer.unwrap().text().await.unwrap(), "done");
    }
}

#[tokio::test]
async fn a_route_may_have_a_body_limit_of_its_own_wherever_the_service_is_served() {
    let metrics = Metrics::try_new("test", "1").unwrap();
    let shell = Shell::new(&config(), &metrics, &host(), Vec::new()).with_body_limits(&[("/files", 32)]);
    let read = async |Raw(body): Raw| body.len().to_string();
    let wrapped = || shell.wrap(Router::new().route("/files", post(read)).route("/others", post(read)));
    for (app, below) in [(wrapped(), ""), (Router::new().nest("/credit", wrapped()), "/credit")] {
        for (path, bytes, status) in [("/files", 32, 200), ("/files", 33, 413), ("/others", 17, 413)] {
            let path = format!("{below}{path}");
            let request = Request::post(&path).body(Body::from(vec![0; bytes])).unwrap();
            let answer = app.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{path} {bytes}");
        }
    }
}
