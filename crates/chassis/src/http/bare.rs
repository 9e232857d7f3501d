//! What stands before services and is none of them: answers in the same form, without the limits of a shell, which
//! each service behind keeps itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use kernel::IdSource;
use tracing::Instrument;

use super::headers::{REQUEST_ID, protect, request_id};
use super::problem::{METHOD_NOT_ALLOWED, with_instance};
use super::shell::span_of;

/// What requests are traced as: where they go is the service's to say.
const ROUTE: &str = "before the services";

/// Gives every answer a request id and protective headers, and every problem its path and trace. The routes bring
/// their own fallback.
pub fn bare(routes: Router, ids: Arc<dyn IdSource>) -> Router {
    let finish = move |mut request: Request, next: Next| {
        let id = request_id(request.headers(), ids.as_ref());
        let path = request.uri().path().to_owned();
        let span = span_of(&request, ROUTE, &id);
        // The service behind goes on with it.
        request.headers_mut().insert(REQUEST_ID, id.clone());
        async move {
            let response = next.run(request).await;
            let mut response = with_instance(response, &path);
            protect(response.headers_mut());
            response.headers_mut().entry(REQUEST_ID).or_insert(id);
            response
        }
        .instrument(span)
    };
    routes.method_not_allowed_fallback(async || METHOD_NOT_ALLOWED).layer(from_fn(finish))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use testkit::{ManualClock, SeededIds};
    use tower::ServiceExt;

    use super::*;
    use crate::http::problem::{MEDIA_TYPE, NO_SUCH_ROUTE};

    #[tokio::test]
    async fn what_is_refused_before_a_service_is_refused_as_by_one() {
        let ids = Arc::new(SeededIds::new(1, Arc::new(ManualClock::default())));
        let app = bare(Router::new().route("/here", get(async || "x")).fallback(async || NO_SUCH_ROUTE), ids);
        for (request, status, code) in [
            (Request::get("/nowhere/5"), 404, "no-such-route"),
            (Request::post("/here"), 405, "method-not-allowed"),
        ] {
            let request = request.body(Body::empty()).unwrap();
            let path = request.uri().path().to_owned();
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers()["content-type"], MEDIA_TYPE);
            assert_eq!(response.headers()[REQUEST_ID].len(), 16);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!((&body["code"], &body["instance"]), (&code.into(), &path.into()));
        }
    }
}
