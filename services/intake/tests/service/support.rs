//! A running intake service, and what the test hands in or says on the bus.

use std::sync::Arc;
use std::time::Duration;

use chassis::config;
use chassis::config::{HttpConfig, OpsConfig, ShutdownConfig};
use chassis::entry::Definition as _;
use chassis::service::Host;
use chassis::service::Runtime;
use chassis::store::{Db, idempotency::Key, migrate};
use contracts::{Event, streams::Stream};
use intake::usecases::{self, CancelRequest, Incoming, Nonce};
use intake::{App, Config, Intake as Definition, Migrator, assemble, router};
use intake_domain::{ContactDraft, Kind, Mode, Request, TimelineEntry};
use kernel::{Actor, Channel, City, PersonalText, RequestId, Version};
use testkit::identity::{self, CHANNEL_SECRET};
use testkit::nats::{Options, Server};
use testkit::wait::until;
use testkit::{ManualClock, SeededIds, TestDb};
use uuid::Uuid;

/// How long the slowest machine may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An interval of looks that no test waits for.
pub(crate) const NEVER_MS: u64 = 60_000;

/// What the codes are made with.
const TRACKING_KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

/// A running instance, with the servers that it stands on.
pub(crate) struct Intake {
    one: Instance,
    pub(crate) nats: Server,
    db: TestDb,
}

impl core::ops::Deref for Intake {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.one
    }
}

impl Intake {
    pub(crate) async fn start(db: TestDb) -> Self {
        Self::start_with(db, Server::start(Options::default()).await.unwrap()).await
    }

    pub(crate) async fn start_with(db: TestDb, nats: Server) -> Self {
        let one = Instance::start(&db, &nats, 7, NEVER_MS).await;
        Self { one, nats, db }
    }

    /// Another instance on the same database, on this bus.
    pub(crate) async fn beside(&self, nats: &Server, look_every_ms: u64) -> Instance {
        Instance::start(&self.db, nats, 8, look_every_ms).await
    }

    /// A connection past the service.
    pub(crate) async fn raw(&self) -> sea_orm::DatabaseConnection {
        sea_orm::Database::connect(self.db.url()).await.unwrap()
    }

    /// Says an event under this id; the stream keeps every copy of it.
    pub(crate) async fn say<E: Event>(&self, id: u128, event: &E) {
        let id = Uuid::from_u128(id).to_string();
        let headers = [
            ("ce-specversion", "1.0"),
            ("ce-id", id.as_str()),
            ("ce-source", "/81890/test"),
            ("ce-type", E::TYPE),
            ("ce-time", "2026-11-23T01:00:00Z"),
        ];
        let client = self.nats.client().await.unwrap();
        let payload = serde_json::to_vec(event).unwrap();
        testkit::raw::store(&client, &event.subject(), &headers, payload).await.unwrap();
    }

    pub(crate) async fn stop(self) {
        self.one.stop().await;
    }
}

/// One instance of the service.
pub(crate) struct Instance {
    pub(crate) app: App,
    pub(crate) runtime: Runtime,
    pub(crate) router: axum::Router,
    pub(crate) http: HttpConfig,
    pub(crate) ops: OpsConfig,
    limits: ShutdownConfig,
    pub(crate) clock: Arc<ManualClock>,
}

impl Instance {
    async fn start(db: &TestDb, nats: &Server, seed: u64, look_every_ms: u64) -> Self {
        let keys = format!("keys = [{{ id = \"test\", secret = \"{CHANNEL_SECRET}\" }}]");
        let channels = format!("{{ wechat = {{ {keys} }}, alipay = {{ {keys} }} }}");
        let given = [
            ("INTAKE__DATABASE__URL".to_owned(), db.url().to_owned()),
            ("INTAKE__HTTP__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("INTAKE__OPS__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("INTAKE__AUTH__JWKS".to_owned(), identity::jwks()),
            ("INTAKE__AUTH__CHANNELS".to_owned(), channels),
            ("INTAKE__NATS__URL".to_owned(), nats.url()),
            ("INTAKE__NATS__RECONNECT_WAIT_MS_MAX".to_owned(), "200".to_owned()),
            ("INTAKE__TRACKING__KEYS".to_owned(), format!("[\"{TRACKING_KEY}\"]")),
            ("INTAKE__TRACKING__WRONG_PER_MINUTE_MAX".to_owned(), "3".to_owned()),
            ("INTAKE__LIVE__LOOK_EVERY_MS".to_owned(), look_every_ms.to_string()),
        ];
        let config: Config =
            config::load(Definition::NAME, Definition::DEFAULTS, None, given.into_iter()).unwrap();
        let clock = Arc::new(ManualClock::default());
        let ids = Arc::new(SeededIds::new(seed, clock.clone()));
        let host = Host { clock: clock.clone(), wall: clock.clone(), ids };
        let schema = Db::open(&config.database, host.clock.clone(), host.ids.clone()).await.unwrap();
        migrate::migrate::<Migrator>(&schema, &config.database).await.unwrap();
        schema.close().await;
        let (app, runtime) = assemble(&config, host).await.unwrap();
        let router = router(&config, app.clone(), &runtime);
        let Config { http, ops, shutdown: limits, .. } = config;
        Self { app, runtime, router, http, ops, limits, clock }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.runtime.db
    }

    pub(crate) async fn request(&self, id: RequestId) -> Request {
        usecases::find(self.db(), city(), id).await.unwrap()
    }

    pub(crate) async fn kinds(&self, id: RequestId) -> Vec<Kind> {
        let entries = self.entries(id).await;
        assert!(entries.iter().map(|entry| entry.seq.0).eq(1..=u64::try_from(entries.len()).unwrap()));
        entries.into_iter().map(|entry| entry.kind).collect()
    }

    /// The whole timeline of a request.
    pub(crate) async fn entries(&self, id: RequestId) -> Vec<TimelineEntry> {
        usecases::timeline(self.db(), city(), id, Version(0)).await.unwrap()
    }

    /// Waits until broadcasts are heard: what is said before is lost.
    pub(crate) async fn hears(&self) {
        until("the bus", PATIENCE, async || self.runtime.bus.is_connected().then_some(())).await.unwrap();
        self.runtime.bus.client().flush().await.unwrap();
    }

    /// Withdraws a request past HTTP.
    pub(crate) async fn cancel(&self, request: RequestId) {
        let by = Actor::Channel { channel: Channel::Wechat };
        let reason = PersonalText::default();
        let cancel = CancelRequest { city: city(), request, by, reason, nonce: None, expected: None };
        self.db().write(&cancel).await.unwrap();
    }

    /// Makes the streams of the services that are not here.
    pub(crate) async fn streams_of_others(&self) {
        for stream in [Stream::Dispatch, Stream::Feedback] {
            until("a stream", PATIENCE, async || self.runtime.bus.ensure_stream(stream).await.ok())
                .await
                .unwrap();
        }
    }

    /// Waits until everything that was committed is on the bus.
    pub(crate) async fn drained(&self) {
        until("an empty outbox", PATIENCE, async || {
            self.db().outbox_oldest().await.unwrap().is_none().then_some(())
        })
        .await
        .unwrap();
    }

    /// What the stream of intake holds.
    pub(crate) async fn messages(&self) -> u64 {
        let state = self.runtime.bus.stream_state(Stream::Intake).await.unwrap();
        match state {
            chassis::bus::StreamState::There { messages, .. } => messages,
            chassis::bus::StreamState::Gone => 0,
        }
    }

    pub(crate) async fn stop(self) {
        assert_eq!(self.runtime.shutdown(&self.limits).await.len(), 0);
    }
}

pub(crate) fn city() -> City {
    City::try_new(330_200).unwrap()
}

/// A citizen who is locked out, by WeChat, under this idempotency key.
pub(crate) fn incoming(key: &str) -> Incoming {
    Incoming {
        key: Key::new("wechat POST /v1/requests".to_owned(), key.to_owned(), b"locked out"),
        nonce: None,
        trace: None,
        city: city(),
        citizen: None,
        by: Actor::Channel { channel: Channel::Wechat },
        channel: Channel::Wechat,
        contact: ContactDraft {
            name: "王小明".to_owned().into(),
            phone: "13800001234".to_owned().into(),
            address: "解放南路 9 号".to_owned().into(),
        },
        item: "door-unlocking".parse().unwrap(),
        area: "330203001".parse().unwrap(),
        wanted_at: None,
        description: "钥匙在屋里".to_owned().into(),
        mode: Mode::Auto,
        preferred: None,
    }
}

pub(crate) fn signed(key: &str, nonce: &str, clock: &ManualClock) -> Incoming {
    let used_at = kernel::Clock::now(clock);
    Incoming {
        nonce: Some(Nonce { channel: Channel::Wechat, id: nonce.to_owned(), used_at }),
        ..incoming(key)
    }
}

/// Reads the stream until it holds the text, after its greeting.
pub(crate) async fn until_said(answer: &mut reqwest::Response, text: &str) -> String {
    let mut heard = String::new();
    let reading = async {
        while !heard.contains(text) {
            let chunk = answer.chunk().await.unwrap().unwrap();
            heard.push_str(&String::from_utf8_lossy(&chunk));
            if let Some((_, rest)) = heard.split_once(": hello\n\n") {
                heard = rest.to_owned();
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap();
    heard
}
