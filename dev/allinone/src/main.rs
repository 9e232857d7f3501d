//! The platform on one machine: a supervised nats-server, a local issuer, and the four services in one
//! process, or as four processes behind one address. `cargo xtask up` builds and starts it.

mod accounts;
mod announce;
mod broker;
mod child;
mod city;
mod front;
mod gateway;
mod issuer;
mod machine;
mod pages;
mod ports;
mod separate;
mod settings;
mod together;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use kernel::Timestamp;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The platform on this machine. `cargo xtask up` builds and starts it.
#[derive(Parser)]
struct Args {
    /// Where all data lie
    #[arg(long)]
    data: PathBuf,
    /// The address is 127.0.0.1 with this port; the broker and the services take others up to 24 above it
    #[arg(long, default_value_t = 8189)]
    port: u16,
    /// The nats-server program
    #[arg(long)]
    nats_server: PathBuf,
    /// Simulated seconds per real second
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    speed: u32,
    /// Simulated time at which fresh data begin, such as 2027-01-01T00:00:00+08:00; now when absent
    #[arg(long)]
    start: Option<Timestamp>,
    /// Merchants of the sample city
    #[arg(long, default_value_t = 1_000)]
    merchants: u32,
    /// Four processes behind one address instead of one process
    #[arg(long)]
    separate: bool,
    /// The folder with the built pages (`web` of the workspace); without it there are only the services
    #[arg(long)]
    pages: Option<PathBuf>,
    /// Where a development server shows the pages, such as http://127.0.0.1:5173: people may sign in from there too
    #[arg(long, value_name = "ORIGIN")]
    pages_at: Vec<String>,
    /// Forgets all data and starts over
    #[arg(long)]
    reset: bool,
    /// Makes new passwords for the accounts, and shows them
    #[arg(long)]
    new_passwords: bool,
}

#[expect(clippy::print_stderr, reason = "the log may not be there yet")]
fn main() -> ExitCode {
    let args = Args::parse();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(machine::run(&args)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
