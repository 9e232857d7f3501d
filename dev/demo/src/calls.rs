//! The call centre: the next day, inside calling hours, every citizen whose order was completed is called back.

use std::time::Duration;

use futures::StreamExt as _;
use kernel::{CallbackId, MerchantId, RequestId, Role, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::chance::{Chance, Topic};
use crate::client::{Answer, As, Call};
use crate::merchants::Page;
use crate::world::World;

/// People who call at the same time.
const CALLERS: usize = 12;
/// Call-backs on a page.
const PAGE: usize = 200;
/// Between two looks at an empty list.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Of a hundred calls, so many reach nobody; of a hundred citizens reached, so many are not content.
const UNREACHED_PERCENT: u64 = 12;
const UNSATISFIED_PERCENT: u64 = 8;

/// A call-back task.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Callback {
    /// Its id.
    pub(crate) id: CallbackId,
    /// The request it asks about.
    pub(crate) request: RequestId,
    /// Who served.
    pub(crate) merchant: MerchantId,
    /// Counts its changes.
    pub(crate) version: u64,
    attempts: Vec<Value>,
    allowed_actions: Vec<String>,
}

/// Call-backs due by then (now when absent), the longest due first.
pub(crate) async fn worklist(
    world: &World,
    who: &As,
    due: Option<Timestamp>,
    after: Option<String>,
) -> anyhow::Result<Page<Callback>> {
    let due = due.map(|due| format!("&due_by={due}")).unwrap_or_default();
    let after = after.map(|after| format!("&after={after}")).unwrap_or_default();
    let target = format!("/v1/callbacks?city={}&limit={PAGE}{due}{after}", world.plan.city);
    world.client.call(&Call::get(who.clone(), "feedback", target)).await?.read()
}

/// Calls until the demo is over.
pub(crate) async fn run(world: World) {
    let callers: anyhow::Result<Vec<As>> =
        (1..).take(CALLERS).map(|n| world.staff(Role::FollowupCaller, n)).collect();
    let callers = match callers {
        Ok(callers) => callers,
        Err(error) => return world.book.fail("callers", &error),
    };
    loop {
        match round(&world, &callers).await {
            Ok(0) => tokio::time::sleep(LOOK_EVERY).await,
            Ok(_) => {}
            Err(error) => {
                world.book.fail("call-backs", &error);
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Works through one page, and says how many calls that were.
async fn round(world: &World, callers: &[As]) -> anyhow::Result<usize> {
    let Some(first) = callers.first() else { return Ok(0) };
    let mut page = worklist(world, first, None, None).await?.items;
    page.retain(|callback| callback.allowed_actions.iter().any(|action| action == "claim"));
    let calls = page.len();
    let turns = page.into_iter().zip(callers.iter().cycle());
    futures::stream::iter(turns)
        .for_each_concurrent(CALLERS, |(callback, caller)| async move {
            if let Err(error) = call(world, caller, &callback).await {
                world.book.fail("call-back", &error);
            }
        })
        .await;
    Ok(calls)
}

async fn call(world: &World, caller: &As, callback: &Callback) -> anyhow::Result<()> {
    let place = world.book.find(callback.request).map_or(0, |received| received.place);
    let mut chance = Chance::new(world.seed, Topic::Call, place, callback.attempts.len());
    let (reached, content) = (!chance.percent(UNREACHED_PERCENT), !chance.percent(UNSATISFIED_PERCENT));
    let verdict = if content { "satisfied" } else { "unsatisfied" };
    let said = if reached {
        json!({ "result": "reached", "verdict": verdict })
    } else {
        json!({ "result": "unreached" })
    };
    let answer = record(world, caller, callback, &said).await?;
    let tally = &world.book.tally;
    match (answer.is_done(), reached, content) {
        (false, ..) => {
            // Calling hours may just have ended: the list has it again when they begin.
            if answer.code() != "outside-calling-hours" {
                world.book.refuse("call-back", &answer.code());
            }
            return Ok(());
        }
        (true, false, _) => tally.unreached.add(),
        (true, true, true) => tally.satisfied.add(),
        (true, true, false) => tally.unsatisfied.add(),
    }
    tally.calls.add();
    Ok(())
}

/// Claims the call and records what came of it.
pub(crate) async fn record(
    world: &World,
    caller: &As,
    callback: &Callback,
    said: &Value,
) -> anyhow::Result<Answer> {
    let city = world.plan.city;
    let path = format!("/v1/callbacks/{}", callback.id);
    let claim = Call::post(caller.clone(), "feedback", format!("{path}/claim?city={city}"), &json!({}));
    let claimed = world.client.call(&claim).await?;
    if !claimed.is_done() {
        // Calling hours may just have ended.
        return Ok(claimed);
    }
    let Callback { version, .. } = claimed.read()?;
    let outcome = Call::post(caller.clone(), "feedback", format!("{path}/outcome?city={city}"), said);
    world.client.call(&outcome.if_version(version)).await
}
