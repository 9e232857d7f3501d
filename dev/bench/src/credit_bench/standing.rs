//! `standing_rps`: whether a standing is still the last, asked over the bus as dispatch does before it commits an
//! assignment; beside raw request-reply with the same bytes.

use std::pin::pin;
use std::time::{Duration, Instant};

use async_nats::Client;
use bytes::Bytes;
use contracts::Rpc as _;
use contracts::credit::ConfirmStanding;
use credit::Credit;
use futures::StreamExt as _;
use testkit::{TestDb, nats, wait};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::BENCH;
use super::history::City;
use crate::figure::{Report, say};
use crate::servers::{Service, city};
use crate::stats::{median, per_second};

const RUNS: usize = 3;
const MERCHANTS: u32 = 1_000;
/// Questions under way at once, over this many connections.
const IN_FLIGHT: usize = 64;
const CONNECTIONS: usize = 4;
const FOR: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(10);
const RAW: &str = "bench.raw";

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
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("credit: confirmed standings, run {number} of {RUNS}"));
        ours.push(asked(&bus, ConfirmStanding::SUBJECT, &questions).await?);
        raw.push(asked(&bus, RAW, &questions).await?);
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

async fn answer_raw(client: Client, answer: Bytes, stop: CancellationToken) -> anyhow::Result<()> {
    let questions = client.queue_subscribe(RAW, "bench".to_owned()).await?;
    let mut questions = pin!(questions.take_until(stop.cancelled_owned()));
    while let Some(question) = questions.next().await {
        if let Some(reply) = question.reply {
            client.publish(reply, answer.clone()).await?;
        }
    }
    Ok(())
}

/// Answers per second with so many questions under way.
async fn asked(bus: &nats::Server, subject: &'static str, questions: &[Bytes]) -> anyhow::Result<f64> {
    let mut asking = JoinSet::new();
    let start = Instant::now();
    for connection in 0..CONNECTIONS {
        let client = bus.client().await?;
        for asker in 0..IN_FLIGHT / CONNECTIONS {
            let skipped = (connection * IN_FLIGHT + asker) % questions.len().max(1);
            let questions: Vec<Bytes> = questions.iter().cycle().skip(skipped).take(512).cloned().collect();
            let client = client.clone();
            asking.spawn(async move {
                let mut answers = 0;
                for question in questions.into_iter().cycle() {
                    if start.elapsed() > FOR {
                        break;
                    }
                    client.request(subject, question).await?;
                    answers += 1;
                }
                anyhow::Ok(answers)
            });
        }
    }
    let mut answers = 0;
    while let Some(done) = asking.join_next().await {
        answers += done??;
    }
    Ok(per_second(answers, start.elapsed()))
}
