//! Stands between two buses: credit's, and dispatch's.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_nats::jetstream;
use async_nats::{Client, Message};
use contracts::credit::{ConfirmStanding, StandingChanged, StandingNow};
use contracts::streams::Stream;
use contracts::{Broadcast as _, Event as _, Rpc as _};
use futures::StreamExt as _;
use kernel::IdSource;
use tokio::task::JoinSet;

use crate::faults::raw::copies;

/// Messages held back before one of them, any, is let go.
const HELD_MAX: usize = 40;
/// Questions to credit under way.
const QUESTIONS_MAX: usize = 64;

/// What was done to the standings on their way.
#[derive(Debug, Default)]
pub(crate) struct Meddled {
    passed: AtomicUsize,
    dropped: AtomicUsize,
    doubled: AtomicUsize,
    /// And with it reordered: it comes after what was said later.
    delayed: AtomicUsize,
}

/// Carries standings from one bus to the other badly, and the fence's questions back well, until it is dropped.
pub(crate) struct Meddler {
    from: Client,
    to: Client,
    meddled: Arc<Meddled>,
    _tasks: JoinSet<()>,
}

impl Meddler {
    pub(crate) async fn start(from: Client, to: Client, ids: Arc<dyn IdSource>) -> Self {
        let meddled = Arc::new(Meddled::default());
        let mut tasks = JoinSet::new();
        for subject in [format!("{}.>", StandingNow::SUBJECT), format!("{}.>", StandingChanged::SUBJECT)] {
            let said = from.subscribe(subject).await.unwrap();
            tasks.spawn(carry_badly(said, to.clone(), Arc::clone(&meddled), Arc::clone(&ids)));
        }
        let questions = to.subscribe(ConfirmStanding::SUBJECT).await.unwrap();
        tasks.spawn(ask_for(questions, from.clone(), to.clone()));
        from.flush().await.unwrap();
        to.flush().await.unwrap();
        Self { from, to, meddled, _tasks: tasks }
    }

    /// Brings the last standing of each merchant over, as it is: at the start, and when the storm is over.
    pub(crate) async fn bring_all(&self) {
        for standing in copies(&self.from, Stream::Standing).await {
            standing.store(&self.to).await;
        }
    }

    pub(crate) fn meddled(&self) -> &Meddled {
        &self.meddled
    }
}

async fn carry_badly(
    mut said: async_nats::Subscriber,
    to: Client,
    meddled: Arc<Meddled>,
    ids: Arc<dyn IdSource>,
) {
    let mut held: Vec<Message> = Vec::new();
    while let Some(message) = said.next().await {
        match ids.random() % 10 {
            0..3 => count(&meddled.dropped),
            3..6 => {
                count(&meddled.delayed);
                held.push(message);
            }
            6..8 => {
                count(&meddled.doubled);
                pass(&to, message.clone()).await;
                pass(&to, message).await;
            }
            _ => {
                count(&meddled.passed);
                pass(&to, message).await;
            }
        }
        if held.len() > HELD_MAX {
            let any = usize::try_from(ids.random() % held.len() as u64).unwrap();
            pass(&to, held.swap_remove(any)).await;
        }
    }
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Whoever keeps the subject keeps it, whoever listens hears it. Without `Nats-Msg-Id`: doubles must arrive.
async fn pass(to: &Client, message: Message) {
    let mut headers = async_nats::HeaderMap::new();
    for (name, values) in message.headers.iter().flat_map(async_nats::HeaderMap::iter) {
        if !name.to_string().to_lowercase().starts_with("nats-") {
            headers.insert(name.clone(), values[0].clone());
        }
    }
    to.publish_with_headers(message.subject, headers, message.payload).await.unwrap();
}

async fn ask_for(questions: async_nats::Subscriber, from: Client, to: Client) {
    questions
        .for_each_concurrent(QUESTIONS_MAX, async |question| {
            let headers = question.headers.unwrap_or_default();
            let asked = from.request_with_headers(question.subject, headers, question.payload).await;
            if let (Ok(answer), Some(reply)) = (asked, question.reply) {
                let headers = answer.headers.unwrap_or_default();
                to.publish_with_headers(reply, headers, answer.payload).await.unwrap();
            }
        })
        .await;
}

/// Whether a bus has a stream of this name by now.
pub(crate) async fn has(client: &Client, stream: Stream) -> Option<u64> {
    let found = jetstream::new(client.clone()).get_stream(stream.spec().name).await.ok()?;
    Some(found.cached_info().state.messages)
}
