//! `cargo xtask demo`: three days of a city in minutes. With `--year`: a year of its credit.

use std::ffi::OsString;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::{run, tools, ui};

/// What to replay; see `--help` of the demo itself for all of it.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Handed on to the demo: --requests N, --speed N, --seed N, --out FILE, --separate and others; --year plays a year
    /// of credit instead, with --merchants N and --seed N
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<OsString>,
}

/// Builds what is missing, then becomes the demo: Ctrl-C reaches it directly.
pub(crate) fn demo(args: &Args) -> anyhow::Result<()> {
    if args.options.iter().any(|option| option == "--year") {
        return year(args);
    }
    if args.options.iter().any(|option| option == "--help" || option == "-h") {
        // The demo knows its options; it need not be quick to tell them.
        return run::shown(run::cargo().args(["run", "--quiet", "--package", "demo", "--", "--help"]));
    }
    let nats = tools::nats_server()?;
    ui::say("building the platform and the demo (a few minutes the first time)");
    let separate = args.options.iter().any(|option| option == "--separate");
    run::build_platform(separate, &["demo"])?;
    let mut demo = program("release", &nats, ".run/demo");
    // Files are named from where the command is called.
    demo.current_dir(std::env::current_dir()?).args(&args.options);
    Err(demo.exec()).context("cannot start the demo")
}

/// Builds the year and becomes it. It starts its servers itself.
fn year(args: &Args) -> anyhow::Result<()> {
    tools::nats_server()?;
    ui::say("building the year (a few minutes the first time)");
    run::shown(run::cargo().args(["build", "--release", "--package", "year"]))?;
    let mut year = run::program(run::built("release", "year"));
    year.args(args.options.iter().filter(|option| *option != "--year"));
    Err(year.exec()).context("cannot start the year")
}

/// The demo as a test: programs as the tests build them, few requests, a quick clock, ports that are free.
pub(crate) fn hurried() -> anyhow::Result<()> {
    let nats = tools::nats_server()?;
    run::shown(run::cargo().args(["build", "--package", "allinone", "--package", "demo"]))?;
    let mut demo = program("debug", &nats, ".run/demo-test");
    demo.args(["--requests", "120", "--speed", "18000", "--port", &free_ports()?.to_string()]);
    run::shown(&mut demo)
}

fn program(profile: &str, nats: &Path, data: &str) -> Command {
    let mut demo = run::program(run::built(profile, "demo"));
    demo.arg("--allinone").arg(run::built(profile, "allinone")).arg("--nats-server").arg(nats);
    demo.arg("--data").arg(::tools::workspace_root().join(data));
    demo
}

/// The first of as many free ports as a platform takes, below those that the system gives away by itself.
fn free_ports() -> anyhow::Result<u16> {
    const PLATFORM: u16 = 25;
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let mut first = (20_000..30_000).step_by(usize::from(PLATFORM));
    first
        .find(|&first| (first..first + PLATFORM).all(is_free))
        .context("no ports are free from 20000 to 30000")
}
