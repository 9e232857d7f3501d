//! `credit`: certificates verified, confirmed standings, scans at the door, appends to the ledger, a year's evaluation
//! over a million entries: the quick ones first.

mod append;
mod history;
mod scans;
mod standing;
mod verify;
mod yearly;

use crate::figure::Report;

const BENCH: &str = "credit";

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    verify::run(report)?;
    standing::run(report).await?;
    scans::run(report).await?;
    append::run(report).await?;
    yearly::run(report).await
}
