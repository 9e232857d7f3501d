//! `drain`: from rows of an outbox to committed effects of a durable consumer, beside raw JetStream publishing of
//! the same messages, with every message on disk before it is acknowledged (`sync_interval: always`).

use std::time::{Duration, Instant};

use anyhow::ensure;
use async_nats::HeaderMap;
use async_nats::jetstream::context::traits::Publisher as _;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, consumer, stream};
use bytes::Bytes;
use chassis::bus::subscription::{HandleTogether, Outcome, Subscription};
use chassis::clock::{SystemClock, SystemIds};
use chassis::config::{self, DatabaseConfig, NatsConfig, ShutdownConfig};
use chassis::service::Runtime;
use chassis::store::{Command, Db, StoreError, Tx, migrate, schema};
use contracts::intake::RequestReceived;
use contracts::intake::v1::Mode;
use contracts::streams::Stream;
use dispatch::Dispatch;
use futures::StreamExt as _;
use kernel::{Channel, Clock as _, Risk, Urgency};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement};
use sea_orm_migration::prelude::*;
use serde::Deserialize;
use testkit::{TestDb, nats, wait};
use uuid::Uuid;

use crate::figure::{Report, say};
use crate::servers::{Service, city, configure, host};
use crate::stats::{median, per_second};

const EVENTS: usize = 60_000;
const RUNS: usize = 3;
/// The whole of a run must be over by then.
const PATIENCE: Duration = Duration::from_secs(180);
/// Messages of a raw peer under way at once.
const IN_FLIGHT: usize = 256;
/// Events written in one transaction.
const BATCH: usize = 1_000;

/// One server, or three that keep each message on all of them.
enum Broker {
    One(nats::Server),
    Three(nats::Cluster),
}

impl Broker {
    async fn start(replicas: usize) -> anyhow::Result<Self> {
        let options = nats::Options::default();
        Ok(if replicas == 1 {
            Self::One(nats::Server::start(options).await?)
        } else {
            Self::Three(nats::Cluster::start(replicas, options).await?)
        })
    }

    fn url(&self) -> String {
        match self {
            Self::One(server) => server.url(),
            Self::Three(cluster) => cluster.urls().join(","),
        }
    }

    async fn client(&self) -> anyhow::Result<async_nats::Client> {
        match self {
            Self::One(server) => server.client().await,
            Self::Three(cluster) => cluster.client().await,
        }
    }

    const fn replicas(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Three(_) => 3,
        }
    }
}

/// Raw ways to publish, each beside our figures.
const PEERS: [(Peer, &str); 3] = [
    (Peer::Window, "raw JetStream publish of the same messages, 256 in flight"),
    (Peer::Batches(100), "the same in atomic batches of 100"),
    (Peer::Batches(1_000), "the same in atomic batches of 1000"),
];

/// A raw way to publish.
#[derive(Debug, Clone, Copy)]
enum Peer {
    /// So many under way at once, as a client does it.
    Window,
    /// One acknowledgement for so many.
    Batches(usize),
}

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    for replicas in [1, 3] {
        let (mut ours, mut jobs, mut raw) = (Vec::new(), Vec::new(), PEERS.map(|_| Vec::new()));
        for number in 1..=RUNS {
            say(format_args!("drain: R{replicas}, run {number} of {RUNS}, {EVENTS} events"));
            let broker = Broker::start(replicas).await?;
            ours.push(to_effects(&broker).await?);
            jobs.push(to_jobs(&Broker::start(replicas).await?).await?);
            for ((peer, _), runs) in PEERS.iter().zip(&mut raw) {
                runs.push(published_raw(&broker, *peer).await?);
            }
        }
        for ((_, beside), raw) in PEERS.iter().zip(raw) {
            let beside = (*beside, median(raw));
            let case = |what: &str| format!("R{replicas}, {what}");
            let figure = |runs: &Vec<f64>| ("events_rps", "1/s", median(runs.clone()));
            report.beside("drain", case("one row per event"), figure(&ours), beside)?;
            report.beside("drain", case("dispatch takes jobs"), figure(&jobs), beside)?;
        }
    }
    Ok(())
}

/// A service that only has an outbox and an inbox.
#[derive(Deserialize)]
struct BareConfig {
    nats: NatsConfig,
    database: DatabaseConfig,
    shutdown: ShutdownConfig,
}

impl BareConfig {
    fn load(broker: &Broker, database: &TestDb) -> anyhow::Result<Self> {
        let variables = [
            ("BARE__NATS__URL", broker.url()),
            ("BARE__NATS__REPLICAS", broker.replicas().to_string()),
            ("BARE__DATABASE__URL", database.url().to_owned()),
        ];
        let variables = variables.into_iter().map(|(key, value)| (key.to_owned(), value));
        Ok(config::load("bare", "[nats]\n[database]\n[shutdown]\n", None, variables)?)
    }

    async fn open(&self, owned: &'static [Stream]) -> anyhow::Result<Runtime> {
        Ok(Runtime::open::<Migrator>("bare", &self.database, &self.nats, host(), owned).await?)
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(schema::Chassis1), Box::new(Effects)]
    }
}

/// A table for the effects.
struct Effects;

impl MigrationName for Effects {
    fn name(&self) -> &'static str {
        "m0002_effects"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Effects {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = "CREATE TABLE effects (request uuid NOT NULL PRIMARY KEY, area bigint NOT NULL)";
        manager.get_connection().execute_unprepared(table).await.map(drop)
    }
}

/// Emits events, all in one transaction.
struct Emit(Vec<RequestReceived>);

impl Command for Emit {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|event| tx.emit(event).map(drop))
    }
}

/// The effect: one row.
struct Keep;

/// The store failed: the event comes again.
struct Failed(StoreError);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<Failed> for Outcome {
    fn from(error: Failed) -> Self {
        Self::RetryAfter(Duration::from_millis(100), error.0.to_string())
    }
}

impl HandleTogether<RequestReceived> for Keep {
    type Error = Failed;

    async fn handle(&self, tx: &mut Tx, events: Vec<RequestReceived>) -> Result<(), Failed> {
        let rows = vec!["(?, ?)"; events.len()].join(", ");
        let values = events
            .iter()
            .flat_map(|event| [event.request.uuid().into(), i64::from(event.area.code()).into()]);
        let insert = Statement::from_sql_and_values(
            DbBackend::Sqlite,
            format!("INSERT INTO effects (request, area) VALUES {rows}"),
            values,
        );
        tx.conn().execute_raw(insert).await.map_err(StoreError::from)?;
        Ok(())
    }
}

/// Requests as intake says them; nobody made them.
fn events() -> anyhow::Result<Vec<RequestReceived>> {
    use kernel::IdSource as _;
    let (ids, now, city) = (SystemIds::new(), SystemClock.now(), city()?);
    let event = |_| {
        Ok(RequestReceived {
            request: ids.next_id().into(),
            city,
            channel: Channel::Wechat,
            item: "door-unlocking".parse()?,
            category: "lock-opening".parse()?,
            area: "330203001".parse()?,
            urgency: Urgency::Emergency,
            risk: Risk::High,
            enters_home: true,
            wanted_at: now,
            due_by: now.after(Duration::from_secs(3_600)),
            // Whoever chooses has not chosen yet: nothing is offered meanwhile.
            mode: Mode::Choose,
            preferred: None,
            received_at: now,
        })
    };
    (0..EVENTS).map(event).collect()
}

/// A database whose outbox holds all events, waiting.
async fn full_outbox(broker: &Broker) -> anyhow::Result<(TestDb, BareConfig)> {
    let database = TestDb::sqlite()?;
    let config = BareConfig::load(broker, &database)?;
    let host = host();
    let db = Db::open(&config.database, host.clock, host.ids).await?;
    migrate::migrate::<Migrator>(&db, &config.database).await?;
    let mut events = events()?;
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(BATCH));
        db.write(&Emit(std::mem::replace(&mut events, rest))).await?;
    }
    db.close().await;
    Ok((database, config))
}

/// Events per second until the last one's row is committed.
async fn to_effects(broker: &Broker) -> anyhow::Result<f64> {
    let (_outbox, producing) = full_outbox(broker).await?;
    let inbox = TestDb::sqlite()?;
    let consuming = BareConfig::load(broker, &inbox)?;
    let host = host();
    let db = Db::open(&consuming.database, host.clock, host.ids).await?;
    migrate::migrate::<Migrator>(&db, &consuming.database).await?;
    db.close().await;
    let consumer = consuming.open(&[]).await?;
    wait::until("the bus", PATIENCE, async || consumer.bus.ensure_stream(Stream::Intake).await.ok()).await?;
    consumer.consume(Subscription::new("bench", Stream::Intake).on_together::<RequestReceived, _>(Keep));
    let start = Instant::now();
    let producer = producing.open(&[Stream::Intake]).await?;
    let took = counted(&consumer.db, "effects", start).await?;
    producer.shutdown(&producing.shutdown).await;
    consumer.shutdown(&consuming.shutdown).await;
    Ok(per_second(EVENTS, took))
}

/// The same with dispatch as it is: each event becomes a job.
async fn to_jobs(broker: &Broker) -> anyhow::Result<f64> {
    let (_outbox, producing) = full_outbox(broker).await?;
    let database = TestDb::sqlite()?;
    let replicas = broker.replicas().to_string();
    let config =
        configure::<Dispatch>(&broker.url(), database.url(), &[("nats.replicas", &replicas)]).await?;
    let (built, _ranking) = dispatch::build(config.clone(), host()).await?;
    let consumer = built.runtime.clone();
    wait::until("the bus", PATIENCE, async || consumer.bus.ensure_stream(Stream::Intake).await.ok()).await?;
    // A ranking that follows nobody's standings is complete at once, when their stream is there.
    consumer.bus.ensure_stream(Stream::Standing).await?;
    let service = Service::open::<Dispatch>(&config, built).await?;
    let start = Instant::now();
    let producer = producing.open(&[Stream::Intake]).await?;
    let took = counted(&consumer.db, "jobs", start).await?;
    producer.shutdown(&producing.shutdown).await;
    service.stop().await;
    Ok(per_second(EVENTS, took))
}

#[derive(FromQueryResult)]
struct Count {
    rows: i64,
}

/// How long it took until the table holds all.
async fn counted(db: &Db, table: &str, start: Instant) -> anyhow::Result<Duration> {
    let question = format!("SELECT count(*) AS \"rows\" FROM {table}");
    let full = async || {
        let count = Count::find_by_statement(Statement::from_string(DbBackend::Sqlite, question.as_str()));
        let count = count.one(db.read()).await.ok().flatten()?;
        (usize::try_from(count.rows) == Ok(EVENTS)).then(|| start.elapsed())
    };
    wait::until("all events in the table", PATIENCE, full).await
}

/// A message as it came from the stream.
struct Raw {
    headers: HeaderMap,
    payload: Bytes,
}

/// The messages that the stream holds, published again to a stream of the same kind.
async fn published_raw(broker: &Broker, peer: Peer) -> anyhow::Result<f64> {
    let client = broker.client().await?;
    let js = jetstream::new(client.clone());
    let messages = all_of(&js).await?;
    ensure!(messages.len() == EVENTS, "the stream holds {} messages", messages.len());
    let target = stream::Config {
        name: "RAW".to_owned(),
        subjects: vec!["raw.>".to_owned()],
        num_replicas: broker.replicas(),
        allow_atomic_publish: true,
        duplicate_window: Stream::Intake.spec().duplicate_window,
        ..stream::Config::default()
    };
    js.create_stream(target).await?;
    let start = Instant::now();
    match peer {
        Peer::Window => in_a_window(&js, messages).await?,
        Peer::Batches(of) => in_batches(&client, &js, messages, of).await?,
    }
    let rate = per_second(EVENTS, start.elapsed());
    js.delete_stream("RAW").await?;
    Ok(rate)
}

async fn all_of(js: &jetstream::Context) -> anyhow::Result<Vec<Raw>> {
    let stream = js.get_stream(Stream::Intake.spec().name).await?;
    let consumer = stream.create_consumer(consumer::pull::OrderedConfig::default()).await?;
    let mut all = Vec::with_capacity(EVENTS);
    let mut messages = consumer.messages().await?.take(EVENTS);
    while let Some(message) = messages.next().await {
        let message = message?.split().0;
        let mut headers = HeaderMap::new();
        for (name, values) in message.headers.iter().flat_map(HeaderMap::iter) {
            // What belonged to the batch it came in would be taken for the start of another.
            if !AsRef::<str>::as_ref(name).starts_with("Nats-Batch-") {
                values.iter().for_each(|value| headers.append(name.clone(), value.clone()));
            }
        }
        all.push(Raw { headers, payload: message.payload });
    }
    Ok(all)
}

async fn in_a_window(js: &jetstream::Context, messages: Vec<Raw>) -> anyhow::Result<()> {
    let mut under_way = std::collections::VecDeque::with_capacity(IN_FLIGHT);
    for (number, Raw { headers, payload }) in messages.into_iter().enumerate() {
        if under_way.len() >= IN_FLIGHT
            && let Some(ack) = under_way.pop_front()
        {
            acked(ack).await?;
        }
        let message = PublishMessage::build().headers(headers).payload(payload);
        under_way.push_back(js.publish_message(message.outbound_message(format!("raw.{number}"))).await?);
    }
    for ack in under_way {
        acked(ack).await?;
    }
    Ok(())
}

async fn acked(ack: jetstream::context::PublishAckFuture) -> anyhow::Result<()> {
    ack.await?;
    Ok(())
}

async fn in_batches(
    client: &async_nats::Client,
    js: &jetstream::Context,
    messages: Vec<Raw>,
    of: usize,
) -> anyhow::Result<()> {
    let mut messages = messages.into_iter().enumerate().peekable();
    while messages.peek().is_some() {
        let batch = Uuid::from_u128(u128::from(messages.peek().map_or(0, |(number, _)| *number as u64)));
        let part: Vec<(usize, Raw)> = messages.by_ref().take(of).collect();
        let last = part.len();
        for (place, (number, Raw { mut headers, payload })) in (1..).zip(part) {
            headers.insert("Nats-Batch-Id", batch.simple().to_string().as_str());
            headers.insert("Nats-Batch-Sequence", place.to_string().as_str());
            let subject = format!("raw.{number}");
            if place < last {
                client.publish_with_headers(subject, headers, payload).await?;
            } else {
                headers.insert("Nats-Batch-Commit", "1");
                let message = PublishMessage::build().headers(headers).payload(payload);
                let ack = js.publish_message(message.outbound_message(subject)).await?.await?;
                ensure!(ack.batch_size.is_some(), "the server stored no batch");
            }
        }
    }
    Ok(())
}
