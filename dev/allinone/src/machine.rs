//! One machine: its folder, its broker, its accounts; then the services, until it is told to stop.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use chassis::clock::SystemClock;
use chassis::config::{self, TelemetryConfig};
use chassis::entry::{self, Definition as _};
use chassis::telemetry::Tracing;
use credit::Credit;
use kernel::{ActorId, Clock, MerchantId, Role, Timestamp};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::accounts::{Accounts, Wanted};
use crate::announce::{News, announce};
use crate::broker::Broker;
use crate::child::PidFiles;
use crate::city::Example;
use crate::front::{Beside, spinner};
use crate::issuer::{Issuer, Places, SigningKeys};
use crate::pages::Pages;
use crate::ports::Ports;
use crate::separate::Separate;
use crate::settings::{ClockFile, Shared, channel_keys, key};
use crate::together::Together;
use crate::{Args, city};

/// Marks a folder as ours: only such a one is ever emptied.
const MARKER: &str = ".81890-data";

/// Traces that wait to be sent are sent within this.
const FLUSH_WITHIN: Duration = Duration::from_secs(1);

/// Runs the platform until Ctrl-C or SIGTERM.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let ports = Ports::from(args.port)?;
    let (data, _lock) = open_folder(args)?;
    let pids = PidFiles::open(&data)?;
    pids.end_leftovers().await?;
    ports.check_free(args.separate)?;
    let broker = Broker::prepare(&args.nats_server, &data.join("nats"), ports.broker(), pids.clone())?;
    let (nats_url, stop_broker) = (broker.url(), CancellationToken::new());
    let first = broker.start().await?;
    #[expect(clippy::disallowed_methods, reason = "the broker outlives every service and its tasks")]
    let watched = tokio::spawn(broker.watch(first, stop_broker.clone()));
    let told = told_to_stop()?;
    let starting = Box::pin(start(args, data, ports, nats_url, &pids));
    let served = told.run_until_cancelled(starting).await;
    let served = match served {
        Some(Ok(serving)) => {
            told.cancelled().await;
            stop(serving).await
        }
        Some(Err(error)) => Err(error),
        // Told to stop while starting.
        None => Ok(()),
    };
    stop_broker.cancel();
    watched.await??;
    served
}

/// The services, in either form.
enum Services {
    Together(Together),
    Separate(Separate),
}

/// A platform that serves.
struct Serving {
    services: Services,
    issuer: Issuer,
    /// Who is signed in, while it does not run.
    signed_in: PathBuf,
    tracing: Tracing,
}

async fn start(
    args: &Args,
    data: PathBuf,
    ports: Ports,
    nats_url: String,
    pids: &PidFiles,
) -> anyhow::Result<Serving> {
    let keys = SigningKeys::open(&data.join("issuer.pem"))?;
    let (accounts, clock) = (data.join("accounts.json"), data.join("clock.json"));
    let speed = args.speed.max(1);
    let now = SystemClock.now();
    let mut shared = Shared {
        ports,
        nats_url,
        jwks: keys.jwks(),
        channel_keys: channel_keys(&data.join("channels.json"))?,
        code_key: key(&data.join("worker-codes.key"))?,
        tracking_key: key(&data.join("tracking-codes.key"))?,
        certificate_key: key(&data.join("certificates.key"))?,
        centre_key: key(&data.join("volunteer-centre.key"))?,
        clock: ClockFile { speed: 1, start: now, anchor: now },
        data,
    };
    let tracing = Tracing::install("allinone", "local", &telemetry(&shared)?)?;
    let known = Accounts::merchant_in(&accounts)?;
    let example = city::seed(&shared, args.merchants, seeding_time(args), known).await?;
    // Only now: a simulation would have run hours ahead while the city was made.
    shared.clock = ClockFile::open(&clock, speed, args.start, SystemClock.now())?;
    let (accounts, fresh) = Accounts::open(&accounts, &wanted(&example), args.new_passwords)?;
    let places = Places::of(ports, &args.pages_at);
    let issuer = Issuer::new(keys, accounts, places, Arc::new(SystemClock));
    let signed_in = shared.data.join("signed-in.json");
    issuer.resume(&signed_in)?;
    let pages = args.pages.as_deref().map(Pages::open).transpose()?;
    let beside = Beside { issuer: issuer.router(), pages };
    let listener = TcpListener::bind(ports.public()).await?;
    let services = if args.separate {
        Services::Separate(Separate::start(&shared, pids, beside, listener).await?)
    } else {
        Services::Together(Box::pin(Together::start(&shared, beside, listener)).await?)
    };
    let warning = calendar_warning(&shared)?;
    announce(args, &shared, &News { fresh: &fresh, example: &example, warning });
    Ok(Serving { services, issuer, signed_in, tracing })
}

/// Logs and traces of this process are those of its services.
fn telemetry(shared: &Shared) -> anyhow::Result<TelemetryConfig> {
    Ok(credit_config(shared)?.telemetry)
}

/// What credit would say of its working days.
fn calendar_warning(shared: &Shared) -> anyhow::Result<Option<String>> {
    let calendar = credit::calendar::open(&credit_config(shared)?.process)?;
    Ok(credit::calendar::warning(&calendar, shared.clock.at(SystemClock.now())))
}

fn credit_config(shared: &Shared) -> anyhow::Result<credit::Config> {
    let file = shared.write(Credit::NAME)?;
    Ok(config::load(Credit::NAME, Credit::DEFAULTS, Some(&file), std::env::vars())?)
}

async fn stop(Serving { services, issuer, signed_in, tracing }: Serving) -> anyhow::Result<()> {
    let spinner = spinner("stopping")?;
    let stopped = match services {
        Services::Together(services) => {
            services.stop().await;
            Ok(())
        }
        Services::Separate(services) => services.stop().await,
    };
    // Only now: nobody signs in or out any more.
    let kept = issuer.keep(&signed_in);
    tokio::task::spawn_blocking(move || tracing.shutdown(FLUSH_WITHIN)).await?;
    spinner.finish_and_clear();
    stopped.and(kept)
}

/// Is cancelled at Ctrl-C or SIGTERM, from now on.
fn told_to_stop() -> anyhow::Result<CancellationToken> {
    let told = CancellationToken::new();
    let listening = entry::told_to_stop()?;
    let tell = told.clone();
    #[expect(clippy::disallowed_methods, reason = "it has to hear the signal before any service has tasks")]
    tokio::spawn(async move {
        listening.await;
        tell.cancel();
    });
    Ok(told)
}

/// Papers and commitments expire around it.
fn seeding_time(args: &Args) -> Arc<dyn Clock> {
    match args.start {
        Some(start) => Arc::new(Standing(start)),
        None => Arc::new(SystemClock),
    }
}

/// A clock that stands still.
struct Standing(Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// The staff of the sample city, two of its merchants, and a company that applies: two of each whose step another person
/// has to confirm, decide or hear the appeal against. Their names are nobody's.
fn wanted(example: &Example) -> Vec<Wanted> {
    let people = [
        ("operator", "接线员小禾", Role::Operator, None),
        ("caller", "回访员小雨", Role::FollowupCaller, None),
        ("officer", "信用专员小川", Role::CreditOfficer, None),
        ("auditor", "审计员小竹", Role::Auditor, None),
        ("operations", "运维小石", Role::Operations, None),
        ("merchant", "企业经办小桥", Role::Merchant, Some(example.merchant)),
        ("reviewer", "复核员小舟", Role::CreditReviewer, None),
        ("inspector", "巡视员小枫", Role::Inspector, None),
        ("operator2", "接线员小满", Role::Operator, None),
        ("officer2", "信用专员小岚", Role::CreditOfficer, None),
        ("reviewer2", "复核员小荷", Role::CreditReviewer, None),
        ("merchant2", "企业经办小溪", Role::Merchant, example.second.as_ref().map(|(id, _)| *id)),
        // It belongs to no merchant: it applies, and is the account of the merchant that comes of it.
        ("applicant", "申请人小树", Role::Merchant, None),
        ("centre", "志愿中心小星", Role::VolunteerCentre, None),
    ];
    let account = |(n, (username, name, role, merchant)): (
        u128,
        (&'static str, &'static str, Role, Option<MerchantId>),
    )| {
        let id = ActorId::new(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + n));
        Wanted { username, name, id, role, merchant }
    };
    // A city of one merchant has no second one.
    let there = |wanted: &Wanted| wanted.username != "merchant2" || wanted.merchant.is_some();
    (1..).zip(people).map(account).filter(there).collect()
}

/// Makes or empties the folder and locks it, so that two platforms never share one. The lock is the kernel's: it
/// goes with its process, however that ends.
fn open_folder(args: &Args) -> anyhow::Result<(PathBuf, File)> {
    let marker = args.data.join(MARKER);
    if args.data.exists() && !marker.exists() && fs::read_dir(&args.data)?.next().is_some() {
        bail!("{} holds something else: choose another folder with --data", args.data.display());
    }
    fs::create_dir_all(&args.data).with_context(|| format!("cannot make {}", args.data.display()))?;
    // As it is for every process, wherever it runs.
    let data = fs::canonicalize(&args.data)?;
    let marker = data.join(MARKER);
    let lock = File::create(&marker)?;
    lock.try_lock()
        .with_context(|| format!("a platform runs on {} already: stop it first", data.display()))?;
    if args.reset {
        // What may still run on the data is not to lose its process id.
        empty(&data, &[marker, data.join("pids")])?;
    }
    Ok((data, lock))
}

fn empty(folder: &Path, but: &[PathBuf]) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if but.contains(&path) {
            continue;
        }
        if path.is_dir() {
            fs::remove_dir_all(&path)?;
        } else {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
