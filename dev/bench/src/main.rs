//! Measures the platform: every figure beside the limit or peer that was measured in the same run.
//!
//! Each bench sets up real servers on loopback, runs several times, gives medians as JSON lines and takes
//! everything down again. `cargo xtask bench` builds this with optimisation and runs it; how to read the figures
//! stands in docs/PERFORMANCE.md.

mod asking;
mod client;
mod credit_bench;
mod downgrade;
mod drain;
mod figure;
mod front_ends;
mod intake_bench;
mod merchants;
mod pages;
mod pgbench;
mod recommend;
mod servers;
mod sql;
mod stats;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::ensure;
use clap::{Parser, Subcommand, ValueEnum};

use figure::Report;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the platform beside its limits and peers.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// Only these benches; all when none is named
    #[arg(value_enum)]
    names: Vec<Bench>,
    /// Also adds the JSON lines to this file
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Parts of a bench that run in a process of their own.
#[derive(Subcommand)]
enum Part {
    /// Holds live streams open and tells when each event came; started by `downgrade`
    #[command(hide = true)]
    FrontEnds(front_ends::Args),
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// From the commit of a downgrade to every front end
    Downgrade,
    /// Recommendations over the bus and over HTTP, and by PostgreSQL
    Recommend,
    /// Requests taken in over HTTP
    Intake,
    /// From outbox rows to committed effects
    Drain,
    /// Certificates verified, confirmed standings, scans at the door, appends to the ledger, a year's evaluation
    Credit,
    /// Each page of the console in a real browser: how soon it can be used, and what it loads
    Pages,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(perform(args)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            figure::say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn perform(args: Args) -> anyhow::Result<()> {
    if let Some(Part::FrontEnds(args)) = args.part {
        return front_ends::run(&args).await;
    }
    let all = Bench::value_variants();
    let names = if args.names.is_empty() { all } else { &args.names };
    let mut report = Report::open(args.out.as_deref())?;
    match names {
        [Bench::Downgrade] => Box::pin(downgrade::run(&mut report)).await,
        [Bench::Recommend] => recommend::run(&mut report).await,
        [Bench::Intake] => intake_bench::run(&mut report).await,
        [Bench::Drain] => drain::run(&mut report).await,
        [Bench::Credit] => credit_bench::run(&mut report).await,
        [Bench::Pages] => pages::run(&mut report).await,
        several => each_alone(several, args.out.as_deref()).await,
    }
}

/// Several benches, each in a process of its own: none finds the heap that another left.
async fn each_alone(names: &[Bench], out: Option<&Path>) -> anyhow::Result<()> {
    for name in names.iter().filter_map(Bench::to_possible_value) {
        let mut bench = tokio::process::Command::new(std::env::current_exe()?);
        bench.arg(name.get_name()).kill_on_drop(true);
        if let Some(out) = out {
            bench.arg("--out").arg(out);
        }
        let status = bench.status().await?;
        ensure!(status.success(), "{} ended with {status}", name.get_name());
    }
    Ok(())
}
