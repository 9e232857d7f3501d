//! The OpenAPI 3.1 document: made from the handlers, finished here, served beside them.

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderName, HeaderValue, StatusCode, header};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, OpenApi, RefOr, Server};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use super::problem::{FieldError, ProblemBody};
use super::{Catalogue, Kind, Shell, refusals};

/// Where the document is.
const DOCUMENT_PATH: &str = "/v1/openapi.json";
/// Where people read it.
const PAGE_PATH: &str = "/docs";
/// The document as the page asks for it: from where the page is, so that both may stand behind a prefix.
const DOCUMENT_BESIDE_PAGE: &str = "../v1/openapi.json";
/// The service as seen from the document, wherever both are served: operations stand right below it.
const SERVICE_ABOVE_DOCUMENT: &str = "..";
/// The page with the slash that its own files need, as seen from without it.
const PAGE_BESIDE: &str = "docs/";
/// What the page may load: what comes with it.
const PAGE_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// What an API is called.
#[derive(Debug, Clone, Copy)]
pub struct Api {
    /// The service.
    pub service: &'static str,
    /// What it is for, in a sentence or two.
    pub description: &'static str,
    /// Of the service.
    pub version: &'static str,
    /// The types of problems that it has beside the common ones.
    pub problems: &'static [Kind],
}

/// The whole public port: the routes in their shell, their document at `/v1/openapi.json` and as a page at
/// `/docs`, and what `type` of a problem leads to at `/problems`.
///
/// Routes stand with their full paths: channels sign the path that a handler sees, and nesting takes off its
/// beginning.
pub fn assemble(api: Api, routes: OpenApiRouter, shell: &Shell) -> Router {
    let (routes, document) = routes.split_for_parts();
    let document = finish(api, document);
    let page = SwaggerUi::new(PAGE_PATH).config(utoipa_swagger_ui::Config::from(DOCUMENT_BESIDE_PAGE));
    // Made of maps and texts: writing it does not fail.
    let text = Bytes::from(serde_json::to_vec(&document).unwrap_or_default());
    let problems = Catalogue::of(&[(api.service, api.problems)]).routes();
    let served = routes
        .route(DOCUMENT_PATH, get(async move || (json(), text.clone())))
        .merge(page_routes(page))
        .merge(problems);
    shell.wrap(served)
}

/// Completes a collected document: title, the two ways to sign in, and for every operation what it refuses with and
/// a word for each answer that has none.
#[must_use]
pub fn finish(api: Api, mut document: OpenApi) -> OpenApi {
    document.info.title = format!("81890 {}", api.service);
    document.info.version = api.version.into();
    document.info.description = Some(api.description.into());
    // Whoever collected it took these from a crate on the way: they are nobody's of ours.
    (document.info.contact, document.info.license) = (None, None);
    document.servers = Some(vec![Server::new(SERVICE_ABOVE_DOCUMENT)]);
    let either = ["bearer", "channel"].map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
    document.security.get_or_insert_with(|| either.into());
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert(ProblemBody::name().into(), ProblemBody::schema());
    components.schemas.insert(FieldError::name().into(), FieldError::schema());
    components.add_security_scheme("bearer", bearer());
    components.add_security_scheme("channel", channel());
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            refusals::describe(operation);
            refusals::describe_tags(operation);
            describe_answers(operation);
        }
    }
    document
}

fn json() -> [(HeaderName, HeaderValue); 1] {
    [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]
}

/// The page needs its own scripts and styles, which no other answer does; and it leads to itself without naming the
/// prefix that it may stand behind.
fn page_routes(page: SwaggerUi) -> Router {
    Router::from(page).layer(axum::middleware::map_response(async |mut response: Response| {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
        if headers.contains_key(header::LOCATION) {
            headers.insert(header::LOCATION, HeaderValue::from_static(PAGE_BESIDE));
        }
        response
    }))
}

fn bearer() -> SecurityScheme {
    let description = "Staff and merchants: a token of the configured issuer.";
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    SecurityScheme::Http(scheme.description(Some(description)).build())
}

fn channel() -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
        "webhook-signature",
        "Channels: Standard Webhooks with x-channel, webhook-id and webhook-timestamp; the signed payload begins \
         with the method, a space, the request target and a line feed (ADR 0003).",
    )))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("options", &mut item.options),
        ("head", &mut item.head),
        ("patch", &mut item.patch),
        ("trace", &mut item.trace),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// OpenAPI wants one that no other operation has, and generators of clients make it a function's name: what method and
/// path say, such as `get_requests_id_events`.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty() && *word != "v1").fold(method.to_owned(), |id, word| id + "_" + word)
}

/// OpenAPI wants a description; where the operation's own text says it all, the status is word enough.
fn describe_answers(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let code = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
        if let (RefOr::T(response), Some(word)) = (response, code.and_then(|code| code.canonical_reason()))
            && response.description.is_empty()
        {
            response.description = word.into();
        }
    }
}

#[cfg(test)]
mod tests {

    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::http::problem;
    use crate::telemetry::Metrics;

    const NULL: serde_json::Value = serde_json::Value::Null;
    const API: Api = Api { service: "test", description: "A test.", version: "1", problems: &[] };

    #[utoipa::path(get, path = "/v1/things", responses((status = 200, body = String)))]
    async fn things() -> &'static str {
        "none"
    }

    #[test]
    fn every_operation_says_how_it_refuses() {
        let routes: OpenApiRouter = OpenApiRouter::new().routes(utoipa_axum::routes!(things));
        let document = serde_json::to_value(finish(API, routes.into_openapi())).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let default = &document["paths"]["/v1/things"]["get"]["responses"]["default"]["content"];
        assert_eq!(default[problem::MEDIA_TYPE]["schema"]["$ref"], "#/components/schemas/Problem");
        assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
        assert!(document["components"]["securitySchemes"]["channel"].is_object());
        assert_eq!(document["security"], serde_json::json!([{ "bearer": [] }, { "channel": [] }]));
        assert_eq!((&document["info"]["contact"], &document["info"]["license"]), (&NULL, &NULL));
    }

    #[test]
    fn operations_are_found_where_the_document_is_served_alone_and_behind_a_prefix() {
        let document = finish(API, OpenApiRouter::<()>::new().into_openapi());
        let server = &document.servers.unwrap()[0].url;
        for (served, operation) in [
            ("http://city.test/v1/openapi.json", "http://city.test/v1/things"),
            ("http://city.test/intake/v1/openapi.json", "http://city.test/intake/v1/things"),
        ] {
            // As readers of OpenAPI do: relative to the document, and the path behind it.
            let base = reqwest::Url::parse(served).unwrap().join(server).unwrap();
            assert_eq!(format!("{}/v1/things", base.as_str().trim_end_matches('/')), operation);
        }
    }

    #[tokio::test]
    async fn the_document_and_its_page_come_with_the_service() {
        let metrics = Metrics::try_new("test", "1").unwrap();
        let shell = Shell::new(&crate::http::test_config(), &metrics, &crate::http::test_host(), Vec::new());
        let app = assemble(API, OpenApiRouter::new().routes(utoipa_axum::routes!(things)), &shell);
        // Behind a prefix the page and its document are found all the same.
        let moved = app.clone().oneshot(Request::get("/docs").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(moved.headers()[header::LOCATION], "docs/");
        let script = Request::get("/docs/swagger-initializer.js").body(Body::empty()).unwrap();
        let script = app.clone().oneshot(script).await.unwrap().into_body();
        let script = axum::body::to_bytes(script, 100_000).await.unwrap();
        assert!(String::from_utf8_lossy(&script).contains("\"../v1/openapi.json\""));
        for (path, policy) in [
            (DOCUMENT_PATH, "default-src 'none'; frame-ancestors 'none'"),
            ("/docs/", PAGE_POLICY),
            ("/docs/swagger-initializer.js", PAGE_POLICY),
            ("/v1/things", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            let response =
                app.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status().as_u16(), 200, "{path}");
            assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], policy, "{path}");
        }
    }
}
