//! `standing_rps`: whether a standing is still the last, asked over the bus as dispatch does before it commits an
//! assignment; beside raw request-reply with the same bytes.

use std::time::Duration;

use bytes::Bytes;
use contracts::Rpc as _;
use contracts::credit::ConfirmStanding;
use credit::Credit;
use testkit::{TestDb, nats, wait};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::BENCH;
use super::history::City;
use crate::asking::{IN_FLIGHT, RAW, answer_raw, asked};
use crate::figure::{Report, say};
use crate::servers::{Service, city};
use crate::stats::median;

const RUNS: usize = 3;
const MERCHANTS: u32 = 1_000;
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let (bus, database) = (nats::Server::start(nats::Options::default()).await?, TestDb::sqlite()?);
    let town = City::found(database.url(), MERCHANTS, "2026-01-05T00:00:00Z".parse()?).await?;
    let questions: Vec<Bytes> = questions(&town).await?;
    town.close().await?;
    let service = Service::start::<Credit>(&bus.url(), database.url(), &[]).await?;
    let client = bus.client().await?;
    let first = questions.first().cloned().unwrap_or_default();
    let answer = wait::until("an answer", PATIENCE, async || {
        client.request(ConfirmStanding::SUBJECT, first.clone()).await.ok()
    });
    let answer = answer.await?.payload;
    let stop = CancellationToken::new();
    let mut echo = JoinSet::new();
    echo.spawn(answer_raw(bus.client().await?, answer, stop.clone()));
    let of_asker = |asker: usize| -> Vec<Bytes> {
        questions.iter().cycle().skip(asker % questions.len().max(1)).take(512).cloned().collect()
    };
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("credit: confirmed standings, run {number} of {RUNS}"));
        ours.push(asked(&bus, ConfirmStanding::SUBJECT, of_asker).await?);
        raw.push(asked(&bus, RAW, of_asker).await?);
    }
    stop.cancel();
    service.stop().await;
    let case = format!("SQLite, {MERCHANTS} merchants, {IN_FLIGHT} in flight");
    let figure = ("standing_rps", "1/s", median(ours));
    report.beside(BENCH, case, figure, ("raw request-reply, the same payloads", median(raw)))
}

async fn questions(town: &City) -> anyhow::Result<Vec<Bytes>> {
    let city = city()?;
    let ask = |merchant: credit_domain::Merchant| {
        let ask = ConfirmStanding { merchant: merchant.profile.id, city, version: merchant.version };
        anyhow::Ok(serde_json::to_vec(&ask)?.into())
    };
    town.merchants().await?.into_iter().map(ask).collect()
}
