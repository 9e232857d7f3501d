//! What the operations team does over HTTP, and what it sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::auth::Auth;
use chassis::bus::subscription::{Handle, Outcome, Subscription};
use chassis::clock::SystemClock;
use chassis::config::AuthConfig;
use chassis::ops::Ops;
use contracts::intake::{Cancelled, RequestReceived};
use contracts::streams::Stream;
use http::{Request, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::Clock as _;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use testkit::{TestDb, nats, wait};
use tower::ServiceExt as _;

use crate::host::{self, Noted, TestService};
use crate::{NoteReceived, PATIENCE, notes_reach};

/// The key pair of RFC 8037, appendix A: for tests alone.
const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const DURABLE: &str = "test-intake";

/// Refuses until it is mended.
struct Mendable(Arc<AtomicBool>);

impl Handle<Cancelled> for Mendable {
    type Error = Noted;

    async fn handle(&self, tx: &mut chassis::store::Tx, event: Cancelled) -> Result<(), Noted> {
        if self.0.load(Ordering::SeqCst) {
            host::note(tx, event.request.uuid()).await
        } else {
            Err(Noted(Outcome::Reject("no cancelling here".to_owned())))
        }
    }
}

#[derive(Clone, FromRef)]
struct App {
    ops: Ops,
    auth: Auth,
}

/// A service whose consumer refuses cancellations until it is mended, and its operations routes.
struct Desk {
    nats: nats::Server,
    service: TestService,
    mended: Arc<AtomicBool>,
    routes: Router,
}

impl Desk {
    async fn open(db: &TestDb) -> Self {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(db, &nats.url()).await;
        let mended = Arc::new(AtomicBool::new(false));
        let subscription = Subscription::new(DURABLE, Stream::Intake)
            .on::<RequestReceived, _>(NoteReceived)
            .on::<Cancelled, _>(Mendable(Arc::clone(&mended)));
        service.runtime.consume(subscription);
        let keys =
            json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "a", "x": PUBLIC }] });
        let config = AuthConfig {
            issuer: "https://id.example".into(),
            audience: "81890".into(),
            jwks: keys.to_string(),
            token_cache_max: std::num::NonZeroUsize::MIN,
            channels: std::collections::BTreeMap::new(),
        };
        let auth = Auth::open(&config, Arc::new(SystemClock)).await.unwrap();
        let app = App { ops: service.runtime.ops.clone(), auth };
        let routes = Router::from(chassis::ops::routes().with_state(app));
        Self { nats, service, mended, routes }
    }

    /// Lets a cancellation die, and gives the letter's id.
    async fn letter(&self) -> String {
        self.service.cancel().await;
        let died = async || {
            let page = self.get("operations", "/v1/dead-letters?state=open").await.1;
            page["items"].as_array().unwrap().last().map(|one| one["id"].as_str().unwrap().to_owned())
        };
        wait::until("the dead letter", PATIENCE, died).await.unwrap()
    }

    async fn get(&self, role: &str, path: &str) -> (StatusCode, Value) {
        self.send(role, Request::get(path), Body::empty()).await
    }

    async fn post(&self, role: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = Request::post(path).header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(role, request, body).await
    }

    async fn send(&self, role: &str, request: http::request::Builder, body: Body) -> (StatusCode, Value) {
        let request = request.header("authorization", format!("Bearer {}", token(role))).body(body).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }
}

fn token(role: &str) -> String {
    let claims = json!({
        "iss": "https://id.example", "aud": "81890", "sub": "0198c5c0-0000-7000-8000-000000000001",
        "exp": SystemClock.now().as_secs() + 600, "roles": [role],
    });
    // PKCS #8 around the 32 bytes of the key (RFC 8410).
    let mut der = vec![48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
    der.extend(URL_SAFE_NO_PAD.decode(PRIVATE).unwrap());
    let header = Header { kid: Some("a".into()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&der)).unwrap()
}

testkit::on_both_databases! {
    async fn a_letter_is_shown_to_auditors_and_driven_again_by_operations(db: TestDb) {
        let desk = Desk::open(&db).await;
        let id = desk.letter().await;
        let (_, shown) = desk.get("auditor", &format!("/v1/dead-letters/{id}")).await;
        assert_eq!((&shown["state"], &shown["reason"]), (&json!("open"), &json!("no cancelling here")));
        assert!(shown["payload"]["request"].is_string() && shown["headers"]["ce-id"].is_array(), "{shown}");
        assert_eq!(shown["allowed_actions"], json!([]));
        let redrive = format!("/v1/dead-letters/{id}/redrive");
        assert_eq!(desk.post("auditor", &redrive, None).await.0, StatusCode::FORBIDDEN);
        assert_eq!(desk.get("operator", "/v1/dead-letters").await.0, StatusCode::FORBIDDEN);

        let (status, refused) = desk.post("operations", &redrive, None).await;
        assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("still-refused")));
        desk.mended.store(true, Ordering::SeqCst);
        let (_, first) = desk.post("operations", &redrive, None).await;
        assert_eq!((&first["already"], &first["letter"]["effect"]), (&json!(false), &json!("done")));
        let (_, again) = desk.post("operations", &redrive, None).await;
        assert_eq!((&again["already"], &again["letter"]), (&json!(true), &first["letter"]));
        assert_eq!(desk.service.notes().await, 1);
        desk.service.stop().await;
    }

    async fn i2_people_who_drive_one_letter_at_once_make_one_effect(db: TestDb) {
        let desk = Desk::open(&db).await;
        let path = format!("/v1/dead-letters/{}/redrive", desk.letter().await);
        desk.mended.store(true, Ordering::SeqCst);
        let answers = futures::future::join_all((0..8).map(|_| desk.post("operations", &path, None))).await;
        let first = answers.iter().filter(|(_, answer)| answer["already"] == false).count();
        assert!(answers.iter().all(|(status, _)| *status == StatusCode::OK), "{answers:?}");
        assert_eq!((first, desk.service.notes().await), (1, 1));
        desk.service.stop().await;
    }

    async fn many_letters_are_driven_again_each_on_its_own(db: TestDb) {
        let desk = Desk::open(&db).await;
        let id = desk.letter().await;
        desk.mended.store(true, Ordering::SeqCst);
        let nobody = uuid::Uuid::nil();
        let (_, answer) = desk.post("operations", "/v1/dead-letters/redrive", Some(json!({ "ids": [nobody, id] }))).await;
        let items = answer["items"].as_array().unwrap();
        assert_eq!((&items[0]["status"], &items[0]["problem"]["code"]), (&json!(404), &json!("no-such-dead-letter")));
        assert_eq!((&items[1]["status"], &items[1]["result"]["already"]), (&json!(200), &json!(false)));
        for ids in [vec![], vec![nobody; 101]] {
            let (status, _) = desk.post("operations", "/v1/dead-letters/redrive", Some(json!({ "ids": ids }))).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        desk.service.stop().await;
    }

    async fn a_discarded_letter_stays_with_its_reason_even_when_its_stream_is_refilled(db: TestDb) {
        let mut desk = Desk::open(&db).await;
        let id = desk.letter().await;
        let (discard, reason) = (format!("/v1/dead-letters/{id}/discard"), json!({ "reason": "sent by mistake" }));
        assert_eq!(desk.post("operations", &discard, Some(json!({ "reason": " " }))).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (_, first) = desk.post("operations", &discard, Some(reason.clone())).await;
        assert_eq!((&first["already"], &first["letter"]["discard_reason"]), (&json!(false), &json!("sent by mistake")));
        assert_eq!(desk.post("operations", &discard, Some(reason)).await.1["already"], true);
        let (status, _) = desk.post("operations", &format!("/v1/dead-letters/{id}/redrive"), None).await;
        assert_eq!(status, StatusCode::CONFLICT);

        desk.nats.kill9().unwrap();
        desk.nats.wipe_store().unwrap();
        desk.nats.restart().await.unwrap();
        desk.service.emit(1).await;
        notes_reach(&desk.service, 1).await;
        let (_, all) = desk.get("auditor", &format!("/v1/dead-letters?consumer={DURABLE}")).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 1, "{all}");
        desk.service.stop().await;
    }

    async fn the_inbox_forgets_by_the_machines_clock_as_the_streams_do(db: TestDb) {
        let began = SystemClock.now();
        let desk = Desk::open(&db).await;
        desk.service.emit(3).await;
        notes_reach(&desk.service, 3).await;
        let store = &desk.service.runtime.db;
        assert_eq!(store.inbox_prune(began).await.unwrap(), 0, "the city's clock stands in the past");
        assert_eq!(store.inbox_prune(SystemClock.now()).await.unwrap(), 3);
        desk.service.stop().await;
    }

    async fn i6_the_balance_of_a_consumer_comes_out_and_shows_a_lost_effect(db: TestDb) {
        let desk = Desk::open(&db).await;
        desk.service.emit(30).await;
        notes_reach(&desk.service, 30).await;
        desk.letter().await;
        let client = desk.nats.client().await.unwrap();
        client.publish("intake.request-cancelled.v1.330200.x", "{bad".into()).await.unwrap();
        client.flush().await.unwrap();
        let settled = async || {
            let balance = desk.service.runtime.ops.balance(DURABLE, 1_000).await.unwrap();
            (balance.dead_lettered == 2 && balance.owed == 0).then_some(balance)
        };
        let balance = wait::until("the balance", PATIENCE, settled).await.unwrap();
        assert_eq!((balance.received, balance.done, balance.waiting, balance.missing), (32, 30, 0, 0));
        assert!(balance.whole);

        let lose = "DELETE FROM inbox WHERE event_id = (SELECT event_id FROM inbox LIMIT 1)";
        let writer = sea_orm::Database::connect(db.url()).await.unwrap();
        writer.execute_unprepared(lose).await.unwrap();
        let (_, seen) = desk.get("auditor", "/v1/consumers").await;
        assert_eq!((&seen["balanced"], &seen["items"][0]["missing"]), (&json!(false), &json!(1)), "{seen}");
        desk.service.stop().await;
    }

    async fn people_who_ask_for_the_balance_at_once_each_get_all_of_it(db: TestDb) {
        let desk = Desk::open(&db).await;
        desk.service.emit(30).await;
        notes_reach(&desk.service, 30).await;
        let answers = futures::future::join_all((0..4).map(|_| desk.get("operations", "/v1/consumers"))).await;
        for (status, seen) in answers {
            let received = &seen["items"][0]["received"];
            assert_eq!((status, received), (StatusCode::OK, &json!(30)), "{seen}");
        }
        desk.service.stop().await;
    }
}

/// How the service says it is, once that is as wanted.
async fn overview_is(desk: &Desk, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let reached = async || {
        let (status, seen) = desk.get("operations", "/v1/operations").await;
        assert_eq!(status, StatusCode::OK, "{seen}");
        wanted(&seen).then_some(seen)
    };
    wait::until(what, PATIENCE, reached).await.unwrap()
}

testkit::on_both_databases! {
    async fn an_instance_says_which_it_is_and_how_its_parts_are(db: TestDb) {
        let desk = Desk::open(&db).await;
        desk.service.runtime.show("platform.test.left", "s", "What is left.", || 7.5);
        desk.letter().await;
        let letters = |seen: &Value| seen["consumers"][0]["dead_letters"] == 1;
        let seen = overview_is(&desk, "the letter", letters).await;
        assert_eq!((&seen["service"], &seen["version"]), (&json!("test"), &json!("0.1.0")));
        let info = format!(r#"service_instance_id="{}""#, seen["instance"].as_str().unwrap());
        assert!(desk.service.runtime.metrics.render().contains(&info), "{info}");
        let kind = if db.url().starts_with("sqlite") { "sqlite" } else { "postgresql" };
        assert_eq!(seen["database"], json!({ "kind": kind, "answers": true }));
        assert_eq!((&seen["ready"], &seen["checks"][0]["state"]), (&json!(true), &json!("ready")));
        assert_eq!(seen["gauges"], json!([{ "name": "platform.test.left", "unit": "s", "value": 7.5 }]));
        assert_eq!((&seen["downgrades"], &seen["projections"]), (&json!([]), &json!([])));
        let owned = |seen: &Value| seen["streams"].as_array().unwrap().len() == host::OWNED.len();
        overview_is(&desk, "its streams", owned).await;

        assert_eq!(desk.get("auditor", "/v1/operations").await.0, StatusCode::OK);
        assert_eq!(desk.get("operator", "/v1/operations").await.0, StatusCode::FORBIDDEN);
        desk.service.stop().await;
    }

    async fn an_outbox_that_waits_and_a_bus_that_is_away_are_seen_and_gone_when_it_is_back(db: TestDb) {
        let mut desk = Desk::open(&db).await;
        overview_is(&desk, "an empty outbox", |seen| seen["outbox"]["waiting"] == 0).await;
        desk.nats.kill9().unwrap();
        desk.service.emit(2).await;
        let seen = overview_is(&desk, "two that wait", |seen| seen["outbox"]["waiting"] == 2).await;
        assert_eq!(seen["bus"], json!({ "connected": false }));
        let bus = &seen["checks"][0];
        assert_eq!((&seen["ready"], &bus["name"], &bus["state"]), (&json!(false), &json!("bus"), &json!("not_ready")));
        desk.nats.restart().await.unwrap();
        let seen = overview_is(&desk, "none that waits", |seen| seen["outbox"]["waiting"] == 0).await;
        assert_eq!(seen["outbox"]["oldest_age_ms"], 0);
        desk.service.stop().await;
    }
}

/// Asks for an hour more each time.
struct Later;

impl Handle<Cancelled> for Later {
    type Error = Noted;

    async fn handle(&self, _: &mut chassis::store::Tx, _: Cancelled) -> Result<(), Noted> {
        Err(Noted(Outcome::RetryAfter(Duration::from_secs(3_600), "not yet".to_owned())))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_shows_what_it_owes_and_the_age_of_the_oldest() {
    let db = TestDb::sqlite().unwrap();
    let desk = Desk::open(&db).await;
    let waits = "test-waits";
    desk.service.runtime.consume(Subscription::new(waits, Stream::Intake).on::<Cancelled, _>(Later));
    desk.service.emit(3).await;
    desk.service.cancel().await;
    let of = |seen: &Value| {
        let consumers = seen["consumers"].as_array().unwrap();
        consumers.iter().find(|one| one["consumer"] == waits).unwrap()["flow"].clone()
    };
    let seen = overview_is(&desk, "one that waits", |seen| of(seen)["oldest_age_ms"].is_u64()).await;
    let flow = of(&seen);
    assert_eq!((&flow["undelivered"], &flow["unacked"]), (&json!(0), &json!(1)), "{flow}");
    // The other consumer of the stream has done with all of it.
    let done = &seen["consumers"][0]["flow"];
    assert!(done["oldest_age_ms"].is_null() && done["undelivered"] == 0, "{done}");
    let older = |seen: &Value| of(seen)["oldest_age_ms"].as_u64() > flow["oldest_age_ms"].as_u64();
    overview_is(&desk, "a growing age", older).await;
    desk.service.stop().await;
}

/// The figure of that name and labels on the metrics page.
pub(crate) fn figure(service: &TestService, series: &str) -> Option<f64> {
    let page = service.runtime.metrics.render();
    page.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
}

async fn figure_is(service: &TestService, series: &str, wanted: f64) {
    let reached = async || (figure(service, series) == Some(wanted)).then_some(());
    let what = format!("{series} {wanted}");
    wait::until(&what, PATIENCE, reached).await.unwrap_or_else(|error| {
        panic!("{error}\n{}", service.runtime.metrics.render());
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metrics_tell_what_waits_what_was_done_and_what_was_healed() {
    let db = TestDb::sqlite().unwrap();
    let mut desk = Desk::open(&db).await;
    desk.service.emit(3).await;
    desk.letter().await;
    let consumed = |outcome| {
        format!(
            r#"messaging_client_consumed_messages_total{{messaging_consumer_group_name="test-intake",messaging_system="nats",platform_messaging_outcome="{outcome}"}}"#
        )
    };
    figure_is(&desk.service, &consumed("done"), 3.0).await;
    figure_is(&desk.service, &consumed("dead"), 1.0).await;
    figure_is(
        &desk.service,
        r#"platform_dead_letters_open{messaging_consumer_group_name="test-intake"}"#,
        1.0,
    )
    .await;
    let stream = r#"{messaging_destination_template="INTAKE",messaging_system="nats"}"#;
    figure_is(&desk.service, &format!("messaging_client_sent_messages_total{stream}"), 4.0).await;
    figure_is(&desk.service, &format!("platform_stream_healed_total{stream}"), 0.0).await;
    figure_is(&desk.service, "platform_outbox_waiting", 0.0).await;

    desk.nats.kill9().unwrap();
    desk.service.emit(2).await;
    figure_is(&desk.service, "platform_outbox_waiting", 2.0).await;
    figure_is(&desk.service, "platform_bus_connected", 0.0).await;
    desk.nats.wipe_store().unwrap();
    desk.nats.restart().await.unwrap();
    figure_is(&desk.service, &format!("platform_stream_healed_total{stream}"), 1.0).await;
    figure_is(&desk.service, "platform_outbox_waiting", 0.0).await;
    assert!(figure(&desk.service, r#"platform_build_info{version="0.1.0"}"#).is_some());
    assert!(figure(&desk.service, r#"db_client_connection_count{db_client_connection_pool_name="read",db_client_connection_state="idle"}"#).is_some());
    desk.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_another_message_at_the_place_of_a_buried_one_is_buried_too() {
    let db = TestDb::sqlite().unwrap();
    let mut desk = Desk::open(&db).await;
    for (poison, letters) in [("{bad", 1), ("{worse", 2)] {
        let client = desk.nats.client().await.unwrap();
        let stored = async || {
            testkit::raw::store(&client, "intake.request-cancelled.v1.330200.x", &[], poison).await.ok()
        };
        // Into a stream made anew each time, as its first message.
        assert_eq!(wait::until("the stream", PATIENCE, stored).await.unwrap(), 1);
        let buried = async || {
            (desk.service.runtime.db.dead_letter_count(None).await.unwrap() == letters).then_some(())
        };
        wait::until("the dead letter", PATIENCE, buried).await.unwrap();
        desk.nats.kill9().unwrap();
        desk.nats.wipe_store().unwrap();
        desk.nats.restart().await.unwrap();
    }
    desk.service.stop().await;
}

/// Always asks for more time.
struct NotYet;

impl Handle<Cancelled> for NotYet {
    type Error = Noted;

    async fn handle(&self, _: &mut chassis::store::Tx, _: Cancelled) -> Result<(), Noted> {
        Err(Noted(Outcome::RetryAfter(Duration::from_millis(5), "not yet".to_owned())))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_an_event_whose_last_delivery_is_reached_ends_as_a_dead_letter() {
    let nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let db = TestDb::sqlite().unwrap();
    let service = TestService::start(&db, &nats.url()).await;
    service.runtime.consume(Subscription::new(DURABLE, Stream::Intake).on::<Cancelled, _>(NotYet));
    service.cancel().await;
    let died = async || service.runtime.db.dead_letters(None, 1).await.unwrap().pop();
    let letter = wait::until("the dead letter", PATIENCE, died).await.unwrap();
    assert_eq!((letter.deliveries, letter.reason.as_str()), (20, "given up after 20 deliveries: not yet"));
    service.stop().await;
}
