use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{
    BODY_TOO_LARGE, INVALID_BODY, MALFORMED_JSON, Problem, UNKNOWN_FIELD, UNREADABLE_BODY,
    UNSUPPORTED_MEDIA_TYPE,
};
use super::shape::{Form, Misfit, misfits};

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

/// Decodes JSON. What is wrong is looked for only once something is: see [`misfits`] for how much of it is found.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Io => UNREADABLE_BODY.into(),
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
            MALFORMED_JSON.detail(error.to_string())
        }
        serde_json::error::Category::Data => match serde_json::from_slice(body) {
            Ok(value) => refusal(misfits::<T>(value, Form::Json), &error.to_string()),
            // It is not even JSON, further on.
            Err(error) => MALFORMED_JSON.detail(error.to_string()),
        },
    })
}

fn refusal(mut misfits: Vec<Misfit>, plain: &str) -> Problem {
    if misfits.is_empty() {
        misfits.push(duplicate(plain));
    }
    let unknown = misfits.iter().all(|misfit| misfit.code == "unknown-field");
    let problem = Problem::new(if unknown { UNKNOWN_FIELD } else { INVALID_BODY });
    misfits
        .into_iter()
        .fold(problem, |problem, misfit| problem.at(misfit.pointer(), misfit.code, misfit.detail))
}

/// What is refused and yet fits once it is read into a map had a field twice.
pub(super) fn duplicate(plain: &str) -> Misfit {
    let field = plain.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next());
    field.map_or_else(Misfit::somewhere, Misfit::twice)
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
        for body in ["", "{", "{\"items\":[]} x", "nonsense", "{\"items\":1, nonsense"] {
            assert_eq!(refused(body).0, "malformed-json", "{body}");
        }
    }

    #[test]
    fn an_unfit_body_and_one_with_an_unknown_field_are_told_apart() {
        for (body, kind, pointer, code) in [
            (
                r#"{"items":[{"code":"cleaning","count":"2"}]}"#,
                "invalid-body",
                "#/items/0/count",
                "wrong-type",
            ),
            (
                r#"{"items":[{"code":"Cleaning!","count":1}]}"#,
                "invalid-body",
                "#/items/0/code",
                "invalid-value",
            ),
            (r#"{"items":[{"code":"cleaning"}]}"#, "invalid-body", "#/items/0/count", "missing-field"),
            (r#"{"items":[],"items":[]}"#, "invalid-body", "#/items", "duplicate-field"),
            (r#"{"items":[],"colour":"red"}"#, "unknown-field", "#/colour", "unknown-field"),
        ] {
            let (told, error) = refused(body);
            assert_eq!(
                (told, &error["pointer"], &error["code"]),
                (kind, &pointer.into(), &code.into()),
                "{body}"
            );
        }
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
