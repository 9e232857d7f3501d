//! Tools that are published as Python wheels: pinned by hash, unpacked into the project's cache.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::apt;
use crate::{run, ui};

/// Installs the wheel that `requirements` pins into the cache folder of this tool and version.
///
/// # Errors
/// When Python or the wheel cannot be had, or the wheel has another hash than the pinned ones.
pub(super) fn install(tool: &str, version: &str, requirements: &str) -> anyhow::Result<()> {
    ensure_pip()?;
    let target = ::tools::cached(tool, version);
    // Unpacked beside its place and moved there when whole: an interrupted installation leaves no half tool.
    let unfinished = target.with_extension(format!("unfinished-{}", std::process::id()));
    fs::create_dir_all(&unfinished)?;
    let installed = ui::spin(&format!("installing {tool} {version}"), || unpack(&unfinished, requirements))
        .with_context(|| format!("cannot install {tool} {version}"))
        .and_then(|()| put_in_place(&unfinished, &target));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    installed
}

fn unpack(folder: &Path, requirements: &str) -> anyhow::Result<()> {
    let list = folder.join("requirements.txt");
    fs::write(&list, requirements)?;
    let mut pip = run::program("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]);
    pip.args(["--only-binary=:all:", "--no-compile", "--target"]).arg(folder).arg("-r").arg(&list);
    run::silent(&mut pip).map(drop)
}

/// Another command may have been quicker; then its copy, of the same hash, stays.
fn put_in_place(unfinished: &Path, target: &Path) -> anyhow::Result<()> {
    match fs::rename(unfinished, target) {
        Err(_) if target.join("bin").is_dir() => Ok(()),
        moved => moved.with_context(|| format!("cannot move the tool to {}", target.display())),
    }
}

/// Debian ships Python without pip.
fn ensure_pip() -> anyhow::Result<()> {
    match run::silent(run::program("python3").args(["-m", "pip", "--version"])) {
        Ok(_) => Ok(()),
        Err(_) => apt::install("pip", "python3-pip"),
    }
}
