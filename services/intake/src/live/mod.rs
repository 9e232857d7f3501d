//! Live recommendation lists: when dispatch says that a ranking moved, every front end that shows it gets the
//! new one.
//!
//! A topic is one list (city, item, area). However many watch it, a change costs one question to dispatch;
//! changes that come while a round is under way are taken together in the next. A watcher that is slow gets the
//! newest list and misses only older ones: a list is a state, not a log.
//!
//! Bounds: [`TOPICS_MAX`] topics, [`ASKED_AT_ONCE`] questions at once. Broadcasts may get lost, so every topic is
//! asked again every [`REFRESH`].

use core::time::Duration;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chassis::bus::Bus;
use chassis::http::live::Frame;
use chassis::tasks::{Stage, Tasks};
use contracts::Broadcast as _;
use contracts::dispatch::{RankingChanged, Recommend, Recommendation};
use contracts::reference::Reference;
use futures::{FutureExt as _, StreamExt as _};
use kernel::{Area, City, Clock, ItemCode};
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Lists watched at once.
const TOPICS_MAX: usize = 20_000;
/// Questions to dispatch at once.
const ASKED_AT_ONCE: usize = 16;
/// Changes taken together in one round, at most.
const ROUND_MAX: usize = 1_024;
/// How long dispatch may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Between two rounds over all topics, whether a change was heard or not.
const REFRESH: Duration = Duration::from_secs(30);
/// Before the bus is asked for broadcasts again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// One list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Topic {
    /// The city.
    pub(crate) city: City,
    /// What is asked for.
    pub(crate) item: ItemCode,
    /// Where.
    pub(crate) area: Area,
}

/// Where the time went, by the wall clocks: for latency only.
#[derive(Debug, Clone, Copy, Serialize)]
struct Moments {
    committed_wall_us: i64,
    applied_wall_us: i64,
}

/// What front ends get.
#[derive(Debug, Serialize)]
struct Pushed<'a> {
    #[serde(flatten)]
    moments: Option<Moments>,
    pushed_wall_us: i64,
    recommendation: &'a Recommendation,
}

/// The newest list as it goes over the wire; none before the first answer.
type Latest = Option<Frame>;

/// Too many lists are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

/// The lists that front ends watch. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hub(Arc<Inner>);

struct Inner {
    topics: Mutex<HashMap<Topic, watch::Sender<Latest>>>,
    bus: Bus,
    wall: Arc<dyn Clock>,
    reference: Arc<Reference>,
}

impl Hub {
    /// Starts to listen.
    pub(crate) fn start(bus: Bus, wall: Arc<dyn Clock>, reference: Arc<Reference>, tasks: &Tasks) -> Self {
        let hub = Self(Arc::new(Inner { topics: Mutex::default(), bus, wall, reference }));
        let stop = tasks.token(Stage::Drain);
        tasks.spawn(Stage::Drain, "live-recommendations", hub.clone().run(stop));
        hub
    }

    /// Watches a list. Its first watcher alone asks for it, so that ten thousand who come back at once cost one
    /// question; if that has no answer, the next round asks.
    pub(crate) async fn watch(&self, topic: &Topic) -> Result<watch::Receiver<Latest>, Crowded> {
        let (watching, first) = self.join(topic)?;
        if first {
            self.refresh(topic.clone(), None).await;
        }
        Ok(watching)
    }

    fn join(&self, topic: &Topic) -> Result<(watch::Receiver<Latest>, bool), Crowded> {
        let mut topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(topic) {
            return Ok((sender.subscribe(), false));
        }
        if topics.len() >= TOPICS_MAX {
            topics.retain(|_, sender| sender.receiver_count() > 0);
        }
        if topics.len() >= TOPICS_MAX {
            return Err(Crowded);
        }
        let (sender, watching) = watch::channel(None);
        topics.insert(topic.clone(), sender);
        Ok((watching, true))
    }

    async fn run(self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.listen()).await.is_some() {
            if stop.run_until_cancelled(tokio::time::sleep(AGAIN_AFTER)).await.is_none() {
                return;
            }
        }
    }

    /// Listens until the connection is closed for good or the subscription ends.
    async fn listen(&self) {
        let heard = self.0.bus.client().subscribe(format!("{}.*", RankingChanged::SUBJECT)).await;
        let Ok(mut heard) = heard else { return };
        let mut refresh = tokio::time::interval(REFRESH);
        refresh.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = heard.next() => {
                    let Some(message) = message else { return };
                    let mut changes = vec![message];
                    while changes.len() < ROUND_MAX && let Some(Some(more)) = heard.next().now_or_never() {
                        changes.push(more);
                    }
                    let changes = changes.iter().filter_map(|change| serde_json::from_slice(&change.payload).ok());
                    self.round(self.touched(changes)).await;
                }
                _ = refresh.tick() => self.round(self.watched()).await,
            }
        }
    }

    /// The watched lists that the changes may have moved, each with the newest change.
    fn touched(&self, changes: impl Iterator<Item = RankingChanged>) -> HashMap<Topic, Option<Moments>> {
        let topics: HashSet<Topic> = self.watched().into_keys().collect();
        let mut touched = HashMap::new();
        for change in changes {
            let moments = Moments {
                committed_wall_us: change.committed_wall_us,
                applied_wall_us: change.applied_wall_us,
            };
            for topic in topics.iter().filter(|topic| self.concerns(&change, topic)) {
                touched.insert(topic.clone(), Some(moments));
            }
        }
        touched
    }

    fn concerns(&self, change: &RankingChanged, topic: &Topic) -> bool {
        let category = self.0.reference.item(&topic.item).map(|item| &item.category);
        change.city == topic.city
            && change.areas.contains(&topic.area)
            && category.is_some_and(|category| change.categories.contains(category))
    }

    /// All lists that somebody watches; the others are forgotten.
    fn watched(&self) -> HashMap<Topic, Option<Moments>> {
        let mut topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.retain(|_, sender| sender.receiver_count() > 0);
        topics.keys().map(|topic| (topic.clone(), None)).collect()
    }

    async fn round(&self, topics: HashMap<Topic, Option<Moments>>) {
        let asking = futures::stream::iter(topics);
        asking.for_each_concurrent(ASKED_AT_ONCE, |(topic, moments)| self.refresh(topic, moments)).await;
    }

    /// Asks for the list and hands it to whoever watches; when there is no answer, the next round asks again.
    async fn refresh(&self, topic: Topic, moments: Option<Moments>) {
        let Topic { city, item, area } = topic.clone();
        let ask = Recommend { city, item, area, wanted_at: None, due_by: None, request: None, limit: None };
        let recommendation = match self.0.bus.ask(&ask, ANSWER_WITHIN).await {
            Ok(recommendation) => recommendation,
            Err(error) => {
                tracing::warn!(%error, "a watched recommendation could not be renewed");
                return;
            }
        };
        let pushed = Pushed {
            moments,
            pushed_wall_us: self.0.wall.now().as_micros(),
            recommendation: &recommendation,
        };
        let Ok(frame) = Frame::event(None, "recommendation", &pushed) else { return };
        let topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(&topic) {
            sender.send_replace(Some(frame));
        }
    }
}
