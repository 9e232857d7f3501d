//! A citizen let a worker in.

use kernel::{City, MerchantId, RequestId, ScanId, Timestamp, WorkerId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// A citizen scanned a worker's code and let the worker in (确认入户). Once for each scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryConfirmed {
    /// The scan.
    pub scan: ScanId,
    /// The city.
    pub city: City,
    /// Who came in.
    pub worker: WorkerId,
    /// For which merchant.
    pub merchant: MerchantId,
    /// For which request, where the citizen's front end said so: its word alone, not checked by credit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// When.
    pub confirmed_at: Timestamp,
}

event!(EntryConfirmed, "credit", "entry-confirmed", "1", Stream::Credit, worker, {
    Self {
        scan: example::id(12),
        city: example::city(),
        worker: example::id(11),
        merchant: example::id(3),
        request: Some(example::id(1)),
        confirmed_at: example::at(2),
    }
});
