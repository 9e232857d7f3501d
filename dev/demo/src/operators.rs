//! Operators: they look after requests for which nobody was found, or whose citizen could not pick.

use std::collections::HashMap;
use std::time::Duration;

use kernel::{RequestId, Role, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::client::{As, Call};
use crate::clock::minutes;
use crate::merchants::Page;
use crate::world::World;

/// Between two looks at the list.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Requests looked after in one round.
const ROUND: usize = 100;
/// A request is looked at again after this, in simulated time.
const AGAIN_AFTER: Duration = minutes(30);
/// What waits longer than this, in simulated time, waits for an operator.
const WAITS_FOR_US: Duration = minutes(60);

#[derive(Deserialize)]
struct Job {
    request: RequestId,
    received_at: Timestamp,
}

/// Looks after them until the demo is over.
pub(crate) async fn run(world: World) {
    let operator = match world.staff(Role::Operator, 2) {
        Ok(operator) => operator,
        Err(error) => return world.book.fail("operator", &error),
    };
    let mut looked_at = HashMap::new();
    loop {
        for state in ["unserved", "waiting"] {
            if let Err(error) = round(&world, &operator, state, &mut looked_at).await {
                world.book.fail("operator", &error);
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn round(
    world: &World,
    operator: &As,
    state: &str,
    looked_at: &mut HashMap<RequestId, Timestamp>,
) -> anyhow::Result<()> {
    let city = world.plan.city;
    let target = format!("/v1/jobs?city={city}&state={state}&limit={ROUND}");
    let page: Page<Job> =
        world.client.call(&Call::get(operator.clone(), "dispatch", target)).await?.read()?;
    for Job { request, received_at } in page.items {
        let now = world.clock.now();
        let soon = looked_at.get(&request).is_some_and(|last| now.since(*last) < AGAIN_AFTER);
        if soon || (state == "waiting" && now.since(received_at) < WAITS_FOR_US) {
            continue;
        }
        looked_at.insert(request, now);
        let target = format!("/v1/jobs/{request}/assignments?city={city}");
        let answer = world.client.call(&Call::post(operator.clone(), "dispatch", target, &json!({}))).await?;
        if answer.is_done() {
            world.book.tally.helped.add();
        } else if answer.code() != "nobody-eligible" {
            world.book.refuse("operator", &answer.code());
        }
    }
    Ok(())
}
