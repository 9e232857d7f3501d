//! Wrong passwords are counted, per name and altogether, so that nobody guesses for long.
//!
//! Bound: at most [`ALL_MAX`] names are new in a [`ALL_WINDOW`], and one is forgotten after [`NAME_WINDOW`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::{Clock, Timestamp};

/// Wrong passwords for one name...
const NAME_MAX: u32 = 5;
/// ...within this, from the first one on.
const NAME_WINDOW: Duration = Duration::from_secs(5 * 60);
/// Wrong passwords altogether...
const ALL_MAX: u32 = 100;
/// ...within this.
const ALL_WINDOW: Duration = Duration::from_secs(60);

/// What was tried of late.
pub(super) struct Guesses {
    state: Mutex<State>,
    wall: Arc<dyn Clock>,
}

struct State {
    all: Window,
    names: HashMap<String, Window>,
}

/// How often since when.
#[derive(Clone, Copy)]
struct Window {
    since: Timestamp,
    tries: u32,
}

impl Window {
    const fn new(since: Timestamp) -> Self {
        Self { since, tries: 0 }
    }

    /// Starts over when it is over.
    fn renew(&mut self, now: Timestamp, length: Duration) {
        if now.since(self.since) >= length {
            *self = Self::new(now);
        }
    }

    /// How long nobody may try, if there were too many.
    fn wait(self, now: Timestamp, max: u32, length: Duration) -> Option<Duration> {
        (self.tries >= max).then(|| length.saturating_sub(now.since(self.since)).max(Duration::from_secs(1)))
    }
}

impl Guesses {
    pub(super) fn new(wall: Arc<dyn Clock>) -> Self {
        let state = State { all: Window::new(wall.now()), names: HashMap::new() };
        Self { state: Mutex::new(state), wall }
    }

    /// Counts a try before it is judged, so that many at once are no way around; the error is how long to wait.
    pub(super) fn admit(&self, name: &str) -> Result<(), Duration> {
        let now = self.wall.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { all, names } = &mut *state;
        all.renew(now, ALL_WINDOW);
        names.retain(|_, window| now.since(window.since) < NAME_WINDOW);
        let own = names.get(name).and_then(|window| window.wait(now, NAME_MAX, NAME_WINDOW));
        if let Some(wait) = own.into_iter().chain(all.wait(now, ALL_MAX, ALL_WINDOW)).max() {
            return Err(wait);
        }
        all.tries += 1;
        names.entry(name.to_owned()).or_insert(Window::new(now)).tries += 1;
        Ok(())
    }

    /// The password was right: that was no guess.
    pub(super) fn forgive(&self, name: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.names.remove(name);
        state.all.tries = state.all.tries.saturating_sub(1);
    }
}
