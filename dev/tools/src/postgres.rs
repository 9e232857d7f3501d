//! Which PostgreSQL: the one whose `initdb` is on `PATH`, then the newest of Debian's packages.

use std::path::{Path, PathBuf};

use crate::{INSTALL, Missing, on_path};

/// Where Debian keeps one folder per major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one PostgreSQL installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postgres {
    bin: PathBuf,
}

impl Postgres {
    /// The folder that holds the programs.
    #[must_use]
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// The program that lays out a new cluster.
    #[must_use]
    pub fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> PathBuf {
        self.bin.join("postgres")
    }

    /// The load generator that comes with the server.
    #[must_use]
    pub fn pgbench(&self) -> PathBuf {
        self.bin.join("pgbench")
    }

    /// A whole installation: links (`/usr/local/bin/initdb`) are followed, since the server looks for its
    /// share files from where it really is.
    fn at(initdb: &Path) -> Option<Self> {
        let found = Self { bin: initdb.canonicalize().ok()?.parent()?.to_owned() };
        (found.initdb().is_file() && found.server().is_file()).then_some(found)
    }
}

/// The PostgreSQL to start.
///
/// # Errors
/// [`Missing`] when neither `PATH` nor Debian's folder has one.
pub fn postgres() -> Result<Postgres, Missing> {
    on_path("initdb").into_iter().chain(packaged()).find_map(|initdb| Postgres::at(&initdb)).ok_or_else(
        || Missing {
            tool: "PostgreSQL",
            reason: format!("no initdb on PATH or in {DEBIAN}/*/bin"),
            remedy: INSTALL,
        },
    )
}

/// The packaged `initdb`s, newest major version first.
fn packaged() -> Vec<PathBuf> {
    let Ok(folders) = std::fs::read_dir(DEBIAN) else { return Vec::new() };
    let mut versions: Vec<u32> =
        folders.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|major| Path::new(DEBIAN).join(major.to_string()).join("bin/initdb")).collect()
}
