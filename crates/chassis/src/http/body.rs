use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::problem::{
    BODY_TOO_LARGE, INVALID_BODY, MALFORMED_JSON, Problem, UNKNOWN_FIELD, UNREADABLE_BODY,
    UNSUPPORTED_MEDIA_TYPE,
};

/// Where the shell leaves the limit of bodies, for those who read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

/// For requests that did not come through the shell.
const DEFAULT_LIMIT: BodyLimit = BodyLimit(256 * 1_024);

/// JSON in or out. In: each way to be wrong has its own type of problem, with a pointer to the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_media_type(request.headers())?;
        decode(&read(request).await?).map(Json)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
            }
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// Reads the whole body, up to the shell's limit.
pub(crate) async fn read(request: Request) -> Result<Bytes, Problem> {
    let BodyLimit(limit) = request.extensions().get().copied().unwrap_or(DEFAULT_LIMIT);
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if is_too_large(error.as_ref()) => Err(too_large(limit)),
        Err(_) => Err(UNREADABLE_BODY.into()),
    }
}

/// The problem of a body above the limit.
pub(super) fn too_large(limit: usize) -> Problem {
    BODY_TOO_LARGE.detail(format!("at most {limit} bytes are accepted"))
}

fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut chain = std::iter::successors(Some(error), |error| error.source());
    chain.any(|error| error.is::<LengthLimitError>())
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    let is_json = essence.eq_ignore_ascii_case("application/json")
        || (essence.len() > 5 && essence.to_ascii_lowercase().ends_with("+json"));
    if is_json { Ok(()) } else { Err(UNSUPPORTED_MEDIA_TYPE.into()) }
}

/// Decodes JSON. The way to the fault is looked for only once there is a fault.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|plain| {
        let mut reader = serde_json::Deserializer::from_slice(body);
        match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Err(located) => refusal(located.inner(), pointer(located.path())),
            // Only what follows the value can be wrong then.
            Ok(_) => refusal(&plain, "#".into()),
        }
    })
}

fn refusal(error: &serde_json::Error, pointer: String) -> Problem {
    let text = error.to_string();
    let detail = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    match error.classify() {
        serde_json::error::Category::Io => UNREADABLE_BODY.into(),
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof => MALFORMED_JSON.detail(text),
        serde_json::error::Category::Data => {
            if detail.starts_with("unknown field ") {
                return Problem::new(UNKNOWN_FIELD).at(pointer, "unknown-field", detail);
            }
            if let Some(field) =
                detail.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'))
            {
                let pointer = format!("{pointer}/{}", escaped(field));
                return Problem::new(INVALID_BODY).at(pointer, "missing-field", detail);
            }
            Problem::new(INVALID_BODY).at(pointer, "invalid-value", detail)
        }
    }
}

/// A JSON pointer (RFC 6901) as a fragment, as RFC 9457 shows it.
fn pointer(path: &Path) -> String {
    let mut pointer = String::from("#");
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            // A variant is no step in the text, and what cannot be named ends the way.
            Segment::Enum { .. } => {}
            Segment::Unknown => break,
        }
    }
    pointer
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its form matters")]
    struct Order {
        items: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its form matters")]
    struct Item {
        code: kernel::CategoryCode,
        count: u8,
    }

    fn refused(body: &str) -> (&'static str, serde_json::Value) {
        let problem = decode::<Order>(body.as_bytes()).unwrap_err();
        let code = problem.kind().code;
        let response = problem.into_response();
        let body = futures::executor::block_on(response.into_body().collect()).unwrap().to_bytes();
        (code, serde_json::from_slice::<serde_json::Value>(&body).unwrap()["errors"][0].clone())
    }

    #[test]
    fn a_body_that_is_not_json_is_malformed() {
        for body in ["", "{", "{\"items\":[]} x", "nonsense"] {
            assert_eq!(refused(body).0, "malformed-json", "{body}");
        }
    }

    #[test]
    fn an_unfit_value_is_pointed_at() {
        let (code, error) =
            refused(r#"{"items":[{"code":"cleaning","count":1},{"code":"cleaning","count":"2"}]}"#);
        assert_eq!((code, &error["pointer"]), ("invalid-body", &"#/items/1/count".into()));
        let (code, error) = refused(r#"{"items":[{"code":"Cleaning!","count":1}]}"#);
        assert_eq!((code, &error["pointer"]), ("invalid-body", &"#/items/0/code".into()));
    }

    #[test]
    fn a_missing_field_is_pointed_at() {
        let (code, error) = refused(r#"{"items":[{"code":"cleaning"}]}"#);
        assert_eq!((code, &error["pointer"]), ("invalid-body", &"#/items/0/count".into()));
        assert_eq!(error["code"], "missing-field");
    }

    #[test]
    fn an_unknown_field_has_its_own_type_of_problem() {
        let (code, error) = refused(r#"{"items":[{"code":"cleaning","count":1,"colour":"red"}]}"#);
        assert_eq!((code, &error["pointer"]), ("unknown-field", &"#/items/0/colour".into()));
    }

    #[tokio::test]
    async fn a_body_above_the_limit_is_too_large_however_it_is_sent() {
        let chunks = futures::stream::iter([Ok::<_, std::io::Error>("[1,"), Ok("2]")]);
        for body in [Body::from("[1,2]"), Body::from_stream(chunks)] {
            let mut request = Request::new(body);
            request.extensions_mut().insert(BodyLimit(4));
            assert_eq!(read(request).await.unwrap_err().kind().code, "body-too-large");
        }
    }

    #[tokio::test]
    async fn a_body_of_another_type_is_not_looked_at() {
        let request = Request::post("/").header("content-type", "text/plain").body(Body::from("[]")).unwrap();
        let refused = Json::<Vec<u8>>::from_request(request, &()).await.unwrap_err();
        assert_eq!(refused.kind().code, "unsupported-media-type");
    }
}
