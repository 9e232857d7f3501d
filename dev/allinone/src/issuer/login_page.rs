//! The page on which people sign in: Chinese first, then English; no script; styles and mark from beside it.
//!
//! Its form is good only with a cookie that another site's page can neither set nor send (double submit).

use std::time::Duration;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chassis::http::escaped;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use subtle::ConstantTimeEq as _;

use super::authorize::Asked;
use super::sessions::random_text;
use super::{Issuer, PATH};

/// Nothing but its own style and mark, no script, no frame; its form goes to where it came from.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
const STYLE: &str = include_str!("login.css");
const MARK: &str = include_str!("../../../../web/console/public/mark.svg");
/// Style and mark seldom change.
const DAY: (HeaderName, &str) = (header::CACHE_CONTROL, "max-age=86400");
/// The cookie. Ports of one host share it, and need not.
const COOKIE: &str = "81890-sign-in";
/// As long as what [`random_text`] gives.
const TICKET_LEN: usize = 43;

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
    /// The browser's, or a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.split_once('='));
        let brought =
            pairs.find_map(|(name, value)| (name.trim() == COOKIE).then(|| value.trim().to_owned()));
        match brought.filter(|text| text.len() == TICKET_LEN && text.bytes().all(is_plain)) {
            Some(text) => Self { text, is_brought: true },
            None => Self { text: random_text(), is_brought: false },
        }
    }

    /// Whether the form was ours.
    pub(super) fn fits(&self, shown: &str) -> bool {
        self.is_brought && bool::from(self.text.as_bytes().ct_eq(shown.as_bytes()))
    }

    /// Without `Secure`: the platform of one machine speaks plain HTTP on loopback.
    fn cookie(&self) -> String {
        format!("{COOKIE}={}; Path={PATH}; HttpOnly; SameSite=Strict", self.text)
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
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
}

impl LoginPage<'_> {
    /// For whoever comes from nowhere that we know.
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
        format!(
            "<h1>登录工作台 <small lang=\"en\">Sign in to the console</small></h1>\n{said}\
             <form method=\"post\" action=\"{PATH}/authorize\">\n{carried}\
             <label for=\"username\">用户名 <span lang=\"en\">User name</span></label>\n\
             <input id=\"username\" name=\"username\" autocomplete=\"username\" autocapitalize=\"none\" \
             spellcheck=\"false\" maxlength=\"100\" required autofocus>\n\
             <label for=\"password\">密码 <span lang=\"en\">Password</span></label>\n\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" \
             maxlength=\"200\" required>\n\
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
        if let Ok(cookie) = HeaderValue::from_str(&self.ticket.cookie()) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
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
