//! The project's commands: `cargo xtask <command>`.
//!
//! They set up what they need by themselves on a machine with Debian 12, Rust and Python. This crate is built
//! before anything else runs, so it stays small: no async, no database, no bus.

mod bench;
mod demo;
mod deny;
mod golden;
mod layers;
mod nats_keys;
mod pages;
mod run;
mod test;
mod tools;
mod ui;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's commands", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the platform on this machine, with a broker of its own and a sample city
    Up(up::Args),
    /// Replays three days of a city against a platform started for it, and shows what came of it
    Demo(demo::Args),
    /// Everything that must hold before a change is merged, in order, with a summary at the end
    Test(test::Args),
    /// Measures the platform beside its limits and peers, and prints one JSON line a figure
    Bench(bench::Args),
    /// Pictures of every page at both sizes in both languages, into `docs/gallery`
    Gallery,
    /// Which crate may depend on which
    Layers,
    /// Licences, banned and doubled crates, sources; advisories where their database can be had
    Deny,
    /// Writes the generated files (events, API descriptions, configuration) anew
    Golden {
        /// Only says which of them are stale, and changes nothing
        #[arg(long)]
        check: bool,
    },
    /// Makes the keys of a production bus: a seed per user, and what `deploy/nats/nats.conf` includes
    NatsKeys(nats_keys::Args),
    /// Installs the outside tools that are missing, and prints where all of them are
    Tools,
}

fn main() -> ExitCode {
    match perform(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui::say_error(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Up(args) => up::up(&args),
        Command::Demo(args) => demo::demo(&args),
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Gallery => pages::browse("gallery", pages::Profile::Debug),
        Command::Layers => layers::run(),
        Command::Deny => deny::run(),
        Command::Golden { check: true } => golden::check(),
        Command::Golden { check: false } => golden::write(),
        Command::NatsKeys(args) => nats_keys::run(&args),
        Command::Tools => tools::run(),
    }
}
