//! Credit, dispatch and feedback as they are built, on a broker and databases of this run's own, all of them on one
//! clock that stands until it is moved.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chassis::clock::SystemClock;
use chassis::config::{self, ShutdownConfig};
use chassis::entry::{self, Definition};
use chassis::service::{Host, Runtime};
use contracts::Event;
use contracts::reference::Reference;
use contracts::streams::Stream;
use credit::usecases::evaluation::{Pages, begin_due, work};
use credit::usecases::process::{Procedure, end_what_is_over, tell_what_is_overdue, turn_board};
use credit::usecases::{Tended, expire_entries, tend_dossiers};
use credit::{Credit, RuleBook};
use credit_domain::Calendar;
use dispatch::Dispatch;
use feedback::Feedback;
use kernel::{Channel, City, Clock as _, IdSource as _, Timestamp};
use testkit::{ManualClock, SeededIds, TestDb, identity, nats, raw, wait};

/// How long anything may take that another process or task has a part in.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the codes on workers' phones and certificates are signed with in this run.
const SIGNING_KEYS: &str = "[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]";
/// Under which feedback hears dispatch.
const FEEDBACK_CONSUMER: &str = "feedback-dispatch";

/// The city of the year.
pub(crate) fn city() -> anyhow::Result<City> {
    Ok("330200".parse()?)
}

/// A service that runs, and where it listens.
pub(crate) struct Service {
    pub(crate) runtime: Runtime,
    pub(crate) at: SocketAddr,
    limits: ShutdownConfig,
}

impl Service {
    async fn start<D: Definition>(
        bus: &str,
        database: &str,
        host: Host,
        more: &[(&str, &str)],
    ) -> anyhow::Result<Self>
    where
        D::Config: Clone,
    {
        let keys = format!("{{ keys = [{{ id = \"year\", secret = {:?} }}] }}", identity::CHANNEL_SECRET);
        let channels: Vec<String> =
            Channel::ALL.iter().map(|channel| format!("{channel} = {keys}")).collect();
        let (channels, jwks) = (format!("{{ {} }}", channels.join(", ")), identity::jwks());
        let mut given = vec![
            ("nats.url", bus),
            ("database.url", database),
            ("auth.jwks", &jwks),
            ("auth.channels", &channels),
            ("http.listen", "127.0.0.1:0"),
            ("ops.listen", "127.0.0.1:0"),
        ];
        given.extend_from_slice(more);
        let prefix = D::NAME.to_uppercase();
        let named = |key: &str| format!("{prefix}__{}", key.to_uppercase().replace('.', "__"));
        let variables = given.into_iter().map(|(key, value)| (named(key), value.to_owned()));
        let config: D::Config = config::load(D::NAME, D::DEFAULTS, None, variables)?;
        entry::migrate::<D>(D::sections(&config).database).await?;
        let built = D::build(config.clone(), host).await?;
        let sections = D::sections(&config);
        let at = entry::listen(&built, sections.http, sections.ops).await?.http;
        let service = Self { runtime: built.runtime, at, limits: sections.shutdown.clone() };
        let ready = async || service.runtime.health.report().ready.then_some(());
        wait::until(D::NAME, PATIENCE, ready).await.with_context(|| format!("{} is not ready", D::NAME))?;
        Ok(service)
    }

    async fn stop(self) -> anyhow::Result<()> {
        let overdue = self.runtime.shutdown(&self.limits).await;
        anyhow::ensure!(overdue.is_empty(), "still busy when told to stop: {overdue:?}");
        Ok(())
    }
}

/// The platform of the year.
pub(crate) struct Platform {
    bus: nats::Server,
    clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
    pub(crate) credit: Service,
    pub(crate) dispatch: Service,
    pub(crate) feedback: Service,
    pub(crate) reference: Reference,
    pub(crate) procedure: Procedure,
    client: async_nats::Client,
    _databases: [TestDb; 3],
}

impl Platform {
    /// Starts everything on empty data, at this moment.
    pub(crate) async fn start(seed: u64, now: Timestamp) -> anyhow::Result<Self> {
        let bus = nats::Server::start(nats::Options::default()).await?;
        let databases = [TestDb::sqlite()?, TestDb::sqlite()?, TestDb::sqlite()?];
        let [credits, dispatches, feedbacks] = &databases;
        let clock = Arc::new(ManualClock::at(now));
        let ids = Arc::new(SeededIds::new(seed, clock.clone()));
        let host = || Host { clock: clock.clone(), wall: Arc::new(SystemClock), ids: ids.clone() };
        let url = bus.url();
        let keys = [("workers.code_keys", SIGNING_KEYS), ("certificates.signing_keys", SIGNING_KEYS)];
        let (credit, dispatch, feedback) = tokio::try_join!(
            Service::start::<Credit>(&url, credits.url(), host(), &keys),
            Service::start::<Dispatch>(&url, dispatches.url(), host(), &[]),
            Service::start::<Feedback>(&url, feedbacks.url(), host(), &[]),
        )?;
        let reference = Reference::embedded()?;
        let procedure = Procedure {
            rules: Arc::new(RuleBook::embedded()?),
            calendar: Arc::new(credit::calendar::embedded()?),
            policy: Arc::new(credit::policy::embedded(&reference)?),
        };
        let client = bus.client().await?;
        Ok(Self {
            bus,
            clock,
            ids,
            credit,
            dispatch,
            feedback,
            reference,
            procedure,
            client,
            _databases: databases,
        })
    }

    /// Stops everything in order.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        let Self { credit, dispatch, feedback, bus, .. } = self;
        for service in [feedback, dispatch, credit] {
            service.stop().await?;
        }
        drop(bus);
        Ok(())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn calendar(&self) -> &Calendar {
        &self.procedure.calendar
    }

    /// Moves the clock, and does what credit's turns do by themselves every second: nothing that is due by then is
    /// left when this returns.
    pub(crate) async fn pass_to(&self, now: Timestamp) -> anyhow::Result<()> {
        self.clock.set(now);
        let db = &self.credit.runtime.db;
        while expire_entries(db, &self.procedure.rules, now).await? > 0 {}
        while end_what_is_over(db, &self.procedure, now).await? > 0 {}
        while tell_what_is_overdue(db, now).await? > 0 {}
        while turn_board(db, now).await? > 0 {}
        while let Tended { more: true, .. } = tend_dossiers(db, &self.procedure.policy, now).await? {}
        begin_due(db, &self.procedure.rules, city()?, now).await?;
        self.work().await
    }

    /// Works on evaluations until nothing is due.
    pub(crate) async fn work(&self) -> anyhow::Result<()> {
        let (db, rules) = (&self.credit.runtime.db, &self.procedure.rules);
        while work(db, rules, Pages::default(), self.now()).await?.is_some() {}
        Ok(())
    }

    /// Publishes as the service that owns the event would. Gives its place in the stream.
    pub(crate) async fn publish<E: Event>(&self, event: &E) -> anyhow::Result<u64> {
        let (id, time) = (self.ids.next_id().to_string(), self.now().to_string());
        let headers = [("ce-specversion", "1.0"), ("ce-id", &*id), ("ce-type", E::TYPE), ("ce-time", &*time)];
        raw::store(&self.client, &event.subject(), &headers, serde_json::to_vec(event)?).await
    }

    /// Waits until feedback has heard all that dispatch said.
    pub(crate) async fn completions_heard(&self) -> anyhow::Result<()> {
        self.drained(Stream::Dispatch, FEEDBACK_CONSUMER, 0).await
    }

    /// Waits until feedback has said so much in all, and credit has heard it.
    pub(crate) async fn facts_heard(&self, events: u64) -> anyhow::Result<()> {
        self.drained(Stream::Feedback, credit::FEEDBACK_CONSUMER, events).await
    }

    async fn drained(&self, stream: Stream, consumer: &str, events: u64) -> anyhow::Result<()> {
        let jetstream = self.credit.runtime.bus.jetstream();
        let what = format!("{consumer} to be done with {events} events");
        wait::until(&what, PATIENCE, async || {
            let mut stream = jetstream.get_stream(stream.spec().name).await.ok()?;
            let said = stream.info().await.ok()?.state.last_sequence;
            let heard = stream.consumer_info(consumer).await.ok()?;
            (said >= events && heard.num_pending == 0 && heard.num_ack_pending == 0).then_some(())
        })
        .await
    }

    /// Every message of a stream: its subject and its payload.
    pub(crate) async fn messages(&self, stream: Stream) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let jetstream = self.credit.runtime.bus.jetstream();
        let mut kept = jetstream.get_stream(stream.spec().name).await?;
        let state = kept.info().await?.state.clone();
        let mut messages = Vec::new();
        for sequence in state.first_sequence..=state.last_sequence {
            // A stream that keeps the last value per subject has gaps.
            if let Ok(message) = kept.get_raw_message(sequence).await {
                messages.push((message.subject.to_string(), message.payload.to_vec()));
            }
        }
        Ok(messages)
    }
}
