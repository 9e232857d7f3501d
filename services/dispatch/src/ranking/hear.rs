//! Loads that other instances changed, as they tell them: at once, while the resync comes every few seconds.

use std::sync::Arc;

use chassis::bus::Bus;
use chassis::tasks::{Stage, Tasks};
use contracts::dispatch::LoadChanged;

use super::Ranking;
use crate::hear::hear;

/// Starts to listen. What is lost is read from the table; what is late, doubled or one's own is not newer.
pub(crate) fn start(bus: &Bus, tasks: &Tasks, ranking: &Arc<Ranking>) {
    let (bus, ranking, stop) = (bus.clone(), Arc::clone(ranking), tasks.token(Stage::Consumers));
    tasks.spawn(Stage::Consumers, "hear-loads", async move {
        let loads = hear(&bus, |changed: LoadChanged| ranking.apply_counted(&changed.into()));
        stop.run_until_cancelled(loads).await;
    });
}
