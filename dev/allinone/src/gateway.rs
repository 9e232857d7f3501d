//! One local address in front of four processes: `/<service>/...` goes to that service as `/...`.
//!
//! Nothing is held here: bodies and live streams pass through as they come, and it is the service that limits
//! how much it reads. What a front end signed is the path as the service sees it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use chassis::http::Problem;
use http::{HeaderMap, HeaderName, header};

/// Before somebody whose service did not answer comes back.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Headers that speak of one connection, not of the message.
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    header::HOST,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// One service behind.
#[derive(Clone)]
struct Behind {
    client: reqwest::Client,
    service: &'static str,
    address: SocketAddr,
}

/// What asks the services. It gives them as long as they need: they limit that themselves.
pub(crate) fn client() -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    Ok(client.build()?)
}

/// Forwards by the first part of the path.
pub(crate) fn router(client: &reqwest::Client, services: &BTreeMap<&'static str, SocketAddr>) -> Router {
    services.iter().fold(Router::new(), |router, (&service, &address)| {
        let behind = Behind { client: client.clone(), service, address };
        router.nest(&format!("/{service}"), Router::new().fallback(forward).with_state(behind))
    })
}

/// The path is without the service's name here: nesting takes it off.
async fn forward(State(behind): State<Behind>, request: Request) -> Response {
    let Behind { client, service, address } = behind;
    let (mut parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let url = format!("http://{address}{target}");
    strip(&mut parts.headers);
    let sent = client
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
            strip(response.headers_mut());
            *response.body_mut() = Body::from_stream(answer.bytes_stream());
            response
        }
        Err(error) => {
            tracing::warn!(service, "a service did not answer");
            Problem::unavailable(&error, RETRY_AFTER).into_response()
        }
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}
