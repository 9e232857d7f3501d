//! Tells whoever shows a list that a merchant became full or free, at a bounded rate.
//!
//! The first change is told at once. What changes in the pause after it is put together: however many orders are given
//! in a second, a city is heard a few times.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chassis::bus::Bus;
use chassis::tasks::{Stage, Tasks};
use contracts::dispatch::AvailabilityChanged;
use dispatch_domain::CellKey;
use kernel::{Area, CategoryCode, City, Clock};
use tokio::sync::Notify;

use super::announce;

/// What is to be told of one city: at most all of its categories and streets.
#[derive(Default)]
struct Pending {
    categories: BTreeSet<CategoryCode>,
    areas: BTreeSet<Area>,
}

/// Changes that wait to be told. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Availability {
    pending: Arc<Mutex<BTreeMap<City, Pending>>>,
    some: Arc<Notify>,
}

impl Availability {
    /// Starts the task that tells them, with a pause after each round.
    pub(super) fn start(bus: &Bus, tasks: &Tasks, wall: Arc<dyn Clock>, pause: Duration) -> Self {
        let (told, bus, stop) = (Self::default(), bus.clone(), tasks.token(Stage::Close));
        let waiting = told.clone();
        tasks.spawn(Stage::Close, "availability", async move {
            while stop.run_until_cancelled(waiting.some.notified()).await.is_some() {
                for changed in waiting.take(wall.as_ref()) {
                    announce::say(&bus, &changed).await;
                }
                if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                    return;
                }
            }
        });
        told
    }

    /// Notes that lists of these cells may show otherwise. Never waits.
    pub(super) fn note(&self, city: City, cells: Vec<CellKey>) {
        {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            let pending = pending.entry(city).or_default();
            for CellKey { area, category } in cells {
                pending.areas.insert(area);
                pending.categories.insert(category);
            }
        }
        self.some.notify_one();
    }

    fn take(&self, wall: &dyn Clock) -> Vec<AvailabilityChanged> {
        let pending = core::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        let said_wall_us = wall.now().as_micros();
        let changes = pending.into_iter().map(|(city, Pending { categories, areas })| AvailabilityChanged {
            city,
            categories: categories.into_iter().collect(),
            areas: areas.into_iter().collect(),
            said_wall_us,
        });
        changes.collect()
    }
}

#[cfg(test)]
mod tests {
    use chassis::clock::SystemClock;

    use super::*;

    fn cell(area: &str, category: &str) -> CellKey {
        CellKey { area: area.parse().unwrap(), category: category.parse().unwrap() }
    }

    #[test]
    fn what_changes_between_two_rounds_is_told_once_for_each_city() {
        let told = Availability::default();
        let (ningbo, hangzhou) = ("330200".parse().unwrap(), "330100".parse().unwrap());
        for _ in 0..300 {
            told.note(ningbo, vec![cell("330203001", "lock-opening"), cell("330203002", "moving")]);
        }
        told.note(hangzhou, vec![cell("330106001", "moving")]);
        let changes = told.take(&SystemClock);
        assert_eq!(changes.iter().map(|it| it.city).collect::<Vec<_>>(), [hangzhou, ningbo]);
        assert_eq!((changes[1].areas.len(), changes[1].categories.len()), (2, 2));
        assert!(told.take(&SystemClock).is_empty());
    }
}
