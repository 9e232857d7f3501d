//! `cargo xtask deny`: the rules of `deny.toml` over all dependencies.

use std::path::{Path, PathBuf};

use crate::{run, tools, ui};

const ADVISORY_DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// Licences, bans and sources always; advisories where their database is.
pub(crate) fn run() -> anyhow::Result<()> {
    let cargo_deny = tools::cargo_deny()?;
    // The licences of crates for other platforms are checked as well, so their sources must be here.
    run::shown(run::cargo().args(["fetch", "--locked"]))?;
    let check = |arguments: &[&str]| {
        let mut command = run::program(&cargo_deny);
        command.args(["--log-level", "error"]).args(arguments);
        run::shown(&mut command)
    };
    check(&["--offline", "check", "licenses", "bans", "sources"])?;
    match advisories() {
        Advisories::Reachable => check(&["check", "advisories"]),
        Advisories::Cached(folder) => {
            ui::say(format_args!(
                "advisories: {ADVISORY_DATABASE} cannot be reached, using {}",
                folder.display()
            ));
            check(&["--offline", "check", "advisories"])
        }
        Advisories::Nowhere => {
            ui::say(format_args!(
                "advisories NOT checked: {ADVISORY_DATABASE} can be neither reached nor found here"
            ));
            Ok(())
        }
    }
}

enum Advisories {
    Reachable,
    Cached(PathBuf),
    Nowhere,
}

fn advisories() -> Advisories {
    let mut probe = run::program("timeout");
    probe.args(["10", "git", "ls-remote", ADVISORY_DATABASE, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    if ui::spin("looking for the advisory database", || run::silent(&mut probe)).is_ok() {
        return Advisories::Reachable;
    }
    match cargo_home().map(|home| home.join("advisory-dbs")) {
        Some(folder) if is_filled(&folder) => Advisories::Cached(folder),
        _ => Advisories::Nowhere,
    }
}

fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
}

/// Each database is a folder of its own; a lock file alone is none.
fn is_filled(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(|entry| entry.path().is_dir()))
}
