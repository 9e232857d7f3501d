//! `/logout`: ends all that was signed in to with the browser of an id token, and sends it back to the console.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use reqwest::Url;
use serde::Deserialize;

use super::authorize::see;
use super::claims::Hint;
use super::cookies::SIGN_ON;
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

async fn leave(
    State(issuer): State<Issuer>,
    leaving: Result<Query<Leaving>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(leaving)) = leaving else { return LoginPage::stranger() };
    let Some(hint) = issuer.inner.keys.read::<Hint>(&leaving.id_token_hint, CLIENT) else {
        return LoginPage::left();
    };
    let (sessions, brought) = (&issuer.inner.sessions, SIGN_ON.of(&headers));
    sessions.leave(&hint.sid, &hint.sub, brought);
    let mut response = issuer.leads(leaving);
    // Another account's, signed in to since, stays.
    if brought.is_some_and(|brought| sessions.signed_on(brought).is_none()) {
        SIGN_ON.clear(&mut response);
    }
    response
}

impl Issuer {
    fn leads(&self, Leaving { post_logout_redirect_uri: to, state, .. }: Leaving) -> Response {
        match Url::parse(&to) {
            Ok(mut url) if self.inner.places.receives_leavers(&to) => {
                if let Some(state) = state {
                    url.query_pairs_mut().append_pair("state", &state);
                }
                see(&url)
            }
            _ => LoginPage::left(),
        }
    }
}
