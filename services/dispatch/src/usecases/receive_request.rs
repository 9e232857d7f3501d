//! Requests were received: from now on dispatch has a job for each.

use std::collections::BTreeMap;

use chassis::store::Tx;
use contracts::dispatch::{BoardColumn, JobMoved, JobsMoved};
use contracts::intake::RequestReceived;
use contracts::intake::v1::Mode as WireMode;
use dispatch_domain::{Job, JobState, Mode, Policy};
use kernel::{City, Timestamp};

use crate::error::Error;
use crate::store::jobs::{self, StoredJob};

/// Jobs that are told of in one message.
const TOLD_TOGETHER: usize = 100;

/// Keeps the jobs; the first one stays when a request is told twice.
pub(crate) async fn receive(tx: &mut Tx, events: Vec<RequestReceived>, policy: &Policy) -> Result<(), Error> {
    let mut came: BTreeMap<City, Vec<JobMoved>> = BTreeMap::new();
    for event in &events {
        let moved = JobMoved { request: event.request, column: Some(BoardColumn::Waiting) };
        came.entry(event.city).or_default().push(moved);
    }
    let now = tx.now();
    let jobs = events.into_iter().map(|event| job_of(event, policy, now));
    jobs::insert_many(tx.conn(), jobs).await?;
    for (city, jobs) in came {
        for some in jobs.chunks(TOLD_TOGETHER) {
            tx.say(&JobsMoved { city, jobs: some.to_vec() })?;
        }
    }
    Ok(())
}

fn job_of(event: RequestReceived, policy: &Policy, now: Timestamp) -> StoredJob {
    let job = Job {
        request: event.request,
        city: event.city,
        category: event.category,
        area: event.area,
        urgency: event.urgency,
        risk: event.risk,
        enters_home: event.enters_home,
        wanted_at: event.wanted_at,
        due_by: event.due_by,
        mode: match event.mode {
            WireMode::Auto => Mode::Auto,
            WireMode::Choose => Mode::Choose,
        },
        choose_minutes: policy.choose_minutes.map(|minutes| minutes.of(event.urgency)),
        tried: Vec::new(),
        state: JobState::Waiting,
    };
    let rule_from = job.rule_from(now);
    let (item, preferred, received_at) = (event.item, event.preferred, event.received_at);
    StoredJob { job, item, preferred, received_at, rule_from }
}
