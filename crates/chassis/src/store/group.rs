//! Group commit: commands that wait at the same moment share one transaction.
//!
//! A commit costs a disk flush; a hundred commands in one commit cost the same flush. Each lane is one task
//! that takes whatever waits (up to a limit), runs it as one batch and answers each caller after the commit.
//! The first command never waits for company. Beside batches under way another one begins with at least as many
//! commands as those hold together, or when they are done: else every lane would run off with the one command
//! that came just now, and most commits would hold one.
//! When a batch fails as a whole, each of its commands is run alone, so that one bad apple spoils nothing.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Command, Db, StoreError, Tx, WriteError};
use crate::tasks::{Stage, Tasks};

/// How a batch of one kind of command is carried out.
pub trait Batch: Sized + Send + Sync + 'static {
    /// One command.
    type Item: Send + Sync + 'static;
    /// Its answer.
    type Out: Send + 'static;
    /// Why one command was refused, or why all failed.
    type Error: WriteError + 'static;

    /// Carries out all items in one transaction; one answer each, in order. A refusal of one item writes
    /// nothing for it and leaves the others alone.
    fn run(
        &self,
        tx: &mut Tx,
        items: &[Self::Item],
    ) -> impl Future<Output = Result<Answers<Self>, Self::Error>> + Send;
}

/// One answer for each item of a batch, in order.
pub type Answers<B> = Vec<Result<<B as Batch>::Out, <B as Batch>::Error>>;

/// Limits of a group commit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Commands that may wait; more are refused with [`StoreError::Unavailable`]'s kind of answer.
    pub waiting_max: usize,
    /// Commands in one transaction.
    pub batch_max: usize,
    /// Batches under way at once; SQLite writes one at a time whatever this says.
    pub lanes: usize,
}

/// The entrance to a group commit. Cheap to clone.
pub struct GroupCommit<B: Batch> {
    queue: queue::Sender<B>,
}

mod queue {
    //! Several lanes take from one queue; tokio's mpsc has one receiver, so it stands behind a lock that a
    //! lane holds only while it collects.

    use super::{Batch, Instant, mpsc, oneshot};

    pub(super) struct Waiting<B: Batch> {
        pub(super) item: B::Item,
        pub(super) since: Instant,
        pub(super) answer: oneshot::Sender<Result<B::Out, B::Error>>,
    }

    pub(super) type Sender<B> = mpsc::Sender<Waiting<B>>;
    pub(super) type Receiver<B> = tokio::sync::Mutex<mpsc::Receiver<Waiting<B>>>;
}

impl<B: Batch> Clone for GroupCommit<B> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

/// Why a command got no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many wait already: shed the load.
    #[error("too many commands wait")]
    Overloaded,
    /// The service is stopping.
    #[error("the service is stopping")]
    Stopping,
}

impl<B: Batch> GroupCommit<B> {
    /// Starts the lanes.
    pub fn start(name: &'static str, db: &Db, batch: B, limits: Limits, tasks: &Tasks) -> Self {
        let (queue, waiting) = mpsc::channel(limits.waiting_max);
        let waiting: Arc<queue::Receiver<B>> = Arc::new(tokio::sync::Mutex::new(waiting));
        let batch = Arc::new(batch);
        let under_way = watch::Sender::new(0);
        for _ in 0..limits.lanes.max(1) {
            let lane = Lane {
                db: db.clone(),
                batch: Arc::clone(&batch),
                waiting: Arc::clone(&waiting),
                under_way: under_way.clone(),
                batch_max: limits.batch_max.max(1),
            };
            tasks.spawn(Stage::Close, name, lane.run(tasks.token(Stage::Close)));
        }
        Self { queue }
    }

    /// Hands in a command and waits until it is durable.
    ///
    /// # Errors
    /// [`Refused`] when it was not even tried; otherwise the batch's answer for it.
    pub async fn submit(&self, item: B::Item) -> Result<Result<B::Out, B::Error>, Refused> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(queue::Waiting { item, since: Instant::now(), answer }).map_err(|refusal| {
            match refusal {
                mpsc::error::TrySendError::Full(_) => Refused::Overloaded,
                mpsc::error::TrySendError::Closed(_) => Refused::Stopping,
            }
        })?;
        answered.await.map_err(|_| Refused::Stopping)
    }
}

struct Lane<B: Batch> {
    db: Db,
    batch: Arc<B>,
    waiting: Arc<queue::Receiver<B>>,
    /// Commands in the batches of all lanes.
    under_way: watch::Sender<usize>,
    batch_max: usize,
}

/// Counts a batch as under way until dropped, whatever becomes of its lane.
struct UnderWay<'a> {
    count: &'a watch::Sender<usize>,
    commands: usize,
}

impl<'a> UnderWay<'a> {
    fn count(count: &'a watch::Sender<usize>, commands: usize) -> Self {
        count.send_modify(|all| *all += commands);
        Self { count, commands }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.count.send_modify(|all| *all -= self.commands);
    }
}

impl<B: Batch> Lane<B> {
    async fn run(self, stop: CancellationToken) {
        let mut taken = Vec::with_capacity(self.batch_max);
        while let Some(under_way) = self.collect(&stop, &mut taken).await {
            let began = Instant::now();
            let waited = taken.first().map_or(began, |first| first.since);
            let (items, answers): (Vec<_>, Vec<_>) =
                taken.drain(..).map(|waiting| (waiting.item, waiting.answer)).unzip();
            let results = self.commit(&items).await;
            drop(under_way);
            if let Some(figures) = self.db.figures() {
                figures.committed(items.len(), began.duration_since(waited), began.elapsed());
            }
            for (answer, result) in answers.into_iter().zip(results) {
                // A caller that went away has its effect all the same; its retry will find it.
                drop(answer.send(result));
            }
        }
    }

    /// Takes what waits, as soon as it is enough. `None` when stopped and empty: nothing handed in before the stop is
    /// lost.
    async fn collect(
        &self,
        stop: &CancellationToken,
        taken: &mut Vec<queue::Waiting<B>>,
    ) -> Option<UnderWay<'_>> {
        let mut waiting = self.waiting.lock().await;
        let mut under_way = self.under_way.subscribe();
        loop {
            let room = self.batch_max - taken.len();
            if room == 0 {
                break;
            }
            let so_far = taken.len();
            tokio::select! {
                biased;
                count = waiting.recv_many(taken, room) => if count == 0 { break },
                _ = under_way.wait_for(|all| *all <= so_far), if so_far > 0 => break,
                () = stop.cancelled(), if !waiting.is_closed() => waiting.close(),
            }
        }
        (!taken.is_empty()).then(|| UnderWay::count(&self.under_way, taken.len()))
    }

    async fn commit(&self, items: &[B::Item]) -> Vec<Result<B::Out, B::Error>> {
        match self.db.write(&Part { batch: self.batch.as_ref(), items }).await {
            Ok(results) => results,
            Err(error) if items.len() == 1 => vec![Err(error)],
            Err(_) => {
                let mut results = Vec::with_capacity(items.len());
                for item in items {
                    results.push(self.alone(item).await);
                }
                results
            }
        }
    }

    async fn alone(&self, item: &B::Item) -> Result<B::Out, B::Error> {
        let part = Part { batch: self.batch.as_ref(), items: core::slice::from_ref(item) };
        let answer = self.db.write(&part).await?.pop();
        answer.unwrap_or_else(|| Err(StoreError::Corrupt("a batch gave no answer".to_owned()).into()))
    }
}

struct Part<'a, B: Batch> {
    batch: &'a B,
    items: &'a [B::Item],
}

impl<B: Batch> Command for Part<'_, B> {
    type Out = Answers<B>;
    type Error = B::Error;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, B::Error> {
        self.batch.run(tx, self.items).await
    }
}
