//! The end: is everything there that was answered 2xx? Everything is read back, from the service that took it
//! in and from the one that dispatched it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::StreamExt as _;
use kernel::{RequestId, Role};
use serde::{Deserialize, Serialize};

use crate::book::Received;
use crate::calls;
use crate::client::{As, Call};
use crate::merchants::Page;
use crate::plan::Planned;
use crate::world::World;

/// Requests read back at once.
const AT_ONCE: usize = 32;
/// Between two looks at whether all is quiet.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How far ahead a call-back may be due.
const DUE_WITHIN: Duration = Duration::from_secs(30 * 24 * 3_600);
/// States of a job in dispatch.
const STATES: [&str; 5] = ["waiting", "assigned", "completed", "cancelled", "unserved"];

/// What the platform has in the end.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Balance {
    /// Requests by their status, as intake tells it.
    pub(crate) by_status: BTreeMap<String, u64>,
    /// Requests by the state of their job, as dispatch tells it.
    pub(crate) by_job: BTreeMap<String, u64>,
    /// Requests that were offered to a merchant at least once.
    pub(crate) dispatched: usize,
    /// Answered 2xx, and not as they were handed in at intake, or not exactly once at dispatch. Must be empty.
    pub(crate) lost: Vec<RequestId>,
    /// Completed, and not closed by a call-back.
    pub(crate) not_called_back: u64,
}

#[derive(Deserialize)]
struct Seen {
    id: RequestId,
    channel: kernel::Channel,
    item: kernel::ItemCode,
    area: kernel::Area,
    status: String,
}

#[derive(Deserialize)]
struct Row {
    request: RequestId,
}

/// Ends when nobody waits for anything: no job waits or is held, no call-back is to be made.
pub(crate) async fn until_quiet(world: &World) -> anyhow::Result<()> {
    let (operator, caller) = (world.staff(Role::Operator, 3)?, world.staff(Role::FollowupCaller, 101)?);
    loop {
        let far = world.clock.now().after(DUE_WITHIN);
        let mut jobs = 0;
        for state in ["waiting", "assigned"] {
            jobs += page(world, &operator, &jobs_in(state), None).await?.items.len();
        }
        let callbacks = calls::worklist(world, &caller, Some(far), None).await?.items.len();
        if jobs == 0 && callbacks == 0 {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Reads everything back.
pub(crate) async fn balance(world: &World) -> anyhow::Result<Balance> {
    let received = world.book.all();
    let mut balance = Balance::default();
    let mut jobs: BTreeMap<RequestId, u32> = BTreeMap::new();
    let operator = world.staff(Role::Operator, 3)?;
    for state in STATES {
        let found = all(world, &operator, &jobs_in(state)).await?;
        balance.by_job.insert(state.to_owned(), u64::try_from(found.len())?);
        for request in found {
            *jobs.entry(request).or_default() += 1;
        }
    }
    let offered = all(world, &operator, "/v1/assignments?").await?;
    balance.dispatched = offered.into_iter().collect::<BTreeSet<_>>().len();
    let reading = futures::stream::iter(&received).map(|(id, received)| read_back(world, *id, *received));
    let mut reading = reading.buffer_unordered(AT_ONCE);
    while let Some(read) = reading.next().await {
        let (id, status) = read?;
        let once = jobs.get(&id) == Some(&1);
        match status {
            Some(status) if once => {
                balance.not_called_back += u64::from(status == "completed");
                *balance.by_status.entry(status).or_default() += 1;
            }
            Some(_) | None => balance.lost.push(id),
        }
    }
    Ok(balance)
}

/// The status, if intake has the request as it was handed in.
async fn read_back(
    world: &World,
    id: RequestId,
    received: Received,
) -> anyhow::Result<(RequestId, Option<String>)> {
    let target = format!("/v1/requests/{id}?city={}", world.plan.city);
    let answer = world.client.call(&Call::get(As::Channel(received.channel), "intake", target)).await?;
    if !answer.is_done() {
        return Ok((id, None));
    }
    let seen: Seen = answer.read()?;
    let same = |planned: &Planned| {
        seen.id == id
            && seen.channel == planned.channel
            && seen.item == planned.item
            && seen.area == planned.area
    };
    Ok((id, world.planned(received.place).is_some_and(same).then_some(seen.status)))
}

fn jobs_in(state: &str) -> String {
    format!("/v1/jobs?state={state}&")
}

/// The requests of all rows of a list, in its order: more than once where it has several rows of one.
async fn all(world: &World, operator: &As, list: &str) -> anyhow::Result<Vec<RequestId>> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = page(world, operator, list, after).await?;
        found.extend(page.items.into_iter().map(|row| row.request));
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

async fn page(world: &World, operator: &As, list: &str, after: Option<String>) -> anyhow::Result<Page<Row>> {
    let from = after.map(|after| format!("&after={after}")).unwrap_or_default();
    let target = format!("{list}city={}&limit=200{from}", world.plan.city);
    world.client.call(&Call::get(operator.clone(), "dispatch", target)).await?.read()
}
