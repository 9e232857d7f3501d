//! Packages of Debian, for what no wheel carries.

use std::os::unix::fs::MetadataExt;

use anyhow::{Context, bail};

use crate::{run, ui};

/// Installs one package, as root.
///
/// # Errors
/// When this user may not: the error is the command to run.
pub(super) fn install(what: &str, package: &str) -> anyhow::Result<()> {
    if !is_root() {
        bail!("{what} is missing: run `sudo apt-get install {package}`, then this command again");
    }
    ui::headline(format_args!("installing {what} (Debian package {package})"));
    let apt = || {
        let mut command = run::program("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run::shown(apt().args(["--quiet", "--quiet", "update"]))
        .and_then(|()| {
            run::shown(apt().args(["--quiet", "install", "--yes", "--no-install-recommends", package]))
        })
        .with_context(|| format!("cannot install {what}: install the package {package} by hand"))
}

/// Our own entry in /proc belongs to the user that runs us.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
