//! `cargo xtask nats-keys`: the keys of a production bus.

use std::path::PathBuf;

use ::tools::nats_keys;

use crate::ui;

/// Where, and for which servers.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to write to; it must be empty or absent
    folder: PathBuf,
    /// Where the servers reach each other, such as nats-1:6222 (once for each)
    #[arg(long = "route", value_name = "HOST:PORT", required = true)]
    routes: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    nats_keys::write(&args.folder, &args.routes)?;
    ui::say(format_args!(
        "written to {}: keys.conf goes beside nats.conf on every server, each seed to its own service alone",
        args.folder.display()
    ));
    Ok(())
}
