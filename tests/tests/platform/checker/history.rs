//! All that happened, as plain rows.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Timestamp;
use uuid::Uuid;

/// What the checker looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// Requests answered 2xx, as the test noted them.
    pub(crate) answered: Vec<Uuid>,
    /// Versions that credit showed, as the test noted them.
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Intake's requests.
    pub(crate) requests: Vec<Uuid>,
    /// Intake's timeline: which request, what, of which assignment.
    pub(crate) timeline: Vec<(Uuid, String, Option<Uuid>)>,
    /// Dispatch's jobs.
    pub(crate) jobs: Vec<Job>,
    /// Dispatch's assignments, each with its decision.
    pub(crate) assignments: Vec<Assigned>,
    /// Feedback's call-backs.
    pub(crate) callbacks: Vec<Callback>,
    /// Feedback's rulings.
    pub(crate) rulings: Vec<Ruling>,
    /// Who had a part in which request, by feedback's own table.
    pub(crate) handlers: BTreeSet<(Uuid, String)>,
    /// The version of each merchant, by credit's table.
    pub(crate) versions: BTreeMap<Uuid, u64>,
    /// Causes in the ledger, one for each effect of an event on a merchant.
    pub(crate) causes: Vec<(Uuid, String)>,
    /// What every service said.
    pub(crate) outbox: Vec<Sent>,
    /// What the streams hold.
    pub(crate) streams: Vec<Stored>,
    /// The durable consumers.
    pub(crate) consumers: Vec<Consumer>,
    /// Which consumer took effect of which event.
    pub(crate) inbox: BTreeSet<(String, Uuid)>,
    /// What each consumer gave up.
    pub(crate) letters: Vec<Letter>,
}

/// From this instant on the version, or a later one, was known to be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) merchant: Uuid,
    pub(crate) version: u64,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) request: Uuid,
    pub(crate) state: String,
    pub(crate) assignment: Option<Uuid>,
}

/// An assignment and what was decided for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assigned {
    pub(crate) id: Uuid,
    pub(crate) request: Uuid,
    pub(crate) merchant: Uuid,
    pub(crate) state: String,
    pub(crate) credit_version: u64,
    pub(crate) confirmed: bool,
    /// Before this instant its last round had not begun.
    pub(crate) began_at: Timestamp,
    /// What it was decided from and what came of it, as stored; none when there is no record.
    pub(crate) decision: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Callback {
    pub(crate) id: Uuid,
    pub(crate) request: Uuid,
    pub(crate) assignment: Uuid,
    pub(crate) state: String,
    /// Who recorded something in it.
    pub(crate) callers: BTreeSet<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) case: Uuid,
    pub(crate) request: Uuid,
    pub(crate) merchant: Uuid,
    pub(crate) verified: bool,
    pub(crate) opened_by: Uuid,
    pub(crate) by: Uuid,
}

/// A row of an outbox.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) id: Uuid,
    pub(crate) stream: String,
    pub(crate) subject: String,
    pub(crate) ce_type: String,
    pub(crate) payload: serde_json::Value,
    pub(crate) published: bool,
}

/// A message of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) stream: String,
    pub(crate) seq: u64,
    pub(crate) subject: String,
    /// None where it is no CloudEvent.
    pub(crate) id: Option<Uuid>,
}

/// A durable consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consumer {
    pub(crate) name: &'static str,
    pub(crate) stream: &'static str,
    /// The subjects it wants, each ending in `.>`.
    pub(crate) filters: Vec<String>,
    /// Messages not delivered or not acknowledged.
    pub(crate) waiting: u64,
}

impl Consumer {
    /// Whether it wants messages of this subject.
    pub(crate) fn wants(&self, subject: &str) -> bool {
        self.filters.iter().any(|filter| subject.starts_with(filter.trim_end_matches('>')))
    }
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) consumer: String,
    pub(crate) seq: u64,
    pub(crate) subject: String,
    pub(crate) id: Option<Uuid>,
    pub(crate) reason: String,
}
