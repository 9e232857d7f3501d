//! `cargo xtask up`: the platform on this machine.

use std::os::unix::process::CommandExt as _;

use anyhow::Context as _;

use crate::{run, tools, ui};

/// How the platform is started. All data lie in `.run/up` of the workspace.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Four processes behind one address instead of one process
    #[arg(long)]
    separate: bool,
    /// Forgets all data and starts over
    #[arg(long)]
    reset: bool,
    /// The address is 127.0.0.1 with this port; the broker takes the next one
    #[arg(long, default_value_t = 8189)]
    port: u16,
    /// Simulated seconds per real second, for trying out days in minutes
    #[arg(long, default_value_t = 1)]
    speed: u32,
}

/// Builds what is missing, then becomes the platform: Ctrl-C reaches it directly.
pub(crate) fn up(args: &Args) -> anyhow::Result<()> {
    ui::say(format_args!("looking for nats-server"));
    let nats = tools::nats_server()?;
    ui::say(format_args!("building the platform (a few minutes the first time)"));
    run::shown(run::cargo().args([
        "build",
        "--release",
        "--package",
        "allinone",
        "--package",
        "intake",
        "--package",
        "dispatch",
        "--package",
        "feedback",
        "--package",
        "credit",
    ]))?;
    let root = ::tools::workspace_root();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let mut platform = run::program(target.join("release/allinone"));
    platform
        .args(["--data", ".run/up", "--port", &args.port.to_string(), "--speed", &args.speed.to_string()])
        .arg("--nats-server")
        .arg(nats);
    if args.separate {
        platform.arg("--separate");
    }
    if args.reset {
        platform.arg("--reset");
    }
    Err(platform.exec()).context("cannot start the platform")
}
