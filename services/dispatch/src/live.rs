//! The board of a city, live: whoever shows it is told which jobs came, moved or ended.
//!
//! What a commit says of it ([`JobsMoved`]) is heard twice: in this process right after the commit, with or without a
//! bus, and from the other instances by broadcast. What moves within [`PAUSE`] is put together, a job once, so that a
//! city's board hears at most four times a second, however much is dispatched and however often it is told. All who
//! watch are handed the same bytes, and what nobody watches costs a look into the map.
//!
//! Nothing of it is the truth: it says what to read anew. Broadcasts may get lost, and boards are read anew now and then.
//! Bounds: [`NAMED_MAX`] jobs in one event, above which it says only that there are more; [`BEHIND_MAX`] events for a
//! watcher that lags, which is then ended and reads all when it comes back; as many watchers as live streams have places.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::bus::Bus;
use chassis::http::live::Frame;
use chassis::store::{Db, Said};
use chassis::tasks::{Stage, Tasks};
use contracts::Broadcast as _;
use contracts::dispatch::{BoardColumn, JobMoved, JobsMoved};
use futures::{Stream, stream};
use kernel::{City, RequestId};
use serde::Serialize;
use tokio::sync::{Notify, broadcast};
use utoipa::ToSchema;

use crate::hear::hear;

/// Between two events of a city.
const PAUSE: Duration = Duration::from_millis(250);
/// Jobs that are named in one event.
const NAMED_MAX: usize = 100;
/// Events that wait for a watcher.
const BEHIND_MAX: usize = 16;

/// What moved on the board since the event before.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = BoardMoves)]
pub(crate) struct Moves {
    /// At most 100, in no order.
    jobs: Vec<JobMoved>,
    /// Whether others moved too, so many that they are not named: everything is to be read anew.
    more: bool,
}

/// The boards that somebody watches. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Boards(Arc<Inner>);

struct Inner {
    rooms: Mutex<HashMap<City, Room>>,
    work: Notify,
}

/// A city that is watched.
struct Room {
    told: broadcast::Sender<Frame>,
    /// What is not told yet.
    moved: HashMap<RequestId, Option<BoardColumn>>,
    more: bool,
}

impl Room {
    fn new() -> Self {
        Self { told: broadcast::Sender::new(BEHIND_MAX), moved: HashMap::new(), more: false }
    }

    fn note(&mut self, JobMoved { request, column }: JobMoved) {
        if self.moved.len() < NAMED_MAX || self.moved.contains_key(&request) {
            self.moved.insert(request, column);
        } else {
            self.more = true;
        }
    }

    fn tell(&mut self) {
        if self.moved.is_empty() {
            return;
        }
        let jobs = self.moved.drain().map(|(request, column)| JobMoved { request, column }).collect();
        let moves = Moves { jobs, more: core::mem::take(&mut self.more) };
        match Frame::aside("moves", &moves) {
            // Nobody is there any more: nobody misses it.
            Ok(frame) => drop(self.told.send(frame)),
            Err(error) => tracing::error!(%error, "what moved on a board has no form in JSON"),
        }
    }
}

impl Boards {
    /// Starts to listen: to this process's own commits, and to the other instances.
    pub(crate) fn start(db: &Db, bus: Bus, tasks: &Tasks) -> Self {
        let boards = Self(Arc::new(Inner { rooms: Mutex::default(), work: Notify::new() }));
        let own = boards.clone();
        db.set_ear(Box::new(move |said| own.overhear(said)));
        let (running, stop) = (boards.clone(), tasks.token(Stage::Drain));
        tasks.spawn(Stage::Drain, "live-boards", async move {
            stop.run_until_cancelled(running.run(bus)).await;
        });
        boards
    }

    /// What moves on a city's board from now on. Ends when the watcher has to read everything anew: when it lags.
    pub(crate) fn watch(&self, city: City) -> impl Stream<Item = Frame> + Send + 'static {
        let told = self.rooms().entry(city).or_insert_with(Room::new).told.subscribe();
        let watching = Watching { boards: self.clone(), city, told };
        stream::unfold(watching, |mut watching| async move {
            let frame = watching.told.recv().await.ok()?;
            Some((frame, watching))
        })
    }

    async fn run(self, bus: Bus) {
        let tell = async {
            loop {
                self.0.work.notified().await;
                tokio::time::sleep(PAUSE).await;
                self.rooms().values_mut().for_each(Room::tell);
            }
        };
        tokio::join!(hear(&bus, |moved| self.note(moved)), tell);
    }

    fn overhear(&self, said: &Said) {
        if said.subject.starts_with(JobsMoved::SUBJECT)
            && let Ok(moved) = serde_json::from_slice(&said.payload)
        {
            self.note(moved);
        }
    }

    fn note(&self, JobsMoved { city, jobs }: JobsMoved) {
        if let Some(room) = self.rooms().get_mut(&city) {
            jobs.into_iter().for_each(|moved| room.note(moved));
            self.0.work.notify_one();
        }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<City, Room>> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody watches a board.
struct Watching {
    boards: Boards,
    city: City,
    told: broadcast::Receiver<Frame>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        // Under the lock, under which others join: this one is the last only if nobody came meanwhile.
        let mut rooms = self.boards.rooms();
        if rooms.get(&self.city).is_some_and(|room| room.told.receiver_count() <= 1) {
            rooms.remove(&self.city);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn moved(n: u128, column: Option<BoardColumn>) -> JobMoved {
        JobMoved { request: uuid::Uuid::from_u128(n).into(), column }
    }

    fn watched() -> (Room, broadcast::Receiver<Frame>) {
        let room = Room::new();
        let watcher = room.told.subscribe();
        (room, watcher)
    }

    fn told(room: &mut Room, watcher: &mut broadcast::Receiver<Frame>) -> Value {
        room.tell();
        serde_json::from_slice(watcher.try_recv().unwrap().data()).unwrap()
    }

    #[test]
    fn a_job_that_moves_twice_is_told_once_where_it_came_to() {
        let (mut room, mut watcher) = watched();
        for column in [Some(BoardColumn::Waiting), Some(BoardColumn::Offered)] {
            room.note(moved(1, column));
        }
        let moves = told(&mut room, &mut watcher);
        assert_eq!(
            (&moves["jobs"][0]["column"], moves["jobs"].as_array().unwrap().len()),
            (&json!("offered"), 1)
        );
        room.tell();
        assert!(watcher.try_recv().is_err(), "what was told is not told again");
    }

    #[test]
    fn of_very_many_it_says_only_that_there_are_more() {
        let (mut room, mut watcher) = watched();
        (0..=100).for_each(|n| room.note(moved(n, None)));
        let moves = told(&mut room, &mut watcher);
        assert_eq!((moves["jobs"].as_array().unwrap().len(), &moves["more"]), (NAMED_MAX, &json!(true)));
        room.note(moved(1, None));
        assert_eq!(told(&mut room, &mut watcher)["more"], false);
    }
}
