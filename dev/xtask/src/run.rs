//! Running other programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// A program to be run in the root of the workspace.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(::tools::workspace_root()).stdin(Stdio::null());
    command
}

/// The cargo that runs this command, as it is when called by hand: what it told us of our own package would make
/// build scripts run again, and all that depends on them.
pub(crate) fn cargo() -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let ours = |name: &OsStr| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    if std::env::var_os("CI").is_some_and(|ci| ci == "true") {
        // A machine that builds once only pays for the bookkeeping of incremental builds.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Where cargo puts a program that it built.
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| ::tools::workspace_root().join("target"), PathBuf::from);
    target.join(profile).join(name)
}

/// Runs it with its output shown.
///
/// # Errors
/// When it cannot be started or fails.
pub(crate) fn shown(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", words(command)))?;
    if !status.success() {
        bail!("{}: {status}", words(command));
    }
    Ok(())
}

/// Builds these packages as they are shipped to this machine: see [`built`].
///
/// # Errors
/// When they do not build.
pub(crate) fn build_release(packages: &[&str]) -> anyhow::Result<()> {
    let named = packages.iter().flat_map(|package| ["--package", package]);
    shown(cargo().args(["build", "--release"]).args(named))
}

/// Runs it in silence and gives what it prints.
///
/// # Errors
/// When it cannot be started or fails; the error shows what it printed.
pub(crate) fn silent(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", words(command)))?;
    if !output.status.success() {
        bail!("{}: {}\n{}", words(command), output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as one would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let all: Vec<_> = std::iter::once(name).chain(command.get_args()).collect();
    all.join(OsStr::new(" ")).to_string_lossy().into_owned()
}
