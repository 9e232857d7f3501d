//! Live news for front ends: recommendation lists that moved ([`Lists`]), requests that went on ([`Timelines`]),
//! and who else looks at one ([`Presences`]).
//!
//! Lists and timelines work alike. What is watched stands in a map in memory, each entry with the newest that is known of it,
//! ready to be sent. A broadcast says what may have changed; if somebody watches it, it is [`due`]: looked at
//! once, however many watch and however many broadcasts name it, and all watchers are handed the same bytes.
//! What nobody watches costs a look into the map.
//!
//! Broadcasts may get lost: what is watched is looked at again from time to time. Nothing of it is the truth:
//! lists are dispatch's, timelines and who is there are in the database.

mod cursor;
mod due;
mod lists;
mod presences;
mod timelines;

use core::time::Duration;

use chassis::bus::Bus;
use contracts::Broadcast;
use futures::StreamExt as _;

pub(crate) use cursor::Cursor;
pub(crate) use lists::{Lists, Pushed, Topic, Watching};
pub(crate) use presences::{Others, Presences, Who, beside};
pub(crate) use timelines::{Entry, Shown, Timelines, ready};

/// Before the bus is asked for broadcasts again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Hears broadcasts of one kind, for ever: the client renews a subscription after every reconnect, this loop one
/// that could not be made or has ended.
async fn hear<B: Broadcast>(bus: &Bus, take: impl Fn(B)) {
    loop {
        if let Ok(mut heard) = bus.client().subscribe(format!("{}.*", B::SUBJECT)).await {
            while let Some(message) = heard.next().await {
                match serde_json::from_slice(&message.payload) {
                    Ok(broadcast) => take(broadcast),
                    Err(error) => {
                        tracing::warn!(%error, subject = B::SUBJECT, "a broadcast is not understood")
                    }
                }
            }
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}
