//! The page on which people sign in: Chinese first, then English; no script; styles and mark from beside it.
//!
//! Its form is good only with a cookie that another site's page can neither set nor send (double submit), and lets
//! somebody in once.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chassis::http::escaped;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use subtle::ConstantTimeEq as _;

use super::authorize::Asked;
use super::cookies::TICKET;
use super::sessions::{digest, random_text};
use super::{Issuer, PATH};

/// Nothing but its own style and mark, no script, no frame; its form goes to where it came from.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
const STYLE: &str = include_str!("login.css");
const MARK: &str = include_str!("../../../../web/console/public/mark.svg");
/// Style and mark seldom change.
const DAY: (HeaderName, &str) = (header::CACHE_CONTROL, "max-age=86400");
/// How many used tickets are remembered.
const SPENT_MAX: usize = 1_000;

pub(super) fn routes() -> Router<Issuer> {
    let style = async move || ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), DAY], STYLE);
    let mark = async move || ([(header::CONTENT_TYPE, "image/svg+xml"), DAY], MARK);
    Router::new().route("/login.css", get(style)).route("/mark.svg", get(mark))
}

/// What the cookie and the form have to say alike.
pub(super) struct Ticket {
    text: String,
    /// Whether the browser brought it.
    is_brought: bool,
}

impl Ticket {
    /// The browser's, or a new one where it was used already.
    pub(super) fn of(headers: &HeaderMap, spent: &Spent) -> Self {
        match TICKET.of(headers).filter(|text| !spent.has(text)) {
            Some(text) => Self { text: text.to_owned(), is_brought: true },
            None => Self { text: random_text(), is_brought: false },
        }
    }

    /// Whether the form was ours.
    pub(super) fn fits(&self, shown: &str) -> bool {
        self.is_brought && bool::from(self.text.as_bytes().ct_eq(shown.as_bytes()))
    }

    /// Lets nobody else in by it; false where it has let somebody in meanwhile.
    pub(super) fn spend(&self, spent: &Spent) -> bool {
        spent.add(&self.text)
    }
}

/// Tickets by which somebody came in. Bound: [`SPENT_MAX`], each took a right password; the oldest are given up first.
#[derive(Default)]
pub(super) struct Spent(Mutex<VecDeque<[u8; 32]>>);

impl Spent {
    fn has(&self, ticket: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest(ticket))
    }

    fn add(&self, ticket: &str) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = digest(ticket);
        if spent.contains(&ticket) {
            return false;
        }
        if spent.len() >= SPENT_MAX {
            spent.pop_front();
        }
        spent.push_back(ticket);
        true
    }
}

/// Why the page is shown again.
pub(super) enum Said {
    /// The form did not fit to the cookie.
    Again,
    /// Name and password do not fit together.
    Wrong,
    /// Too many wrong passwords.
    TooMany(Duration),
}

impl Said {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Again => StatusCode::BAD_REQUEST,
            Self::Wrong => StatusCode::UNAUTHORIZED,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn words(&self) -> [String; 2] {
        match self {
            Self::Again => [
                "本页已过期，请重新填写后登录。".to_owned(),
                "This page was out of date. Fill it in again.".to_owned(),
            ],
            Self::Wrong => [
                "用户名或密码不正确，请核对后重试。".to_owned(),
                "User name or password is wrong. Check both and try again.".to_owned(),
            ],
            Self::TooMany(wait) => {
                let minutes = wait.as_secs().div_ceil(60);
                [
                    format!("密码输错次数过多，请在 {minutes} 分钟后重试。"),
                    format!("Too many wrong passwords. Try again in {minutes} min."),
                ]
            }
        }
    }
}

/// The page with its form.
pub(super) struct LoginPage<'a> {
    pub(super) asked: &'a Asked,
    pub(super) ticket: Ticket,
    pub(super) said: Option<Said>,
    /// What was filled in as the user name.
    pub(super) name: &'a str,
}

impl LoginPage<'_> {
    /// For whoever comes from nowhere that we know, or asks for one thing twice.
    pub(super) fn stranger() -> Response {
        let body = "<h1>无法登录 <small lang=\"en\">Cannot sign in</small></h1>\
                    <p role=\"alert\">登录请求不是来自本系统的工作台。请从工作台重新登录。\
                    <span lang=\"en\">The request did not come from this platform's console. Sign in from there.</span></p>\
                    <p><a href=\"/console/\">打开工作台 <span lang=\"en\">Open the console</span></a></p>";
        (StatusCode::BAD_REQUEST, document(body)).into_response()
    }

    /// For whoever left and is not sent anywhere.
    pub(super) fn left() -> Response {
        let body = "<h1>已退出登录 <small lang=\"en\">Signed out</small></h1>\
                    <p><a href=\"/console/\">重新登录 <span lang=\"en\">Sign in again</span></a></p>";
        document(body).into_response()
    }

    fn form(&self) -> String {
        let Asked {
            response_type,
            client_id,
            redirect_uri,
            scope,
            state,
            nonce,
            code_challenge,
            code_challenge_method,
            prompt: _,
        } = self.asked;
        let carried = [
            ("response_type", response_type),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("scope", scope),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", code_challenge),
            ("code_challenge_method", code_challenge_method),
            ("ticket", &self.ticket.text),
        ];
        let carried: String = carried
            .iter()
            .map(|(name, value)| {
                format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escaped(value))
            })
            .collect();
        let said = self.said.as_ref().map(Said::words).map_or_else(String::new, |[zh, en]| {
            format!("<p class=\"said\" role=\"alert\">{zh} <span lang=\"en\">{en}</span></p>\n")
        });
        let name = escaped(self.name);
        // Where somebody goes on.
        let [at_name, at_password] = if name.is_empty() { [" autofocus", ""] } else { ["", " autofocus"] };
        format!(
            "<h1>登录工作台 <small lang=\"en\">Sign in to the console</small></h1>\n{said}\
             <form method=\"post\" action=\"{PATH}/authorize\">\n{carried}\
             <label for=\"username\">用户名 <span lang=\"en\">User name</span></label>\n\
             <input id=\"username\" name=\"username\" autocomplete=\"username\" autocapitalize=\"none\" \
             spellcheck=\"false\" maxlength=\"100\" value=\"{name}\" required{at_name}>\n\
             <label for=\"password\">密码 <span lang=\"en\">Password</span></label>\n\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" \
             maxlength=\"200\" required{at_password}>\n\
             <button>登录 <span lang=\"en\">Sign in</span></button>\n</form>\n\
             <p class=\"note\">启动本机平台时，用户名和密码会显示在终端里。\
             <span lang=\"en\">The terminal showed names and passwords when this platform was started.</span></p>"
        )
    }
}

impl IntoResponse for LoginPage<'_> {
    fn into_response(self) -> Response {
        let status = self.said.as_ref().map_or(StatusCode::OK, Said::status);
        let mut response = (status, document(&self.form())).into_response();
        if let Some(Said::TooMany(wait)) = self.said {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        TICKET.set(&mut response, &self.ticket.text);
        response
    }
}

fn document(body: &str) -> impl IntoResponse + use<> {
    let html = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"{PATH}/mark.svg\">\n\
         <link rel=\"stylesheet\" href=\"{PATH}/login.css\">\n<title>登录 · 81890</title>\n</head>\n<body>\n<main>\n\
         <p class=\"mark\"><img src=\"{PATH}/mark.svg\" alt=\"\" width=\"32\" height=\"32\"> 81890</p>\n{body}\n\
         </main>\n</body>\n</html>\n"
    );
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::X_FRAME_OPTIONS, "DENY")], Html(html))
}
