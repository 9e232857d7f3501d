//! `cargo xtask bench`: figures of the optimised platform, each beside its limit or peer.

use std::path::PathBuf;

use crate::{pages, run, tools, ui};

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these: downgrade, recommend, intake, drain, credit, pages; all when none is named
    names: Vec<String>,
    /// Also adds the JSON lines to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Builds the benches and runs them. Figures go to standard output, what is going on to standard error.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    tools::nats_server()?;
    tools::postgres()?;
    ui::note(format_args!("building the benches (a few minutes the first time)"));
    run::shown(run::cargo().args(["build", "--release", "--package", "bench"]))?;
    let mut bench = run::program(run::built("release", "bench"));
    if args.names.is_empty() || args.names.iter().any(|name| name == "pages") {
        pages::build()?;
        run::shown(run::cargo().args(["build", "--release", "--package", "allinone"]))?;
        pages::prepared(&mut bench, pages::Profile::Release)?.env("NPM", ::tools::npm()?);
    }
    bench.args(&args.names);
    if let Some(out) = &args.out {
        bench.arg("--out").arg(std::path::absolute(out)?);
    }
    run::shown(&mut bench)
}
