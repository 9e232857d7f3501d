//! Where the outside tools of the project are found: nats-server, PostgreSQL, cargo-deny, Node and Chromium.
//!
//! The look-up stands here once, for the commands (`cargo xtask`, which also installs what is missing) and
//! for the tests (`testkit`, which only looks and says what to run). Nothing here installs or starts anything.
//! [`nats_keys`] makes the keys of a bus, for the same two.

mod nats;
pub mod nats_keys;
mod node;
mod postgres;

use std::path::{Path, PathBuf};

pub use nats::{NATS_SERVER_BIN, NATS_SERVER_VERSION, nats_server};
pub use node::{CHROMIUM, chromium, npm};
pub use postgres::{Postgres, postgres};

/// The release of cargo-deny that the licence check is written for.
pub const CARGO_DENY_VERSION: &str = "0.20.2";

/// A tool is not on this machine, or is not one that the project can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{tool} is missing: {reason}; {remedy}")]
pub struct Missing {
    /// What was looked for.
    pub tool: &'static str,
    /// Where it was looked for, or why the one found does not do.
    pub reason: String,
    /// What to do about it.
    pub remedy: &'static str,
}

const INSTALL: &str = "`cargo xtask tools` installs it";

/// The folder of the workspace's `Cargo.toml`.
#[must_use]
pub fn workspace_root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The folder of one tool's release in the project's cache, which git ignores.
#[must_use]
pub fn cached(tool: &str, version: &str) -> PathBuf {
    workspace_root().join(".cache/tools").join(format!("{tool}-{version}"))
}

/// cargo-deny of the pinned release, in the project's cache.
///
/// # Errors
/// [`Missing`] when it was not installed yet.
pub fn cargo_deny() -> Result<PathBuf, Missing> {
    let binary = cached("cargo-deny", CARGO_DENY_VERSION).join("bin/cargo-deny");
    if binary.is_file() {
        return Ok(binary);
    }
    Err(Missing { tool: "cargo-deny", reason: format!("{} is not there", binary.display()), remedy: INSTALL })
}

/// The files of this name in the folders of `PATH`, in its order.
fn on_path(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(name)).filter(|file| file.is_file()).collect()
}
