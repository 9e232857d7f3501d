//! A thousand merchants: each answers the offers made to it and reports its work done.
//!
//! One board, read as an operator sees it, shows all offers; each is answered with the token of its merchant.

use std::collections::HashSet;
use std::time::Duration;

use kernel::{AssignmentId, MerchantId, RequestId, Role};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::book::Received;
use crate::chance::{Chance, Topic};
use crate::client::{As, Call};
use crate::clock::minutes;
use crate::world::World;

/// Between two looks at the board.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Offers on a page of the board.
const PAGE: usize = 200;
/// Pages of the board looked at once: far more offers than are made between two looks.
const PAGES_MAX: usize = 20;
/// Of a hundred offers, so many are declined, and so many never answered.
const DECLINED_PERCENT: u64 = 4;
const IGNORED_PERCENT: u64 = 2;

/// A page of what operators and merchants see.
#[derive(Deserialize)]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// Where the next begins.
    pub(crate) next: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Offer {
    id: AssignmentId,
    request: RequestId,
    merchant: MerchantId,
    state: String,
}

/// Looks at the board and lets merchants answer, until the demo is over.
pub(crate) async fn run(world: World) {
    let operator = match world.staff(Role::Operator, 1) {
        Ok(operator) => operator,
        Err(error) => return world.book.fail("operator", &error),
    };
    let mut seen = HashSet::new();
    loop {
        match look(&world, &operator, &mut seen).await {
            Ok(offers) => offers.into_iter().for_each(|offer| answer(&world, offer)),
            Err(error) => world.book.fail("board", &error),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The offers that were not there before. Pages are the latest first, and are turned as long as they hold news.
async fn look(world: &World, operator: &As, seen: &mut HashSet<AssignmentId>) -> anyhow::Result<Vec<Offer>> {
    let (mut offers, mut after) = (Vec::new(), None::<String>);
    for _ in 0..PAGES_MAX {
        let from = after.map(|after| format!("&after={after}")).unwrap_or_default();
        let target = format!("/v1/assignments?city={}&limit={PAGE}{from}", world.plan.city);
        let call = Call::get(operator.clone(), "dispatch", target);
        let page: Page<Offer> = world.client.call(&call).await?.read()?;
        let known = offers.len();
        offers.extend(page.items.into_iter().filter(|offer| seen.insert(offer.id)));
        if offers.len() == known || page.next.is_none() {
            break;
        }
        after = page.next;
    }
    offers.retain(|offer| offer.state == "offered");
    Ok(offers)
}

fn answer(world: &World, offer: Offer) {
    // What was not handed in by the demo, or not answered to it yet, has its row found by then.
    let mine = world.clone();
    world.book.tally.offers.add();
    world.start(async move {
        if let Err(error) = serve(&mine, &offer).await {
            mine.book.fail("merchant", &error);
        }
    });
}

async fn serve(world: &World, offer: &Offer) -> anyhow::Result<()> {
    let tally = &world.book.tally;
    let turn = usize::try_from(offer.merchant.uuid().as_u128() % 1_000_003)?;
    let row = world.book.find(offer.request).map_or(0, |Received { place, .. }| place);
    let mut chance = Chance::new(world.seed, Topic::Offer, row, turn);
    world.clock.pass(minutes(chance.within(1, 10))).await;
    if chance.percent(IGNORED_PERCENT) {
        tally.ignored.add();
        return Ok(());
    }
    if chance.percent(DECLINED_PERCENT) {
        let reason = if chance.percent(50) { "busy" } else { "too_far" };
        if step(world, offer, "decline", &json!({ "reason": reason })).await? {
            tally.declined.add();
        }
        return Ok(());
    }
    if !step(world, offer, "accept", &json!({})).await? {
        return Ok(());
    }
    tally.accepted.add();
    let wanted = world.book.find(offer.request).and_then(|received| world.planned(received.place)?.wanted_at);
    if let Some(wanted) = wanted {
        world.clock.until(wanted).await;
    }
    let mut work = Chance::new(world.seed, Topic::Work, row, turn);
    world.clock.pass(minutes(work.within(30, 180))).await;
    if step(world, offer, "complete", &json!({})).await? {
        tally.completed.add();
    }
    Ok(())
}

/// Takes a step, and says whether it was taken. The offer may have run out, or the request been withdrawn.
async fn step(world: &World, offer: &Offer, step: &str, body: &Value) -> anyhow::Result<bool> {
    let who = As::Person(world.client.keys().merchant(offer.merchant)?);
    let target = format!("/v1/assignments/{}/{step}?city={}", offer.id, world.plan.city);
    let answer = world.client.call(&Call::post(who, "dispatch", target, body)).await?;
    if !answer.is_done() {
        world.book.refuse(step, &answer.code());
    }
    Ok(answer.is_done())
}
