//! Live recommendation lists: when dispatch says that a ranking moved, or that a merchant became full or free
//! again, every front end that shows it gets the new one.
//!
//! A topic is one list (city, item, area). Topics stand by the cell of the ranking that they show (city,
//! category, area), so that a change finds those it may have moved without looking at the others. However many
//! watch a topic, a change costs one question to dispatch; a list that comes back as it was is not sent again.
//!
//! **A list is a state, not a log.** Whoever connects, or comes back with `Last-Event-ID`, gets the newest list at
//! once: what lies between is of no use to anybody, and a slow watcher misses only older ones. The id of each
//! event ([`Cursor`]) tells a client whether it has seen that list, and in which order: no client is ever shown
//! an older list than it had, even if it comes from another instance whose clock is ahead, because one that has
//! seen a newer list than is known here has dispatch asked again first.
//!
//! Bounds: [`TOPICS_MAX`] topics; [`MOVED_AT_ONCE`] and [`STALE_AT_ONCE`] questions at once, apart, so that
//! what moved never waits behind what is only asked again: every topic each [`REFRESH`], since broadcasts may get
//! lost, and soon where dispatch gave no answer.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::bus::Bus;
use chassis::http::live::Frame;
use chassis::tasks::{Stage, Tasks};
use chassis::telemetry::{Metrics, Stage as DowngradeStage};
use contracts::dispatch::{AvailabilityChanged, RankingChanged, Recommend, Recommendation};
use contracts::reference::Reference;
use futures::{Stream, StreamExt as _, future};
use intake_domain::{FieldError, check_need};
use kernel::{Area, CategoryCode, City, Clock, ItemCode, Timestamp};
use serde::Serialize;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use utoipa::ToSchema;

use super::cursor::{Cursor, digest};
use super::due::Due;
use super::{AGAIN_AFTER, hear};

/// Lists watched at once.
const TOPICS_MAX: usize = 20_000;
/// Questions to dispatch at once about lists that may have moved.
const MOVED_AT_ONCE: usize = 16;
/// Questions to dispatch at once about lists of which nothing was heard.
const STALE_AT_ONCE: usize = 4;
/// How long dispatch may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Between two questions about each topic, whether a change was heard or not.
const REFRESH: Duration = Duration::from_secs(30);
/// An id further ahead of the clock here was not given by any instance.
const AHEAD_MAX: Duration = Duration::from_secs(60);

/// The part of a ranking that a change moves as one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Cell {
    city: City,
    category: CategoryCode,
    area: Area,
}

/// One list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Topic {
    cell: Cell,
    item: ItemCode,
}

impl Topic {
    /// The list of this item in this street; refused where catalogue or places do not have it: a list that
    /// cannot be would be asked for again and again.
    pub(crate) fn known(
        reference: &Reference,
        city: City,
        item: ItemCode,
        area: Area,
    ) -> Result<Self, Vec<FieldError>> {
        let known = check_need(city, area, reference.area(area).is_some(), reference.item(&item))?;
        Ok(Self { cell: Cell { city, category: known.category.clone(), area }, item })
    }
}

/// Where the time went, by the wall clocks: for latency only.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct Moments {
    /// When credit committed the change, microseconds since 1970.
    committed_wall_us: i64,
    /// When dispatch ranked by it, microseconds since 1970.
    applied_wall_us: i64,
}

/// What front ends get: a list, and why it is shown now.
#[derive(Serialize, ToSchema)]
#[schema(as = ShownRecommendation)]
pub(crate) struct Pushed<'a> {
    /// The id of the event, for those who poll.
    #[schema(value_type = String)]
    id: Cursor,
    /// Of the downgrade or upgrade that changed it; absent where something else did.
    #[serde(flatten)]
    moments: Option<Moments>,
    /// When it was made ready here, microseconds since 1970.
    pushed_wall_us: i64,
    recommendation: &'a Recommendation,
}

/// A list as it goes over the wire.
#[derive(Debug, Clone)]
struct Listed {
    cursor: Cursor,
    /// The order of the last question that was answered with this list.
    confirmed: u64,
    /// The event, and in it the answer to a poll.
    frame: Frame,
}

/// What is known of a topic.
struct Watched {
    /// The newest list; none before the first answer.
    latest: watch::Sender<Option<Listed>>,
    /// The order of the last question, asked or to be asked; 0 before the first.
    asked: AtomicU64,
    /// The highest order that a client has come with.
    seen: AtomicU64,
}

impl Watched {
    fn is_watched(&self) -> bool {
        self.latest.receiver_count() > 0
    }
}

/// Too many lists are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

/// The lists that front ends watch. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Lists(Arc<Inner>);

struct Inner {
    topics: Mutex<Topics>,
    moved: Due<Topic, Moments>,
    stale: Due<Topic, Moments>,
    /// The last order that was given.
    order: AtomicU64,
    bus: Bus,
    wall: Arc<dyn Clock>,
    took: Box<dyn Fn(f64) + Send + Sync>,
}

#[derive(Default)]
struct Topics {
    cells: HashMap<Cell, HashMap<ItemCode, Arc<Watched>>>,
    count: usize,
}

impl Topics {
    fn get(&self, topic: &Topic) -> Option<&Arc<Watched>> {
        self.cells.get(&topic.cell)?.get(&topic.item)
    }

    /// Forgets what nobody watches, in this cell.
    fn sweep_cell(&mut self, cell: &Cell) {
        let Some(items) = self.cells.get_mut(cell) else { return };
        let before = items.len();
        items.retain(|_, watched| watched.is_watched());
        self.count -= before - items.len();
        if items.is_empty() {
            self.cells.remove(cell);
        }
    }

    /// Forgets what nobody watches.
    fn sweep(&mut self) {
        self.cells.retain(|_, items| {
            items.retain(|_, watched| watched.is_watched());
            !items.is_empty()
        });
        self.count = self.cells.values().map(HashMap::len).sum();
    }
}

impl Lists {
    /// Starts to listen.
    pub(crate) fn start(bus: Bus, wall: Arc<dyn Clock>, metrics: &Metrics, tasks: &Tasks) -> Self {
        let pushed = metrics.stage(DowngradeStage::Pushed);
        let lists = Self(Arc::new(Inner {
            topics: Mutex::default(),
            moved: Due::new(),
            stale: Due::new(),
            order: AtomicU64::new(0),
            bus,
            wall,
            took: Box::new(move |seconds| pushed.record(seconds, &[])),
        }));
        let (running, stop) = (lists.clone(), tasks.token(Stage::Drain));
        tasks.spawn(Stage::Drain, "live-lists", async move {
            stop.run_until_cancelled(running.run()).await;
        });
        lists
    }

    /// Watches a list, from what the client has `seen` of it. Its first watcher alone has it asked for, so that
    /// ten thousand who come back at once cost one question; and so does the first that has seen a newer list.
    pub(crate) fn watch(&self, topic: &Topic, seen: Option<Cursor>) -> Result<Watching, Crowded> {
        let ahead = self.now_us().saturating_add(u64::try_from(AHEAD_MAX.as_micros()).unwrap_or(u64::MAX));
        let seen = seen.filter(|seen| seen.order <= ahead);
        let (watched, latest) = self.join(topic)?;
        let above = seen.map_or(0, |seen| seen.order);
        watched.seen.fetch_max(above, Ordering::Relaxed);
        let order = self.next_order(above);
        let to_ask = |asked: u64| (asked == 0 || asked < above).then_some(order);
        if watched.asked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, to_ask).is_ok() {
            self.0.moved.add(topic.clone(), None);
        }
        Ok(Watching { latest, seen })
    }

    fn join(&self, topic: &Topic) -> Result<(Arc<Watched>, watch::Receiver<Option<Listed>>), Crowded> {
        let mut topics = self.topics();
        if let Some(watched) = topics.get(topic) {
            return Ok((Arc::clone(watched), watched.latest.subscribe()));
        }
        if topics.count >= TOPICS_MAX {
            topics.sweep();
        }
        if topics.count >= TOPICS_MAX {
            return Err(Crowded);
        }
        let (sender, latest) = watch::channel(None);
        let watched = Arc::new(Watched { latest: sender, asked: AtomicU64::new(0), seen: AtomicU64::new(0) });
        let items = topics.cells.entry(topic.cell.clone()).or_default();
        items.insert(topic.item.clone(), Arc::clone(&watched));
        topics.count += 1;
        Ok((watched, latest))
    }

    async fn run(self) {
        let lists = &self;
        let refresh = async {
            let mut ticks = tokio::time::interval(REFRESH);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                lists.refresh();
            }
        };
        let moved = lists.0.moved.work(MOVED_AT_ONCE, |topic, moments| async move {
            if !lists.renew(&topic, moments).await {
                lists.0.stale.add(topic, moments);
            }
        });
        let stale = lists.0.stale.work(STALE_AT_ONCE, |topic, moments| async move {
            if !lists.renew(&topic, moments).await {
                tokio::time::sleep(AGAIN_AFTER).await;
                lists.0.stale.add(topic, moments);
            }
        });
        let ranking = hear(&lists.0.bus, |change: RankingChanged| {
            let RankingChanged { committed_wall_us, applied_wall_us, .. } = change;
            let moments = Moments { committed_wall_us, applied_wall_us };
            lists.note(change.city, &change.categories, &change.areas, Some(moments));
        });
        let availability = hear(&lists.0.bus, |change: AvailabilityChanged| {
            lists.note(change.city, &change.categories, &change.areas, None);
        });
        tokio::join!(ranking, availability, refresh, moved, stale);
    }

    /// Every list that a change in these categories and streets may have moved is due. One that nobody watches is
    /// forgotten: it would be old when somebody comes.
    fn note(&self, city: City, categories: &[CategoryCode], areas: &[Area], moments: Option<Moments>) {
        let mut topics = self.topics();
        for category in categories {
            for &area in areas {
                let cell = Cell { city, category: category.clone(), area };
                topics.sweep_cell(&cell);
                for item in topics.cells.get(&cell).into_iter().flat_map(HashMap::keys) {
                    self.0.moved.add(Topic { cell: cell.clone(), item: item.clone() }, moments);
                }
            }
        }
    }

    /// Every watched list is due.
    fn refresh(&self) {
        let mut topics = self.topics();
        topics.sweep();
        for (cell, items) in &topics.cells {
            for item in items.keys() {
                self.0.stale.add(Topic { cell: cell.clone(), item: item.clone() }, None);
            }
        }
    }

    /// Asks for a list that somebody watches and hands it to all who do, if it is another. False when there was no
    /// answer.
    async fn renew(&self, topic: &Topic, moments: Option<Moments>) -> bool {
        let Some(watched) = self.still_watched(topic) else { return true };
        let order = self.next_order(0);
        watched.asked.fetch_max(order, Ordering::Relaxed);
        let Topic { cell: Cell { city, area, .. }, item } = topic.clone();
        let ask = Recommend { city, item, area, wanted_at: None, due_by: None, request: None, limit: None };
        let recommendation = match self.0.bus.ask(&ask, ANSWER_WITHIN).await {
            Ok(recommendation) => recommendation,
            Err(error) => {
                tracing::warn!(%error, "a watched recommendation could not be renewed");
                return false;
            }
        };
        match self.listed(order, moments, &recommendation) {
            Ok(listed) => self.hand_on(&watched, listed, moments),
            Err(error) => tracing::error!(%error, "a recommendation has no form in JSON"),
        }
        true
    }

    /// The topic, if somebody watches it; else it is forgotten, since its list is not the newest any more.
    fn still_watched(&self, topic: &Topic) -> Option<Arc<Watched>> {
        let mut topics = self.topics();
        topics.sweep_cell(&topic.cell);
        topics.get(topic).cloned()
    }

    fn hand_on(&self, watched: &Watched, listed: Listed, moments: Option<Moments>) {
        let seen = watched.seen.load(Ordering::Relaxed);
        let handed = watched.latest.send_if_modified(|latest| replace(latest, listed, seen));
        if handed && let Some(seconds) = moments.and_then(|moments| self.since_commit(moments)) {
            (self.0.took)(seconds);
        }
    }

    fn listed(
        &self,
        order: u64,
        moments: Option<Moments>,
        recommendation: &Recommendation,
    ) -> Result<Listed, serde_json::Error> {
        let cursor = Cursor { order, digest: digest(recommendation)? };
        let pushed_wall_us = self.0.wall.now().as_micros();
        let pushed = Pushed { id: cursor, moments, pushed_wall_us, recommendation };
        let frame = Frame::event(cursor, "recommendation", &pushed)?;
        Ok(Listed { cursor, confirmed: order, frame })
    }

    /// None where dispatch learned of the change by the sure path, which does not tell when credit committed: it
    /// then counts from its own moment.
    fn since_commit(&self, moments: Moments) -> Option<f64> {
        let Moments { committed_wall_us, applied_wall_us } = moments;
        let committed = Timestamp::from_micros(committed_wall_us);
        (committed_wall_us != applied_wall_us).then(|| self.0.wall.now().since(committed).as_secs_f64())
    }

    /// An order above all that were given here, and above this one.
    fn next_order(&self, above: u64) -> u64 {
        let now = self.now_us();
        let later = |last: u64| now.max(last.saturating_add(1)).max(above.saturating_add(1));
        let last = self.0.order.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
        later(last.unwrap_or_else(|unchanged| unchanged))
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.0.wall.now().as_micros()).unwrap_or(0)
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the answer in; true when it is to be handed on: when it is another list, or somebody came who has `seen` a
/// higher order than the known one has. The answer to an older question than the last that was answered is
/// nothing, in whatever order they come.
fn replace(latest: &mut Option<Listed>, answer: Listed, seen: u64) -> bool {
    match latest {
        Some(known) if known.confirmed >= answer.confirmed => false,
        Some(known) if known.cursor.digest == answer.cursor.digest && known.cursor.order >= seen => {
            known.confirmed = answer.confirmed;
            false
        }
        Some(_) | None => {
            *latest = Some(answer);
            true
        }
    }
}

/// A watched list, from what its client has seen.
pub(crate) struct Watching {
    latest: watch::Receiver<Option<Listed>>,
    seen: Option<Cursor>,
}

impl Watching {
    /// Whether there is any list yet.
    pub(crate) fn is_known(&self) -> bool {
        self.latest.borrow().is_some()
    }

    /// The list now, and again whenever it is another. Never one that is older than what the client has seen.
    pub(crate) fn events(self) -> impl Stream<Item = Frame> + Send + 'static {
        let from = self.seen.map_or(0, |seen| seen.order);
        WatchStream::new(self.latest).filter_map(move |latest| {
            future::ready(latest.filter(|listed| listed.cursor.order >= from).map(|listed| listed.frame))
        })
    }

    /// The newest list, as soon as it is another than the client has seen.
    pub(crate) async fn news(&mut self) -> Option<Frame> {
        let seen = self.seen;
        let is_news = move |listed: &Listed| {
            seen.is_none_or(|seen| listed.cursor.order > seen.order && listed.cursor.digest != seen.digest)
        };
        let latest = self.latest.wait_for(|latest| latest.as_ref().is_some_and(is_news)).await;
        latest.ok()?.as_ref().map(|listed| listed.frame.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(order: u64, digest: u64) -> Listed {
        let cursor = Cursor { order, digest };
        Listed { cursor, confirmed: order, frame: Frame::event(cursor, "recommendation", &()).unwrap() }
    }

    fn taken(known: &Listed, answer: Listed, above: u64) -> (bool, Cursor) {
        let mut latest = Some(known.clone());
        let handed = replace(&mut latest, answer, above);
        (handed, latest.unwrap().cursor)
    }

    #[test]
    fn an_older_answer_that_comes_late_is_nothing() {
        let mut latest = Some(listed(5, 1));
        assert!(!replace(&mut latest, listed(11, 1), 0));
        // Asked before the list was confirmed, answered after.
        assert!(!replace(&mut latest, listed(10, 2), 0));
        assert!(replace(&mut latest, listed(12, 2), 0));
    }

    #[test]
    fn the_same_list_is_handed_on_only_to_a_client_that_is_ahead() {
        let known = listed(5, 1);
        assert_eq!(taken(&known, listed(9, 1), 0), (false, known.cursor));
        assert_eq!(taken(&known, listed(9, 1), 8), (true, listed(9, 1).cursor));
        assert_eq!(taken(&known, listed(9, 2), 0), (true, listed(9, 2).cursor));
    }
}
