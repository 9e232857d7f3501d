//! Who else looks at a request: an open stream of a member of staff is presence, and the same stream tells who
//! else is there.
//!
//! Streams stand on different instances, so who is there is kept in the database: a row per open stream, good for a
//! short time and renewed while it is open. Whoever writes says so ([`PresenceChanged`]); every instance on which
//! somebody watches that request reads again and hands it on. What no broadcast told, and what a dead instance left
//! behind, the next look finds.
//!
//! Opening a stream waits for none of it: comings and goings are put together and written by one task, and what
//! cannot be written is left to the next renewal. Bounds: one row per place for live streams, [`WAITING_MAX`] comings
//! and goings that wait, [`PEOPLE_MAX`] people told of.

use core::time::Duration;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::bus::Bus;
use chassis::http::live::Frame;
use chassis::store::Db;
use chassis::tasks::{Stage, Tasks};
use contracts::intake::PresenceChanged;
use futures::{Stream, StreamExt as _, future, stream};
use kernel::{ActorId, City, Clock, IdSource, PersonalText, RequestId, Timestamp};
use serde::Serialize;
use tokio::sync::{Notify, watch};
use utoipa::ToSchema;
use uuid::Uuid;

use super::hear;
use crate::error::Error;
use crate::usecases::{self, ComeAndGo, Presence, StayPresent};

/// Between two renewals of who is there: three in the life of a row.
const STAY_EVERY: Duration = Duration::from_secs(20);
/// Comings and goings that wait to be written; the renewal finds those above it.
const WAITING_MAX: usize = 10_000;
/// People told of at a request; the first that came.
const PEOPLE_MAX: usize = 20;

/// Somebody of the staff who looks at the request. No `Debug`: a name.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Viewer {
    /// The account.
    id: ActorId,
    /// What colleagues call the person, where the issuer says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Since when.
    since: Timestamp,
}

/// Who else looks at a request: at most 20, who came first first.
#[derive(Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RequestPresence)]
pub(crate) struct Others {
    /// All but who asks.
    others: Vec<Viewer>,
}

impl Others {
    fn of(people: &[Viewer], own: ActorId) -> Self {
        let others = people.iter().filter(|viewer| viewer.id != own);
        Self { others: others.take(PEOPLE_MAX).cloned().collect() }
    }
}

type Key = (City, RequestId);

/// All who look at a request, each once.
type People = Arc<[Viewer]>;

/// Who looks at which request, as far as somebody here wants to know. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Presences(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    work: Notify,
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

#[derive(Default)]
struct State {
    /// Requests that are watched here.
    rooms: HashMap<Key, watch::Sender<People>>,
    /// Streams that are open here, of those who are seen.
    here: HashMap<Uuid, Presence>,
    /// What is not written yet.
    moves: ComeAndGo,
    /// Requests to be read again.
    due: HashSet<Key>,
}

/// Who watches.
pub(crate) struct Who {
    /// The account.
    pub(crate) actor: ActorId,
    /// What colleagues call the person.
    pub(crate) name: Option<PersonalText>,
    /// Whether colleagues see it: those who only check what was done disturb nobody.
    pub(crate) is_seen: bool,
}

impl Presences {
    /// Starts to write, to listen and to read.
    pub(crate) fn start(
        db: &Db,
        bus: Bus,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        look_every: Duration,
        tasks: &Tasks,
    ) -> Self {
        let inner = Inner { state: Mutex::default(), work: Notify::new(), db: db.clone(), clock, ids };
        let presences = Self(Arc::new(inner));
        // After the streams have ended, so that their ends are written still.
        let (running, stop) = (presences.clone(), tasks.token(Stage::Consumers));
        tasks.spawn(Stage::Consumers, "live-presences", async move {
            stop.run_until_cancelled(running.run(bus, look_every)).await;
            running.write().await;
        });
        presences
    }

    /// Somebody opens the request, until the returned value is dropped.
    pub(crate) fn enter(&self, city: City, request: RequestId, who: Who) -> Entered {
        let key = (city, request);
        let Who { actor, name, is_seen } = who;
        let stream = is_seen.then(|| self.0.ids.next_id());
        let mut state = self.state();
        let people = match state.rooms.get(&key) {
            Some(room) => room.subscribe(),
            None => {
                let (room, people) = watch::channel(People::default());
                state.rooms.insert(key, room);
                people
            }
        };
        if let Some(stream) = stream {
            let since = self.0.clock.now();
            let presence = Presence { stream, city, request, actor, name, since };
            state.here.insert(stream, presence.clone());
            if state.moves.came.len() < WAITING_MAX {
                state.moves.came.push(presence);
            }
        }
        state.due.insert(key);
        drop(state);
        self.0.work.notify_one();
        Entered { presences: self.clone(), key, actor, stream, people }
    }

    /// Who else looks at the request, read now.
    pub(crate) async fn others(&self, city: City, request: RequestId, own: ActorId) -> Result<Others, Error> {
        let present = usecases::present(&self.0.db, vec![(city, request)], self.0.clock.now()).await?;
        Ok(Others::of(&each_once(&present), own))
    }

    async fn run(&self, bus: Bus, look_every: Duration) {
        let work = async {
            let mut looks = tokio::time::interval(look_every);
            looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            let mut stays = tokio::time::interval(STAY_EVERY);
            stays.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = self.0.work.notified() => {}
                    _ = looks.tick() => self.look(),
                    _ = stays.tick() => self.stay().await,
                }
                self.write().await;
                self.read().await;
            }
        };
        tokio::join!(hear(&bus, |change: PresenceChanged| self.note(&change)), work);
    }

    fn note(&self, change: &PresenceChanged) {
        let key = (change.city, change.request);
        let mut state = self.state();
        if state.rooms.contains_key(&key) {
            state.due.insert(key);
            drop(state);
            self.0.work.notify_one();
        }
    }

    /// Everything that is watched is due.
    fn look(&self) {
        let state = &mut *self.state();
        state.due.extend(state.rooms.keys());
    }

    async fn stay(&self) {
        let present: Vec<Presence> = self.state().here.values().cloned().collect();
        if present.is_empty() {
            return;
        }
        if let Err(error) = self.0.db.write(&StayPresent { present }).await {
            tracing::warn!(%error, "who looks at requests could not be renewed");
        }
    }

    async fn write(&self) {
        let moves = core::mem::take(&mut self.state().moves);
        if moves.came.is_empty() && moves.left.is_empty() {
            return;
        }
        if let Err(error) = self.0.db.write(&moves).await {
            tracing::warn!(%error, "who looks at requests could not be written");
        }
    }

    async fn read(&self) {
        let due: Vec<Key> = {
            let state = &mut *self.state();
            state.due.drain().filter(|key| state.rooms.contains_key(key)).collect()
        };
        if due.is_empty() {
            return;
        }
        let present = match usecases::present(&self.0.db, due.clone(), self.0.clock.now()).await {
            Ok(present) => present,
            // The next look sees to it.
            Err(error) => return tracing::warn!(%error, "who looks at requests could not be read"),
        };
        let mut of_key: HashMap<Key, Vec<Presence>> = HashMap::new();
        for one in present {
            of_key.entry((one.city, one.request)).or_default().push(one);
        }
        let state = self.state();
        for key in due {
            let people = each_once(&of_key.remove(&key).unwrap_or_default());
            if let Some(room) = state.rooms.get(&key) {
                room.send_if_modified(|now| {
                    let is_other = *now != people;
                    *now = people;
                    is_other
                });
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each person once, however many streams it holds open; one more than is told of, since nobody is told of oneself.
fn each_once(present: &[Presence]) -> People {
    let mut seen = HashSet::new();
    let firsts = present.iter().filter(|one| seen.insert(one.actor)).take(PEOPLE_MAX + 1);
    let viewer = |one: &Presence| Viewer {
        id: one.actor,
        name: one.name.as_ref().map(|name| name.in_the_clear().to_owned()),
        since: one.since,
    };
    firsts.map(viewer).collect()
}

/// Somebody has a request open.
pub(crate) struct Entered {
    presences: Presences,
    key: Key,
    actor: ActorId,
    /// The stream, where colleagues see it.
    stream: Option<Uuid>,
    people: watch::Receiver<People>,
}

impl Entered {
    /// Who else is there, whenever it is another than before; nothing as long as nobody is.
    pub(crate) fn events(self) -> impl Stream<Item = Frame> + Send + 'static {
        stream::unfold((self, Others::default()), |(mut entered, told)| async move {
            loop {
                let others = Others::of(&entered.people.borrow_and_update(), entered.actor);
                if others != told {
                    let frame = Frame::aside("presence", &others).ok()?;
                    return Some((frame, (entered, others)));
                }
                entered.people.changed().await.ok()?;
            }
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let state = &mut *self.presences.state();
        // Under the lock, under which others join: this one is the last only if nobody came meanwhile.
        if state.rooms.get(&self.key).is_some_and(|room| room.receiver_count() <= 1) {
            state.rooms.remove(&self.key);
        }
        let left = self.stream.and_then(|stream| state.here.remove(&stream));
        if state.moves.left.len() < WAITING_MAX {
            state.moves.left.extend(left);
        }
        self.presences.0.work.notify_one();
    }
}

/// One stream of both, which ends when the first of them does.
pub(crate) fn beside(
    first: impl Stream<Item = Frame> + Send + 'static,
    other: impl Stream<Item = Frame> + Send + 'static,
) -> impl Stream<Item = Frame> + Send + 'static {
    let first = first.map(Some).chain(stream::iter([None]));
    let both = stream::select(first, other.map(Some));
    both.take_while(|frame| future::ready(frame.is_some())).filter_map(future::ready)
}
