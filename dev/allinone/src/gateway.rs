//! One local address in front of four processes: `/<service>/...` goes to that service as `/...`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

#[derive(Clone)]
struct Gateway {
    client: reqwest::Client,
    services: Arc<BTreeMap<String, SocketAddr>>,
}

/// Forwards by the first part of the path; bodies and live streams pass through as they come.
pub(crate) fn router(services: BTreeMap<String, SocketAddr>) -> anyhow::Result<Router> {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    Ok(Router::new().fallback(forward).with_state(Gateway { client, services: Arc::new(services) }))
}

async fn forward(State(gateway): State<Gateway>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let (service, rest) = target.trim_start_matches('/').split_once('/').unwrap_or((target, ""));
    let Some(address) = gateway.services.get(service) else {
        return (StatusCode::NOT_FOUND, "no such service").into_response();
    };
    let url = format!("http://{address}/{rest}");
    parts.headers.remove(header::HOST);
    let sent = gateway
        .client
        .request(parts.method, url)
        .headers(parts.headers)
        .body(reqwest::Body::wrap_stream(body.into_data_stream()))
        .send()
        .await;
    match sent {
        Ok(answer) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = Body::from_stream(answer.bytes_stream());
            response
        }
        Err(error) => {
            tracing::warn!(service, %error, "a service did not answer");
            (StatusCode::BAD_GATEWAY, [(header::RETRY_AFTER, "1")], "the service does not answer")
                .into_response()
        }
    }
}
