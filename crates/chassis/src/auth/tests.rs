use std::num::NonZeroUsize;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use testkit::ManualClock;
use tower::ServiceExt;

use super::*;
use crate::config::{ChannelConfig, ChannelKeyConfig, Secret};
use crate::http::Problem;

/// The key pair of RFC 8037, appendix A: for tests alone.
const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const OLD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW_SECRET: &str = "whsec_bmV3LWtleS1uZXcta2V5LW5ldy1rZXkt";
const BODY: &str = r#"{"item":"lock-opening"}"#;

fn key_set(id: &str) -> Value {
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": id, "x": PUBLIC }] })
}

fn config(jwks: String) -> AuthConfig {
    let key = |id: &str, secret: &str| ChannelKeyConfig { id: id.into(), secret: Secret::from(secret) };
    let hotline = ChannelConfig { keys: vec![key("old", OLD_SECRET), key("new", NEW_SECRET)] };
    AuthConfig {
        issuer: "https://id.example".into(),
        audience: "81890".into(),
        jwks,
        token_cache_max: NonZeroUsize::new(10).unwrap(),
        channels: [(Channel::Hotline, hotline)].into(),
    }
}

async fn auth() -> (Auth, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::default());
    (Auth::open(&config(key_set("a").to_string()), clock.clone()).await.unwrap(), clock)
}

fn token(key_id: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = json!({
        "iss": "https://id.example", "aud": "81890", "sub": "0198c5c0-0000-7000-8000-000000000001",
        "exp": ManualClock::default().now().as_secs() + 600, "roles": ["operator"], "city": 330_200,
    });
    change(&mut claims);
    // PKCS #8 around the 32 bytes of the key (RFC 8410).
    let mut der = vec![48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
    der.extend(URL_SAFE_NO_PAD.decode(PRIVATE).unwrap());
    let header = Header { kid: Some(key_id.into()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&der)).unwrap()
}

async fn verified(auth: &Auth, token: &str) -> Result<Principal, TokenError> {
    auth.0.tokens.verify(token).await
}

/// Sends a request to a service that lets channels and operators in, behind a gateway that knows it as
/// `/intake`: what the gateway takes off is not signed.
async fn send(auth: &Auth, request: Request) -> Response {
    let whoever = async |caller: Caller| match caller.require(Permission::CreateRequest) {
        Ok(()) => Ok(format!("{} {:?}", caller.actor, caller.signed)),
        Err(problem) => Err(problem),
    };
    let staff = async |staff: Staff| staff.require(Permission::Dispatch).map(|who| who.actor.to_string());
    let routes =
        Router::new().route("/v1/requests", post(whoever).get(whoever)).route("/v1/jobs", get(staff));
    Router::new().nest("/intake", routes).with_state(auth.clone()).oneshot(request).await.unwrap()
}

fn code(response: &Response) -> &'static str {
    response.extensions().get::<Problem>().map_or("none", |problem| problem.kind().code)
}

const SENT: webhook::Outgoing<'static> = webhook::Outgoing {
    channel: Channel::Hotline,
    id: "nonce-1",
    timestamp: 1_795_395_600,
    method: "POST",
    target: "/v1/requests?city=330200",
    body: BODY.as_bytes(),
};

fn key(secret: &str) -> webhook::Key {
    webhook::Key::try_new(&Secret::from(secret)).unwrap()
}

/// A request whose headers were signed for `signed`.
fn signed(secret: &str, signed: &webhook::Outgoing<'_>) -> Request {
    let mut request = Request::builder().method(SENT.method).uri(format!("/intake{}", SENT.target));
    for (name, value) in webhook::sign(&key(secret), signed) {
        request = request.header(name, value);
    }
    request.body(Body::from(BODY)).unwrap()
}

#[tokio::test]
async fn a_token_says_who_calls_and_for_which_city() {
    let (auth, _) = auth().await;
    let operator = verified(&auth, &token("a", |_| {})).await.unwrap();
    assert_eq!((operator.roles, operator.city.map(City::code)), (vec![Role::Operator], Some(330_200)));
    let merchant = token("a", |claims| {
        claims["roles"] = json!(["merchant"]);
        claims["merchant"] = json!("0198c5c0-0000-7000-8000-0000000000aa");
    });
    assert!(matches!(verified(&auth, &merchant).await.unwrap().actor, Actor::Merchant { .. }));
}

#[tokio::test]
async fn a_token_says_what_colleagues_call_the_person_and_no_long_name() {
    let (auth, _) = auth().await;
    let long = "王".repeat(50);
    for (name, username, shown) in [
        ("王芳", "wang", Some("王芳")),
        (" ", "wang", Some("wang")),
        ("", "", None),
        (&long, "", Some(&long[..120])),
    ] {
        let named = token("a", |claims| {
            claims["name"] = json!(name);
            claims["preferred_username"] = json!(username);
        });
        let principal = verified(&auth, &named).await.unwrap();
        assert_eq!(principal.name.as_ref().map(|name| name.in_the_clear()), shown);
        assert!(!format!("{principal:?}").contains("wang"));
    }
}

#[tokio::test]
async fn an_account_of_a_company_that_is_no_merchant_yet_speaks_for_the_merchant_of_its_own_id() {
    let (auth, _) = auth().await;
    let applicant =
        verified(&auth, &token("a", |claims| claims["roles"] = json!(["merchant"]))).await.unwrap();
    let own = MerchantId::from_u128(0x0198_c5c0_0000_7000_8000_0000_0000_0001);
    assert_eq!((applicant.actor, applicant.merchant), (Actor::Merchant { id: own }, Some(own)));
}

#[tokio::test]
async fn a_token_meant_for_others_or_grown_in_rights_is_refused() {
    let (auth, _) = auth().await;
    let changes: [fn(&mut Value); 7] = [
        |claims| claims["iss"] = json!("https://other.example"),
        |claims| claims["aud"] = json!("another"),
        |claims| claims["roles"] = json!([]),
        |claims| claims["roles"] = json!(["service"]),
        |claims| claims["roles"] = json!(["channel"]),
        |claims| claims["roles"] = json!(["merchant", "operator"]),
        |claims| claims["merchant"] = json!("0198c5c0-0000-7000-8000-0000000000aa"),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(verified(&auth, &token("a", change)).await, Err(TokenError::Invalid), "change {number}");
    }
}

#[tokio::test]
async fn a_token_signed_by_nobody_we_know_is_refused() {
    let (auth, _) = auth().await;
    assert_eq!(verified(&auth, &token("b", |_| {})).await, Err(TokenError::Invalid));
    let good = token("a", |_| {});
    let (signed, _) = good.rsplit_once('.').unwrap();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"a"}"#);
    let claims = signed.split_once('.').unwrap().1;
    for forged in [format!("{signed}.AAAA"), format!("{header}.{claims}."), "x".into(), "a".repeat(9_000)] {
        assert_eq!(verified(&auth, &forged).await, Err(TokenError::Invalid), "{forged}");
    }
}

#[tokio::test]
async fn a_remembered_token_expires_like_any_other() {
    let (auth, clock) = auth().await;
    let token = token("a", |_| {});
    assert!(verified(&auth, &token).await.is_ok());
    clock.advance(Duration::from_secs(629));
    assert!(verified(&auth, &token).await.is_ok());
    clock.advance(Duration::from_secs(1));
    assert_eq!(verified(&auth, &token).await, Err(TokenError::Expired));
}

#[tokio::test(start_paused = true)]
async fn a_new_key_of_the_issuer_is_found_without_a_restart() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), key_set("a").to_string()).unwrap();
    let config = config(file.path().display().to_string());
    let auth = Auth::open(&config, Arc::new(ManualClock::default())).await.unwrap();
    std::fs::write(file.path(), key_set("b").to_string()).unwrap();
    assert_eq!(verified(&auth, &token("b", |_| {})).await, Err(TokenError::Invalid));
    tokio::time::advance(Duration::from_secs(31)).await;
    assert!(verified(&auth, &token("b", |_| {})).await.is_ok());
    assert_eq!(verified(&auth, &token("a", |_| {})).await, Err(TokenError::Invalid));
    std::fs::write(file.path(), "gone").unwrap();
    tokio::time::advance(Duration::from_secs(601)).await;
    assert!(verified(&auth, &token("b", |claims| claims["city"] = json!(330_100))).await.is_ok());
}

#[tokio::test]
async fn a_channels_request_is_known_by_either_of_its_keys() {
    let (auth, _) = auth().await;
    for secret in [OLD_SECRET, NEW_SECRET] {
        let response = send(&auth, signed(secret, &SENT)).await;
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(body, "channel:hotline Some((Hotline, \"nonce-1\"))");
    }
}

#[tokio::test]
async fn a_signature_is_good_for_one_request_only() {
    let (auth, _) = auth().await;
    let others = [
        webhook::Outgoing { method: "PUT", ..SENT },
        webhook::Outgoing { target: "/v1/requests", ..SENT },
        webhook::Outgoing { target: "/v1/requests?city=330100", ..SENT },
        webhook::Outgoing { body: b"{}", ..SENT },
    ];
    for other in others {
        assert_eq!(code(&send(&auth, signed(OLD_SECRET, &other)).await), "bad-signature", "{other:?}");
    }
    let strange = "whsec_c29tZWJvZHktZWxzZS1zb21lYm9keS1lbHNl";
    assert_eq!(code(&send(&auth, signed(strange, &SENT)).await), "bad-signature");
}

#[tokio::test]
async fn a_signature_is_good_for_five_minutes_either_way() {
    let (auth, _) = auth().await;
    for (seconds, expected) in
        [(-301, "stale-signature"), (-300, "none"), (300, "none"), (301, "stale-signature")]
    {
        let sent = webhook::Outgoing { timestamp: SENT.timestamp + seconds, ..SENT };
        assert_eq!(code(&send(&auth, signed(OLD_SECRET, &sent)).await), expected, "{seconds}");
    }
    for timestamp in [i64::MIN, i64::MAX] {
        let sent = webhook::Outgoing { timestamp, ..SENT };
        assert_eq!(code(&send(&auth, signed(OLD_SECRET, &sent)).await), "stale-signature");
    }
}

#[tokio::test]
async fn who_brings_nothing_and_who_is_unknown_are_told_apart() {
    let (auth, _) = auth().await;
    let bare = Request::post("/intake/v1/requests").body(Body::empty()).unwrap();
    let response = send(&auth, bare).await;
    assert_eq!((response.status().as_u16(), code(&response)), (401, "unsigned"));
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    let other = webhook::Outgoing { channel: Channel::Baidu, ..SENT };
    assert_eq!(code(&send(&auth, signed(OLD_SECRET, &other)).await), "unknown-channel");
}

#[tokio::test]
async fn a_refused_signature_says_what_to_look_at_and_nothing_of_the_keys() {
    let (auth, _) = auth().await;
    let changed = |name: &'static str, value: Option<&str>| {
        let mut request = signed(OLD_SECRET, &SENT);
        match value {
            Some(value) => request.headers_mut().insert(name, value.parse().unwrap()),
            None => request.headers_mut().remove(name),
        };
        request
    };
    let digest = format!("v1,{}", "A".repeat(43) + "=");
    for (request, kind, said) in [
        (changed("webhook-id", None), "unsigned", "the signature lacks webhook-id"),
        (changed("x-channel", Some("fax")), "unknown-channel", "x-channel is none of ours"),
        (changed("x-channel", Some("baidu")), "unknown-channel", "no key of channel baidu"),
        (changed("webhook-timestamp", Some("now")), "bad-signature", "webhook-timestamp is not a number"),
        (changed("webhook-timestamp", Some("1795395000")), "stale-signature", "is 600 s from the clock here"),
        (changed("webhook-id", Some(&"x".repeat(65))), "bad-signature", "webhook-id has 1 to 64 bytes"),
        (changed("webhook-signature", Some("sha256=00")), "bad-signature", "is not v1, followed by"),
        (changed("webhook-signature", Some("v1,AAAA")), "bad-signature", "is not v1, followed by"),
        (
            changed("webhook-signature", Some(&digest)),
            "bad-signature",
            r#""POST /v1/requests?city=330200\n""#,
        ),
        (changed("webhook-signature", Some(&digest)), "bad-signature", "the body of 23 bytes"),
    ] {
        let response = send(&auth, request).await;
        let detail = response.extensions().get::<Problem>().unwrap().detail_text().unwrap();
        assert_eq!(code(&response), kind, "{detail}");
        assert!(detail.contains(said), "{detail}");
    }
}

#[tokio::test]
async fn being_known_is_not_being_allowed() {
    let (auth, _) = auth().await;
    let with = |token: &str| {
        let request =
            Request::get("/intake/v1/jobs").header(header::AUTHORIZATION, format!("bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(send(&auth, with(&token("a", |_| {}))).await.status().as_u16(), 200);
    let auditor = token("a", |claims| claims["roles"] = json!(["auditor"]));
    let refused = send(&auth, with(&auditor)).await;
    assert_eq!((refused.status().as_u16(), code(&refused)), (403, "forbidden"));
    let detail = refused.extensions().get::<Problem>().unwrap().detail_text().unwrap();
    assert_eq!(detail, "dispatch is not among what this account may do");
    assert_eq!(code(&send(&auth, with("nonsense")).await), "bad-token");
}

#[tokio::test]
async fn a_body_is_read_only_where_it_is_declared_as_json() {
    let (auth, _) = auth().await;
    let operator = format!("bearer {}", token("a", |_| {}));
    for (declared, refused) in [
        (None, Some("unsupported-media-type")),
        (Some("text/plain"), Some("unsupported-media-type")),
        (Some("application/json; charset=utf-8"), None),
    ] {
        let mut by_token =
            Request::post("/").header(header::AUTHORIZATION, &operator).body(BODY.into()).unwrap();
        let mut by_signature =
            signed(OLD_SECRET, &webhook::Outgoing { target: "/intake/v1/requests", ..SENT });
        *by_signature.uri_mut() = "/intake/v1/requests".parse().unwrap();
        for request in [&mut by_token, &mut by_signature] {
            if let Some(declared) = declared {
                request.headers_mut().insert(header::CONTENT_TYPE, declared.parse().unwrap());
            }
        }
        for request in [by_token, by_signature] {
            let read = Caller::from_request(request, &auth).await.unwrap().json::<Value>();
            assert_eq!(read.err().map(|problem| problem.kind().code), refused, "{declared:?}");
        }
    }
}
