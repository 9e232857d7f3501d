//! Front ends that show how far a request has come: hotline and app by server-sent events, the mini programs by
//! long-poll. Whatever comes must be the next entry: nothing may be missing, nothing may come twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::bail;
use kernel::{Channel, RequestId};
use reqwest::StatusCode;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::client::{As, Call};
use crate::sse::Events;
use crate::world::World;

/// Requests followed at once, per channel.
const FOLLOWED_MAX: usize = 24;
/// Entries after which a stream is cut, as networks do: it must go on where it was.
const CUT_AFTER: u64 = 2;
/// Longest wait of a long-poll, in seconds.
const POLL_S: u64 = 20;

/// One entry, as far as the front end needs it.
#[derive(Deserialize)]
struct Entry {
    seq: u64,
    kind: String,
}

/// How a timeline was followed for a while.
enum Followed {
    /// Nothing comes after it.
    Ended,
    /// The connection ended; it is not over.
    Cut,
}

/// Who follows requests. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Followers {
    world: World,
    places: Arc<BTreeMap<Channel, Arc<Semaphore>>>,
}

impl Followers {
    /// Follows nothing yet.
    pub(crate) fn new(world: World) -> Self {
        let places =
            Channel::ALL.into_iter().map(|channel| (channel, Arc::new(Semaphore::new(FOLLOWED_MAX))));
        Self { world, places: Arc::new(places.collect()) }
    }

    /// Follows the request to its end, if the channel has a place for it.
    pub(crate) fn maybe_follow(&self, channel: Channel, id: RequestId) {
        let Some(Ok(place)) = self.places.get(&channel).map(|places| Arc::clone(places).try_acquire_owned())
        else {
            return;
        };
        let world = self.world.clone();
        self.world.start(async move {
            let _place = place;
            if let Err(error) = follow(&world, channel, id).await {
                world.book.fail("timeline", &error);
            }
        });
    }
}

async fn follow(world: &World, channel: Channel, id: RequestId) -> anyhow::Result<()> {
    world.book.tally.streams.add();
    let mut last = 0;
    let live = match channel {
        Channel::Hotline | Channel::App => true,
        Channel::Wechat | Channel::Alipay | Channel::Baidu | Channel::Zheliban => false,
    };
    loop {
        let followed = if live {
            stream(world, channel, id, &mut last).await?
        } else {
            poll(world, channel, id, &mut last).await?
        };
        match followed {
            Followed::Ended => return Ok(()),
            Followed::Cut => {}
        }
    }
}

async fn stream(world: &World, channel: Channel, id: RequestId, last: &mut u64) -> anyhow::Result<Followed> {
    let target = format!("/v1/requests/{id}/events/stream?city={}", world.plan.city);
    let call = Call::get(As::Channel(channel), "intake", target).after_event((*last > 0).then_some(*last));
    let response = world.client.open(&call).await?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            return Ok(Followed::Cut);
        }
        other => bail!("the stream of a request is {other}"),
    }
    let (mut events, begin) = (Events::of(response), *last);
    while let Some(event) = events.next().await {
        let entry: Entry = serde_json::from_str(&event.data)?;
        if take(world, &entry, last) {
            return Ok(Followed::Ended);
        }
        if last.saturating_sub(begin) >= CUT_AFTER {
            return Ok(Followed::Cut);
        }
    }
    Ok(Followed::Cut)
}

async fn poll(world: &World, channel: Channel, id: RequestId, last: &mut u64) -> anyhow::Result<Followed> {
    let city = world.plan.city;
    let target = format!("/v1/requests/{id}/events?city={city}&after={last}&wait={POLL_S}");
    let call = Call::get(As::Channel(channel), "intake", target);
    let entries: Vec<Entry> = world.client.poll(&call).await?.read()?;
    for entry in &entries {
        if take(world, entry, last) {
            return Ok(Followed::Ended);
        }
    }
    Ok(Followed::Cut)
}

/// Counts the entry, and says whether it is the last one of its request.
fn take(world: &World, entry: &Entry, last: &mut u64) -> bool {
    let tally = &world.book.tally;
    tally.entries.add();
    if entry.seq <= *last {
        tally.repeats.add();
    } else {
        tally.gaps.add_many(entry.seq - *last - 1);
        *last = entry.seq;
    }
    matches!(entry.kind.as_str(), "called_back" | "cancelled")
}
