//! Files that go out as they are put together.

use std::io;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chassis::http::Problem;
use futures::{Stream, StreamExt as _};

use crate::error::Error;
use crate::sheets::{BOM, csv_lines};

/// Text with commas: what is there already, and the rest as it comes.
pub(super) fn csv(
    name: &str,
    first: Vec<u8>,
    rest: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response {
    let first = futures::stream::iter([Ok(Bytes::from(first))]);
    file(name, "text/csv; charset=utf-8", Body::from_stream(first.chain(rest)))
}

/// A file of this name; nobody keeps a copy on the way.
pub(super) fn file(name: &str, media_type: &'static str, body: Body) -> Response {
    let named = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, named.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}

/// How a file begins: the mark of its encoding, and its first line.
pub(super) fn head(titles: &[String]) -> Result<Vec<u8>, Problem> {
    let line = csv_lines([titles]).map_err(|error| Problem::internal(&error))?;
    Ok([BOM, &line].concat())
}

/// Ends an answer that is under way: the client sees that it is not whole.
pub(super) fn broken(error: Error) -> io::Error {
    tracing::warn!(%error, "a file that goes out is cut off");
    io::Error::other(error)
}
