//! Citizens at six front ends: they hand in requests when their time comes, withdraw some, pick a merchant for
//! some, and send some twice.

use std::time::Duration;

use contracts::dispatch::Recommendation;
use kernel::{RequestId, Version};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::book::Received;
use crate::client::{As, Call};
use crate::keys::nonce;
use crate::plan::Planned;
use crate::timeline::Followers;
use crate::world::World;

/// Candidates that a citizen tries before leaving it to an operator.
const PICKS_MAX: usize = 3;
/// Before a pick that came too early is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(200);
/// Looks at a request that changes all the time before the citizen gives up withdrawing it.
const LOOKS_MAX: usize = 5;

#[derive(Deserialize)]
struct Created {
    id: RequestId,
}

#[derive(Deserialize)]
struct Seen {
    version: Version,
}

/// Hands in all requests at their time. Ends when the last one is handed in.
pub(crate) async fn run(world: World, followers: Followers) {
    for place in 0..world.plan.requests.len() {
        let Some(planned) = world.planned(place) else { break };
        world.clock.until(planned.at).await;
        let (mine, followers) = (world.clone(), followers.clone());
        world.start(async move {
            let Some(planned) = mine.planned(place) else { return };
            if let Err(error) = live(&mine, place, planned, &followers).await {
                mine.book.fail("request", &error);
            }
        });
    }
}

/// One request, from its citizen's side.
async fn live(world: &World, place: usize, planned: &Planned, followers: &Followers) -> anyhow::Result<()> {
    let picks = if planned.choose { look(world, planned).await? } else { Vec::new() };
    let Some(id) = hand_in(world, place, planned).await? else { return Ok(()) };
    followers.maybe_follow(planned.channel, id);
    if planned.choose {
        pick(world, planned, id, &picks).await?;
    }
    if let Some(wait) = planned.cancelled_after {
        world.clock.pass(wait).await;
        withdraw(world, planned, id).await?;
    }
    Ok(())
}

async fn hand_in(world: &World, place: usize, planned: &Planned) -> anyhow::Result<Option<RequestId>> {
    let tally = &world.book.tally;
    let who = As::Channel(planned.channel);
    let call = Call::post(who, "intake", "/v1/requests", &body(world, planned)).with_key(&nonce());
    let answer = world.client.call(&call).await?;
    if !answer.is_done() {
        tally.refused.add();
        world.book.refuse("request", &answer.code());
        return Ok(None);
    }
    let Created { id } = answer.read()?;
    world.book.receive(id, Received { place, channel: planned.channel });
    if planned.twice {
        tally.sent_twice.add();
        let again: Created = world.client.call(&call).await?.read()?;
        if again.id != id {
            tally.doubled.add();
            world.book.receive(again.id, Received { place, channel: planned.channel });
        }
    }
    Ok(Some(id))
}

/// Nobody lives there, and nobody has this number.
fn body(world: &World, planned: &Planned) -> Value {
    let mut body = json!({
        "city": world.plan.city, "item": planned.item, "area": planned.area,
        "mode": if planned.choose { "choose" } else { "auto" },
        "contact": { "name": "演示", "phone": "13800000000", "address": format!("演示路 {} 号", planned.row) },
    });
    if let (Some(wanted), Some(fields)) = (planned.wanted_at, body.as_object_mut()) {
        fields.insert("wanted_at".to_owned(), json!(wanted));
    }
    body
}

/// What the front end shows before the citizen picks.
async fn look(world: &World, planned: &Planned) -> anyhow::Result<Vec<Value>> {
    let (city, item, area) = (world.plan.city, &planned.item, planned.area);
    let target = format!("/v1/recommendations?city={city}&item={item}&area={area}");
    let call = Call::get(As::Channel(planned.channel), "intake", target);
    let list: Recommendation = world.client.call(&call).await?.read()?;
    Ok(list.candidates.iter().take(PICKS_MAX).map(|candidate| json!(candidate.merchant)).collect())
}

/// Dispatch hears of a request over the bus: the first pick may come before it has.
async fn pick(world: &World, planned: &Planned, id: RequestId, picks: &[Value]) -> anyhow::Result<()> {
    let city = world.plan.city;
    for merchant in picks {
        let target = format!("/v1/requests/{id}/choice?city={city}");
        let call =
            Call::post(As::Channel(planned.channel), "intake", target, &json!({ "merchant": merchant }));
        for _ in 0..LOOKS_MAX {
            let answer = world.client.call(&call).await?;
            if answer.is_done() {
                world.book.tally.chosen.add();
                return Ok(());
            }
            let code = answer.service_code();
            if code != "unknown-request" {
                world.book.refuse("choice", &code);
                break;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
    // Nobody whom the citizen would take has time: they give up.
    withdraw(world, planned, id).await
}

async fn withdraw(world: &World, planned: &Planned, id: RequestId) -> anyhow::Result<()> {
    let (who, city) = (As::Channel(planned.channel), world.plan.city);
    for _ in 0..LOOKS_MAX {
        let look = Call::get(who.clone(), "intake", format!("/v1/requests/{id}?city={city}"));
        let Seen { version } = world.client.call(&look).await?.read()?;
        let target = format!("/v1/requests/{id}/cancel?city={city}");
        let call = Call::post(who.clone(), "intake", target, &json!({ "reason": "演示" }));
        let answer = world.client.call(&call.if_version(version.0)).await?;
        if answer.is_done() {
            world.book.tally.cancelled.add();
            return Ok(());
        }
        match answer.code().as_str() {
            "too-late" => {
                world.book.tally.too_late.add();
                return Ok(());
            }
            code => world.book.refuse("cancel", code),
        }
    }
    Ok(())
}
