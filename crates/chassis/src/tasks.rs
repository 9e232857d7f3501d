//! The tasks of a service: each has a name, is watched while it runs, and is told to stop in its turn.
//!
//! A stop goes through the [`Stage`]s in order: each is told, given a time limit, and cut off after it. A
//! panic never goes unseen: it is logged, and by the task's kind it makes the service fail its liveness
//! check ([`Tasks::spawn`]) or starts the task again ([`Tasks::supervise`]).

use core::fmt;
use core::future::Future;
use core::time::Duration;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use kernel::IdSource;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::ShutdownConfig;
use crate::health::{Check, Health};

/// First wait before a supervised task is started again; doubled with each failure in a row.
const RESTART_WAIT_MIN: Duration = Duration::from_millis(200);
/// Longest wait before a supervised task is started again.
const RESTART_WAIT_MAX: Duration = Duration::from_secs(30);
/// A run this long counts as good: the next failure waits the minimum again.
const GOOD_RUN: Duration = Duration::from_secs(60);
/// For tasks that were cut off to be gone.
const CUT_OFF_LIMIT: Duration = Duration::from_secs(1);

/// When a task is told to stop; in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Takes in new work: listeners.
    Accept,
    /// Answers what was taken in: connections, live streams.
    Drain,
    /// Works on messages: consumers, timers, followers.
    Consumers,
    /// Publishes what the others left in the outbox.
    Outbox,
    /// What all others need: database writer, bus connection.
    Close,
}

impl Stage {
    const ALL: [Self; 5] = [Self::Accept, Self::Drain, Self::Consumers, Self::Outbox, Self::Close];

    fn limit(self, limits: &ShutdownConfig) -> Duration {
        Duration::from_millis(match self {
            // A listener ends at its next turn; what it accepted belongs to Drain.
            Self::Accept => 1_000,
            Self::Drain => limits.drain_ms.get(),
            Self::Consumers => limits.consumers_ms.get(),
            Self::Outbox => limits.outbox_ms.get(),
            Self::Close => limits.close_ms.get(),
        })
    }
}

/// How a task's future says that it went wrong: `()` never does, `Result` by its error.
pub trait Ending {
    /// Why it ended badly, if it did.
    fn failure(self) -> Option<String>;
}

impl Ending for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: fmt::Display> Ending for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// The tasks of one service instance. Cheap to clone.
#[derive(Clone)]
pub struct Tasks(Arc<Inner>);

struct Inner {
    accept: Group,
    drain: Group,
    consumers: Group,
    outbox: Group,
    close: Group,
    health: Health,
    ids: Arc<dyn IdSource>,
}

#[derive(Default)]
struct Group {
    tracker: TaskTracker,
    /// Asks to stop.
    told: CancellationToken,
    /// Drops the futures that did not.
    cut_off: CancellationToken,
    running: Arc<Mutex<BTreeMap<String, usize>>>,
}

/// The tasks of one stage that had to be cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// When they should have stopped.
    pub stage: Stage,
    /// Their names.
    pub tasks: Vec<String>,
}

impl Tasks {
    /// No tasks yet. `ids` gives the jitter of restarts.
    #[must_use]
    pub fn new(health: Health, ids: Arc<dyn IdSource>) -> Self {
        Self(Arc::new(Inner {
            accept: Group::default(),
            drain: Group::default(),
            consumers: Group::default(),
            outbox: Group::default(),
            close: Group::default(),
            health,
            ids,
        }))
    }

    /// Is cancelled when the stage's tasks are to stop.
    #[must_use]
    pub fn token(&self, stage: Stage) -> CancellationToken {
        self.group(stage).told.clone()
    }

    /// Starts a task that runs until its stage is told to stop. If it ends before, for whatever reason, the
    /// service has failed: the orchestrator is to restart it.
    pub fn spawn<F>(&self, stage: Stage, name: impl Into<String>, future: F)
    where
        F: Future<Output: Ending> + Send + 'static,
    {
        let name = name.into();
        let told = self.token(stage);
        let health = self.0.health.clone();
        let watched = {
            let name = name.clone();
            async move {
                let failure = run(future).await;
                if !told.is_cancelled() {
                    let why = failure.unwrap_or_else(|| "ended unexpectedly".into());
                    tracing::error!(task = name, why, "essential task is gone");
                    health.check(format!("task:{name}")).failed(why);
                } else if let Some(why) = failure {
                    tracing::warn!(task = name, why, "task failed while stopping");
                }
            }
        };
        self.group(stage).spawn(name, watched);
    }

    /// Starts a task that is started again whenever it ends before its stage is told to stop, after a
    /// jittered wait that doubles from 0.2 s to 30 s. While it waits, the service is not ready.
    ///
    /// `make` gets the stage's token and makes one run.
    pub fn supervise<F>(
        &self,
        stage: Stage,
        name: impl Into<String>,
        make: impl FnMut(CancellationToken) -> F + Send + 'static,
    ) where
        F: Future<Output: Ending> + Send + 'static,
    {
        let name = name.into();
        let check = self.0.health.check(format!("task:{name}"));
        let supervised = supervised(name.clone(), check, self.0.ids.clone(), self.token(stage), make);
        self.group(stage).spawn(name, supervised);
    }

    /// A connection's task: counted, not named, since there are thousands. Its future handles its errors.
    pub(crate) fn spawn_connection(&self, stage: Stage, future: impl Future<Output = ()> + Send + 'static) {
        let group = self.group(stage);
        let cut_off = group.cut_off.clone();
        group.tracker.spawn(async move {
            let _: Option<()> = cut_off.run_until_cancelled_owned(future).await;
        });
    }

    /// Stops everything: not ready from now on, then stage by stage. Says which tasks had to be cut off.
    pub async fn shutdown(&self, limits: &ShutdownConfig) -> Vec<Overdue> {
        self.0.health.stop();
        let mut overdue = Vec::new();
        for stage in Stage::ALL {
            let tasks = self.group(stage).stop(stage.limit(limits)).await;
            if !tasks.is_empty() {
                tracing::warn!(?stage, ?tasks, "tasks cut off");
                overdue.push(Overdue { stage, tasks });
            }
        }
        overdue
    }

    fn group(&self, stage: Stage) -> &Group {
        match stage {
            Stage::Accept => &self.0.accept,
            Stage::Drain => &self.0.drain,
            Stage::Consumers => &self.0.consumers,
            Stage::Outbox => &self.0.outbox,
            Stage::Close => &self.0.close,
        }
    }
}

impl Group {
    fn spawn(&self, name: String, future: impl Future<Output = ()> + Send + 'static) {
        let cut_off = self.cut_off.clone();
        let entry = Entry::new(self.running.clone(), name);
        self.tracker.spawn(async move {
            let _entry = entry;
            let _: Option<()> = cut_off.run_until_cancelled_owned(future).await;
        });
    }

    async fn stop(&self, limit: Duration) -> Vec<String> {
        self.told.cancel();
        self.tracker.close();
        if tokio::time::timeout(limit, self.tracker.wait()).await.is_ok() {
            return Vec::new();
        }
        let unnamed = self.tracker.len();
        let mut late: Vec<String> = {
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.keys().cloned().collect()
        };
        if late.is_empty() {
            late.push(format!("{unnamed} connections"));
        }
        self.cut_off.cancel();
        // One that blocks its thread is left behind: the process ends anyway.
        let _: Result<(), _> = tokio::time::timeout(CUT_OFF_LIMIT, self.tracker.wait()).await;
        late
    }
}

/// Stands in the list of running tasks while it lives.
struct Entry {
    running: Arc<Mutex<BTreeMap<String, usize>>>,
    name: String,
}

impl Entry {
    fn new(running: Arc<Mutex<BTreeMap<String, usize>>>, name: String) -> Self {
        {
            let mut names = running.lock().unwrap_or_else(PoisonError::into_inner);
            let count = names.entry(name.clone()).or_default();
            *count = count.saturating_add(1);
        }
        Self { running, name }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut names = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = names.get_mut(&self.name) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                names.remove(&self.name);
            }
        }
    }
}

async fn run<F: Future<Output: Ending>>(future: F) -> Option<String> {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(ending) => ending.failure(),
        Err(panic) => Some(panic_text(panic.as_ref())),
    }
}

/// What a panic said, as far as it is a text.
pub(crate) fn panic_text(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a text"))
}

async fn supervised<F: Future<Output: Ending>>(
    name: String,
    check: Check,
    ids: Arc<dyn IdSource>,
    told: CancellationToken,
    mut make: impl FnMut(CancellationToken) -> F,
) {
    let mut wait = RESTART_WAIT_MIN;
    loop {
        check.ready();
        let began = Instant::now();
        let failure = run(make(told.clone())).await;
        if told.is_cancelled() {
            return;
        }
        if began.elapsed() >= GOOD_RUN {
            wait = RESTART_WAIT_MIN;
        }
        let why = failure.unwrap_or_else(|| "ended unexpectedly".into());
        let jittered = jitter(wait, ids.random());
        tracing::error!(task = name, why, wait_ms = jittered.as_millis(), "task will be started again");
        check.not_ready(why);
        if told.run_until_cancelled(tokio::time::sleep(jittered)).await.is_none() {
            return;
        }
        wait = wait.saturating_mul(2).min(RESTART_WAIT_MAX);
    }
}

/// Half the wait, and a random part of the other half: those who failed together come back apart.
pub(crate) fn jitter(wait: Duration, random: u64) -> Duration {
    let half = wait / 2;
    let spread = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).max(1);
    half.saturating_add(Duration::from_micros(random % spread))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;
    use std::sync::atomic::{AtomicU32, Ordering};

    use testkit::{ManualClock, SeededIds};

    use super::*;

    fn tasks() -> (Tasks, Health) {
        let health = Health::new();
        let ids = SeededIds::new(1, Arc::new(ManualClock::default()));
        (Tasks::new(health.clone(), Arc::new(ids)), health)
    }

    fn limits() -> ShutdownConfig {
        let limit = NonZeroU64::new(100).unwrap();
        ShutdownConfig { drain_ms: limit, consumers_ms: limit, outbox_ms: limit, close_ms: limit }
    }

    #[tokio::test(start_paused = true)]
    async fn an_essential_task_that_panics_fails_the_liveness_check() {
        let (tasks, health) = tasks();
        async fn broken() {
            panic!("no disk");
        }
        tasks.spawn(Stage::Close, "writer", broken());
        tasks.0.close.tracker.close();
        tasks.0.close.tracker.wait().await;
        let report = health.report();
        assert!(!report.live);
        assert_eq!(report.checks["task:writer"], crate::health::Status::Failed("panicked: no disk".into()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_supervised_task_is_started_again_until_told_to_stop() {
        let (tasks, health) = tasks();
        let runs = Arc::new(AtomicU32::new(0));
        let (seen, mut three) = tokio::sync::mpsc::channel::<()>(1);
        let counted = runs.clone();
        tasks.supervise(Stage::Consumers, "consumer", move |told| {
            let (runs, seen) = (counted.clone(), seen.clone());
            async move {
                if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                    return Err("lost the stream");
                }
                let _ = seen.send(()).await;
                told.cancelled().await;
                Ok(())
            }
        });
        three.recv().await.unwrap();
        assert!(health.report().ready);
        assert_eq!(tasks.shutdown(&limits()).await, Vec::new());
        assert_eq!(runs.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_stages_stop_in_order() {
        let (tasks, health) = tasks();
        let order = Arc::new(Mutex::new(Vec::new()));
        for stage in [Stage::Close, Stage::Outbox, Stage::Accept, Stage::Consumers, Stage::Drain] {
            let (told, order) = (tasks.token(stage), order.clone());
            tasks.spawn(stage, format!("{stage:?}"), async move {
                told.cancelled().await;
                order.lock().unwrap().push(stage);
            });
        }
        assert_eq!(tasks.shutdown(&limits()).await, Vec::new());
        assert_eq!(*order.lock().unwrap(), Stage::ALL);
        assert!(health.report().live && health.report().stopping);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_stop_is_cut_off_and_named() {
        let (tasks, _) = tasks();
        tasks.spawn(Stage::Drain, "stubborn", core::future::pending::<()>());
        let overdue = Overdue { stage: Stage::Drain, tasks: vec!["stubborn".into()] };
        assert_eq!(tasks.shutdown(&limits()).await, vec![overdue]);
    }

    #[test]
    fn jitter_stays_between_half_and_the_whole() {
        let wait = Duration::from_secs(4);
        for random in [0, 1, u64::MAX / 2, u64::MAX] {
            let jittered = jitter(wait, random);
            assert!(jittered >= wait / 2 && jittered <= wait);
        }
    }
}
