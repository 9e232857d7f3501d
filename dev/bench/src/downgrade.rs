//! `downgrade`: from the commit of a downgrade in credit to its fold in each of three instances of dispatch, and to
//! every front end that shows the list, over six channels; idle, and while requests are taken in and dispatched.

use std::collections::BTreeMap;
use std::pin::pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use chassis::clock::SystemIds;
use contracts::Broadcast;
use contracts::credit::StandingNow;
use contracts::dispatch::{RankingChanged, Recommend, Recommendation};
use contracts::feedback::BreachVerified;
use contracts::reference::Reference;
use credit::usecases::{RecordBreach, SeedPlan, seed_city};
use credit::{Credit, RuleBook};
use credit_domain::Calendar;
use credit_domain::admission::AdmissionPolicy;
use dispatch::Dispatch;
use futures::StreamExt as _;
use intake::Intake;
use kernel::{Area, Channel, IdSource as _, MerchantId, Severity, Step, Version};
use serde_json::json;
use testkit::postgres::{Options, Postgres};
use testkit::{TestDb, nats};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::client;
use crate::figure::{Report, say};
use crate::front_ends::{Outcome, Stage};
use crate::servers::{Service, Signer, city, configure, host};
use crate::stats::{Latencies, median};

const INSTANCES: usize = 3;
/// Enough for a list that lasts: whoever is downgraded again and again leaves it.
const MERCHANTS: u32 = 8_000;
/// Downgrades in one run, and how far apart.
const DOWNGRADES: usize = 40;
const APART: Duration = Duration::from_millis(200);
/// Open streams.
const STREAMS: [usize; 2] = [600, 10_000];
/// Requests per second of the busy case, and over how many connections.
const CREATES_PER_SECOND: usize = 300;
const CONNECTIONS: usize = 16;
const RUNS: usize = 3;
/// What is watched.
const ITEM: &str = "door-unlocking";
const ECHO: &str = "bench.echo";
/// Between two round trips of the raw peer.
const PING_EVERY: Duration = Duration::from_millis(4);
/// The last pushes are on their way.
const SETTLE: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(30);
/// A push must have reached every front end within this.
const PUSHED_LIMIT_MS: f64 = 250.0;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    for streams in STREAMS {
        for creates in [0, CREATES_PER_SECOND] {
            let mut runs = Vec::new();
            for number in 1..=RUNS {
                say(format_args!(
                    "downgrade: {streams} streams, {creates} creates/s, run {number} of {RUNS}"
                ));
                let platform = Platform::start().await?;
                runs.push(platform.measure(streams, creates).await?);
                platform.stop().await;
            }
            let load = if creates == 0 { "idle".to_owned() } else { format!("{creates} creates/s") };
            tell(report, &format!("{streams} streams, {load}"), &runs)?;
        }
    }
    Ok(())
}

/// What one run measured, in milliseconds.
struct Run {
    committed: Latencies,
    applied: Latencies,
    rtt: Latencies,
    heard: Outcome,
}

fn tell(report: &mut Report, case: &str, runs: &[Run]) -> anyhow::Result<()> {
    let of = |share: f64, pick: fn(&Run) -> &Latencies| {
        median(runs.iter().map(|run| pick(run).quantile_ms(share)))
    };
    let rtt = of(0.99, |run| &run.rtt);
    report.alone("downgrade", case, ("committed_p50", "ms", of(0.5, |run| &run.committed)))?;
    report.alone("downgrade", case, ("committed_p99", "ms", of(0.99, |run| &run.committed)))?;
    report.alone("downgrade", case, ("applied_p50", "ms", of(0.5, |run| &run.applied)))?;
    let beside = ("rtt_p99 of raw NATS, meanwhile", rtt);
    report.beside("downgrade", case, ("applied_p99", "ms", of(0.99, |run| &run.applied)), beside)?;
    report.alone("downgrade", case, ("applied_max", "ms", of(1.0, |run| &run.applied)))?;
    let everywhere =
        |pick: fn(&Outcome) -> Option<f64>| median(runs.iter().filter_map(|run| pick(&run.heard)));
    for (figure, pick) in [
        ("asked_and_pushed_p99", (|heard| Some(heard.get("all")?.pushed.p99)) as fn(&Outcome) -> Option<f64>),
        ("received_p50", |heard| Some(heard.get("all")?.received.p50)),
        ("received_p99", |heard| Some(heard.get("all")?.received.p99)),
        ("pushed_p50", |heard| Some(heard.get("all")?.whole.p50)),
    ] {
        report.alone("downgrade", case, (figure, "ms", everywhere(pick)))?;
    }
    let limit = ("limit", PUSHED_LIMIT_MS);
    let whole = everywhere(|heard| Some(heard.get("all")?.whole.p99));
    report.beside("downgrade", case, ("pushed_p99", "ms", whole), limit)?;
    report.alone(
        "downgrade",
        case,
        ("pushed_max", "ms", everywhere(|heard| Some(heard.get("all")?.whole.max))),
    )?;
    for channel in Channel::ALL {
        let stage = |run: &Run| run.heard.get(channel.as_str()).map(|heard| heard.whole);
        let p99 = median(runs.iter().filter_map(stage).map(|Stage { p99, .. }| p99));
        report.alone("downgrade", format!("{case}, {channel}"), ("pushed_p99", "ms", p99))?;
    }
    Ok(())
}

/// Credit, three instances of dispatch on one database, intake, and one bus.
struct Platform {
    bus: nats::Server,
    _postgres: Postgres,
    _databases: [TestDb; 2],
    credit: Service,
    dispatch: Vec<Service>,
    intake: Service,
    rules: RuleBook,
    calendar: Calendar,
    policy: AdmissionPolicy,
    area: Area,
}

impl Platform {
    async fn start() -> anyhow::Result<Self> {
        let bus = nats::Server::start(nats::Options::default()).await?;
        let postgres = Postgres::start(Options { durable: true, ..Options::default() }).await?;
        let databases = [TestDb::sqlite()?, TestDb::sqlite()?];
        let [credits, intakes] = &databases;
        let rules = RuleBook::embedded()?;
        seed(&bus.url(), credits.url(), &rules).await?;
        let credit = Service::start::<Credit>(&bus.url(), credits.url(), &[]).await?;
        let shared = postgres.fresh_database().await?;
        let mut dispatch = Vec::with_capacity(INSTANCES);
        for _ in 0..INSTANCES {
            dispatch.push(Service::start::<Dispatch>(&bus.url(), &shared, &[]).await?);
        }
        let intake = Service::start::<Intake>(&bus.url(), intakes.url(), &[]).await?;
        let area = busiest(&intake).await?;
        let calendar = credit::calendar::embedded()?;
        let policy = credit::policy::embedded(&Reference::embedded()?)?;
        Ok(Self {
            bus,
            _postgres: postgres,
            _databases: databases,
            credit,
            dispatch,
            intake,
            rules,
            calendar,
            policy,
            area,
        })
    }

    async fn measure(&self, streams: usize, creates: usize) -> anyhow::Result<Run> {
        let front_ends = FrontEnds::start(self, streams).await?;
        let stop = CancellationToken::new();
        let mut aside = JoinSet::new();
        let (applied, rtt) = (Arc::<Mutex<Seen>>::default(), Arc::<Mutex<Latencies>>::default());
        let client = self.bus.client().await?;
        aside.spawn(note_applied(client.clone(), Arc::clone(&applied), stop.clone()));
        let peer = self.bus.client().await?;
        let pings = peer.subscribe(ECHO).await?;
        peer.flush().await?;
        aside.spawn(echo(peer, pings, stop.clone()));
        aside.spawn(ping(client, Arc::clone(&rtt), stop.clone()));
        if creates > 0 {
            aside.spawn(self.create(creates, stop.clone())?);
        }
        tokio::time::sleep(SETTLE).await;
        let mut committed = Latencies::default();
        for _ in 0..DOWNGRADES {
            let next = tokio::time::Instant::now() + APART;
            let merchant = first_of(&self.intake, self.area).await?;
            let start = Instant::now();
            self.downgrade(merchant).await?;
            committed.add(start.elapsed());
            tokio::time::sleep_until(next).await;
        }
        tokio::time::sleep(SETTLE).await;
        let heard = front_ends.stop().await?;
        stop.cancel();
        while let Some(done) = aside.join_next().await {
            done??;
        }
        let seen = std::mem::take(&mut *applied.lock().unwrap_or_else(PoisonError::into_inner));
        let rtt = rtt.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let run = Run { committed, applied: seen.everywhere()?, rtt, heard };
        let all = run.heard.get("all").context("the front ends said nothing")?;
        ensure!(all.streams == streams, "{} of {streams} streams were open", all.streams);
        ensure!(all.commits > streams * DOWNGRADES / 2, "only {} pushes came", all.commits);
        Ok(run)
    }

    /// A breach as feedback verified it, recorded as credit records it.
    async fn downgrade(&self, merchant: MerchantId) -> anyhow::Result<()> {
        let ids = SystemIds::new();
        let breach = BreachVerified {
            case: ids.next_id().into(),
            city: city()?,
            request: ids.next_id().into(),
            merchant,
            category: "lock-opening".parse()?,
            clause: "price-as-posted".to_owned(),
            severity: Severity::Minor,
            verified_at: host().clock.now(),
            verified_by: None,
        };
        let record =
            RecordBreach { rules: &self.rules, calendar: &self.calendar, policy: &self.policy, breach };
        let step = self.credit.runtime.db.write(&record).await?;
        ensure!(matches!(step, Step::Done(_)), "the breach was recorded before");
        Ok(())
    }

    /// Requests that the platform dispatches by itself, so many a second, until stopped.
    fn create(
        &self,
        per_second: usize,
        stop: CancellationToken,
    ) -> anyhow::Result<impl Future<Output = anyhow::Result<()>> + Send + use<>> {
        let signer = Signer::new()?;
        let areas: Vec<String> = Reference::embedded()?
            .city(city()?)
            .into_iter()
            .flat_map(|places| places.areas())
            .map(|info| info.area.to_string())
            .collect();
        let body = |number: usize| {
            let area = areas.get(number % areas.len().max(1)).cloned().unwrap_or_default();
            let area: u32 = area.parse().unwrap_or_default();
            json!({
                "city": 330_200, "item": "daily-cleaning", "area": area, "mode": "auto", "description": "",
                "contact": { "name": "测试", "phone": "13800000000", "address": "某小区 1 幢" },
            })
            .to_string()
        };
        let seconds = usize::try_from((APART * u32::try_from(DOWNGRADES)?).as_secs())? + 6;
        let requests: Vec<_> = Channel::ALL
            .into_iter()
            .cycle()
            .take(per_second * seconds)
            .enumerate()
            .map(|(number, channel)| signer.request(channel, "POST", "/v1/requests", &body(number)))
            .collect();
        Ok(client::paced(self.intake.at, requests, per_second, CONNECTIONS, stop))
    }

    async fn stop(self) {
        self.intake.stop().await;
        for instance in self.dispatch {
            instance.stop().await;
        }
        self.credit.stop().await;
    }
}

async fn seed(bus: &str, database: &str, rules: &RuleBook) -> anyhow::Result<()> {
    let config = configure::<Credit>(bus, database, &[]).await?;
    let host = host();
    let plan = SeedPlan {
        city: city()?,
        seed: 81_890,
        merchants: MERCHANTS,
        workers: MERCHANTS,
        now: host.clock.now(),
        shown: false,
    };
    let db = chassis::store::Db::open(&config.database, host.clock, host.ids).await?;
    seed_city(&db, rules, &Reference::embedded()?, plan, drop).await?;
    db.close().await;
    Ok(())
}

/// The order that dispatch holds for the item in this street.
async fn order(intake: &Service, area: Area) -> anyhow::Result<Vec<MerchantId>> {
    let ask = Recommend {
        city: city()?,
        item: ITEM.parse()?,
        area,
        wanted_at: None,
        due_by: None,
        request: None,
        limit: Some(20),
    };
    let answer: Recommendation = intake.runtime.bus.ask(&ask, PATIENCE).await?;
    Ok(answer.candidates.iter().map(|candidate| candidate.merchant).collect())
}

/// The first of the list: every front end shows it.
async fn first_of(intake: &Service, area: Area) -> anyhow::Result<MerchantId> {
    order(intake, area).await?.first().copied().context("nobody is left on the list")
}

/// The street with the longest list.
async fn busiest(intake: &Service) -> anyhow::Result<Area> {
    let (reference, city) = (Reference::embedded()?, city()?);
    let mut best = None;
    for info in reference.city(city).into_iter().flat_map(|places| places.areas()) {
        best = best.max(Some((order(intake, info.area).await?.len(), info.area)));
    }
    let (count, area) = best.context("the city has no streets")?;
    ensure!(count >= 3, "no street has a choice of {ITEM}");
    Ok(area)
}

/// The front ends' process.
struct FrontEnds {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl FrontEnds {
    async fn start(platform: &Platform, streams: usize) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("front-ends")
            .args(["--at", &platform.intake.at.to_string(), "--streams", &streams.to_string()])
            .args(["--item", ITEM, "--area", &platform.area.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let said = BufReader::new(child.stdout.take().context("no standard output")?);
        let mut front_ends = Self { child, said };
        let line = front_ends.line().await?;
        if line != "ready" {
            bail!("the front ends said {line:?}");
        }
        Ok(front_ends)
    }

    async fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.said.read_line(&mut line).await?;
        Ok(line.trim().to_owned())
    }

    /// Ends its standard input, and reads what it heard.
    async fn stop(mut self) -> anyhow::Result<Outcome> {
        drop(self.child.stdin.take());
        let line = self.line().await?;
        let status = self.child.wait().await?;
        ensure!(status.success(), "the front ends ended with {status}");
        Ok(serde_json::from_str(&line)?)
    }
}

/// When each change was committed, and when each instance applied it, by the machine's one clock.
#[derive(Default)]
struct Seen(BTreeMap<(MerchantId, Version), Vec<RankingChanged>>);

impl Seen {
    /// From each commit to each instance; every change must have reached all. An instance that heard of it by the
    /// sure path does not know when it was committed: the others do.
    fn everywhere(self) -> anyhow::Result<Latencies> {
        let mut latencies = Latencies::default();
        for ((merchant, version), told) in self.0 {
            ensure!(told.len() == INSTANCES, "{} of {INSTANCES} told of {merchant} {version}", told.len());
            let committed = told.iter().map(|change| change.committed_wall_us).min().unwrap_or_default();
            for change in told {
                let us = u32::try_from(change.applied_wall_us - committed).unwrap_or_default();
                latencies.add_us(f64::from(us));
            }
        }
        ensure!(latencies.len() == DOWNGRADES * INSTANCES, "only {} announcements came", latencies.len());
        Ok(latencies)
    }
}

async fn note_applied(
    client: async_nats::Client,
    seen: Arc<Mutex<Seen>>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let subject = format!("{}.*", RankingChanged::SUBJECT);
    let mut changes = pin!(client.subscribe(subject).await?.take_until(stop.cancelled_owned()));
    while let Some(change) = changes.next().await {
        let change: RankingChanged = serde_json::from_slice(&change.payload)?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.0.entry((change.merchant, change.credit_version)).or_default().push(change);
    }
    Ok(())
}

async fn echo(
    client: async_nats::Client,
    pings: async_nats::Subscriber,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut pings = pin!(pings.take_until(stop.cancelled_owned()));
    while let Some(ping) = pings.next().await {
        if let Some(reply) = ping.reply {
            client.publish(reply, ping.payload).await?;
        }
    }
    Ok(())
}

/// Round trips of a standing's size, all the while.
async fn ping(
    client: async_nats::Client,
    rtt: Arc<Mutex<Latencies>>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let payload = bytes::Bytes::from(vec![b'x'; serde_json::to_vec(&StandingNow::example())?.len()]);
    while stop.run_until_cancelled(tokio::time::sleep(PING_EVERY)).await.is_some() {
        let sent = Instant::now();
        // Whoever answers stops at the same moment.
        let Some(answer) = stop.run_until_cancelled(client.request(ECHO, payload.clone())).await else {
            break;
        };
        answer?;
        rtt.lock().unwrap_or_else(PoisonError::into_inner).add(sent.elapsed());
    }
    Ok(())
}
