//! Which nats-server: `NATS_SERVER_BIN`, then the project's cache, then a new enough one on `PATH`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{INSTALL, Missing, cached, on_path};

/// The release that is installed where none is found, and that everything was checked with.
pub const NATS_SERVER_VERSION: &str = "2.15.1";

/// The environment variable that names a nats-server to use as it is, whatever its version.
pub const NATS_SERVER_BIN: &str = "NATS_SERVER_BIN";

const TOOL: &str = "nats-server";

/// The nats-server to start.
///
/// # Errors
/// [`Missing`] when there is none, when `NATS_SERVER_BIN` names no file, or when all on `PATH` are too old.
pub fn nats_server() -> Result<PathBuf, Missing> {
    if let Some(named) = std::env::var_os(NATS_SERVER_BIN) {
        let named = PathBuf::from(named);
        if named.is_file() {
            return Ok(named);
        }
        let reason = format!("{NATS_SERVER_BIN} is {}, which is no file", named.display());
        return Err(Missing { tool: TOOL, reason, remedy: "correct or unset it" });
    }
    let ours = cached(TOOL, NATS_SERVER_VERSION).join("bin/nats-server");
    if ours.is_file() {
        return Ok(ours);
    }
    on_path(TOOL).into_iter().find(|binary| version_of(binary).is_some_and(Version::is_new_enough)).ok_or_else(|| {
        let reason = format!(
            "{NATS_SERVER_BIN} is not set, {} is not there, and PATH has none of 2.14.6 or 2.15.1 and later",
            ours.display()
        );
        Missing { tool: TOOL, reason, remedy: INSTALL }
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

impl Version {
    /// 2.14.6 and 2.15.1 are the first releases of their lines that keep what they acknowledged.
    fn is_new_enough(self) -> bool {
        self >= Self(2, 14, 6) && self != Self(2, 15, 0)
    }

    /// Reads `nats-server: v2.15.1`; pre-releases (`-RC.1`) count as none.
    fn parse(text: &str) -> Option<Self> {
        let (_, version) = text.trim().rsplit_once('v')?;
        let mut parts = version.split('.').map(str::parse);
        let read = Self(parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
        parts.next().is_none().then_some(read)
    }
}

fn version_of(binary: &Path) -> Option<Version> {
    let output = Command::new(binary).arg("--version").output().ok()?;
    Version::parse(&String::from_utf8_lossy(&output.stdout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_the_server_prints() {
        assert_eq!(Version::parse("nats-server: v2.15.1\n"), Some(Version(2, 15, 1)));
        assert_eq!(Version::parse("nats-server: v2.16.0-RC.1"), None);
        assert_eq!(Version::parse("something else"), None);
    }

    #[test]
    fn releases_that_lose_acknowledged_messages_are_refused() {
        let good =
            [Version(2, 14, 6), Version(2, 14, 9), Version(2, 15, 1), Version(2, 16, 0), Version(3, 0, 0)];
        let bad = [Version(2, 9, 10), Version(2, 14, 5), Version(2, 15, 0)];
        assert!(good.into_iter().all(Version::is_new_enough));
        assert!(!bad.into_iter().any(Version::is_new_enough));
    }
}
