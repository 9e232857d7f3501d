//! `cargo xtask golden`: the files that are generated from the code and checked in.
//!
//! To add one: write a binary or example that writes the file (or an ignored test, where tests are what reads it), and
//! one line to [`GENERATORS`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::{run, ui};

/// A cargo command, and the files (or folders of nothing else) that it writes, from the workspace's root.
struct Generator {
    cargo: &'static [&'static str],
    writes: &'static [&'static str],
}

const GENERATORS: &[Generator] = &[
    Generator {
        cargo: &["run", "--quiet", "--package", "contracts", "--example", "golden"],
        writes: &["crates/contracts/golden", "docs/EVENTS.md", "docs/asyncapi.json"],
    },
    Generator {
        cargo: &["run", "--quiet", "--package", "stories", "--example", "documents"],
        writes: &[
            "docs/CONFIG.md",
            "docs/PROBLEMS.md",
            "docs/problems.json",
            "docs/permissions.json",
            "docs/openapi",
            "deploy/helm/platform/files/streams.yaml",
        ],
    },
    Generator {
        cargo: &["test", "--quiet", "--package", "credit-domain", "--test", "stories", "--", "--ignored"],
        writes: &["services/credit/domain/tests/stories"],
    },
    Generator {
        cargo: &["test", "--quiet", "--package", "credit-domain", "--test", "model", "--", "--ignored"],
        writes: &["docs/rules.schema.json"],
    },
];

/// Writes all of them anew.
pub(crate) fn write() -> anyhow::Result<()> {
    for generator in GENERATORS {
        run::shown(run::cargo().args(generator.cargo))?;
        ui::say(format_args!("written: {}", generator.writes.join(", ")));
    }
    Ok(())
}

/// Fails when one is not what the code says now. The working tree stays as it was.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = ::tools::workspace_root();
    let mut stale = Vec::new();
    for generator in GENERATORS {
        let before = Snapshot::of(root, generator.writes)?;
        let written = run::shown(run::cargo().args(generator.cargo));
        let after = Snapshot::of(root, generator.writes)?;
        before.put_back(&after)?;
        written?;
        stale.extend(before.differences(&after));
    }
    if !stale.is_empty() {
        let list: Vec<String> =
            stale.iter().map(|file| file.strip_prefix(root).unwrap_or(file).display().to_string()).collect();
        bail!("generated files are stale: {}", list.join(", "));
    }
    ui::say(format_args!("generated files are as the code says ({} generators)", GENERATORS.len()));
    Ok(())
}

/// What files held at one moment.
#[derive(Debug, PartialEq, Eq)]
struct Snapshot(BTreeMap<PathBuf, Vec<u8>>);

impl Snapshot {
    fn of(root: &Path, paths: &[&str]) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        let mut open: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
        while let Some(path) = open.pop() {
            if path.is_dir() {
                for entry in fs::read_dir(&path)? {
                    open.push(entry?.path());
                }
            } else if path.is_file() {
                let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(path, content);
            }
        }
        Ok(Self(files))
    }

    fn differences(&self, after: &Self) -> Vec<PathBuf> {
        let mut files: Vec<&PathBuf> = self.0.keys().chain(after.0.keys()).collect();
        files.sort_unstable();
        files.dedup();
        files.into_iter().filter(|file| self.0.get(*file) != after.0.get(*file)).cloned().collect()
    }

    fn put_back(&self, after: &Self) -> anyhow::Result<()> {
        for file in self.differences(after) {
            match self.0.get(&file) {
                Some(content) => fs::write(&file, content)?,
                None => fs::remove_file(&file)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_finds_what_changed_and_puts_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("d")).unwrap();
        fs::write(root.join("d/same"), "1").unwrap();
        fs::write(root.join("stale"), "1").unwrap();
        let paths = ["d", "stale", "absent"];
        let before = Snapshot::of(root, &paths).unwrap();

        fs::write(root.join("stale"), "2").unwrap();
        fs::write(root.join("d/new"), "1").unwrap();
        let after = Snapshot::of(root, &paths).unwrap();

        assert_eq!(before.differences(&after), [root.join("d/new"), root.join("stale")]);
        before.put_back(&after).unwrap();
        assert_eq!(Snapshot::of(root, &paths).unwrap(), before);
    }
}
