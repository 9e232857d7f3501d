//! PostgreSQL's own load generator, as a peer.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use testkit::postgres::Postgres;

/// How a script is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    /// The address of the database.
    pub(crate) database: &'a str,
    /// SQL, with pgbench's own commands.
    pub(crate) script: &'a str,
    /// Connections.
    pub(crate) clients: usize,
    /// For so long.
    pub(crate) long: Duration,
}

/// What came out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    /// Transactions per second.
    pub(crate) tps: f64,
}

/// Runs the script with prepared statements.
pub(crate) async fn run(server: &Postgres, plan: Plan<'_>) -> anyhow::Result<Outcome> {
    let folder = testkit::scratch::Scratch::new("pgbench", nix::sys::signal::Signal::SIGKILL)?;
    let file = folder.path().join("script.sql");
    std::fs::write(&file, plan.script)?;
    let output = tokio::process::Command::new(server.programs().pgbench())
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={}", plan.clients))
        .arg(format!("--time={}", plan.long.as_secs()))
        .arg("--file")
        .arg(&file)
        .arg(plan.database)
        .stdin(Stdio::null())
        .output()
        .await
        .context("cannot start pgbench")?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("pgbench: {}: {}", output.status, complaint.lines().next().unwrap_or("it does not say why"));
    }
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
    let tps = tps.with_context(|| format!("pgbench gave no figure: {said}"))?.parse()?;
    Ok(Outcome { tps })
}
