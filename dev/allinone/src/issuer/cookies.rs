//! What the issuer keeps in a browser: two cookies, for its own addresses alone, that no script reads and that go with
//! the browser.
//!
//! Without `Secure`: the platform of one machine speaks plain HTTP on loopback. Ports of one host share them.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use super::PATH;

/// As long as what [`random_text`](super::sessions::random_text) gives.
const TEXT_LEN: usize = 43;

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Cookie {
    name: &'static str,
    same_site: &'static str,
}

/// What the form of the sign-in page has to say alike.
pub(super) const TICKET: Cookie = Cookie { name: "81890-sign-in", same_site: "Strict" };
/// Who signed in with this browser: also read when a link elsewhere leads here.
pub(super) const SIGN_ON: Cookie = Cookie { name: "81890-sign-on", same_site: "Lax" };

impl Cookie {
    /// What the browser brought, if it can be ours.
    pub(super) fn of(self, headers: &HeaderMap) -> Option<&str> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.split_once('='));
        let brought = pairs.find_map(|(name, value)| (name.trim() == self.name).then(|| value.trim()));
        brought.filter(|text| text.len() == TEXT_LEN && text.bytes().all(is_plain))
    }

    /// The browser keeps this from now on.
    pub(super) fn set(self, response: &mut Response, text: &str) {
        self.write(response, text, "");
    }

    /// The browser forgets it.
    pub(super) fn clear(self, response: &mut Response) {
        self.write(response, "", "; Max-Age=0");
    }

    fn write(self, response: &mut Response, text: &str, life: &str) {
        let Self { name, same_site } = self;
        let cookie = format!("{name}={text}; Path={PATH}; HttpOnly; SameSite={same_site}{life}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
