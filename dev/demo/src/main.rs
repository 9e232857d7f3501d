//! `cargo xtask demo`: three days of a city's help line in five minutes.
//!
//! It starts a platform of its own on a simulated clock and replays 10,000 real arrivals against it, as outside
//! clients: citizens at six front ends, a thousand merchants, operators, a call centre and an officer. In the middle
//! a breach at the first of a busy list is verified. At the end everything is read back.

mod book;
mod calls;
mod chance;
mod check;
mod client;
mod clock;
mod front;
mod keys;
mod lists;
mod merchants;
mod operators;
mod plan;
mod platform;
mod progress;
mod report;
mod scene;
mod sse;
mod timeline;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Parser;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::book::Book;
use crate::check::Balance;
use crate::client::Client;
use crate::plan::Plan;
use crate::platform::{Options, Platform};
use crate::progress::say;
use crate::report::Report;
use crate::world::World;

/// Real time between the platform's start and the first arrival.
const LEAD: Duration = Duration::from_secs(6);
/// Lists that are shown on all six channels from the beginning.
const LISTS: usize = 3;
/// After the last arrival, the last call-back is made within so much simulated time, even on a busy machine.
const ENDS_WITHIN: Duration = Duration::from_secs(7 * 24 * 3_600);
/// What is on its way over the bus has arrived within this.
const SETTLES_WITHIN: Duration = Duration::from_secs(30);

/// Three days of a city's help line in five minutes.
#[derive(Parser)]
#[command(name = "cargo xtask demo", args_override_self = true)]
struct Args {
    /// The all-in-one's program
    #[arg(long, hide = true)]
    allinone: PathBuf,
    /// The nats-server program
    #[arg(long, hide = true)]
    nats_server: PathBuf,
    /// Where the demo's platform keeps its data: emptied at the start
    #[arg(long, default_value = ".run/demo")]
    data: PathBuf,
    /// The platform's port; others up to 24 above it are used
    #[arg(long, default_value_t = 8289)]
    port: u16,
    /// Simulated seconds per real second; by the number of requests when absent
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    speed: Option<u32>,
    /// How many of the 10,000 arrivals, spread over the whole time
    #[arg(long, default_value_t = 10_000)]
    requests: usize,
    /// Merchants of the sample city
    #[arg(long, default_value_t = 1_000)]
    merchants: u32,
    /// All chance comes from it
    #[arg(long, default_value_t = 81_890)]
    seed: u64,
    /// The services as four processes
    #[arg(long)]
    separate: bool,
    /// Writes the final table to this file as JSON
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Args {
    /// About as many requests a second whatever their number, within what simulated time can bear.
    fn speed(&self) -> u32 {
        let by_load = 11_000_000 / u32::try_from(self.requests).unwrap_or(u32::MAX).max(1);
        self.speed.unwrap_or_else(|| by_load.clamp(1_100, 5_000))
    }
}

#[expect(clippy::print_stderr, reason = "why the demo failed")]
fn main() -> ExitCode {
    let args = Args::parse();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(&args)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> anyhow::Result<()> {
    let (plan, speed) = (Plan::read(args.seed, args.requests)?, args.speed());
    let options = Options {
        allinone: args.allinone.clone(),
        nats_server: args.nats_server.clone(),
        data: args.data.clone(),
        port: args.port,
        speed,
        start: plan.begin.before(LEAD * speed),
        merchants: args.merchants,
        separate: args.separate,
    };
    say(format_args!(
        "starting a platform for the demo on port {}, data in {}",
        args.port,
        args.data.display()
    ));
    let (platform, keys) = Platform::start(&options).await?;
    let world = World {
        client: Client::new(platform.address.clone(), keys)?,
        clock: platform.clock,
        plan: Arc::new(plan),
        book: Arc::new(Book::default()),
        seed: args.seed,
        tasks: TaskTracker::new(),
        over: CancellationToken::new(),
    };
    let played = tokio::select! {
        played = play(&world, args, speed) => played,
        told = tokio::signal::ctrl_c() => Err(told.err().map_or_else(|| anyhow::anyhow!("stopped"), Into::into)),
    };
    world.over.cancel();
    world.tasks.close();
    world.tasks.wait().await;
    let stopped = platform.stop().await;
    let report = played?;
    stopped?;
    report.print();
    if let Some(file) = &args.out {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let faults = report.faults();
    if !faults.is_empty() {
        bail!("{}", faults.join(", "));
    }
    say("\nnothing lost, nothing doubled, one order on all six channels");
    Ok(())
}

/// The three days, and what came of them.
async fn play(world: &World, args: &Args, speed: u32) -> anyhow::Result<Report> {
    let began = Instant::now();
    let bar = progress::bar(args.requests)?;
    world.start(progress::run(world.clone(), bar.clone()));
    for (item, area) in world.plan.busiest().into_iter().take(LISTS) {
        drop(lists::on_all_channels(world, &item, area));
    }
    world.start(merchants::run(world.clone()));
    world.start(operators::run(world.clone()));
    let followers = timeline::Followers::new(world.clone());
    let calling = async {
        let scene = scene::run(world.clone()).await?;
        world.start(calls::run(world.clone()));
        anyhow::Ok(scene)
    };
    let ((), scene) = tokio::join!(front::run(world.clone(), followers), calling);
    let scene = scene?;
    let last = world.clock.now();
    tokio::select! {
        quiet = check::until_quiet(world) => quiet?,
        () = world.clock.until(last.after(ENDS_WITHIN)) => {
            world.book.fail("the end", &anyhow::anyhow!("not all came to an end within {ENDS_WITHIN:?}"));
        }
    }
    let balance = settled(world).await?;
    bar.finish_and_clear();
    Ok(Report {
        speed,
        seed: args.seed,
        took_s: began.elapsed().as_secs(),
        figures: world.book.tally.figures(),
        waits: world.client.waits(),
        refusals: world.book.refusals(),
        balance,
        latency: report::latencies(&scene),
        scene,
    })
}

/// Reads everything back once the last events have arrived.
async fn settled(world: &World) -> anyhow::Result<Balance> {
    let began = Instant::now();
    loop {
        let balance = check::balance(world).await?;
        let settled = balance.lost.is_empty() && balance.not_called_back == 0;
        if settled || began.elapsed() > SETTLES_WITHIN {
            return Ok(balance);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
