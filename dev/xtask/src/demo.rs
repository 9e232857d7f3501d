//! `cargo xtask demo`: three days of a city in minutes.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;

use anyhow::Context as _;

use crate::{run, tools, ui};

/// What to replay; see `--help` of the demo itself for all of it.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Handed on to the demo: --requests N, --speed N, --seed N, --out FILE, --separate and others
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<OsString>,
}

/// Builds what is missing, then becomes the demo: Ctrl-C reaches it directly.
pub(crate) fn demo(args: &Args) -> anyhow::Result<()> {
    let nats = tools::nats_server()?;
    ui::say("building the platform and the demo (a few minutes the first time)");
    let built = run::release_build(&["allinone", "intake", "dispatch", "feedback", "credit", "demo"])?;
    let mut demo = run::program(built.join("demo"));
    demo.arg("--allinone").arg(built.join("allinone")).arg("--nats-server").arg(nats).args(&args.options);
    Err(demo.exec()).context("cannot start the demo")
}
