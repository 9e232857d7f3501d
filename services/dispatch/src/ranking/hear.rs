//! Loads that other instances changed, as they tell them: at once, while the resync comes every few seconds.

use std::sync::Arc;
use std::time::Duration;

use chassis::bus::Bus;
use chassis::tasks::{Stage, Tasks};
use contracts::Broadcast as _;
use contracts::dispatch::LoadChanged;
use futures::StreamExt as _;

use super::Ranking;

/// Before a subscription that ended is made again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Starts to listen. What is lost is read from the table; what is late, doubled or one's own is not newer.
pub(crate) fn start(bus: &Bus, tasks: &Tasks, ranking: &Arc<Ranking>) {
    let (bus, ranking, stop) = (bus.clone(), Arc::clone(ranking), tasks.token(Stage::Consumers));
    tasks.spawn(Stage::Consumers, "hear-loads", async move {
        while stop.run_until_cancelled(listen(&bus, &ranking)).await.is_some() {
            if stop.run_until_cancelled(tokio::time::sleep(AGAIN_AFTER)).await.is_none() {
                return;
            }
        }
    });
}

/// Listens until the subscription ends. The client renews it after every reconnect.
async fn listen(bus: &Bus, ranking: &Ranking) {
    let mut told = match bus.client().subscribe(format!("{}.*", LoadChanged::SUBJECT)).await {
        Ok(told) => told,
        Err(error) => return tracing::warn!(%error, "subscribing to loads"),
    };
    while let Some(message) = told.next().await {
        match serde_json::from_slice::<LoadChanged>(&message.payload) {
            Ok(changed) => ranking.apply_counted(&changed.into()),
            Err(error) => tracing::warn!(%error, subject = %message.subject, "a load was not understood"),
        }
    }
}
