//! Questions over the bus, many at once; and who answers them with the same bytes, to be measured beside.

use std::pin::pin;
use std::time::{Duration, Instant};

use async_nats::Client;
use bytes::Bytes;
use futures::StreamExt as _;
use testkit::nats;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::stats::per_second;

/// Questions under way at once, over a few connections.
pub(crate) const IN_FLIGHT: usize = 64;
const CONNECTIONS: usize = 4;
/// How long a run asks.
pub(crate) const FOR: Duration = Duration::from_secs(4);
/// Where [`answer_raw`] answers.
pub(crate) const RAW: &str = "bench.raw";

/// Gives the same bytes to every question.
pub(crate) async fn answer_raw(client: Client, answer: Bytes, stop: CancellationToken) -> anyhow::Result<()> {
    let questions = client.queue_subscribe(RAW, "bench".to_owned()).await?;
    let mut questions = pin!(questions.take_until(stop.cancelled_owned()));
    while let Some(question) = questions.next().await {
        if let Some(reply) = question.reply {
            client.publish(reply, answer.clone()).await?;
        }
    }
    Ok(())
}

/// Answers per second with [`IN_FLIGHT`] questions under way. `questions` gives each asker, by its number, what it asks
/// in turn.
pub(crate) async fn asked(
    bus: &nats::Server,
    subject: &'static str,
    questions: impl Fn(usize) -> Vec<Bytes>,
) -> anyhow::Result<f64> {
    let mut asking = JoinSet::new();
    let start = Instant::now();
    for connection in 0..CONNECTIONS {
        let client = bus.client().await?;
        for asker in 0..IN_FLIGHT / CONNECTIONS {
            let questions = questions(connection * IN_FLIGHT + asker);
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
