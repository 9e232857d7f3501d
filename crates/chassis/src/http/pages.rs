//! The pages that the `type` of a problem leads to, made from the same constants that refuse.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, header};

use super::problem::{COMMON, Kind, NO_SUCH_ROUTE};
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
        let mut pages: BTreeMap<&'static str, String> = BTreeMap::new();
        // Where two services mean different things by one code, its page says both.
        for (owner, kind) in self.kinds() {
            pages.entry(kind.code).or_default().push_str(&page(owner, kind));
        }
        let pages: BTreeMap<_, Bytes> = pages.into_iter().map(|(code, text)| (code, text.into())).collect();
        let list = Bytes::from(self.markdown());
        let one = async move |Path(code): Path<String>| match pages.get(code.as_str()) {
            Some(text) => plain(text.clone()),
            None => NO_SUCH_ROUTE.into_response(),
        };
        Router::new().route(LIST_PATH, get(async move || plain(list.clone()))).route(PAGE_PATH, get(one))
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
        text
    }
}

fn page(owner: &str, kind: &Kind) -> String {
    let Kind { status, code, title, page } = kind;
    let (title_zh, zh, en) = (page.title_zh, page.zh, page.en);
    format!("# {title_zh} / {title}\n\n{code} - HTTP {} - {owner}\n\n{zh}\n\n{en}\n\n", status.as_u16())
}

/// Text and not Markdown: browsers show it.
fn plain(text: Bytes) -> Response {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    let keep = HeaderValue::from_static("public, max-age=300");
    ([(header::CONTENT_TYPE, plain), (header::CACHE_CONTROL, keep)], text).into_response()
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
        let routes = Catalogue::of(&[("test", OWN)]).routes();
        let response = routes.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
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
