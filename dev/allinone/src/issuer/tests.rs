use std::os::unix::fs::PermissionsExt as _;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::{ActorId, Role};
use reqwest::Url;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use testkit::ManualClock;
use tower::ServiceExt as _;

use super::*;
use crate::accounts::Wanted;
use crate::ports::Ports;

const BACK: &str = "http://127.0.0.1:8189/console/login/back";
const SIGNED_IN: &str = "signed-in.json";
const VERIFIER: &str = "a-verifier-that-is-at-least-forty-three-letters-long";

/// An issuer with one account, and a browser in front of it.
struct Scene {
    folder: tempfile::TempDir,
    issuer: Issuer,
    routes: Router,
    clock: Arc<ManualClock>,
    password: String,
}

impl Scene {
    fn new() -> Self {
        Self::open(tempfile::tempdir().unwrap(), Arc::new(ManualClock::default()), false)
    }

    /// As the machine starts it.
    fn open(folder: tempfile::TempDir, clock: Arc<ManualClock>, new_passwords: bool) -> Self {
        let keys = SigningKeys::open(&folder.path().join("key.pem")).unwrap();
        let wanted = Wanted {
            username: "operator",
            name: "接线员小禾",
            id: ActorId::from_u128(1),
            role: Role::Operator,
            merchant: None,
        };
        let (accounts, fresh) =
            Accounts::open(&folder.path().join("accounts"), &[wanted], new_passwords).unwrap();
        let places = Places::of(Ports::from(8189).unwrap(), &[]);
        let issuer = Issuer::new(keys, accounts, places, Arc::clone(&clock) as Arc<dyn Clock>);
        issuer.resume(&folder.path().join(SIGNED_IN)).unwrap();
        let password = fresh.into_iter().next().map(|fresh| fresh.password).unwrap_or_default();
        Self { folder, routes: issuer.router(), issuer, clock, password }
    }

    /// Stopped as it should be.
    fn stop(&self) {
        self.issuer.keep(&self.folder.path().join(SIGNED_IN)).unwrap();
    }

    /// And started again, however it stopped.
    fn start(self, new_passwords: bool) -> Self {
        Self::open(self.folder, self.clock, new_passwords)
    }

    async fn send(&self, request: http::request::Builder, body: String) -> (StatusCode, HeaderMap, String) {
        let answer = self.routes.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    /// The form of the page, sent with its cookie.
    async fn fill_in(&self, password: &str) -> (StatusCode, HeaderMap, String) {
        self.fill_in_with(&sessions::random_text(), password, "").await
    }

    /// The same with this ticket, from a browser that has other cookies too.
    async fn fill_in_with(
        &self,
        ticket: &str,
        password: &str,
        cookies: &str,
    ) -> (StatusCode, HeaderMap, String) {
        let mut form = asked(BACK, VERIFIER);
        form.extend([("username", "operator"), ("password", password), ("ticket", ticket)].map(owned));
        let request = form_to("/authorize").header("cookie", format!("81890-sign-in={ticket}; {cookies}"));
        self.send(request, encoded(&form)).await
    }

    /// Signs in; the cookie that the browser has after it, and the code.
    async fn signed_on(&self, cookies: &str) -> (String, String) {
        let (_, headers, _) = self.fill_in_with(&sessions::random_text(), &self.password, cookies).await;
        let mut set = headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = set.find(|cookie| cookie.starts_with("81890-sign-on=")).unwrap();
        assert!(cookie.ends_with("; Path=/issuer; HttpOnly; SameSite=Lax"), "{cookie}");
        (cookie.split(';').next().unwrap().to_owned(), said(&headers, "code").unwrap())
    }

    /// Another tab asks, with these cookies.
    async fn ask(&self, cookies: &str, prompt: &str) -> (StatusCode, HeaderMap, String) {
        let mut query = asked(BACK, VERIFIER);
        query.push(("prompt", prompt.to_owned()));
        let request = Request::get(format!("/authorize?{}", encoded(&query))).header("cookie", cookies);
        self.send(request, String::new()).await
    }

    /// What a tab that may not ask for a password gets.
    async fn error(&self, cookies: &str) -> Option<String> {
        said(&self.ask(cookies, "none").await.1, "error")
    }

    async fn leave(&self, tokens: &Value, cookies: &str) -> HeaderMap {
        let query = [("id_token_hint", text(tokens, "id_token"))];
        let request = Request::get(format!("/logout?{}", encoded(&query))).header("cookie", cookies);
        self.send(request, String::new()).await.1
    }

    async fn code(&self) -> String {
        let (status, headers, body) = self.fill_in(&self.password).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        said(&headers, "code").unwrap()
    }

    async fn exchange(&self, code: &str, verifier: &str) -> (StatusCode, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ])
        .await
    }

    async fn refresh(&self, token: &str) -> (StatusCode, Value) {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn token(&self, form: &[(&'static str, &str)]) -> (StatusCode, Value) {
        let form: Vec<_> = form.iter().chain(&[("client_id", "console")]).copied().map(owned).collect();
        let (status, _, body) = self.send(form_to("/token"), encoded(&form)).await;
        (status, serde_json::from_str(&body).unwrap())
    }
}

fn owned((name, value): (&'static str, &str)) -> (&'static str, String) {
    (name, value.to_owned())
}

fn form_to(path: &str) -> http::request::Builder {
    Request::post(path).header("content-type", "application/x-www-form-urlencoded")
}

fn asked(redirect_uri: &str, verifier: &str) -> Vec<(&'static str, String)> {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    [
        ("response_type", "code"),
        ("client_id", "console"),
        ("redirect_uri", redirect_uri),
        ("scope", "openid offline_access"),
        ("state", "where \"I\" was"),
        ("nonce", "n"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(owned)
    .into()
}

fn encoded(form: &[(&'static str, String)]) -> String {
    let mut url = Url::parse("http://x/").unwrap();
    url.query_pairs_mut().extend_pairs(form);
    url.query().unwrap().to_owned()
}

/// A parameter of the address to which the browser is sent.
fn said(headers: &HeaderMap, name: &str) -> Option<String> {
    let url = Url::parse(headers["location"].to_str().unwrap()).unwrap();
    assert_eq!((url.path(), url.port()), ("/console/login/back", Some(8189)));
    url.query_pairs().find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_becomes_tokens_once_and_its_second_use_ends_the_session() {
    let scene = Scene::new();
    let code = scene.code().await;
    let (status, tokens) = scene.exchange(&code, VERIFIER).await;
    assert_eq!((status, &tokens["expires_in"]), (StatusCode::OK, &900.into()));
    assert_eq!(scene.exchange(&code, VERIFIER).await.1["error"], "invalid_grant");
    assert_eq!(scene.refresh(&text(&tokens, "refresh_token")).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn who_works_in_the_city_is_let_into_no_other_one() {
    let scene = Scene::new();
    let (_, answer) = scene.exchange(&scene.code().await, VERIFIER).await;
    let token = text(&answer, "access_token");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["city"], 330_200);
}

#[tokio::test]
async fn a_code_is_nothing_without_its_verifier_or_after_its_minute() {
    let scene = Scene::new();
    let (stolen, late) = (scene.code().await, scene.code().await);
    let other = "another-verifier-that-is-long-enough-to-be-looked-at";
    assert_eq!(scene.exchange(&stolen, other).await.1["error"], "invalid_grant");
    assert_eq!(scene.exchange(&stolen, VERIFIER).await.1["error"], "invalid_grant");
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(scene.exchange(&late, VERIFIER).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session() {
    let scene = Scene::new();
    let (_, first) = scene.exchange(&scene.code().await, VERIFIER).await;
    let (_, second) = scene.refresh(&text(&first, "refresh_token")).await;
    assert_eq!(scene.refresh(&text(&first, "refresh_token")).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(scene.refresh(&text(&second, "refresh_token")).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_renewed_and_after_a_working_day() {
    let scene = Scene::new();
    let (_, idle) = scene.exchange(&scene.code().await, VERIFIER).await;
    let (_, mut busy) = scene.exchange(&scene.code().await, VERIFIER).await;
    let quarter = Duration::from_secs(15 * 60);
    for quarters in 1..=48 {
        scene.clock.advance(quarter);
        let (status, renewed) = scene.refresh(&text(&busy, "refresh_token")).await;
        assert_eq!(status.is_success(), quarters < 48, "{quarters}");
        busy = if status.is_success() { renewed } else { busy };
    }
    assert_eq!(scene.refresh(&text(&idle, "refresh_token")).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn leaving_ends_the_session_and_leads_to_the_console_and_nowhere_else() {
    let scene = Scene::new();
    for (to, leads) in
        [("http://127.0.0.1:8189/console/", true), ("http://elsewhere.example/console/", false)]
    {
        let (_, tokens) = scene.exchange(&scene.code().await, VERIFIER).await;
        let query =
            [("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", to.to_owned())];
        let leaving = Request::get(format!("/logout?{}", encoded(&query)));
        let (status, headers, _) = scene.send(leaving, String::new()).await;
        assert_eq!(status == StatusCode::SEE_OTHER, leads);
        assert_eq!(headers.get("location").is_some_and(|location| location == to), leads);
        assert_eq!(scene.refresh(&text(&tokens, "refresh_token")).await.0, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn another_tab_of_the_browser_gets_a_code_without_a_password() {
    let scene = Scene::new();
    let (cookie, first) = scene.signed_on("").await;
    for prompt in ["", "none"] {
        let (_, headers, _) = scene.ask(&cookie, prompt).await;
        let second = said(&headers, "code").unwrap();
        assert_eq!(scene.exchange(&second, VERIFIER).await.0, StatusCode::OK);
    }
    assert_eq!(scene.exchange(&first, VERIFIER).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_in_which_nobody_signed_in_is_asked_unless_it_must_not_be() {
    let scene = Scene::new();
    scene.signed_on("").await;
    let guessed = format!("81890-sign-on={}", sessions::random_text());
    for cookies in ["", &guessed] {
        let (status, _, page) = scene.ask(cookies, "").await;
        assert_eq!((status, page.contains("password")), (StatusCode::OK, true));
        assert_eq!(scene.error(cookies).await.as_deref(), Some("login_required"));
    }
    let (_, headers, _) = scene.ask("", "none login").await;
    assert_eq!(said(&headers, "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn who_is_signed_in_is_asked_for_the_password_where_the_console_wants_it() {
    let scene = Scene::new();
    let (cookie, _) = scene.signed_on("").await;
    let (status, _, page) = scene.ask(&cookie, "login").await;
    assert_eq!((status, page.contains("password")), (StatusCode::OK, true));
}

#[tokio::test]
async fn a_password_makes_the_cookie_from_before_worthless_and_the_tabs_of_the_account_go_on() {
    let scene = Scene::new();
    let (planted, code) = scene.signed_on("").await;
    let (_, tokens) = scene.exchange(&code, VERIFIER).await;
    let (cookie, _) = scene.signed_on(&planted).await;
    assert_eq!(scene.error(&planted).await.as_deref(), Some("login_required"));
    assert_eq!(scene.error(&cookie).await, None);
    assert_eq!(scene.refresh(&text(&tokens, "refresh_token")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn leaving_in_one_tab_ends_every_tab_and_the_cookie() {
    let scene = Scene::new();
    let (cookie, code) = scene.signed_on("").await;
    let (_, one) = scene.exchange(&code, VERIFIER).await;
    let code = said(&scene.ask(&cookie, "none").await.1, "code").unwrap();
    let (_, other) = scene.exchange(&code, VERIFIER).await;
    let waiting = said(&scene.ask(&cookie, "none").await.1, "code").unwrap();
    let headers = scene.leave(&one, &cookie).await;
    assert!(headers["set-cookie"].to_str().unwrap().ends_with("Max-Age=0"));
    assert_eq!(scene.error(&cookie).await.as_deref(), Some("login_required"));
    assert_eq!(scene.refresh(&text(&other, "refresh_token")).await.1["error"], "invalid_grant");
    assert_eq!(scene.exchange(&waiting, VERIFIER).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_tab_whose_own_session_is_over_still_signs_the_browser_out() {
    let scene = Scene::new();
    let (cookie, code) = scene.signed_on("").await;
    let (_, tokens) = scene.exchange(&code, VERIFIER).await;
    scene.exchange(&code, VERIFIER).await;
    assert_eq!(scene.error(&cookie).await, None);
    scene.leave(&tokens, &cookie).await;
    assert_eq!(scene.error(&cookie).await.as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_browser_is_signed_in_while_a_tab_is_renewed_and_for_a_working_day_at_most() {
    let scene = Scene::new();
    let (idle, _) = scene.signed_on("").await;
    let (cookie, code) = scene.signed_on("").await;
    let (_, mut tokens) = scene.exchange(&code, VERIFIER).await;
    for quarters in 1..48 {
        scene.clock.advance(Duration::from_secs(15 * 60));
        tokens = scene.refresh(&text(&tokens, "refresh_token")).await.1;
        if quarters == 2 {
            assert_eq!(scene.error(&idle).await.as_deref(), Some("login_required"));
        }
    }
    // A tab that is opened late lasts no longer than the password.
    let code = said(&scene.ask(&cookie, "none").await.1, "code").unwrap();
    let (_, late) = scene.exchange(&code, VERIFIER).await;
    scene.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(scene.error(&cookie).await.as_deref(), Some("login_required"));
    assert_eq!(scene.refresh(&text(&late, "refresh_token")).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_asked_for_twice_in_one_address_is_told_as_a_page() {
    let scene = Scene::new();
    let query = encoded(&asked(BACK, VERIFIER));
    for path in
        [format!("/authorize?{query}&state=another"), "/logout?id_token_hint=1&id_token_hint=2".to_owned()]
    {
        let (status, headers, page) = scene.send(Request::get(path), String::new()).await;
        assert_eq!((status, headers.get("location")), (StatusCode::BAD_REQUEST, None));
        assert!(page.contains("<h1>"), "{page}");
    }
    let (status, _, page) = scene.send(form_to("/authorize"), format!("{query}&{query}")).await;
    assert_eq!((status, page.contains("<h1>")), (StatusCode::BAD_REQUEST, true), "{page}");
}

#[tokio::test]
async fn a_ticket_lets_somebody_in_once() {
    let scene = Scene::new();
    let ticket = sessions::random_text();
    let mut status = Vec::new();
    for password in ["wrong", &scene.password, &scene.password] {
        status.push(scene.fill_in_with(&ticket, password, "").await.0);
    }
    assert_eq!(status, [StatusCode::UNAUTHORIZED, StatusCode::SEE_OTHER, StatusCode::BAD_REQUEST]);
}

#[tokio::test]
async fn a_wrong_password_keeps_the_user_name() {
    let (_, _, page) = Scene::new().fill_in("wrong").await;
    assert!(page.contains("value=\"operator\"") && !page.contains("value=\"wrong\""), "{page}");
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_consoles() {
    let scene = Scene::new();
    for strange in
        ["http://elsewhere.example/console/login/back", "http://127.0.0.1:8189/console/login/back/", "x"]
    {
        let request = Request::get(format!("/authorize?{}", encoded(&asked(strange, VERIFIER))));
        let (status, headers, _) = scene.send(request, String::new()).await;
        assert_eq!((status, headers.get("location")), (StatusCode::BAD_REQUEST, None), "{strange}");
    }
}

#[tokio::test]
async fn a_challenge_in_the_clear_is_refused() {
    let scene = Scene::new();
    let mut plain = asked(BACK, VERIFIER);
    plain.last_mut().unwrap().1 = "plain".to_owned();
    let request = Request::get(format!("/authorize?{}", encoded(&plain)));
    let (_, headers, _) = scene.send(request, String::new()).await;
    assert_eq!(said(&headers, "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn what_was_asked_for_stays_text_in_the_page_and_comes_back_as_it_was() {
    let scene = Scene::new();
    let request = Request::get(format!("/authorize?{}", encoded(&asked(BACK, VERIFIER))));
    let (_, headers, page) = scene.send(request, String::new()).await;
    assert!(page.contains("where &quot;I&quot; was") && !page.contains("<script"), "{page}");
    assert!(headers["set-cookie"].to_str().unwrap().contains("HttpOnly; SameSite=Strict"));
    let (_, headers, _) = scene.fill_in(&scene.password).await;
    assert_eq!(said(&headers, "state").as_deref(), Some("where \"I\" was"));
}

#[tokio::test]
async fn a_form_of_another_page_is_not_tried() {
    let scene = Scene::new();
    let mut form = asked(BACK, VERIFIER);
    form.extend([("username", "operator"), ("password", &scene.password), ("ticket", "guessed")].map(owned));
    let (status, ..) = scene.send(form_to("/authorize"), encoded(&form)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn after_five_wrong_passwords_a_name_waits_even_with_the_right_one() {
    let scene = Scene::new();
    for _ in 0..5 {
        assert_eq!(scene.fill_in("wrong").await.0, StatusCode::UNAUTHORIZED);
    }
    let (status, headers, _) = scene.fill_in(&scene.password).await;
    assert_eq!((status, &headers["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &300.into()));
    scene.clock.advance(Duration::from_secs(300));
    assert_eq!(scene.fill_in(&scene.password).await.0, StatusCode::SEE_OTHER);
}

#[test]
fn a_hundred_wrong_passwords_in_a_minute_close_the_door_for_every_name() {
    let clock = Arc::new(ManualClock::default());
    let guesses = Guesses::new(Arc::clone(&clock) as Arc<dyn Clock>);
    for name in 0..100 {
        guesses.admit(&name.to_string()).unwrap();
    }
    assert_eq!(guesses.admit("another"), Err(Duration::from_secs(60)));
    clock.advance(Duration::from_secs(60));
    guesses.admit("another").unwrap();
}

#[tokio::test]
async fn who_is_signed_in_stays_so_over_a_restart() {
    let scene = Scene::new();
    let (cookie, code) = scene.signed_on("").await;
    let (_, tokens) = scene.exchange(&code, VERIFIER).await;
    let refresh = text(&tokens, "refresh_token");
    scene.stop();
    let file = scene.folder.path().join(SIGNED_IN);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let written = std::fs::read_to_string(&file).unwrap();
    let secrets = [refresh.split_once('.').unwrap().1, cookie.split_once('=').unwrap().1, &scene.password];
    assert!(secrets.iter().all(|secret| !written.contains(secret)), "{written}");

    let scene = scene.start(false);
    assert!(!scene.folder.path().join(SIGNED_IN).exists());
    assert_eq!(scene.error(&cookie).await, None);
    assert_eq!(scene.refresh(&refresh).await.0, StatusCode::OK);
    // A working day goes on from where it began.
    scene.stop();
    scene.clock.advance(ABSOLUTE);
    assert_eq!(scene.start(false).error(&cookie).await.as_deref(), Some("login_required"));
}

#[tokio::test]
async fn nobody_stays_signed_in_who_left_since_or_over_new_passwords_or_a_crash() {
    let scene = Scene::new();
    let (cookie, code) = scene.signed_on("").await;
    let (_, tokens) = scene.exchange(&code, VERIFIER).await;
    scene.stop();
    let scene = scene.start(false);
    scene.leave(&tokens, &cookie).await;
    let crashed = scene.start(false);
    assert_eq!(crashed.error(&cookie).await.as_deref(), Some("login_required"));

    let scene = crashed.start(true);
    let (cookie, code) = scene.signed_on("").await;
    let (_, tokens) = scene.exchange(&code, VERIFIER).await;
    scene.stop();
    let scene = scene.start(true);
    assert_eq!(scene.error(&cookie).await.as_deref(), Some("login_required"));
    assert_eq!(scene.refresh(&text(&tokens, "refresh_token")).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_file_that_nobody_can_read_signs_everybody_out_and_stops_no_start() {
    let scene = Scene::new();
    std::fs::write(scene.folder.path().join(SIGNED_IN), "{").unwrap();
    let scene = scene.start(true);
    assert_eq!(scene.exchange(&scene.code().await, VERIFIER).await.0, StatusCode::OK);
}
