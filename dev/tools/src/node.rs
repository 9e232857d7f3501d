//! Node, which builds the pages, and Chromium, in which they are tried.

use std::path::PathBuf;
use std::process::Command;

use crate::{Missing, on_path};

/// The variable that names another Chromium than the one on `PATH`.
pub const CHROMIUM: &str = "CHROMIUM";
/// Major and minor of the oldest Node that the pages' tools run on.
const NODE_MIN: (u32, u32) = (20, 19);
/// As Debian and others call it.
const CHROMIUM_NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const GET_NODE: &str = "install Node 22 from https://nodejs.org/en/download (Debian's own is too old), so that `node` \
                        and `npm` are on PATH";

/// `npm` of a Node that is new enough.
///
/// # Errors
/// [`Missing`] when there is none: it says where to get it.
pub fn npm() -> Result<PathBuf, Missing> {
    let missing = |reason: String| Missing { tool: "Node", reason, remedy: GET_NODE };
    let node =
        on_path("node").into_iter().next().ok_or_else(|| missing("`node` is not on PATH".to_owned()))?;
    let told = Command::new(&node).arg("--version").output();
    let told = told.map_err(|error| missing(format!("{} does not run ({error})", node.display())))?;
    let told = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    if version(&told).is_none_or(|version| version < NODE_MIN) {
        let (major, minor) = NODE_MIN;
        return Err(missing(format!("{} is {told}, and {major}.{minor} is needed", node.display())));
    }
    on_path("npm").into_iter().next().ok_or_else(|| missing("`npm` is not on PATH".to_owned()))
}

/// Major and minor of `v20.19.1`.
fn version(told: &str) -> Option<(u32, u32)> {
    let mut parts = told.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Chromium: the one that `CHROMIUM` names, or the first on `PATH`.
///
/// # Errors
/// [`Missing`] when there is none.
pub fn chromium() -> Result<PathBuf, Missing> {
    if let Some(named) = std::env::var_os(CHROMIUM).map(PathBuf::from) {
        let reason = format!("{CHROMIUM} names {}, which is not there", named.display());
        let remedy = "correct the variable or remove it";
        return if named.is_file() { Ok(named) } else { Err(Missing { tool: "Chromium", reason, remedy }) };
    }
    CHROMIUM_NAMES.iter().flat_map(|name| on_path(name)).next().ok_or(Missing {
        tool: "Chromium",
        reason: "it is not on PATH".to_owned(),
        remedy: crate::INSTALL,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(version("v20.9.0"), Some((20, 9)));
        assert!(version("v20.9.0") < Some(NODE_MIN) && version("v22.1.0") > Some(NODE_MIN));
        assert_eq!(version("nightly"), None);
    }
}
