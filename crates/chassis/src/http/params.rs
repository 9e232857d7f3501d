use axum::extract::{FromRequestParts, path, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::{INVALID_PATH, INVALID_QUERY, Problem};

/// The query, decoded; each way to be wrong is a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(INVALID_QUERY.detail(reason(&rejection))),
        }
    }
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
    let text = kind.to_string();
    match kind {
        path::ErrorKind::ParseErrorAtKey { key, .. } | path::ErrorKind::DeserializeError { key, .. } => {
            Problem::new(INVALID_PATH).at(key.clone(), "invalid-value", text)
        }
        _ => INVALID_PATH.detail(text),
    }
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

    #[derive(serde::Deserialize)]
    struct Asked {
        #[serde(default)]
        limit: u8,
    }

    async fn code_of(target: &str) -> String {
        let routes = Router::new().route(
            "/requests/{id}",
            get(async |Path(_): Path<kernel::RequestId>, Query(asked): Query<Asked>| asked.limit.to_string()),
        );
        let response = routes.oneshot(Request::get(target).body(Body::empty()).unwrap()).await.unwrap();
        response
            .extensions()
            .get::<Problem>()
            .map_or_else(|| "none".into(), |problem| problem.kind().code.into())
    }

    #[tokio::test]
    async fn an_unfit_query_and_an_unfit_path_are_told_apart() {
        let id = "0198c5c0-0000-7000-8000-000000000001";
        assert_eq!(code_of(&format!("/requests/{id}?limit=5")).await, "none");
        assert_eq!(code_of(&format!("/requests/{id}?limit=many")).await, "invalid-query");
        assert_eq!(code_of("/requests/5").await, "invalid-path");
    }
}
