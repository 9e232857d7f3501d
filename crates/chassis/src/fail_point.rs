//! Named places at which a test can kill the process, to prove that a crash there does no harm.
//!
//! Armed by `PLATFORM_CRASH_AT=<name>[:<n>]` (the n-th time it is reached); costs one atomic load otherwise.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

struct Armed {
    name: String,
    left: AtomicU64,
}

static ARMED: OnceLock<Option<Armed>> = OnceLock::new();

fn armed() -> Option<&'static Armed> {
    ARMED
        .get_or_init(|| {
            let text = std::env::var("PLATFORM_CRASH_AT").ok()?;
            let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
            Some(Armed { name: name.to_owned(), left: AtomicU64::new(nth.parse().unwrap_or(1)) })
        })
        .as_ref()
}

/// Dies here, without any clean-up, when this point is armed and its turn has come.
pub fn reach(name: &str) {
    if let Some(armed) = armed()
        && armed.name == name
        && armed.left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        // As a kill would: no destructor runs, nothing is flushed.
        std::process::abort();
    }
}
