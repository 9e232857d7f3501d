//! `recommend`: the order over the bus, beside raw request-reply with the same payloads; over HTTP, beside a bare
//! handler that gives the same bytes; by the number of merchants; and the same answer by PostgreSQL.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use chassis::bus::follow::Apply;
use contracts::Rpc as _;
use contracts::credit::{StandingChanged, StandingNow};
use contracts::dispatch::{Recommend, Recommendation};
use contracts::streams::Stream;
use dispatch::{Dispatch, Ranking};
use kernel::Channel;
use sea_orm::{ConnectionTrait as _, Database};
use testkit::{TestDb, nats, wait};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::asking::{FOR, IN_FLIGHT, RAW, answer_raw, asked};
use crate::figure::{Report, say};
use crate::merchants::{Cell, Town, merchant_id};
use crate::servers::{Service, Signer, city, configure, host};
use crate::stats::{Latencies, median, per_second};
use crate::{client, sql};

const RUNS: usize = 3;
/// Merchants in the ranking, fewest first.
const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// The size at which PostgreSQL answers as well.
const SQL_SIZE: u32 = 100_000;
/// Questions one by one, for the latency by size.
const ONE_BY_ONE: usize = 15_000;
/// How long a question may take.
const PATIENCE: Duration = Duration::from_secs(10);
const MIB: f64 = 1_048_576.0;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let town = Town::new()?;
    let mut sizes = Vec::new();
    // The largest first, so that what its memory takes is seen on an unused heap.
    for merchants in SIZES.into_iter().rev() {
        let before = resident_bytes()?;
        let ranked = Ranked::start(&town, merchants).await?;
        if merchants == 1_000_000 {
            let each = (resident_bytes()? - before) / f64::from(merchants);
            let figure = ("bytes_per_merchant", "B", each);
            report.beside("recommend", "1000000 merchants", figure, ("limit", 1_024.0))?;
            report.alone("recommend", "1000000 merchants", ("resident", "MiB", resident_bytes()? / MIB))?;
        }
        sizes.insert(0, ranked);
    }
    by_size(report, &sizes).await?;
    let [smallest, .., hundred_thousand, _] = sizes.as_slice() else { return Ok(()) };
    over_the_bus(report, smallest).await?;
    over_http(report, smallest).await?;
    beside_sql(report, &town, hundred_thousand).await?;
    for ranked in sizes {
        ranked.service.stop().await;
    }
    Ok(())
}

/// Dispatch with so many merchants, on a bus of its own.
struct Ranked {
    merchants: u32,
    bus: nats::Server,
    service: Service,
    ranking: Arc<Ranking>,
    /// What is asked, as it goes over the bus.
    questions: Vec<Bytes>,
    cells: Vec<Cell>,
    _database: TestDb,
}

impl Ranked {
    async fn start(town: &Town, merchants: u32) -> anyhow::Result<Self> {
        say(format_args!("recommend: dispatch with {merchants} merchants"));
        let bus = nats::Server::start(nats::Options::default()).await?;
        let database = TestDb::sqlite()?;
        let config = configure::<Dispatch>(&bus.url(), database.url(), &[]).await?;
        loads(&database, merchants).await?;
        let (built, ranking) = dispatch::build(config.clone(), host()).await?;
        let made = async || built.runtime.bus.ensure_stream(Stream::Standing).await.ok();
        wait::until("the stream of standings", PATIENCE, made).await?;
        let service = Service::open::<Dispatch>(&config, built).await?;
        for number in 0..merchants {
            let standing = town.merchant(number).context("the city has no streets")?;
            <Ranking as Apply<StandingChanged, StandingNow>>::sure(&ranking, StandingChanged(standing));
        }
        let cells = town.cells()?;
        let questions = cells.iter().map(question).collect::<anyhow::Result<_>>()?;
        Ok(Self { merchants, bus, service, ranking, questions, cells, _database: database })
    }

    /// Streets and categories one after the other, far apart.
    fn question(&self, number: usize) -> Bytes {
        let place = number.wrapping_mul(7_919) % self.questions.len().max(1);
        self.questions.get(place).cloned().unwrap_or_default()
    }
}

/// The loads of the merchants as dispatch's table has them.
async fn loads(database: &TestDb, merchants: u32) -> anyhow::Result<()> {
    let db = Database::connect(database.url()).await?;
    let numbers: Vec<u32> = (0..merchants.min(SQL_SIZE)).collect();
    for part in numbers.chunks(1_000) {
        let rows: Vec<String> = part
            .iter()
            .map(|&number| {
                let (open, served) = Town::load(number);
                let merchant = merchant_id(number).uuid().simple();
                // A second apart, as they would have come: what came last is read again and again.
                format!("(330200, x'{merchant}', {open}, {served}, 1, {})", u64::from(number) * 1_000_000)
            })
            .collect();
        let insert = format!(
            "INSERT INTO merchant_load (city, merchant, open, served, version, changed_at) VALUES {}",
            rows.join(",")
        );
        db.execute_unprepared(&insert).await?;
    }
    db.close().await?;
    Ok(())
}

fn question(cell: &Cell) -> anyhow::Result<Bytes> {
    let ask = Recommend {
        city: city()?,
        item: cell.item.parse()?,
        area: cell.area,
        wanted_at: None,
        due_by: None,
        request: None,
        limit: None,
    };
    Ok(serde_json::to_vec(&ask)?.into())
}

/// One question after the other, at every size in turn.
async fn by_size(report: &mut Report, sizes: &[Ranked]) -> anyhow::Result<()> {
    let mut p50 = vec![Vec::new(); sizes.len()];
    let mut p99 = vec![Vec::new(); sizes.len()];
    for number in 1..=RUNS {
        say(format_args!("recommend: one by one at every size, run {number} of {RUNS}"));
        for ((ranked, p50), p99) in sizes.iter().zip(&mut p50).zip(&mut p99) {
            let client = ranked.bus.client().await?;
            let mut latencies = Latencies::with_capacity(ONE_BY_ONE);
            for number in 0..ONE_BY_ONE {
                let asked = Instant::now();
                client.request(Recommend::SUBJECT, ranked.question(number)).await?;
                latencies.add(asked.elapsed());
            }
            p50.push(latencies.quantile_ms(0.5));
            p99.push(latencies.quantile_ms(0.99));
        }
    }
    let fewest = median(p99.first().cloned().unwrap_or_default());
    for ((ranked, p50), p99) in sizes.iter().zip(p50).zip(p99) {
        let case = format!("{} merchants, one by one", ranked.merchants);
        report.alone("recommend", &case, ("bus_p50", "ms", median(p50)))?;
        let figure = ("bus_p99", "ms", median(p99));
        report.beside("recommend", &case, figure, ("the same with 1000 merchants", fewest))?;
    }
    Ok(())
}

async fn over_the_bus(report: &mut Report, ranked: &Ranked) -> anyhow::Result<()> {
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    let answer = ranked.bus.client().await?.request(Recommend::SUBJECT, ranked.question(0)).await?;
    let stop = CancellationToken::new();
    let mut echo = JoinSet::new();
    echo.spawn(answer_raw(ranked.bus.client().await?, answer.payload, stop.clone()));
    for number in 1..=RUNS {
        say(format_args!("recommend: over the bus, run {number} of {RUNS}"));
        ours.push(rate(ranked, Recommend::SUBJECT).await?);
        raw.push(rate(ranked, RAW).await?);
    }
    stop.cancel();
    let case = format!("{} merchants, {IN_FLIGHT} in flight", ranked.merchants);
    let figure = ("bus_rps", "1/s", median(ours));
    report.beside("recommend", case, figure, ("raw request-reply, the same payloads", median(raw)))
}

/// Answers per second; each asker asks of 512 cells in turn.
async fn rate(ranked: &Ranked, subject: &'static str) -> anyhow::Result<f64> {
    let questions = |asker: usize| (0..512).map(|number| ranked.question(asker * 1_009 + number)).collect();
    asked(&ranked.bus, subject, questions).await
}

async fn over_http(report: &mut Report, ranked: &Ranked) -> anyhow::Result<()> {
    let cell = ranked.cells.first().context("no cell")?;
    let target = format!("/v1/recommendations?city=330200&item={}&area={}", cell.item, cell.area);
    let request = Signer::new()?.request(Channel::App, "GET", &target, "");
    let request: Arc<[u8]> = Arc::from(request.as_ref());
    let mut connection = client::Connection::open(ranked.service.at).await?;
    let (status, body) = connection.exchange(&request).await?;
    ensure!(status == 200, "answered {status}: {}", String::from_utf8_lossy(body));
    let (at, stop) = bare(Bytes::copy_from_slice(body)).await?;
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("recommend: over HTTP, run {number} of {RUNS}"));
        for (at, runs) in [(ranked.service.at, &mut ours), (at, &mut peer)] {
            let load = client::repeat(at, &request, IN_FLIGHT, FOR).await?;
            runs.push(per_second(load.latencies.len(), load.took));
        }
    }
    stop.cancel();
    let case = format!("{} merchants, {IN_FLIGHT} connections, signed", ranked.merchants);
    let figure = ("http_rps", "1/s", median(ours));
    report.beside("recommend", case, figure, ("a bare axum handler with the same bytes", median(peer)))
}

/// A handler that does nothing but give these bytes.
async fn bare(answer: Bytes) -> anyhow::Result<(SocketAddr, CancellationToken)> {
    let handler = get(move || {
        let answer = answer.clone();
        async move { ([(axum::http::header::CONTENT_TYPE, "application/json")], answer) }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (at, stop) = (listener.local_addr()?, CancellationToken::new());
    let serving = axum::serve(listener, Router::new().route("/v1/recommendations", handler));
    let stopped = stop.clone().cancelled_owned();
    let mut set = JoinSet::new();
    set.spawn(std::future::IntoFuture::into_future(serving.with_graceful_shutdown(stopped)));
    set.detach_all();
    Ok((at, stop))
}

async fn beside_sql(report: &mut Report, town: &Town, ranked: &Ranked) -> anyhow::Result<()> {
    let peer = sql::Peer::start(town, ranked.merchants, &ranked.cells).await?;
    let client = ranked.bus.client().await?;
    for number in 0..sql::COMPARED {
        let answer = client.request(Recommend::SUBJECT, ranked.question(number)).await?;
        let answer: Recommendation = serde_json::from_slice(&answer.payload)?;
        let place = number.wrapping_mul(7_919) % ranked.cells.len();
        let cell = ranked.cells.get(place).context("no cell")?;
        let ours: Vec<_> = answer.candidates.iter().map(|candidate| candidate.merchant).collect();
        peer.must_agree(cell, answer.daily_seed, &ours).await?;
    }
    ensure!(ranked.ranking.is_caught_up(), "the ranking lags");
    let (mut ours, mut normal, mut flat) = (Vec::new(), Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("recommend: beside PostgreSQL, run {number} of {RUNS}"));
        ours.push(rate(ranked, Recommend::SUBJECT).await?);
        normal.push(peer.tps(sql::Shape::Normalised).await?);
        flat.push(peer.tps(sql::Shape::Flat).await?);
    }
    let case = format!("{} merchants, {IN_FLIGHT} in flight", ranked.merchants);
    for (beside, runs) in [
        ("pgbench, normalised tables with indexes", normal),
        ("pgbench, one flat covering index, upkeep not counted", flat),
    ] {
        let figure = ("sql_rps", "1/s", median(ours.clone()));
        report.beside("recommend", &case, figure, (beside, median(runs)))?;
    }
    Ok(())
}

/// Memory of this process that is really there.
fn resident_bytes() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib * 1_024.0)
}
