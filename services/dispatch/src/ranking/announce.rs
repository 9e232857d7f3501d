//! Tells everybody who shows a ranking that it moved.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chassis::bus::Bus;
use chassis::tasks::{Stage, Tasks};
use contracts::Broadcast;
use contracts::credit::v1::Standing;
use contracts::dispatch::RankingChanged;
use dispatch_domain::CellKey;
use kernel::{City, Clock, Grade, MerchantId, Timestamp, Version};
use tokio::sync::mpsc;

use super::availability::Availability;

/// Announcements that may wait; beyond it they are dropped, and whoever shows a ranking learns by asking again.
const WAITING_MAX: usize = 4_096;

/// Says changes on the bus without ever making a fold wait. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Announcer {
    queue: mpsc::Sender<RankingChanged>,
    availability: Availability,
}

impl Announcer {
    /// Starts the tasks that say them; `pause` is kept between two rounds of changed availability.
    pub(crate) fn start(bus: &Bus, tasks: &Tasks, wall: &Arc<dyn Clock>, pause: Duration) -> Self {
        let availability = Availability::start(bus, tasks, Arc::clone(wall), pause);
        let (queue, mut waiting) = mpsc::channel::<RankingChanged>(WAITING_MAX);
        let bus = bus.clone();
        let stop = tasks.token(Stage::Close);
        tasks.spawn(Stage::Close, "announcer", async move {
            while let Some(Some(changed)) = stop.run_until_cancelled(waiting.recv()).await {
                say(&bus, &changed).await;
            }
        });
        Self { queue, availability }
    }

    pub(super) fn announce(&self, changed: RankingChanged) {
        if self.queue.try_send(changed).is_err() {
            tracing::warn!("a change of ranking was not announced: too many wait");
        }
    }

    /// A merchant of these cells became full, or free again.
    pub(super) fn announce_availability(&self, city: City, cells: Vec<CellKey>) {
        self.availability.note(city, cells);
    }
}

pub(super) async fn say(bus: &Bus, changed: &impl Broadcast) {
    let payload = match serde_json::to_vec(changed) {
        Ok(payload) => payload,
        Err(error) => return tracing::error!(%error, "a change of ranking has no form in JSON"),
    };
    if let Err(error) = bus.say(changed.subject(), payload).await {
        tracing::warn!(%error, "a change of ranking was not announced");
    }
}

/// What a standing says of a change, kept while its facts go into the index.
pub(super) struct Change {
    city: City,
    merchant: MerchantId,
    version: Version,
    to: Grade,
    cause: String,
}

impl Change {
    pub(super) fn of(standing: &Standing) -> Self {
        Self {
            city: standing.city,
            merchant: standing.merchant,
            version: standing.version,
            to: standing.grade,
            cause: standing.cause.clone(),
        }
    }

    /// The sure path does not tell when credit committed: the time is then counted from the fold.
    pub(super) fn message(
        self,
        from: Option<Grade>,
        affected: &[CellKey],
        sent_wall_us: Option<i64>,
        applied: Timestamp,
    ) -> RankingChanged {
        let categories: BTreeSet<_> = affected.iter().map(|cell| &cell.category).collect();
        let areas: BTreeSet<_> = affected.iter().map(|cell| cell.area).collect();
        RankingChanged {
            city: self.city,
            merchant: self.merchant,
            credit_version: self.version,
            from,
            to: self.to,
            cause: self.cause,
            categories: categories.into_iter().cloned().collect(),
            areas: areas.into_iter().collect(),
            committed_wall_us: sent_wall_us.unwrap_or(applied.as_micros()),
            applied_wall_us: applied.as_micros(),
        }
    }
}
