//! `/authorize`: what a browser asks for, the page on which people sign in, and the code that they go back with.
//!
//! Who is signed in with this browser gets a code at once. Nothing is kept between the page and its form: the form
//! carries what was asked for, and all of it is judged again.

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chassis::http::Problem;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::cookies::{SIGN_ON, TICKET};
use super::login_page::{LoginPage, Said, Ticket};
use super::sessions::{Grant, Key};
use super::{CLIENT, Inner, Issuer, NotIn};

/// No parameter is longer, in bytes.
const FIELD_MAX: usize = 1_024;

pub(super) fn routes() -> Router<Issuer> {
    Router::new().route("/authorize", get(page).post(sign_in))
}

/// What a client asks for (OIDC core 3.1.2.1, RFC 7636). What else it says is not looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) response_type: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) scope: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) code_challenge: String,
    pub(super) code_challenge_method: String,
    /// What the form does not carry: by then somebody has signed in.
    #[serde(skip_serializing)]
    pub(super) prompt: String,
}

/// Whether somebody may be asked for a password.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prompt {
    /// If nobody is signed in.
    IfNeeded,
    /// `none`: never.
    Never,
    /// `login`, `select_account`: also who is signed in.
    Always,
}

impl Asked {
    fn prompt(&self) -> Option<Prompt> {
        let has = |one: &str| self.prompt.split(' ').any(|asked| asked == one);
        match (has("none"), has("login") || has("select_account")) {
            (true, _) if self.prompt != "none" => None,
            (true, _) => Some(Prompt::Never),
            (_, true) => Some(Prompt::Always),
            _ => Some(Prompt::IfNeeded),
        }
    }
}

/// The form of the page.
#[derive(Deserialize)]
struct Filled {
    username: String,
    password: String,
    ticket: String,
    #[serde(flatten)]
    asked: Asked,
}

async fn page(
    State(issuer): State<Issuer>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(asked)) = asked else { return LoginPage::stranger() };
    if let Some(refusal) = issuer.refusal(&asked) {
        return refusal;
    }
    let Some(prompt) = asked.prompt() else {
        return issuer.back(&asked.redirect_uri, &asked.state, ("error", "invalid_request"));
    };
    let brought = SIGN_ON.of(&headers).filter(|_| prompt != Prompt::Always);
    if let Some(sign_on) = brought.and_then(|brought| issuer.inner.sessions.signed_on(brought)) {
        return issuer.let_in(asked, sign_on);
    }
    if prompt == Prompt::Never {
        return issuer.back(&asked.redirect_uri, &asked.state, ("error", "login_required"));
    }
    let ticket = Ticket::of(&headers, &issuer.inner.spent);
    LoginPage { asked: &asked, ticket, said: None, name: "" }.into_response()
}

async fn sign_in(
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    filled: Result<Form<Filled>, FormRejection>,
) -> Response {
    let Ok(Form(Filled { username, password, ticket: shown, asked })) = filled else {
        return LoginPage::stranger();
    };
    if let Some(refusal) = issuer.refusal(&asked) {
        return refusal;
    }
    let Inner { sessions, spent, .. } = &*issuer.inner;
    let ticket = Ticket::of(&headers, spent);
    if !is_from_here(&headers) || !ticket.fits(&shown) {
        // Another page's form, or a cookie that is gone: nothing is tried or taken over, the page is shown anew.
        return LoginPage { asked: &asked, ticket, said: Some(Said::Again), name: "" }.into_response();
    }
    let said = match issuer.verify(username.clone(), password).await {
        Ok(account) if ticket.spend(spent) => {
            let (cookie, sign_on) = sessions.sign_on(account, SIGN_ON.of(&headers));
            let mut response = issuer.let_in(asked, sign_on);
            SIGN_ON.set(&mut response, &cookie);
            TICKET.clear(&mut response);
            return response;
        }
        Ok(_) => {
            let ticket = Ticket::of(&headers, spent);
            return LoginPage { asked: &asked, ticket, said: Some(Said::Again), name: &username }
                .into_response();
        }
        Err(NotIn::Wrong) => Said::Wrong,
        Err(NotIn::TooMany(wait)) => Said::TooMany(wait),
        Err(NotIn::Broken(error)) => return Problem::internal(&error).into_response(),
    };
    LoginPage { asked: &asked, ticket, said: Some(said), name: &username }.into_response()
}

impl Issuer {
    /// The answer to what may not be asked for. Whoever names no place of the console is told here, and sent nowhere.
    fn refusal(&self, asked: &Asked) -> Option<Response> {
        if asked.client_id != CLIENT || !self.inner.places.takes_codes(&asked.redirect_uri) {
            return Some(LoginPage::stranger());
        }
        let Asked { response_type, scope, state, nonce, code_challenge, code_challenge_method, .. } = asked;
        let too_long = [scope, state, nonce].into_iter().any(|field| field.len() > FIELD_MAX);
        let error = if response_type != "code" {
            "unsupported_response_type"
        } else if !scope.split(' ').any(|scope| scope == "openid") {
            "invalid_scope"
        } else if state.is_empty()
            || too_long
            || code_challenge_method != "S256"
            || !is_digest(code_challenge)
        {
            "invalid_request"
        } else {
            return None;
        };
        let state = if too_long { "" } else { state.as_str() };
        Some(self.back(&asked.redirect_uri, state, ("error", error)))
    }

    /// A code for who is signed in.
    fn let_in(&self, asked: Asked, sign_on: Key) -> Response {
        let nonce = Some(asked.nonce).filter(|nonce| !nonce.is_empty());
        let (redirect_uri, challenge) = (asked.redirect_uri.clone(), asked.code_challenge);
        let code = self.inner.sessions.code(Grant { sign_on, redirect_uri, challenge, nonce });
        self.back(&asked.redirect_uri, &asked.state, ("code", &code))
    }

    /// Sends the browser back with what came of it, and who says so (RFC 9207).
    fn back(&self, redirect_uri: &str, state: &str, (name, value): (&str, &str)) -> Response {
        let Ok(mut url) = Url::parse(redirect_uri) else { return LoginPage::stranger() };
        url.query_pairs_mut()
            .append_pair(name, value)
            .append_pair("state", state)
            .append_pair("iss", &self.inner.places.issuer());
        see(&url)
    }
}

/// Goes there with GET, whatever the method was.
pub(super) fn see(url: &Url) -> Response {
    match HeaderValue::from_str(url.as_str()) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(error) => Problem::internal(&error).into_response(),
    }
}

/// The base64url of a SHA-256.
fn is_digest(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Browsers say whose page sends a form; one that does not say is judged by its cookie alone.
fn is_from_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin")
}
