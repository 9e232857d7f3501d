//! Who is signed in, over a restart.
//!
//! Written at a clean stop, for its owner alone, and taken away by the start that reads it: what somebody left since is
//! never read again, and after a crash everybody signs in anew. Only digests stand there, which open nothing, and of each
//! account what its file has already: one that is gone from it, or has a new password since, is signed out.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::Issuer;
use crate::accounts::write_private;

impl Issuer {
    /// Takes over who was signed in at the last stop.
    ///
    /// # Errors
    /// The file is there and cannot be read or taken away. One that cannot be understood signs everybody out.
    pub(crate) fn resume(&self, file: &Path) -> anyhow::Result<()> {
        if !file.exists() {
            return Ok(());
        }
        let kept = fs::read(file);
        fs::remove_file(file).with_context(|| format!("cannot remove {}", file.display()))?;
        match serde_json::from_slice(&kept?) {
            Ok(kept) => self.inner.sessions.resume(kept, &self.inner.accounts),
            Err(error) => tracing::warn!(%error, "who was signed in is not known: everybody signs in anew"),
        }
        Ok(())
    }

    /// Writes who is signed in, once nobody is answered any more.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&self, file: &Path) -> anyhow::Result<()> {
        write_private(file, &serde_json::to_string(&self.inner.sessions.kept())?)
    }
}
