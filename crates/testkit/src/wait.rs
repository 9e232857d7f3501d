//! Waiting on a value with a deadline.
//!
//! This is the only place of the test code that looks again after a pause: servers in other processes have
//! nothing to subscribe to. What lives in the test's own process is awaited directly (a channel, a `watch`).

use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, sleep, timeout_at};

/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Asks `look` until it gives a value, and gives that.
///
/// # Errors
/// When there is none within `within`; the error names `what` was awaited.
pub async fn until<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + within;
    let looked = timeout_at(deadline, async {
        loop {
            if let Some(value) = look().await {
                return value;
            }
            sleep(PAUSE).await;
        }
    });
    match looked.await {
        Ok(value) => Ok(value),
        Err(_) => bail!("waited {within:?} in vain for: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_value_is_given_as_soon_as_it_is_there() {
        let mut looks = 0;
        let third = until("the third look", Duration::from_secs(1), async || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(third.await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_error_says_what_was_awaited() {
        let never = until("a miracle", Duration::from_secs(1), async || None::<()>).await;
        assert_eq!(never.unwrap_err().to_string(), "waited 1s in vain for: a miracle");
    }
}
