use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
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
        let media_type = request.headers().get(header::CONTENT_TYPE).cloned();
        decode_as(media_type.as_ref(), &read(request).await?).map(Json)
    }
}

/// A whole body as it was sent, such as a file: what it is, is for whoever reads it to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request).await.map(Self)
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

/// Decodes a body that is declared as JSON; one that is not is refused unread.
pub(crate) fn decode_as<T: DeserializeOwned>(
    media_type: Option<&HeaderValue>,
    body: &[u8],
) -> Result<T, Problem> {
    check_media_type(media_type)?;
    decode(body)
}

fn check_media_type(declared: Option<&HeaderValue>) -> Result<(), Problem> {
    let declared = declared.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    let is_json = essence.eq_ignore_ascii_case("application/json")
        || (essence.len() > 5 && essence.to_ascii_lowercase().ends_with("+json"));
    if is_json { Ok(()) } else { Err(UNSUPPORTED_MEDIA_TYPE.into()) }
}

/// Decodes JSON. What is wrong is looked for only once something is: see [`misfits`] for how much of it is found.
fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Io => UNREADABLE_BODY.into(),
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof => malformed(&error),
        serde_json::error::Category::Data => match serde_json::from_slice(body) {
            Ok(value) => refusal(misfits::<T>(value, Form::Json), &error.to_string()),
            // It is not even JSON, further on.
            Err(error) => malformed(&error),
        },
    })
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    MALFORMED_JSON.detail(if error.is_eof() {
        format!("it ends at line {line}, column {column}, before it is whole")
    } else {
        format!("it breaks the grammar at line {line}, column {column}")
    })
}

fn refusal(misfits: Vec<Misfit>, plain: &str) -> Problem {
    let misfits = with_duplicate(misfits, plain);
    let unknown = misfits.iter().all(|misfit| misfit.code == "unknown-field");
    let problem = Problem::new(if unknown { UNKNOWN_FIELD } else { INVALID_BODY });
    misfits
        .into_iter()
        .fold(problem, |problem, misfit| problem.at(misfit.pointer(), misfit.code, misfit.detail))
}

/// The field that was given twice stands before all else that is wrong: a map, read anew, does not have it any
/// more. At least something is told.
pub(super) fn with_duplicate(mut misfits: Vec<Misfit>, plain: &str) -> Vec<Misfit> {
    let field = plain.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next());
    if let Some(field) = field {
        misfits.insert(0, Misfit::twice(field));
    } else if misfits.is_empty() {
        misfits.push(Misfit::somewhere());
    }
    misfits
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
        for (body, detail) in [
            ("", "it ends at line 1, column 0, before it is whole"),
            ("{", "it ends at line 1, column 1, before it is whole"),
            ("{\"items\":[]}\n x", "it breaks the grammar at line 2, column 2"),
            ("nonsense", "it breaks the grammar at line 1, column 2"),
            ("{\"items\":1, nonsense", "it breaks the grammar at line 1, column 13"),
        ] {
            let problem = decode::<Order>(body.as_bytes()).unwrap_err();
            assert_eq!(
                (problem.kind().code, problem.detail_text()),
                ("malformed-json", Some(detail)),
                "{body}"
            );
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

    #[test]
    fn a_field_that_is_missing_does_not_hide_one_that_is_given_twice() {
        let refused = decode::<Item>(br#"{"code":"cleaning","code":"cleaning"}"#).unwrap_err();
        let told: Vec<_> =
            refused.body().errors.into_iter().map(|error| (error.pointer, error.code)).collect();
        let expected = [("#/code", "duplicate-field"), ("#/count", "missing-field")];
        assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
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
