//! See the crate's documentation: `cargo xtask demo --year` builds and runs this.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use year::{Options, Report};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A year of credit in minutes: admissions, breaches, objections, a fraud, repair, and what must hold.
#[derive(Parser)]
#[command(name = "cargo xtask demo --year", args_override_self = true)]
struct Args {
    /// How many merchants apply; those of the story need 12
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(12..=900))]
    merchants: u16,
    /// All chance comes from it: the same seed gives the same figures
    #[arg(long, default_value_t = 81_890)]
    seed: u64,
}

fn main() -> ExitCode {
    let Args { merchants, seed } = Args::parse();
    let options = Options { merchants: usize::from(merchants), seed };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(year::play(&options))) {
        Ok(report) => tell(&report),
        Err(error) => {
            say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn tell(report: &Report) -> ExitCode {
    let Report { seed, merchants, months, faults, took } = report;
    say(format_args!("\na year of credit: {merchants} merchants, seed {seed}, {} s\n", took.as_secs()));
    say(months.table());
    if faults.is_empty() {
        say(
            "\nevery ledger holds, every fact counted once, every ban kept, every deadline kept or told as missed,",
        );
        say("no grade rose without its reason, and one order on all six channels");
        return ExitCode::SUCCESS;
    }
    say(format_args!("\n{} things do not hold:", faults.len()));
    faults.iter().for_each(|fault| say(format_args!("  {fault}")));
    ExitCode::FAILURE
}

/// One line. A reader that has gone away is no failure of the demo.
fn say(text: impl Display) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}
