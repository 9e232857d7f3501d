//! `POST /token`: tokens for a code, for a refresh token, or, as JSON, for a name with its password.

use std::time::Duration;

use axum::Router;
use axum::extract::{Form, FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use chassis::http::{Json, Problem};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::claims::SignIn;
use super::sessions::Renewed;
use super::{BAD_LOGIN, CLIENT, Issuer, NotIn, TOO_MANY_LOGINS};

/// How long an access token is good in a browser, which renews it.
const BROWSER_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long one for a name with its password is good: it cannot be renewed.
const PASSWORD_LIFE: Duration = Duration::from_secs(8 * 3_600);
/// RFC 7636: a verifier has 43 to 128 letters.
const VERIFIER_MAX: usize = 128;

pub(super) fn routes() -> Router<Issuer> {
    Router::new().route("/token", post(token))
}

/// For `curl` on this machine.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    password: String,
}

/// As OAuth clients ask.
#[derive(Deserialize)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
enum Asked {
    AuthorizationCode { client_id: String, code: String, redirect_uri: String, code_verifier: String },
    RefreshToken { client_id: String, refresh_token: String },
}

async fn token(State(issuer): State<Issuer>, request: Request) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return match Json::from_request(request, &()).await {
            Ok(Json(login)) => issuer.by_password(login).await.unwrap_or_else(Problem::into_response),
            Err(refusal) => refusal.into_response(),
        };
    }
    match Form::from_request(request, &()).await {
        Ok(Form(asked)) => issuer.by_session(&asked),
        Err(_) => refused("invalid_request"),
    }
}

impl Issuer {
    async fn by_password(&self, Login { username, password }: Login) -> Result<Response, Problem> {
        let account = self.verify(username, password).await.map_err(|not_in| match not_in {
            NotIn::Wrong => BAD_LOGIN.into(),
            NotIn::TooMany(wait) => Problem::new(TOO_MANY_LOGINS).retry_after(wait),
            NotIn::Broken(error) => Problem::internal(&error),
        })?;
        let token = self.access_token(&account, PASSWORD_LIFE).map_err(|error| Problem::internal(&error))?;
        let answer =
            json!({ "access_token": token, "token_type": "Bearer", "expires_in": PASSWORD_LIFE.as_secs() });
        Ok(Json(answer).into_response())
    }

    fn by_session(&self, asked: &Asked) -> Response {
        let sessions = &self.inner.sessions;
        let (client, renewed) = match asked {
            Asked::AuthorizationCode { client_id, code, redirect_uri, code_verifier } => {
                if code_verifier.len() > VERIFIER_MAX {
                    return refused("invalid_request");
                }
                (client_id, sessions.begin(code, redirect_uri, code_verifier))
            }
            Asked::RefreshToken { client_id, refresh_token } => (client_id, sessions.renew(refresh_token)),
        };
        if client != CLIENT {
            return refused("invalid_client");
        }
        let Some(renewed) = renewed else { return refused("invalid_grant") };
        self.tokens(&renewed).unwrap_or_else(|error| Problem::internal(&error).into_response())
    }

    fn tokens(&self, renewed: &Renewed) -> jsonwebtoken::errors::Result<Response> {
        let Renewed { session, refresh_token, account, nonce, began } = renewed;
        let sign_in = SignIn { account, session, nonce: nonce.as_deref(), at: *began };
        let answer = json!({
            "access_token": self.access_token(account, BROWSER_LIFE)?,
            "id_token": self.id_token(&sign_in, BROWSER_LIFE)?,
            "refresh_token": refresh_token,
            "token_type": "Bearer",
            "expires_in": BROWSER_LIFE.as_secs(),
            "scope": "openid offline_access",
        });
        Ok(Json(answer).into_response())
    }
}

/// As RFC 6749 5.2 has it: OAuth clients read this form, not problems.
fn refused(error: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error }))).into_response()
}
