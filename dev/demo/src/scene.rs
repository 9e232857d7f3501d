//! The middle of the demo: a breach at the first of a busy list is reported by call-back and verified, and the
//! order changes on all six channels. The same at more merchants, to measure how long it takes.
//!
//! It is played when the first call-backs are due, before the call centre opens: until then no other standing
//! moves, so that each telling of a list belongs to the one breach that was just verified. Requests go on coming.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use contracts::dispatch::Recommendation;
use kernel::{Area, CallbackId, CaseId, Channel, Grade, ItemCode, MerchantId, Role};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::calls::{self, Callback};
use crate::client::{As, Call};
use crate::clock::{minutes, wall};
use crate::lists::{Screen, Told, on_all_channels};
use crate::merchants::Page;
use crate::world::World;

/// Breaches verified at most, and one for so many requests: a small city is not to lose all its merchants.
const BREACHES_MAX: usize = 30;
const REQUESTS_PER_BREACH: usize = 25;
/// Minutes of the second day at which it begins: calls may be made from nine.
const BEGINS: u16 = 9 * 60 + 1;
/// Call-backs looked through for merchants to report.
const PAGES_MAX: usize = 20;
/// Lists looked through for one whose first can be reported.
const LISTS_MAX: usize = 400;
/// A downgrade that is not on a screen within this counts as not shown.
const SHOWN_WITHIN: Duration = Duration::from_secs(10);

/// One place of an order, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Rank {
    /// The merchant.
    pub(crate) merchant: MerchantId,
    /// Its name.
    pub(crate) name: String,
    /// Its grade.
    pub(crate) grade: Grade,
}

/// One order on all channels, as read.
pub(crate) type Orders = BTreeMap<Channel, Vec<Rank>>;

/// Where the time of one downgrade went on its way to one screen, microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Sample {
    /// Which screen.
    pub(crate) channel: Channel,
    /// From credit's commit to dispatch's ranking.
    pub(crate) applied_us: i64,
    /// From there until intake pushed the new list.
    pub(crate) pushed_us: i64,
    /// From there until the front end had it.
    pub(crate) received_us: i64,
    /// From credit's commit until the front end had it.
    pub(crate) total_us: i64,
}

/// What happened.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outcome {
    /// What was asked for.
    pub(crate) item: ItemCode,
    /// Where.
    pub(crate) area: Area,
    /// Who was first.
    pub(crate) merchant: MerchantId,
    /// The order read before.
    pub(crate) before: Orders,
    /// The order read after.
    pub(crate) after: Orders,
    /// The order shown live after.
    pub(crate) shown: Orders,
    /// Downgrades measured.
    pub(crate) downgrades: usize,
    /// From the officer's ruling until credit had committed, microseconds, one each.
    pub(crate) committed_us: Vec<i64>,
    /// One per downgrade and channel.
    pub(crate) samples: Vec<Sample>,
    /// Screens that did not show a downgrade in time: must be 0.
    pub(crate) unseen: usize,
}

#[derive(Deserialize)]
struct Case {
    id: CaseId,
    callback: CallbackId,
    version: u64,
}

/// Who plays.
struct Stage<'a> {
    world: &'a World,
    caller: As,
    officer: As,
}

/// A breach to be reported, and a list that shows its merchant.
struct Target {
    callback: Callback,
    /// The merchant's grade before.
    grade: Grade,
    item: ItemCode,
    area: Area,
}

impl Target {
    /// Whether this telling is of the downgrade: the merchant stands lower, or is not among the first any more.
    fn has_fallen(&self, told: &Told, ruled_us: i64) -> bool {
        let mut candidates = told.order.candidates.iter();
        let mine = candidates.find(|candidate| candidate.merchant == self.callback.merchant);
        told.moved.is_some_and(|(committed_us, _)| committed_us >= ruled_us)
            && mine.is_none_or(|candidate| candidate.grade < self.grade)
    }
}

/// Plays the scene when its time has come.
pub(crate) async fn run(world: World) -> anyhow::Result<Outcome> {
    let second_day = world.plan.begin.in_city().day.next();
    world.clock.until(second_day.at_minute(BEGINS)).await;
    let stage = Stage {
        world: &world,
        caller: world.staff(Role::FollowupCaller, 100)?,
        officer: world.staff(Role::CreditOfficer, 1)?,
    };
    let callbacks = stage.due().await?;
    let main = stage.main(&callbacks).await?;
    let targets = stage.others(&callbacks, &main).await?;
    let mut screens = Vec::new();
    for target in std::iter::once(&main).chain(&targets) {
        screens.push(on_all_channels(&world, &target.item, target.area));
    }
    for screen in screens.iter_mut().flatten() {
        screen.told(SHOWN_WITHIN, |_| true).await.context("a screen shows no list")?;
    }
    let before = stage.orders(&main).await?;
    let mut outcome = Outcome {
        item: main.item.clone(),
        area: main.area,
        merchant: main.callback.merchant,
        before,
        after: Orders::new(),
        shown: Orders::new(),
        downgrades: 0,
        committed_us: Vec::new(),
        samples: Vec::new(),
        unseen: 0,
    };
    let mut all = std::iter::once(&main).chain(&targets).zip(&mut screens);
    if let Some((target, screens)) = all.next() {
        stage.downgrade(target, screens, &mut outcome).await?;
        outcome.after = stage.orders(&main).await?;
        outcome.shown = screens
            .iter()
            .filter_map(|screen| Some((screen.channel, ranks(&screen.shown()?.order))))
            .collect();
    }
    for (target, screens) in all {
        stage.downgrade(target, screens, &mut outcome).await?;
    }
    Ok(outcome)
}

impl Stage<'_> {
    /// The call-backs that may be made now.
    async fn due(&self) -> anyhow::Result<Vec<Callback>> {
        let (mut due, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let page = calls::worklist(self.world, &self.caller, None, after).await?;
            due.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        ensure!(!due.is_empty(), "no call-back is due on the second day");
        Ok(due)
    }

    /// The busiest list whose first has served somebody who is to be called back.
    async fn main(&self, callbacks: &[Callback]) -> anyhow::Result<Target> {
        for (item, area) in self.world.plan.busiest().into_iter().take(LISTS_MAX) {
            let order = self.order(Channel::Hotline, &item, area).await?;
            let [first, _, ..] = order.candidates.as_slice() else { continue };
            let served = callbacks.iter().find(|callback| callback.merchant == first.merchant);
            if let Some(callback) = served.filter(|_| first.grade > Grade::C) {
                return Ok(Target { callback: callback.clone(), grade: first.grade, item, area });
            }
        }
        anyhow::bail!("no list has a first that can be reported: take more --requests")
    }

    /// More merchants, each on the list of the request that it served.
    async fn others(&self, callbacks: &[Callback], main: &Target) -> anyhow::Result<Vec<Target>> {
        let breaches = (self.world.plan.requests.len() / REQUESTS_PER_BREACH).clamp(1, BREACHES_MAX);
        let mut taken = vec![main.callback.merchant];
        let mut targets = Vec::new();
        for callback in callbacks {
            if targets.len() + 1 >= breaches {
                break;
            }
            if taken.contains(&callback.merchant) {
                continue;
            }
            let received = self.world.book.find(callback.request);
            let Some(planned) = received.and_then(|received| self.world.planned(received.place)) else {
                continue;
            };
            let (item, area) = (planned.item.clone(), planned.area);
            let order = self.order(Channel::Hotline, &item, area).await?;
            let shown = order.candidates.iter().find(|candidate| candidate.merchant == callback.merchant);
            if let Some(grade) = shown.map(|candidate| candidate.grade).filter(|grade| *grade > Grade::C) {
                taken.push(callback.merchant);
                targets.push(Target { callback: callback.clone(), grade, item, area });
            }
        }
        Ok(targets)
    }

    async fn order(&self, channel: Channel, item: &ItemCode, area: Area) -> anyhow::Result<Recommendation> {
        let city = self.world.plan.city;
        let target = format!("/v1/recommendations?city={city}&item={item}&area={area}");
        self.world.client.call(&Call::get(As::Channel(channel), "intake", target)).await?.read()
    }

    async fn orders(&self, target: &Target) -> anyhow::Result<Orders> {
        let mut orders = Orders::new();
        for channel in Channel::ALL {
            orders.insert(channel, ranks(&self.order(channel, &target.item, target.area).await?));
        }
        Ok(orders)
    }

    /// One citizen reports, one officer verifies, and every screen is waited for.
    async fn downgrade(
        &self,
        target: &Target,
        screens: &mut [Screen],
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let case = self.report(&target.callback).await?;
        let ruled_us = wall().as_micros();
        let path = format!("/v1/cases/{}/verify?city={}", case.id, self.world.plan.city);
        let ruling = json!({ "clause": "price-as-posted", "severity": "general" });
        let verify = Call::post(self.officer.clone(), "feedback", path, &ruling).if_version(case.version);
        let answer = self.world.client.call(&verify).await?;
        ensure!(answer.is_done(), "the breach was not verified: {}", answer.code());
        self.world.book.tally.breaches.add();
        outcome.downgrades += 1;
        let mut committed_us = None;
        for screen in screens {
            let told = screen.told(SHOWN_WITHIN, |told| target.has_fallen(told, ruled_us)).await;
            let Some((told, (committed, applied))) = told.and_then(|told| Some((told.clone(), told.moved?)))
            else {
                outcome.unseen += 1;
                continue;
            };
            committed_us = Some(committed);
            outcome.samples.push(Sample {
                channel: screen.channel,
                applied_us: applied - committed,
                pushed_us: told.pushed_us - applied,
                received_us: told.received_us - told.pushed_us,
                total_us: told.received_us - committed,
            });
        }
        outcome.committed_us.extend(committed_us.map(|committed| committed - ruled_us));
        Ok(())
    }

    async fn report(&self, callback: &Callback) -> anyhow::Result<Case> {
        let said = json!({
            "result": "reached", "verdict": "suspected_breach", "note": "多收了五十元",
            "answers": { "price_as_posted": "no" },
        });
        let mut answer = calls::record(self.world, &self.caller, callback, &said).await?;
        while answer.code() == "outside-calling-hours" {
            self.world.clock.pass(minutes(20)).await;
            answer = calls::record(self.world, &self.caller, callback, &said).await?;
        }
        ensure!(answer.is_done(), "the breach was not reported: {}", answer.code());
        self.world.book.tally.calls.add();
        let target = format!("/v1/cases?city={}&state=open&limit=200", self.world.plan.city);
        let page: Page<Case> =
            self.world.client.call(&Call::get(self.officer.clone(), "feedback", target)).await?.read()?;
        let case = page.items.into_iter().find(|case| case.callback == callback.id);
        case.context("the suspicion opened no case")
    }
}

fn ranks(order: &Recommendation) -> Vec<Rank> {
    let rank = |candidate: &contracts::dispatch::Candidate| Rank {
        merchant: candidate.merchant,
        name: candidate.name.clone(),
        grade: candidate.grade,
    };
    order.candidates.iter().map(rank).collect()
}
