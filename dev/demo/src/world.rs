//! What everyone in the demo shares.

use std::sync::Arc;

use kernel::Role;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::book::Book;
use crate::client::{As, Client};
use crate::clock::SimClock;
use crate::plan::{Plan, Planned};

/// The world. Cheap to clone.
#[derive(Clone)]
pub(crate) struct World {
    /// The way to the platform.
    pub(crate) client: Client,
    /// Simulated time.
    pub(crate) clock: SimClock,
    /// What is to happen.
    pub(crate) plan: Arc<Plan>,
    /// What was answered.
    pub(crate) book: Arc<Book>,
    /// All chance comes from it.
    pub(crate) seed: u64,
    /// Everyone's tasks.
    pub(crate) tasks: TaskTracker,
    /// When it is over.
    pub(crate) over: CancellationToken,
}

impl World {
    /// Starts a task that ends when the demo is over, at the latest.
    pub(crate) fn start(&self, task: impl Future<Output = ()> + Send + 'static) {
        let over = self.over.clone();
        self.tasks.spawn(async move {
            over.run_until_cancelled_owned(task).await;
        });
    }

    /// The request at this place of the plan.
    pub(crate) fn planned(&self, place: usize) -> Option<&Planned> {
        self.plan.requests.get(place)
    }

    /// A member of staff.
    pub(crate) fn staff(&self, role: Role, n: u128) -> anyhow::Result<As> {
        Ok(As::Person(self.client.keys().staff(role, n)?))
    }
}
