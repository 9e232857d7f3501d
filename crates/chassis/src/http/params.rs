use axum::extract::{FromRequestParts, path, rejection::PathRejection};
use http::Uri;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::duplicate;
use super::problem::{INVALID_PATH, INVALID_QUERY, Problem};
use super::shape::{Form, asked_for, misfits, reworded};

/// The query, decoded; each way to be wrong is a problem that names the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(refusal::<T>(&parts.uri, &reason(&rejection))),
        }
    }
}

fn refusal<T: DeserializeOwned>(uri: &Uri, plain: &str) -> Problem {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    let Ok(axum::extract::Query(pairs)) = pairs else { return INVALID_QUERY.into() };
    let fields = pairs.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
    let mut misfits = misfits::<T>(Value::Object(fields), Form::Query);
    if misfits.is_empty() {
        misfits.push(duplicate(plain));
    }
    misfits.into_iter().fold(Problem::new(INVALID_QUERY), |problem, misfit| {
        problem.at(misfit.parameter().to_owned(), misfit.code, misfit.detail)
    })
}

/// The parts of the path, decoded; each way to be wrong is a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => Err(unfit(error.kind())),
            Err(other) => Err(Problem::internal(&other)),
        }
    }
}

fn unfit(kind: &path::ErrorKind) -> Problem {
    let (key, detail) = match kind {
        path::ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
            (key.as_str(), format!("expected {}", asked_for(expected_type)))
        }
        path::ErrorKind::DeserializeError { key, message, .. } => (key.as_str(), reworded(message)),
        path::ErrorKind::InvalidUtf8InPathParam { key } => (key.as_str(), "expected UTF-8".to_owned()),
        path::ErrorKind::ParseError { expected_type, .. }
        | path::ErrorKind::ParseErrorAtIndex { expected_type, .. } => {
            return INVALID_PATH.detail(format!("expected {}", asked_for(expected_type)));
        }
        path::ErrorKind::Message(message) => return INVALID_PATH.detail(reworded(message)),
        // A handler that asks for other parts than its route has.
        other => return Problem::internal(&std::io::Error::other(other.to_string())),
    };
    Problem::new(INVALID_PATH).at(key, "invalid-value", detail)
}

/// The innermost reason: what lies above only says that there is one.
fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain.last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::http::problem::ProblemBody;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[serde(default)]
        limit: u8,
        #[serde(default)]
        city: Option<kernel::City>,
    }

    async fn refused(target: &str) -> Option<ProblemBody> {
        let routes = Router::new().route(
            "/requests/{id}",
            get(async |Path(_): Path<kernel::RequestId>, Query(asked): Query<Asked>| {
                format!("{} {:?}", asked.limit, asked.city)
            }),
        );
        let response = routes.oneshot(Request::get(target).body(Body::empty()).unwrap()).await.unwrap();
        response.extensions().get::<Problem>().map(Problem::body)
    }

    #[tokio::test]
    async fn an_unfit_query_and_an_unfit_path_are_told_apart_and_pointed_at() {
        let fits = "/requests/0198c5c0-0000-7000-8000-000000000001";
        assert_eq!(refused(&format!("{fits}?limit=5&city=330200")).await, None);
        for (target, kind, errors) in [
            (format!("{fits}?limit=many"), "invalid-query", "limit wrong-type"),
            (format!("{fits}?limit=300"), "invalid-query", "limit invalid-value"),
            (format!("{fits}?limit=1&limit=2"), "invalid-query", "limit duplicate-field"),
            (
                format!("{fits}?citty=1&city=2&limit=x"),
                "invalid-query",
                "citty unknown-field, city invalid-value, limit wrong-type",
            ),
            ("/requests/5".to_owned(), "invalid-path", "id invalid-value"),
        ] {
            let problem = refused(&target).await.unwrap();
            let mut told: Vec<_> =
                problem.errors.iter().map(|one| format!("{} {}", one.pointer, one.code)).collect();
            told.sort_unstable_by_key(|one| one.replace("citty", "a"));
            assert_eq!((problem.code.as_str(), told.join(", ").as_str()), (kind, errors), "{target}");
            let text = serde_json::to_string(&problem).unwrap();
            assert!(!text.contains("u8") && !text.contains("Asked"), "{text}");
        }
    }
}
