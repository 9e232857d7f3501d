//! Live timelines: when a request goes on, whoever watches it gets the new entries.
//!
//! A timeline is a log, and the log is in the database: a client begins with a read of it after the last entry
//! that it has seen, whichever instance it comes to. From there on it follows a short tail in memory, which one
//! read for each change keeps up for all its watchers.
//!
//! What a change says of itself ([`RequestChanged`]) is heard twice: in this process right after the commit,
//! with or without a bus, and from the other instances by broadcast. The second is told from news by its place
//! in the log. Every few seconds the versions of all watched requests are compared in a few statements, which
//! finds what no broadcast told.
//!
//! A watcher that lags by more than [`TAIL_MAX`] entries is ended: it comes back with `Last-Event-ID` and reads
//! the log. So nothing is missed and nothing comes twice, and a slow client costs no memory. Watched requests are
//! bounded by the places for live streams, of which each watcher holds one.

use core::time::Duration;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::bus::Bus;
use chassis::http::live::Frame;
use chassis::store::{Db, Said, StoreError};
use chassis::tasks::{Stage, Tasks};
use contracts::Broadcast as _;
use contracts::intake::RequestChanged;
use futures::{Stream, StreamExt as _, stream};
use intake_domain::{Kind, TimelineEntry};
use kernel::{Actor, City, MerchantId, RequestId, Timestamp, Version};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use super::due::Due;
use super::hear;
use crate::error::Error;
use crate::usecases::{self, PAGE_MAX};

/// Entries kept in memory for those who watch a request.
const TAIL_MAX: usize = 32;
/// Reads of the database at once.
const READS_AT_ONCE: usize = 4;

/// One entry of the timeline, as everybody sees it who may read the request. Nobody's words are in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub(crate) struct Shown {
    /// Its place; ask for what comes after it.
    seq: Version,
    kind: Kind,
    /// When it happened.
    at: Timestamp,
    /// Whose doing it was.
    by: Actor,
    /// The merchant it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

/// An entry ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// For those who poll.
    pub(crate) shown: Shown,
    frame: Frame,
}

impl Entry {
    /// Makes it ready.
    ///
    /// # Errors
    /// When it has no form in JSON.
    fn try_of(entry: &TimelineEntry) -> Result<Self, StoreError> {
        let &TimelineEntry { seq, kind, at, by, assignment, .. } = entry;
        let shown = Shown { seq, kind, at, by, merchant: assignment.map(|(_, merchant)| merchant) };
        Ok(Self { frame: Frame::event(seq, "timeline", &shown)?, shown })
    }
}

type Key = (City, RequestId);

/// The newest entries, oldest first, without gaps. Cheap to clone.
#[derive(Debug, Clone)]
struct Tail(Arc<[Entry]>);

impl Tail {
    /// What comes after `seen`; nothing when that begins before the tail.
    fn after(&self, seen: Version) -> Option<&[Entry]> {
        let Some(first) = self.0.first() else { return Some(&[]) };
        let gap = first.shown.seq > seen.next();
        let from = self.0.partition_point(|entry| entry.shown.seq <= seen);
        if gap { None } else { self.0.get(from..) }
    }

    /// With the entries of `page` that come after it; none when there are none.
    fn with(&self, page: &[Entry]) -> Option<Self> {
        let Some(last) = self.0.last().map(|last| last.shown.seq) else { return Some(Self::of(&[], page)) };
        let new = page.get(page.partition_point(|entry| entry.shown.seq <= last)..)?;
        let first = new.first()?.shown.seq;
        Some(Self::of(if first == last.next() { &self.0 } else { &[] }, new))
    }

    fn of(old: &[Entry], new: &[Entry]) -> Self {
        let too_many = (old.len() + new.len()).saturating_sub(TAIL_MAX);
        Self(old.iter().chain(new).skip(too_many).cloned().collect())
    }
}

/// A watched request.
struct Watched {
    /// The newest entry heard of.
    heard: Version,
    /// The newest entry read, or known when the first watcher came.
    read: Version,
    tail: watch::Sender<Tail>,
}

/// The requests that front ends watch. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Timelines(Arc<Inner>);

struct Inner {
    watched: Mutex<HashMap<Key, Watched>>,
    due: Due<Key, ()>,
}

impl Timelines {
    /// Starts to listen: to this process's own commits, and to the other instances.
    pub(crate) fn start(db: &Db, bus: Bus, look_every: Duration, tasks: &Tasks) -> Self {
        let timelines = Self(Arc::new(Inner { watched: Mutex::default(), due: Due::new() }));
        let own = timelines.clone();
        db.set_ear(Box::new(move |said| own.overhear(said)));
        let (running, db, stop) = (timelines.clone(), db.clone(), tasks.token(Stage::Drain));
        tasks.spawn(Stage::Drain, "live-timelines", async move {
            stop.run_until_cancelled(running.run(db, bus, look_every)).await;
        });
        timelines
    }

    /// Watches a request that is known to be at `version`. To be called before its log is read.
    pub(crate) fn watch(&self, city: City, request: RequestId, version: Version) -> Watching {
        let key = (city, request);
        let tail = match self.watched().entry(key) {
            Slot::Occupied(watched) => watched.get().tail.subscribe(),
            Slot::Vacant(place) => {
                let (sender, tail) = watch::channel(Tail::of(&[], &[]));
                place.insert(Watched { heard: version, read: version, tail: sender });
                tail
            }
        };
        Watching { timelines: self.clone(), key, tail }
    }

    async fn run(self, db: Db, bus: Bus, look_every: Duration) {
        let (timelines, db) = (&self, &db);
        let look = async {
            let mut ticks = tokio::time::interval(look_every);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                timelines.look(db).await;
            }
        };
        let read = timelines.0.due.work(READS_AT_ONCE, |key, _| timelines.read(db, key));
        tokio::join!(hear(&bus, |change| timelines.note(&change)), look, read);
    }

    fn overhear(&self, said: &Said) {
        if said.subject.starts_with(RequestChanged::SUBJECT)
            && let Ok(change) = serde_json::from_slice(&said.payload)
        {
            self.note(&change);
        }
    }

    fn note(&self, change: &RequestChanged) {
        let key = (change.city, change.request);
        if let Some(watched) = self.watched().get_mut(&key)
            && change.seq > watched.heard
        {
            watched.heard = change.seq;
            self.0.due.add(key, None);
        }
    }

    /// Compares all that is watched with the database.
    async fn look(&self, db: &Db) {
        let keys: Vec<Key> = self.watched().keys().copied().collect();
        match usecases::versions(db, keys).await {
            Ok(versions) => {
                let watched = self.watched();
                for (key, version) in versions {
                    if watched.get(&key).is_some_and(|known| version > known.read) {
                        self.0.due.add(key, None);
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "watched requests could not be looked at"),
        }
    }

    /// Reads what is new of a request and hands it to whoever watches. If that fails, the next look sees to it.
    async fn read(&self, db: &Db, key: Key) {
        let known = self.watched().get(&key).map(|watched| (watched.read, watched.tail.clone()));
        let Some((after, tail)) = known else { return };
        let page = match ready(usecases::timeline(db, key.0, key.1, after).await) {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%error, "a watched request could not be read");
                return;
            }
        };
        let Some(last) = page.last().map(|entry| entry.shown.seq) else { return };
        tail.send_if_modified(|tail| match tail.with(&page) {
            Some(longer) => {
                *tail = longer;
                true
            }
            None => false,
        });
        // Unless all have left and others have come meanwhile, who were not handed this.
        if let Some(watched) = self.watched().get_mut(&key)
            && watched.tail.same_channel(&tail)
        {
            watched.read = watched.read.max(last);
        }
    }

    fn watched(&self) -> MutexGuard<'_, HashMap<Key, Watched>> {
        self.0.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a page of the log ready to be sent.
pub(crate) fn ready(page: Result<Vec<TimelineEntry>, Error>) -> Result<Vec<Entry>, Error> {
    Ok(page?.iter().map(Entry::try_of).collect::<Result<_, _>>()?)
}

/// A watched request, from one client's side.
pub(crate) struct Watching {
    timelines: Timelines,
    key: Key,
    tail: watch::Receiver<Tail>,
}

impl Watching {
    /// The entries after `seen`, as soon as there are any; `None` when they are to be read from the log.
    pub(crate) async fn news(&mut self, seen: Version) -> Option<Vec<Entry>> {
        let tail = self.tail.wait_for(|tail| tail.after(seen).is_none_or(|news| !news.is_empty())).await;
        tail.ok()?.after(seen).map(<[Entry]>::to_vec)
    }

    /// What the log held after `seen`, and what comes after that. Ends when the client has to come back and read
    /// the log: when it lags, and after a full page.
    pub(crate) fn events(self, seen: Version, log: Vec<Entry>) -> impl Stream<Item = Frame> + Send + 'static {
        let seen = log.last().map_or(seen, |last| last.shown.seq);
        let is_all = u64::try_from(log.len()).is_ok_and(|read| read < PAGE_MAX);
        let rest = stream::unfold((self, seen), |(mut watching, seen)| async move {
            let news = watching.news(seen).await?;
            let seen = news.last().map_or(seen, |last| last.shown.seq);
            Some((stream::iter(news), (watching, seen)))
        });
        stream::iter(log)
            .chain(stream::iter(is_all.then_some(rest.flatten())).flatten())
            .map(|entry| entry.frame)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // Under the lock, under which others join: this one is the last only if nobody came meanwhile.
        let mut all = self.timelines.watched();
        if all.get(&self.key).is_some_and(|watched| watched.tail.receiver_count() <= 1) {
            all.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(seqs: core::ops::RangeInclusive<u64>) -> Vec<Entry> {
        let entry = |seq| TimelineEntry {
            seq: Version(seq),
            kind: Kind::Offered,
            at: Timestamp::from_micros(0),
            recorded_at: Timestamp::from_micros(0),
            by: Actor::Platform,
            assignment: None,
            note: None,
        };
        seqs.map(|seq| Entry::try_of(&entry(seq)).unwrap()).collect()
    }

    fn after(tail: &Tail, seen: u64) -> Option<Vec<u64>> {
        Some(tail.after(Version(seen))?.iter().map(|entry| entry.shown.seq.0).collect())
    }

    #[test]
    fn a_tail_gives_what_comes_after_an_entry_or_says_that_it_cannot() {
        let tail = Tail::of(&[], &entries(3..=4)).with(&entries(4..=5)).unwrap();
        assert_eq!(after(&tail, 4), Some(vec![5]));
        assert_eq!(after(&tail, 2), Some(vec![3, 4, 5]));
        assert_eq!((after(&tail, 5), after(&tail, 9)), (Some(vec![]), Some(vec![])));
        assert_eq!(after(&tail, 1), None);
        assert_eq!(after(&Tail::of(&[], &[]), 0), Some(vec![]));
    }

    #[test]
    fn a_tail_keeps_the_newest_and_never_has_a_gap() {
        let long = Tail::of(&[], &entries(1..=30)).with(&entries(31..=40)).unwrap();
        assert_eq!(after(&long, 8).unwrap().len(), TAIL_MAX);
        assert_eq!(after(&long, 7), None);
        assert!(long.with(&entries(39..=40)).is_none());
        let torn = long.with(&entries(42..=43)).unwrap();
        assert_eq!((after(&torn, 41), after(&torn, 40)), (Some(vec![42, 43]), None));
    }
}
