//! Each page of the console in a real browser. The harness of `web/e2e` starts the platform and looks; `cargo xtask
//! bench` tells it where the programs are.

use std::process::Stdio;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use tokio::process::Command;

use crate::figure::{Report, say};

/// A page can be used within this.
const INTERACTIVE_MS_MAX: f64 = 2_000.0;
/// What a page loads beyond what all load, as gzip.
const PAGE_KIB_MAX: f64 = 300.0;

/// What the harness writes for a page.
#[derive(Deserialize)]
struct Measured {
    path: String,
    interactive_ms: f64,
    page_kib: f64,
}

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let npm =
        std::env::var_os("NPM").context("`cargo xtask bench pages` runs this: it builds the pages first")?;
    let folder = tempfile::tempdir()?;
    let figures = folder.path().join("figures.json");
    say("pages: looking at each of them in Chromium");
    let mut browse = Command::new(npm);
    browse.args(["run", "bench", "--workspace", "e2e"]).current_dir("web").env("FIGURES", &figures);
    // Standard output is for figures.
    let done = browse.stdout(Stdio::null()).kill_on_drop(true).status().await?;
    ensure!(done.success(), "the harness of web/e2e ended with {done}");
    let measured: Vec<Measured> = serde_json::from_slice(&tokio::fs::read(&figures).await?)?;
    for Measured { path, interactive_ms, page_kib } in measured {
        report.beside(
            "pages",
            &*path,
            ("interactive_ms", "ms", interactive_ms),
            ("limit", INTERACTIVE_MS_MAX),
        )?;
        report.beside("pages", &*path, ("page_kib", "KiB", page_kib), ("limit", PAGE_KIB_MAX))?;
    }
    Ok(())
}
