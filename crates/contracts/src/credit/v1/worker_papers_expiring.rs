//! A worker's paper is about to expire.

use kernel::{City, MerchantId, Timestamp, WorkerId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// A paper that the safety code rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkerPaper {
    /// The medical exam (健康体检).
    Exam,
    /// The liability insurance (责任保险).
    Insurance,
}

/// A paper expires soon: for those who tell the merchant. Said once for each paper and each number of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkerPapersExpiring {
    /// The worker.
    pub worker: WorkerId,
    /// The city.
    pub city: City,
    /// Who enrols the worker.
    pub merchant: MerchantId,
    /// Which paper.
    pub paper: WorkerPaper,
    /// When.
    pub expires_at: Timestamp,
    /// How many days before it this was to be said.
    pub days: u16,
}

event!(WorkerPapersExpiring, "credit", "worker-papers-expiring", "1", Stream::Credit, worker, {
    Self {
        worker: example::id(11),
        city: example::city(),
        merchant: example::id(3),
        paper: WorkerPaper::Insurance,
        expires_at: example::at(24 * 7),
        days: 7,
    }
});
