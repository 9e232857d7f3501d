//! What is due to be looked at: each key at most once, first come first served.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::StreamExt as _;
use tokio::sync::Notify;

/// Keys that wait, each with why, if there is more to say than that it is due. As many as there are keys, never
/// more.
pub(super) struct Due<K, W> {
    waiting: Mutex<Waiting<K, W>>,
    added: Notify,
}

struct Waiting<K, W> {
    order: VecDeque<K>,
    why: HashMap<K, Option<W>>,
}

impl<K: Hash + Eq + Clone, W> Due<K, W> {
    pub(super) fn new() -> Self {
        let waiting = Waiting { order: VecDeque::new(), why: HashMap::new() };
        Self { waiting: Mutex::new(waiting), added: Notify::new() }
    }

    /// Lets the key wait, if it does not already; the newest reason counts.
    pub(super) fn add(&self, key: K, why: Option<W>) {
        let mut waiting = self.lock();
        match waiting.why.entry(key) {
            Entry::Occupied(mut waits) => {
                let before = waits.get_mut().take();
                waits.insert(why.or(before));
            }
            Entry::Vacant(place) => {
                let key = place.key().clone();
                place.insert(why);
                waiting.order.push_back(key);
                self.added.notify_one();
            }
        }
    }

    /// Does the work on whatever comes, for ever, on at most so many at once. A key that is added while it is
    /// worked on is worked on again.
    pub(super) async fn work<F: Future<Output = ()>>(
        &self,
        at_once: usize,
        work: impl Fn(K, Option<W>) -> F,
    ) {
        let keys = futures::stream::unfold(self, |due| async move { Some((due.next().await, due)) });
        keys.for_each_concurrent(at_once, |(key, why)| work(key, why)).await;
    }

    /// There is one taker: a notice that comes while it is busy is kept for it, and it empties the queue first.
    async fn next(&self) -> (K, Option<W>) {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.added.notified().await;
        }
    }

    fn take(&self) -> Option<(K, Option<W>)> {
        let mut waiting = self.lock();
        let key = waiting.order.pop_front()?;
        waiting.why.remove_entry(&key)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<K, W>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_waits_once_with_its_newest_reason_and_in_its_turn() {
        let due = Due::new();
        for (key, why) in [("a", Some(1)), ("b", None), ("a", Some(3)), ("a", None)] {
            due.add(key, why);
        }
        assert_eq!((due.next().await, due.next().await), (("a", Some(3)), ("b", None)));
        assert_eq!(due.take(), None);
    }
}
