//! `scan_p99_ms`: codes on phones scanned over HTTP at 1,000 a second, whatever the answers take: the time counts from
//! when a scan was due.

use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use chassis::clock::SystemClock;
use chassis::store::Db;
use credit::Credit;
use credit::usecases::workers::{WorkerSearch, workers_after};
use credit_domain::keys::SecretKey;
use credit_domain::workers::{Claims, CodeRing};
use kernel::{Channel, Clock as _, WorkerId};
use serde_json::json;
use testkit::{TestDb, nats};

use super::BENCH;
use super::history::City;
use crate::client;
use crate::figure::{Report, say};
use crate::servers::{Service, Signer, city};
use crate::stats::median;

const RUNS: usize = 3;
const MERCHANTS: u32 = 1_000;
const PER_SECOND: usize = 1_000;
const SECONDS: usize = 8;
const CONNECTIONS: usize = 64;
const LIMIT_MS: f64 = 50.0;
/// Signs the codes of this bench and of nothing else.
const CODE_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// A run and its preparation are over by then.
const CODE_LIFE: Duration = Duration::from_secs(300);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let (bus, database) = (nats::Server::start(nats::Options::default()).await?, TestDb::sqlite()?);
    let town = City::found(database.url(), MERCHANTS, SystemClock.now()).await?;
    let merchants = town.merchants().await?;
    let mut workers = Vec::new();
    for merchant in &merchants {
        workers.extend(of(&town.db, merchant).await?);
    }
    town.close().await?;
    let keys = format!("[{CODE_KEY:?}]");
    let more = [("workers.code_keys", keys.as_str()), ("workers.code_life_s", "600")];
    let service = Service::start::<Credit>(&bus.url(), database.url(), &more).await?;
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("credit: scans at {PER_SECOND}/s, run {number} of {RUNS}"));
        let requests = scans(&workers, number)?;
        let latencies = client::open_loop(service.at, requests, PER_SECOND, CONNECTIONS).await?;
        p50.push(latencies.quantile_ms(0.5));
        p99.push(latencies.quantile_ms(0.99));
    }
    service.stop().await;
    let case = format!("SQLite, {PER_SECOND} scans/s over {CONNECTIONS} connections, open loop");
    report.alone(BENCH, &case, ("scan_p50", "ms", median(p50)))?;
    report.beside(BENCH, &case, ("scan_p99_ms", "ms", median(p99)), ("limit", LIMIT_MS))
}

async fn of(db: &Db, merchant: &credit_domain::Merchant) -> anyhow::Result<Vec<WorkerId>> {
    let all = WorkerSearch::default();
    let found = workers_after(db, merchant.profile.city, merchant.profile.id, &all, None, 10).await?;
    Ok(found.into_iter().map(|worker| worker.id).collect())
}

/// A fresh code for each scan, as phones show them.
fn scans(workers: &[WorkerId], run: usize) -> anyhow::Result<Vec<Bytes>> {
    let ring = CodeRing::new(vec![SecretKey::try_new(CODE_KEY)?]);
    let (signer, city) = (Signer::new()?, city()?);
    let expires_s = SystemClock.now().after(CODE_LIFE).as_secs();
    let scan = |number: usize| {
        let worker = *workers.get(number % workers.len().max(1)).context("nobody works here")?;
        let nonce = ((run as u128) << 64) | number as u128;
        let code = ring.sign(Claims { city, worker, expires_s, nonce }).context("no key")?;
        let body = json!({ "code": code }).to_string();
        Ok(signer.request(Channel::Wechat, "POST", "/v1/scans?city=330200", &body))
    };
    (0..PER_SECOND * SECONDS).map(scan).collect()
}
