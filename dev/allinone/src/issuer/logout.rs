//! `/logout`: ends the session of an id token, and sends its browser back to the console.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use reqwest::Url;
use serde::Deserialize;

use super::authorize::see;
use super::claims::Hint;
use super::login_page::LoginPage;
use super::{CLIENT, Issuer};

pub(super) fn routes() -> Router<Issuer> {
    Router::new().route("/logout", get(leave))
}

/// OIDC RP-initiated logout. Nobody is asked whether they mean it: only the holder of an id token ends a session.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Leaving {
    id_token_hint: String,
    post_logout_redirect_uri: String,
    state: Option<String>,
}

async fn leave(State(issuer): State<Issuer>, Query(leaving): Query<Leaving>) -> Response {
    let Leaving { id_token_hint, post_logout_redirect_uri: to, state } = leaving;
    let Some(Hint { sid }) = issuer.inner.keys.read(&id_token_hint, CLIENT) else {
        return LoginPage::left();
    };
    issuer.inner.sessions.end(&sid);
    match Url::parse(&to) {
        Ok(mut url) if issuer.inner.places.receives_leavers(&to) => {
            if let Some(state) = state {
                url.query_pairs_mut().append_pair("state", &state);
            }
            see(&url)
        }
        _ => LoginPage::left(),
    }
}
