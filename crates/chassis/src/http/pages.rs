//! The pages that the `type` of a problem leads to, made from the same constants that refuse.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, header};

use super::faults::{FAULTS, Fault};
use super::problem::{COMMON, Kind, NO_SUCH_ROUTE};
use super::{Sheet, prefers_html};
use crate::{auth, ops};

/// The list of all.
const LIST_PATH: &str = "/problems";
/// One of them: what [`Kind::type_uri`] says.
const PAGE_PATH: &str = "/problems/{code}";

/// The types of problems that every service has, and those of some services.
#[derive(Debug, Clone)]
pub struct Catalogue(Vec<(&'static str, Vec<Kind>)>);

impl Catalogue {
    /// The common ones first, then those of these services, by name.
    #[must_use]
    pub fn of(services: &[(&'static str, &'static [Kind])]) -> Self {
        let common = [COMMON, auth::PROBLEMS, ops::PROBLEMS].concat();
        let own = services.iter().map(|&(service, kinds)| (service, kinds.to_vec()));
        Self(std::iter::once(("common", common)).chain(own).collect())
    }

    /// Each type of problem, with who has it.
    pub fn kinds(&self) -> impl Iterator<Item = (&'static str, &Kind)> {
        self.0.iter().flat_map(|(owner, kinds)| kinds.iter().map(move |kind| (*owner, kind)))
    }

    /// `/problems` and a page for each.
    pub fn routes(&self) -> Router {
        let mut pages: BTreeMap<&'static str, Shown> = BTreeMap::new();
        // Where two services mean different things by one code, its page says both.
        for (owner, kind) in self.kinds() {
            pages.entry(kind.code).or_insert_with(|| Shown::titled(kind.code)).add(owner, kind);
        }
        let (list, pages) = (Arc::new(self.list()), Arc::new(pages));
        let one = async move |Path(code): Path<String>, headers: HeaderMap| match pages.get(code.as_str()) {
            Some(page) => page.answer(&headers),
            None => NO_SUCH_ROUTE.into_response(),
        };
        let all = async move |headers: HeaderMap| list.answer(&headers);
        Router::new().route(LIST_PATH, get(all)).route(PAGE_PATH, get(one))
    }

    /// All of them, each with the way to its page.
    fn list(&self) -> Shown {
        let mut sheet = Sheet::new("问题类型 / Types of problems");
        for (owner, kinds) in &self.0 {
            sheet = kinds.iter().fold(sheet.heading(owner), |sheet, kind| {
                let text = format!("{} - {} / {}", kind.code, kind.page.title_zh, kind.title);
                // From the list, so that it holds behind a prefix as well.
                sheet.link(kind.type_uri().trim_start_matches('/'), &text)
            });
        }
        sheet = FAULTS.iter().fold(sheet.heading("errors"), |sheet, fault| {
            sheet.text(&format!("{} - {} / {}", fault.code, fault.zh, fault.en))
        });
        Shown { text: self.markdown(), sheet }
    }

    /// All of them in tables, in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (owner, kinds) in &self.0 {
            text.push_str(&format!(
                "\n## {owner}\n\n| `code` | HTTP | 中文 | English |\n| --- | --- | --- | --- |\n"
            ));
            for Kind { status, code, title, page } in kinds {
                let (status, zh, en) = (status.as_u16(), page.zh, page.en);
                let title_zh = page.title_zh;
                text.push_str(&format!(
                    "| `{code}` | {status} | **{title_zh}**。{zh} | **{title}**. {en} |\n"
                ));
            }
        }
        text.push_str("\n## errors\n\n| `code` | 中文 | English |\n| --- | --- | --- |\n");
        for Fault { code, zh, en } in FAULTS {
            text.push_str(&format!("| `{code}` | {zh} | {en} |\n"));
        }
        text
    }
}

/// A page in both forms: text for programs and terminals, HTML for browsers.
struct Shown {
    text: String,
    sheet: Sheet,
}

impl Shown {
    fn titled(code: &str) -> Self {
        Self { text: String::new(), sheet: Sheet::new(code) }
    }

    fn add(&mut self, owner: &str, kind: &Kind) {
        let Kind { status, code, title, page } = kind;
        let (title_zh, zh, en, status) = (page.title_zh, page.zh, page.en, status.as_u16());
        let heading = format!("{title_zh} / {title}");
        let about = format!("{code} - HTTP {status} - {owner}");
        self.text.push_str(&format!("# {heading}\n\n{about}\n\n{zh}\n\n{en}\n\n"));
        self.sheet = self.sheet.clone().heading(&heading).text(&about).text(zh).text(en);
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let plain = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
            (header::VARY, HeaderValue::from_static("accept")),
        ];
        let mut response = if prefers_html(headers) {
            self.sheet.clone().into_response()
        } else {
            (plain, self.text.clone()).into_response()
        };
        let keep = HeaderValue::from_static("public, max-age=300");
        response.headers_mut().insert(header::CACHE_CONTROL, keep);
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::http::problem::BODY_TOO_LARGE;

    crate::problems! {
        /// For the test.
        OWN;
        /// The same code as a common one, meant in another way.
        LARGE = CONFLICT, "body-too-large", "another meaning" / "另一个意思", "另一种处理。", "Do something else.";
    }

    async fn shown(path: &str) -> (u16, String) {
        let (status, _, text) = shown_to("*/*", path).await;
        (status, text)
    }

    async fn shown_to(accept: &str, path: &str) -> (u16, String, String) {
        let routes = Catalogue::of(&[("test", OWN)]).routes();
        let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let response = routes.oneshot(request).await.unwrap();
        let media = response.headers().get(header::CONTENT_TYPE).unwrap().to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        (status, media, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_browser_is_shown_html_without_scripts_and_the_list_leads_to_each_page() {
        let (status, media, page) = shown_to("text/html,*/*;q=0.8", "/problems/body-too-large").await;
        assert_eq!((status, media.as_str()), (200, "text/html; charset=utf-8"));
        assert!(
            page.contains(BODY_TOO_LARGE.page.zh) && !page.contains("<script") && !page.contains("# "),
            "{page}"
        );
        let (_, _, list) = shown_to("text/html", LIST_PATH).await;
        assert!(list.contains("href=\"problems/body-too-large\""), "{list}");
        assert!(shown_to("*/*", LIST_PATH).await.1.starts_with("text/plain"));
    }

    #[tokio::test]
    async fn the_type_of_every_problem_leads_to_a_page_chinese_first() {
        for (_, kind) in Catalogue::of(&[]).kinds() {
            let (status, text) = shown(&kind.type_uri()).await;
            assert_eq!(status, 200, "{}", kind.code);
            let (zh, en) = (text.find(kind.page.zh).unwrap(), text.find(kind.page.en).unwrap());
            assert!(zh < en && !kind.page.zh.is_ascii() && kind.page.en.is_ascii(), "{text}");
            assert!(shown(LIST_PATH).await.1.contains(kind.page.en));
        }
        assert_eq!(shown("/problems/nonsense").await.0, 404);
    }

    #[tokio::test]
    async fn a_code_with_two_meanings_has_both_on_its_page() {
        let (_, text) = shown(&LARGE.type_uri()).await;
        assert!(text.contains(BODY_TOO_LARGE.page.en) && text.contains(LARGE.page.en), "{text}");
    }
}
