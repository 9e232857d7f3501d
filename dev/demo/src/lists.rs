//! Front ends that show a live recommendation list: what each was told last, and each telling with its moments.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use contracts::dispatch::Recommendation;
use kernel::{Area, Channel, ItemCode, MerchantId, Version};
use reqwest::StatusCode;
use serde::Deserialize;
use tokio::sync::watch;

use crate::client::{As, Call};
use crate::clock::wall;
use crate::sse::Events;
use crate::world::World;

/// Before a stream that ended is opened again.
const COME_BACK: Duration = Duration::from_millis(500);

/// Tellings kept of one list.
const TELLINGS_MAX: usize = 64;

/// A list as it was told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// When it was received, by the wall clock, microseconds.
    pub(crate) received_us: i64,
    /// When it was pushed.
    pub(crate) pushed_us: i64,
    /// What moved it, if it was a standing: when that was committed, and when dispatch applied it.
    pub(crate) moved: Option<(i64, i64)>,
    /// The order.
    pub(crate) order: Recommendation,
}

#[derive(Deserialize)]
struct Pushed {
    #[serde(default)]
    committed_wall_us: Option<i64>,
    #[serde(default)]
    applied_wall_us: Option<i64>,
    pushed_wall_us: i64,
    recommendation: Recommendation,
}

/// One list on one channel's screen.
#[derive(Clone)]
pub(crate) struct Screen {
    /// Whose.
    pub(crate) channel: Channel,
    told: watch::Receiver<Tellings>,
}

/// The last tellings, the oldest first.
type Tellings = VecDeque<Arc<Told>>;

impl Screen {
    /// What is shown now.
    pub(crate) fn shown(&self) -> Option<Arc<Told>> {
        self.told.borrow().back().cloned()
    }

    /// Waits for a telling that this fits, at most so long; the first such one counts.
    pub(crate) async fn told(&mut self, within: Duration, fits: impl Fn(&Told) -> bool) -> Option<Arc<Told>> {
        let first = |told: &Tellings| told.iter().find(|told| fits(told)).cloned();
        let fitting = self.told.wait_for(|told| first(told).is_some());
        let told = tokio::time::timeout(within, fitting).await.ok()?.ok()?;
        first(&told)
    }
}

/// The list on the screens of all six channels.
pub(crate) fn on_all_channels(world: &World, item: &ItemCode, area: Area) -> Vec<Screen> {
    Channel::ALL.into_iter().map(|channel| open(world, channel, item.clone(), area)).collect()
}

fn open(world: &World, channel: Channel, item: ItemCode, area: Area) -> Screen {
    let (tell, told) = watch::channel(Tellings::new());
    world.book.tally.streams.add();
    let mine = world.clone();
    world.start(async move {
        let mut versions = BTreeMap::new();
        loop {
            if let Err(error) = show(&mine, channel, &item, area, &tell, &mut versions).await {
                mine.book.fail("list", &error);
            }
            tokio::time::sleep(COME_BACK).await;
        }
    });
    Screen { channel, told }
}

async fn show(
    world: &World,
    channel: Channel,
    item: &ItemCode,
    area: Area,
    tell: &watch::Sender<Tellings>,
    versions: &mut BTreeMap<MerchantId, Version>,
) -> anyhow::Result<()> {
    let target = format!("/v1/recommendations/stream?city={}&item={item}&area={area}", world.plan.city);
    let response = world.client.open(&Call::get(As::Channel(channel), "intake", target)).await?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => return Ok(()),
        other => bail!("the stream of a list is {other}"),
    }
    let mut events = Events::of(response);
    while let Some(event) = events.next().await {
        let received_us = wall().as_micros();
        let pushed: Pushed = serde_json::from_str(&event.data)?;
        world.book.tally.lists.add();
        if goes_back(&pushed.recommendation, versions) {
            world.book.tally.gaps.add();
        }
        let told = Arc::new(Told {
            received_us,
            pushed_us: pushed.pushed_wall_us,
            moved: pushed.committed_wall_us.zip(pushed.applied_wall_us),
            order: pushed.recommendation,
        });
        tell.send_modify(|tellings| {
            tellings.push_back(told);
            if tellings.len() > TELLINGS_MAX {
                tellings.pop_front();
            }
        });
    }
    Ok(())
}

/// Whether a merchant stands in the list by an older standing than it did before.
fn goes_back(list: &Recommendation, versions: &mut BTreeMap<MerchantId, Version>) -> bool {
    let mut back = false;
    for candidate in &list.candidates {
        let known = versions.entry(candidate.merchant).or_insert(candidate.credit_version);
        back |= candidate.credit_version < *known;
        *known = candidate.credit_version.max(*known);
    }
    back
}
