//! `credit`: a year's evaluation over a million entries, appends to the ledger, confirmed standings, scans at the door.

mod append;
mod history;
mod scans;
mod standing;
mod yearly;

use crate::figure::Report;

const BENCH: &str = "credit";

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    yearly::run(report).await?;
    append::run(report).await?;
    standing::run(report).await?;
    // Certificates that are verified belong here.
    scans::run(report).await
}
