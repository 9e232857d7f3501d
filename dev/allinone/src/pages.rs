//! The built pages: the console under `/console/`, the public pages under everything that is nobody else's.
//!
//! Both are applications of one document: whatever address of theirs a browser opens, it gets that document and the
//! pages find their own way. Files with a hash in their name never change; all others are asked for anew each time.

use std::path::{Path, PathBuf};

use anyhow::bail;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use chassis::http::problem::NO_SUCH_ROUTE;
use chassis::http::{Json, prefers_html};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use tower_http::services::{ServeDir, ServeFile};

use crate::accounts::CITY;
use crate::issuer::{self, CLIENT, IDLE};

/// The zone of the city's times.
const ZONE: &str = "Asia/Shanghai";

/// What pages may do (OWASP ASVS): load from here alone, run no script but files, be framed by nobody. Styles are
/// files too, and no attributes: Vue, Element Plus and ECharts set them through the DOM.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Nothing of the machine is used...
const NO_DEVICE: HeaderValue = HeaderValue::from_static(
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
);
/// ...but on the public pages the camera, which scans certificates and codes.
const CAMERA: HeaderValue = HeaderValue::from_static(
    "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
);
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
/// Where front ends show what they scanned: in a window that they open, and that answers them. Whom it hears is a matter
/// of origins (`web/public/src/pages/door/handover.ts`).
const DOOR: &str = "/door";
const ANY_OPENER: HeaderValue = HeaderValue::from_static("unsafe-none");

/// Where the console is.
const CONSOLE: &str = "/console";
/// Files below it carry a hash in their names.
const HASHED: &str = "/assets/";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_ANEW: HeaderValue = HeaderValue::from_static("no-cache");

/// The built pages.
#[derive(Clone)]
pub(crate) struct Pages {
    console: Site,
    public: Site,
}

/// One application.
#[derive(Clone)]
struct Site {
    files: ServeDir,
    document: ServeFile,
}

impl Pages {
    /// The pages built in this folder of sources.
    pub(crate) fn open(web: &Path) -> anyhow::Result<Self> {
        let site = |name: &str| Site::open(&web.join(name).join("dist"));
        Ok(Self { console: site("console")?, public: site("public")? })
    }

    /// The console, and the public pages for everything that no other route takes.
    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route(CONSOLE, get(async || Redirect::permanent("/console/")))
            .route("/console/settings.json", get(async || Json(settings())))
            .fallback(page)
            .layer(from_fn(guard))
            .with_state(self)
    }
}

impl Site {
    fn open(folder: &PathBuf) -> anyhow::Result<Self> {
        let document = folder.join("index.html");
        if !document.is_file() {
            bail!(
                "{} is not there: `npm ci && npm run build` in the folder `web` makes it",
                document.display()
            );
        }
        let files = ServeDir::new(folder).append_index_html_on_directories(false);
        Ok(Self {
            files: files.precompressed_br().precompressed_gzip(),
            document: ServeFile::new(document).precompressed_br().precompressed_gzip(),
        })
    }

    /// The file at this path; the document at `/`, and for a browser at every other path.
    async fn answer(self, path: &str, request: Request) -> Response {
        let (mut parts, _) = request.into_parts();
        let Ok(uri) = Uri::try_from(path) else { return NO_SUCH_ROUTE.into_response() };
        parts.uri = uri;
        let is_hashed = path.starts_with(HASHED);
        // At its door is nothing else that somebody could mean, whatever they say they take.
        let wants_page = path == "/" || (prefers_html(&parts.headers) && !is_hashed);
        let again = Request::from_parts(parts.clone(), Body::empty());
        let found = self.files.oneshot(Request::from_parts(parts, Body::empty())).await;
        let mut found = found.into_response();
        if found.status() == StatusCode::NOT_FOUND {
            if !wants_page {
                return NO_SUCH_ROUTE.into_response();
            }
            found = self.document.oneshot(again).await.into_response();
            found.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
        }
        let lasts = if is_hashed { FOREVER } else { ASK_ANEW };
        found.headers_mut().insert(header::CACHE_CONTROL, lasts);
        found
    }
}

async fn page(State(pages): State<Pages>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return NO_SUCH_ROUTE.into_response();
    }
    let path = request.uri().path().to_owned();
    let (site, path) = match path.strip_prefix(CONSOLE) {
        Some(below) if below.starts_with('/') => (pages.console, below),
        _ => (pages.public, path.as_str()),
    };
    site.answer(path, request).await
}

/// What the console has to know of this platform; `web/console/public/settings.json` is the same for `vite dev`.
fn settings() -> Value {
    json!({
        "session": { "issuer": issuer::PATH, "client_id": CLIENT, "idle_minutes": IDLE.as_secs() / 60 },
        "city": CITY,
        "zone": ZONE,
    })
}

/// What browsers are told beside what every answer of the front says.
async fn guard(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (is_console, is_door) = (path.starts_with(CONSOLE), path == DOOR);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(PERMISSIONS_POLICY, if is_console { NO_DEVICE } else { CAMERA });
    headers.insert(OPENER_POLICY, if is_door { ANY_OPENER } else { SAME_ORIGIN });
    response
}

#[cfg(test)]
mod tests;
