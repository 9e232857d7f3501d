//! Small pages for people: HTML alone, without scripts, and without asking anybody for anything.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};

/// Styles stand in the page itself; nothing else is loaded, and nobody frames it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const STYLE: &str = ":root{color-scheme:light dark}body{max-width:44rem;margin:2rem auto;padding:0 1rem;\
                     font:1rem/1.6 system-ui,sans-serif}h1{font-size:1.4rem}";

/// A page: Chinese first, then English. Everything that is put in is escaped.
#[derive(Debug, Clone)]
pub struct Sheet {
    title: String,
    body: String,
}

impl Sheet {
    /// An empty page with this title.
    #[must_use]
    pub fn new(title: &str) -> Self {
        let title = escaped(title);
        Self { body: format!("<h1>{title}</h1>\n"), title }
    }

    /// A heading further down.
    #[must_use]
    pub fn heading(mut self, text: &str) -> Self {
        self.body.push_str(&format!("<h2>{}</h2>\n", escaped(text)));
        self
    }

    /// A paragraph.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.body.push_str(&format!("<p>{}</p>\n", escaped(text)));
        self
    }

    /// A line of its own that leads to another page, and what it is.
    #[must_use]
    pub fn link(mut self, to: &str, text: &str) -> Self {
        self.body.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", escaped(to), escaped(text)));
        self
    }

    /// The whole page.
    #[must_use]
    pub fn html(&self) -> String {
        let Self { title, body } = self;
        format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title}</title><style>{STYLE}</style></head>\n<body>\n{body}</body>\n</html>\n"
        )
    }
}

impl IntoResponse for Sheet {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (header::VARY, HeaderValue::from_static("accept")),
        ];
        (headers, self.html()).into_response()
    }
}

/// Whether the client names HTML and would not rather have text: browsers do, programs do not.
#[must_use]
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight = |types: &[&str]| {
        let named = accept.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next()?.to_ascii_lowercase();
            types
                .contains(&media.as_str())
                .then(|| parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0))
        });
        named.fold(0.0, f32::max)
    };
    let html = weight(&["text/html"]);
    html > 0.0 && html >= weight(&["text/plain", "text/markdown", "application/json"])
}

/// The text, to be put into HTML: between tags, or into an attribute in quotes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_stays_text() {
        let page = Sheet::new("<b>").text("a & b").link("\"><script>", "'x'").html();
        assert!(!page.contains("<b>") && !page.contains("<script>"), "{page}");
        assert!(page.contains("a &amp; b") && page.contains("&#39;x&#39;"), "{page}");
    }

    #[test]
    fn browsers_are_shown_html_and_programs_text() {
        for (accept, html) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("*/*", false),
            ("text/plain, text/html;q=0.5", false),
            ("text/html;q=0", false),
            ("application/json", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(prefers_html(&headers), html, "{accept}");
        }
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
