//! Requests were received: from now on dispatch has a job for each.

use chassis::store::Tx;
use contracts::intake::RequestReceived;
use contracts::intake::v1::Mode as WireMode;
use dispatch_domain::{Job, JobState, Mode, Policy};

use crate::error::Error;
use crate::store::jobs::{self, StoredJob};

/// Keeps the jobs; the first one stays when a request is told twice.
pub(crate) async fn receive(tx: &Tx, events: Vec<RequestReceived>, policy: &Policy) -> Result<(), Error> {
    let jobs = events.into_iter().map(|event| job_of(event, policy));
    Ok(jobs::insert_many(tx.conn(), jobs, tx.now()).await?)
}

fn job_of(event: RequestReceived, policy: &Policy) -> StoredJob {
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
    StoredJob { job, item: event.item, preferred: event.preferred, received_at: event.received_at }
}
