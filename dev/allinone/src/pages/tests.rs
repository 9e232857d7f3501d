use http_body_util::BodyExt as _;

use super::*;

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Both applications, built.
fn built() -> (tempfile::TempDir, Router) {
    let web = tempfile::tempdir().unwrap();
    for name in ["console", "public"] {
        let dist = web.path().join(name).join("dist");
        std::fs::create_dir_all(dist.join("assets")).unwrap();
        std::fs::write(dist.join("index.html"), format!("<title>{name}</title>")).unwrap();
        std::fs::write(dist.join("assets/index-5f3a.js"), format!("'{name}'")).unwrap();
        std::fs::write(dist.join("assets/index-5f3a.js.br"), format!("squeezed {name}")).unwrap();
    }
    let routes = Pages::open(web.path()).unwrap().routes();
    (web, routes)
}

async fn get(routes: &Router, path: &str, accept: &str) -> (StatusCode, http::HeaderMap, String) {
    let request = Request::get(path).header("accept", accept).header("accept-encoding", "br");
    let answer = routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn every_address_of_an_application_is_its_document_for_a_browser_and_nothing_for_a_program() {
    let (_web, routes) = built();
    for (path, name) in [("/verify/x", "public"), ("/console/a/b", "console")] {
        let (status, headers, body) = get(&routes, path, BROWSER).await;
        assert_eq!((status, body), (StatusCode::OK, format!("<title>{name}</title>")), "{path}");
        assert_eq!(headers["cache-control"], "no-cache");
        assert_eq!(get(&routes, path, "*/*").await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_door_of_an_application_is_its_document_whoever_asks() {
    let (_web, routes) = built();
    for (path, name) in [("/", "public"), ("/console/", "console")] {
        for accept in [BROWSER, "*/*", "application/json"] {
            let (status, headers, body) = get(&routes, path, accept).await;
            assert_eq!((status, body), (StatusCode::OK, format!("<title>{name}</title>")), "{path} {accept}");
            assert_eq!(headers["cache-control"], "no-cache");
        }
    }
}

#[tokio::test]
async fn a_file_with_a_hash_lasts_forever_and_comes_as_it_was_squeezed() {
    let (_web, routes) = built();
    let (_, headers, body) = get(&routes, "/console/assets/index-5f3a.js", "*/*").await;
    assert_eq!((body.as_str(), &headers["content-encoding"]), ("squeezed console", &"br".parse().unwrap()));
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    // One of an older build is not the document: a browser would run it.
    assert_eq!(get(&routes, "/console/assets/index-0000.js", BROWSER).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_run_no_script_but_files_and_only_public_ones_may_ask_for_the_camera() {
    let (_web, routes) = built();
    for (path, camera) in [("/", "camera=(self)"), ("/console/", "camera=()")] {
        let (_, headers, _) = get(&routes, path, BROWSER).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(headers["permissions-policy"].to_str().unwrap().starts_with(camera), "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    }
}

#[tokio::test]
async fn only_the_page_at_the_door_answers_whoever_opened_it() {
    let (_web, routes) = built();
    for (path, opener) in
        [("/door", "unsafe-none"), ("/doors", "same-origin"), ("/console/door", "same-origin")]
    {
        assert_eq!(get(&routes, path, BROWSER).await.1["cross-origin-opener-policy"], opener, "{path}");
    }
}

#[tokio::test]
async fn nothing_outside_of_the_folders_is_served() {
    let (web, routes) = built();
    std::fs::write(web.path().join("secret.txt"), "secret").unwrap();
    for path in ["/../../secret.txt", "/%2e%2e/%2e%2e/secret.txt", "/console/../../secret.txt"] {
        assert_eq!(get(&routes, path, "*/*").await.0, StatusCode::NOT_FOUND, "{path}");
    }
}
