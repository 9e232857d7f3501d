//! Simulated time, as the platform keeps it, and the wall clock for latencies.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use kernel::Timestamp;
use serde::Deserialize;

/// The wall clock: for signatures, tokens and latencies only.
#[expect(clippy::disallowed_methods, reason = "the one door through which time enters")]
pub(crate) fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The platform's clock: shows `start` when the wall clock shows `anchor`, and runs `speed` times as fast.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct SimClock {
    speed: u32,
    start: Timestamp,
    anchor: Timestamp,
}

impl SimClock {
    /// As the all-in-one wrote it down.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()))
    }

    /// Simulated now.
    pub(crate) fn now(self) -> Timestamp {
        self.start.after(wall().since(self.anchor).saturating_mul(self.speed))
    }

    /// Waits until then; not at all if that has passed.
    pub(crate) async fn until(self, then: Timestamp) {
        tokio::time::sleep(self.real(then.since(self.now()))).await;
    }

    /// Waits as long as that takes.
    pub(crate) async fn pass(self, simulated: Duration) {
        tokio::time::sleep(self.real(simulated)).await;
    }

    fn real(self, simulated: Duration) -> Duration {
        simulated / self.speed.max(1)
    }
}

/// So many minutes.
pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
