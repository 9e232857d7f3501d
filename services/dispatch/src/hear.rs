//! Broadcasts, heard for as long as the service runs.

use std::time::Duration;

use chassis::bus::Bus;
use contracts::Broadcast;
use futures::StreamExt as _;

/// Before a subscription that ended is made again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Hears broadcasts of one kind, for ever: the client renews a subscription after every reconnect, this loop one that
/// could not be made or has ended.
pub(crate) async fn hear<B: Broadcast>(bus: &Bus, take: impl Fn(B)) {
    loop {
        match bus.client().subscribe(format!("{}.*", B::SUBJECT)).await {
            Ok(mut heard) => {
                while let Some(message) = heard.next().await {
                    match serde_json::from_slice(&message.payload) {
                        Ok(broadcast) => take(broadcast),
                        Err(error) => {
                            tracing::warn!(%error, subject = B::SUBJECT, "a broadcast is not understood");
                        }
                    }
                }
            }
            Err(error) => tracing::warn!(%error, subject = B::SUBJECT, "broadcasts are not heard"),
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}
