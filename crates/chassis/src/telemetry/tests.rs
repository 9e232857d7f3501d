use core::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::{get, post};
use tower::ServiceExt;
use tracing::instrument::WithSubscriber;

use super::*;
use crate::config::{LogFormat, TelemetryConfig};
use crate::http::Shell;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn tracing_to(collector: Option<String>) -> Tracing {
    let config = TelemetryConfig {
        log: "off".into(),
        log_format: LogFormat::Json,
        otlp_endpoint: collector,
        sample_ratio: 1.0,
    };
    Tracing::try_new("intake", "1", &config).unwrap()
}

/// A service whose answer is what it would send on.
fn service() -> Router {
    let routes =
        Router::new().route("/citizens/{phone}", get(async || current_traceparent().unwrap_or_default()));
    let metrics = Metrics::try_new("intake", "1").unwrap();
    Shell::new(&crate::http::test_config(), &metrics, &crate::http::test_host(), Vec::new()).wrap(routes)
}

async fn sent_on(tracing: &Tracing, parent: Option<&str>) -> String {
    let mut request = Request::get("/citizens/13800000000");
    if let Some(parent) = parent {
        request = request.header(TRACEPARENT, parent);
    }
    let asked = service().oneshot(request.body(Body::empty()).unwrap());
    let response = asked.with_subscriber(tracing.dispatch().clone()).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_callers_trace_goes_on_though_no_collector_is_configured() {
    let sent = sent_on(&tracing_to(None), Some(PARENT)).await;
    assert!(sent.starts_with(&format!("00-{TRACE}-")), "{sent}");
    assert_ne!(sent, PARENT);
}

#[tokio::test]
async fn a_request_without_a_trace_begins_one() {
    let tracing = tracing_to(None);
    let (one, two) = (sent_on(&tracing, None).await, sent_on(&tracing, Some("nonsense")).await);
    assert_eq!((one.len(), two.len()), (PARENT.len(), PARENT.len()));
    assert_ne!(one, two);
}

#[tokio::test]
async fn work_on_a_message_belongs_to_the_trace_that_caused_it() {
    let tracing = tracing_to(None);
    let work = async {
        let span = process_span("dispatch-intake", "cn.81890.intake.request.received.v1", Some(PARENT));
        let mut carrier = Vec::new();
        span.in_scope(|| inject_current(&mut carrier));
        carrier
    };
    let carried = work.with_subscriber(tracing.dispatch().clone()).await;
    assert_eq!((carried.len(), carried[0].0.as_str()), (1, TRACEPARENT));
    assert!(carried[0].1.contains(TRACE), "{carried:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stop_exports_what_waits_by_route_and_without_the_path() {
    let (seen, mut exports) = tokio::sync::mpsc::channel::<axum::body::Bytes>(4);
    let collector = Router::new().route(
        "/v1/traces",
        post(async move |body: axum::body::Bytes| {
            let _ = seen.send(body).await;
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let _collecting = tokio::task::JoinSet::from_iter([axum::serve(listener, collector).into_future()]);
    let open = tokio::task::spawn_blocking(move || tracing_to(Some(format!("http://{address}/"))));
    let tracing = open.await.unwrap();
    sent_on(&tracing, Some(PARENT)).await;
    tokio::task::spawn_blocking(move || tracing.shutdown(Duration::from_secs(5))).await.unwrap();
    let export = exports.recv().await.unwrap();
    let holds = |text: &str| export.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("GET /citizens/{phone}") && holds("intake"));
    assert!(!holds("13800000000"));
}
