//! The pages in `web/`: installed and built where something changed, checked, and tried in a real browser.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::{run, tools, ui};

/// Folders in `web/` that nothing is built from.
const NOT_SOURCES: [&str; 4] = ["node_modules", "dist", "generated", "e2e"];
/// What types and words are made from, beside `web/`.
const DOCUMENTS: [&str; 3] = ["docs/openapi", "docs/permissions.json", "docs/problems.json"];

/// The folder of the pages.
pub(crate) fn folder() -> PathBuf {
    ::tools::workspace_root().join("web")
}

/// Builds the pages where their sources changed since they were built.
///
/// # Errors
/// When Node is missing, or something does not build.
pub(crate) fn build() -> anyhow::Result<()> {
    install()?;
    let built =
        ["console", "public"].iter().all(|site| folder().join(site).join("dist/index.html").is_file());
    let stamp = Stamp::of("built", &sources()?)?;
    if built && stamp.is_current() {
        return Ok(());
    }
    ui::say("building the pages (half a minute)");
    run::silent(npm()?.args(["run", "build"]))?;
    stamp.keep()
}

/// The same for `up`, which goes on without them where there is no Node.
///
/// # Errors
/// When something does not build.
pub(crate) fn build_if_possible() -> anyhow::Result<bool> {
    if let Err(missing) = ::tools::npm() {
        ui::note(format_args!("the platform starts without its pages: {missing}; then start it again"));
        return Ok(false);
    }
    build().context("the pages do not build; `--without-pages` starts the services alone")?;
    Ok(true)
}

/// Layout, lints, types, tests and the build.
///
/// # Errors
/// When one of them does not hold.
pub(crate) fn check() -> anyhow::Result<()> {
    install()?;
    run::shown(npm()?.args(["run", "check"]))?;
    run::shown(npm()?.args(["run", "test"]))?;
    build()
}

/// Something that needs pages, platform and browser: a script of `web/e2e`.
///
/// # Errors
/// When something is missing or the script fails.
pub(crate) fn browse(script: &str, profile: Profile) -> anyhow::Result<()> {
    build()?;
    let mut build = run::cargo();
    build.args(["build", "--package", "allinone"]).args(profile.argument());
    run::shown(&mut build)?;
    run::shown(prepared(npm()?.args(["run", script, "--workspace", "e2e"]), profile)?)
}

/// Tells a command where the programs are that the harness of `web/e2e` starts.
///
/// # Errors
/// When one of them is missing.
pub(crate) fn prepared(command: &mut Command, profile: Profile) -> anyhow::Result<&mut Command> {
    Ok(command
        .env("ALLINONE", run::built(profile.folder(), "allinone"))
        .env("NATS_SERVER", tools::nats_server()?)
        .env(::tools::CHROMIUM, tools::chromium()?))
}

/// How the platform is built that a browser looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Profile {
    /// As the tests build it.
    Debug,
    /// As it is measured.
    Release,
}

impl Profile {
    const fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    const fn argument(self) -> Option<&'static str> {
        match self {
            Self::Debug => None,
            Self::Release => Some("--release"),
        }
    }
}

/// What the lock file says, where it says something new.
fn install() -> anyhow::Result<()> {
    let stamp = Stamp::of("installed", &[folder().join("package-lock.json")])?;
    if folder().join("node_modules").is_dir() && stamp.is_current() {
        return Ok(());
    }
    ui::say("installing what the pages are built with (a minute the first time)");
    run::silent(npm()?.arg("ci"))?;
    stamp.keep()
}

fn npm() -> anyhow::Result<Command> {
    let mut npm = run::program(::tools::npm()?);
    npm.current_dir(folder());
    Ok(npm)
}

/// All files that the pages are made from.
fn sources() -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let documents = DOCUMENTS.iter().map(|document| ::tools::workspace_root().join(document));
    let mut ahead: Vec<PathBuf> = documents.chain([folder()]).collect();
    while let Some(path) = ahead.pop() {
        if !path.is_dir() {
            found.push(path);
            continue;
        }
        for entry in fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))? {
            let entry = entry?;
            if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                ahead.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What some files held when something was made of them.
struct Stamp {
    file: PathBuf,
    text: String,
}

impl Stamp {
    fn of(name: &str, files: &[PathBuf]) -> anyhow::Result<Self> {
        // No safety hangs on it: who changes the files may as well change the stamp.
        let mut hasher = DefaultHasher::new();
        for file in files {
            let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            (file, bytes).hash(&mut hasher);
        }
        let file = ::tools::workspace_root().join(".cache/pages").join(name);
        Ok(Self { file, text: format!("{:016x}", hasher.finish()) })
    }

    fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.text)
    }

    fn keep(&self) -> anyhow::Result<()> {
        fs::create_dir_all(self.file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&self.file, &self.text).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_not_what_it_is_built_from() {
        let sources = sources().unwrap();
        let has = |end: &str| sources.iter().any(|file| file.ends_with(end));
        assert!(
            has("web/package-lock.json") && has("web/console/vite.config.ts") && has("docs/permissions.json")
        );
        let folders = |file: &PathBuf| file.components().any(|part| part.as_os_str() == "node_modules");
        assert!(!sources.iter().any(folders));
    }
}
