//! `cargo xtask up`: the platform on this machine.

use std::os::unix::process::CommandExt as _;

use anyhow::Context as _;

use crate::{pages, run, tools, ui};

/// How the platform is started.
#[derive(clap::Args)]
#[command(
    after_help = "All data lie in .run/up of the workspace. Ctrl-C stops everything; the next `up` goes on with them.\n\n\
                        Ports: --port for the platform, the next one for the broker, 21 to 24 above it for probes and \
                        metrics of each service, with --separate 11 to 14 above it for the services themselves."
)]
pub(crate) struct Args {
    /// Four processes behind one address instead of one process
    #[arg(long)]
    separate: bool,
    /// Forgets all data and starts over
    #[arg(long)]
    reset: bool,
    /// Makes new passwords for the accounts, and shows them
    #[arg(long)]
    new_passwords: bool,
    /// Starts the services alone, without the pages
    #[arg(long)]
    without_pages: bool,
    /// Where `vite dev` shows pages, such as http://127.0.0.1:5173: people may sign in from there too
    #[arg(long, value_name = "ORIGIN")]
    pages_at: Vec<String>,
    /// The address is 127.0.0.1 with this port; others up to 24 above it are used
    #[arg(long, default_value_t = 8189)]
    port: u16,
    /// Simulated seconds per real second, for trying out days in minutes
    #[arg(long, default_value_t = 1)]
    speed: u32,
}

/// Builds what is missing, then becomes the platform: Ctrl-C reaches it directly.
pub(crate) fn up(args: &Args) -> anyhow::Result<()> {
    let nats = tools::nats_server()?;
    ui::say("building the platform (a few minutes the first time)");
    run::build_platform(args.separate, &[])?;
    let has_pages = !args.without_pages && pages::build_if_possible()?;
    let mut platform = run::program(run::built("release", "allinone"));
    platform
        .args(["--data", ".run/up", "--port", &args.port.to_string(), "--speed", &args.speed.to_string()])
        .arg("--nats-server")
        .arg(nats);
    if has_pages {
        platform.arg("--pages").arg(pages::folder());
    }
    platform.args(args.pages_at.iter().flat_map(|origin| ["--pages-at", origin]));
    let flags =
        [("--separate", args.separate), ("--reset", args.reset), ("--new-passwords", args.new_passwords)];
    platform.args(flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag));
    Err(platform.exec()).context("cannot start the platform")
}
