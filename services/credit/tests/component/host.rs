//! The service alone, on a real nats-server and a real database, with a small sample city in it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chassis::entry::{Built, Definition as _, listen};
use chassis::service::Host;
use chassis::store::{Db, migrate};
use contracts::Event;
use contracts::feedback::{BreachVerified, FollowupOutcome, FollowupRecorded, Severity};
use contracts::reference::Reference;
use contracts::streams::Stream;
use credit::usecases::exchange::{self, ExchangeDesk, ImportStep, StepImport};
use credit::usecases::{SeedPlan, Seeded};
use credit::{Config, Credit, RuleBook, usecases};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::exchange::LoadMode;
use credit_domain::workers::Terms;
use credit_domain::{Calendar, Entry, Merchant};
use kernel::{ActorId, CategoryCode, City, Clock as _, Grade, IdSource, ImportId, MerchantId, Timestamp};
use testkit::{ManualClock, SeededIds, TestDb, identity, nats, raw, wait};
use uuid::Uuid;

/// How long anything may take that another process has a part in.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// Merchants in the sample city.
pub(crate) const MERCHANTS: u32 = 60;

/// What the codes on workers' phones and certificates are signed with: 32 zeroes.
pub(crate) const CODE_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// What the volunteer centre signs with.
pub(crate) const CENTRE_SECRET: &str = "whsec_YW4gZXhhbXBsZSBrZXksIG5vdCBmb3IgYW55IHVzZSE=";

pub(crate) struct TestCredit {
    pub(crate) service: Built,
    pub(crate) rules: RuleBook,
    pub(crate) calendar: Calendar,
    pub(crate) policy: AdmissionPolicy,
    config: Config,
    pub(crate) bus: nats::Server,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ids: Arc<dyn IdSource>,
}

pub(crate) fn ningbo() -> City {
    City::try_new(330_200).unwrap()
}

/// Two front ends that sign.
fn channels() -> String {
    let channel = |name: &str| {
        format!("{name} = {{ keys = [{{ id = \"test\", secret = {:?} }}] }}", identity::CHANNEL_SECRET)
    };
    format!("{{ {}, {} }}", channel("wechat"), channel("baidu"))
}

/// What a service of this test is configured by.
pub(crate) fn environment(bus: &nats::Server, db: &TestDb) -> HashMap<String, String> {
    HashMap::from([
        ("CREDIT__NATS__URL".to_owned(), bus.url()),
        ("CREDIT__DATABASE__URL".to_owned(), db.url().to_owned()),
        ("CREDIT__AUTH__JWKS".to_owned(), identity::jwks()),
        ("CREDIT__AUTH__CHANNELS".to_owned(), channels()),
        ("CREDIT__VOLUNTEER__KEYS".to_owned(), format!("[{{ id = \"test\", secret = {CENTRE_SECRET:?} }}]")),
        ("CREDIT__WORKERS__CODE_KEYS".to_owned(), format!("[{CODE_KEY:?}]")),
        ("CREDIT__CERTIFICATES__SIGNING_KEYS".to_owned(), format!("[{CODE_KEY:?}]")),
        ("CREDIT__ADMISSION__TAKE_OVER_UNTIL".to_owned(), "2030-12-31".to_owned()),
        ("CREDIT__HTTP__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ("CREDIT__OPS__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
    ])
}

impl TestCredit {
    pub(crate) async fn start(db: &TestDb) -> Self {
        // Built on the heap: it holds the whole configuration.
        Box::pin(Self::start_with(db, &[])).await
    }

    /// The same with other settings.
    pub(crate) async fn start_with(db: &TestDb, settings: &[(&str, &str)]) -> Self {
        let bus = nats::Server::start(nats::Options::default()).await.unwrap();
        let mut environment = environment(&bus, db);
        environment.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let config: Config =
            chassis::config::load(Credit::NAME, Credit::DEFAULTS, None, environment.into_iter()).unwrap();
        let clock = Arc::new(ManualClock::default());
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(7, clock.clone()));
        let wall = Arc::new(chassis::clock::SystemClock);
        let host = Host { clock: clock.clone(), wall, ids: ids.clone() };
        let store = Db::open(&config.database, clock.clone(), ids.clone()).await.unwrap();
        migrate::migrate::<credit::Migrator>(&store, &config.database).await.unwrap();
        store.close().await;
        let service = Box::pin(Credit::build(config.clone(), host)).await.unwrap();
        let rules = RuleBook::embedded().unwrap();
        let calendar = credit::calendar::embedded().unwrap();
        let policy = credit::policy::embedded(&Reference::embedded().unwrap()).unwrap();
        let started = Self { service, rules, calendar, policy, config, bus, clock, ids };
        // Feedback's own, were it here.
        wait::until("the stream of feedback", PATIENCE, async || {
            started.service.runtime.bus.ensure_stream(Stream::Feedback).await.ok()
        })
        .await
        .unwrap();
        started
    }

    /// A service with the sample city in it.
    pub(crate) async fn seeded(db: &TestDb) -> Self {
        Self::seeded_with(db, MERCHANTS).await
    }

    /// The same with so many merchants.
    pub(crate) async fn seeded_with(db: &TestDb, merchants: u32) -> Self {
        let started = Self::start(db).await;
        assert_eq!(started.seed_some(merchants, false).await, Seeded { made: merchants, kept: 0 });
        started
    }

    pub(crate) async fn seed(&self) -> Seeded {
        self.seed_some(MERCHANTS, false).await
    }

    /// As a city is made that people look at: its merchants get their certificates by and by.
    pub(crate) async fn seed_shown(&self, merchants: u32) -> Seeded {
        self.seed_some(merchants, true).await
    }

    async fn seed_some(&self, merchants: u32, shown: bool) -> Seeded {
        let now = self.clock.now();
        let plan = SeedPlan { city: ningbo(), seed: 81_890, merchants, workers: merchants * 3, now, shown };
        let reference = Reference::embedded().unwrap();
        Box::pin(usecases::seed_city(self.db(), &self.rules, &reference, plan, |_| {})).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        let overdue = self.service.runtime.shutdown(&self.config.shutdown).await;
        assert!(overdue.is_empty(), "{overdue:?}");
    }

    /// Stops the service and opens its database alone: nobody takes turns but the test.
    pub(crate) async fn alone(self) -> (Db, nats::Server) {
        let Self { service, config, bus, clock, ids, .. } = self;
        let overdue = service.runtime.shutdown(&config.shutdown).await;
        assert!(overdue.is_empty(), "{overdue:?}");
        (Db::open(&config.database, clock, ids).await.unwrap(), bus)
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A second instance on the same database and bus; it is opened at this address.
    pub(crate) async fn another(&self) -> (Built, SocketAddr) {
        let wall = Arc::new(chassis::clock::SystemClock);
        let host = Host { clock: self.clock.clone(), wall, ids: self.ids.clone() };
        let other = Box::pin(Credit::build(self.config.clone(), host)).await.unwrap();
        let address = listen(&other, &self.config.http, &self.config.ops).await.unwrap().http;
        (other, address)
    }

    pub(crate) async fn stop_other(&self, other: Built) {
        let overdue = other.runtime.shutdown(&self.config.shutdown).await;
        assert!(overdue.is_empty(), "{overdue:?}");
    }

    pub(crate) fn db(&self) -> &Db {
        &self.service.runtime.db
    }

    /// Opens the public port.
    pub(crate) async fn serve(&self) -> SocketAddr {
        listen(&self.service, &self.config.http, &self.config.ops).await.unwrap().http
    }

    pub(crate) async fn all(&self) -> Vec<Merchant> {
        usecases::merchants_after(self.db(), ningbo(), None, 1_000).await.unwrap()
    }

    pub(crate) async fn any_of_grade(&self, grade: Grade) -> Merchant {
        self.all().await.into_iter().find(|merchant| merchant.credit.grade == grade).unwrap()
    }

    pub(crate) async fn merchant(&self, id: MerchantId) -> Merchant {
        usecases::merchant(self.db(), ningbo(), id).await.unwrap()
    }

    pub(crate) async fn ledger(&self, id: MerchantId) -> Vec<Entry> {
        usecases::entries_after(self.db(), ningbo(), id, 0, 1_000).await.unwrap()
    }

    pub(crate) fn id<T: From<Uuid>>(&self) -> T {
        self.ids.next_id().into()
    }

    pub(crate) fn breach(&self, merchant: MerchantId, severity: Severity) -> BreachVerified {
        BreachVerified {
            case: self.id(),
            city: ningbo(),
            request: self.id(),
            merchant,
            category: CategoryCode::try_new("lock-opening").unwrap(),
            clause: "price-as-posted".to_owned(),
            severity,
            verified_at: self.clock.now(),
            verified_by: Some(ActorId::from_u128(7)),
        }
    }

    pub(crate) fn followup(&self, merchant: MerchantId, outcome: FollowupOutcome) -> FollowupRecorded {
        FollowupRecorded {
            callback: self.id(),
            city: ningbo(),
            request: self.id(),
            merchant,
            category: CategoryCode::try_new("lock-opening").unwrap(),
            outcome,
            recorded_at: self.clock.now(),
            recorded_by: None,
        }
    }

    /// Publishes as feedback would, under this event id. No `Nats-Msg-Id`: the bus passes doubles on.
    pub(crate) async fn publish<E: Event>(&self, id: Uuid, event: &E) {
        let (id, time) = (id.to_string(), self.clock.now().to_string());
        let headers = [
            ("ce-specversion", "1.0"),
            ("ce-id", &id),
            ("ce-source", "/81890/feedback"),
            ("ce-type", E::TYPE),
            ("ce-time", &time),
        ];
        let payload = serde_json::to_vec(event).unwrap();
        raw::store(self.service.runtime.bus.client(), &event.subject(), &headers, payload).await.unwrap();
    }

    /// Waits until the consumer has taken effect of this many events.
    pub(crate) async fn consumed(&self, events: u64) {
        let what = format!("{events} events to take effect");
        wait::until(&what, PATIENCE, async || {
            let done = self.db().inbox_count(credit::FEEDBACK_CONSUMER).await.unwrap();
            (done >= events).then_some(())
        })
        .await
        .unwrap();
    }

    /// Waits until nothing published to feedback's stream is left to be delivered or acknowledged.
    pub(crate) async fn drained(&self) {
        let js = self.service.runtime.bus.jetstream();
        let stream = js.get_stream(Stream::Feedback.spec().name).await.unwrap();
        wait::until("the consumer to be done", PATIENCE, async || {
            let info = stream.consumer_info(credit::FEEDBACK_CONSUMER).await.ok()?;
            (info.num_pending == 0 && info.num_ack_pending == 0).then_some(())
        })
        .await
        .unwrap();
    }
}

/// Loads an import without anything else of the service around it.
pub(crate) async fn load_import(database: &str, id: ImportId) {
    let environment = [("CREDIT__DATABASE__URL".to_owned(), database.to_owned())];
    let config: Config =
        chassis::config::load(Credit::NAME, Credit::DEFAULTS, None, environment.into_iter()).unwrap();
    let clock = Arc::new(ManualClock::default());
    // Other ids than those of the service that was there before.
    let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(8, clock.clone()));
    let db = Db::open(&config.database, clock, ids).await.unwrap();
    let reference = Reference::embedded().unwrap();
    let policy = Arc::new(credit::policy::embedded(&reference).unwrap());
    let take_over = config.admission.take_over_terms().unwrap();
    let (rules, terms) = (Arc::new(RuleBook::embedded().unwrap()), Arc::new(Terms::default()));
    let desk = ExchangeDesk::open(&config.imports, &rules, &policy, &terms, take_over).unwrap();
    let step = ImportStep::Load(LoadMode::AllRows);
    let (by, expected) = (ActorId::from_u128(1), exchange::import(&db, ningbo(), id).await.unwrap().version);
    db.write(&StepImport { city: ningbo(), id, step, by, expected }).await.unwrap();
    while exchange::work_on_imports(&db, &desk).await.unwrap() {}
}
