//! One machine: its folder, its broker, its accounts; then the services, until it is told to stop.

use std::fs::{self, File};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use chassis::clock::SystemClock;
use chassis::entry;
use kernel::{ActorId, Clock as _, MerchantId, Role};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::accounts::{Accounts, Fresh};
use crate::broker::Broker;
use crate::issuer::Issuer;
use crate::settings::{ClockFile, Shared, channel_keys};
use crate::{Args, separate, together};

/// Marks a folder as ours: only such a one is ever emptied.
const MARKER: &str = ".81890-data";
/// The last requests are answered within this, after the stop.
const CLOSE_WITHIN: Duration = Duration::from_secs(20);

/// Runs the platform until Ctrl-C or SIGTERM.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let _lock = open_folder(args)?;
    let listener = TcpListener::bind(("127.0.0.1", args.port))
        .await
        .with_context(|| format!("port {} is taken: choose another with --port", args.port))?;
    let broker_port = args.port.checked_add(1).context("choose a lower --port")?;
    let broker = Broker::prepare(&args.nats_server, &args.data.join("nats"), broker_port)?;
    let (stop_broker, nats_url) = (CancellationToken::new(), broker.url());
    #[expect(clippy::disallowed_methods, reason = "the broker outlives every service and its tasks")]
    let broker = tokio::spawn(broker.run(stop_broker.clone()));
    Broker::healthy(broker_port).await?;

    let (accounts, fresh) = Accounts::open(&args.data.join("accounts.json"), &staff())?;
    let issuer = Issuer::open(&args.data.join("issuer.pem"), accounts, Arc::new(SystemClock))?;
    let shared = Shared {
        data: args.data.clone(),
        nats_url,
        jwks: issuer.jwks(),
        channel_keys: channel_keys(&args.data.join("channels.json"))?,
        clock: ClockFile::open(&args.data.join("clock.json"), args.speed.max(1), SystemClock.now())?,
    };
    let served = if args.separate {
        separate::serve(args, &shared, &issuer, &fresh, listener).await
    } else {
        together::serve(args, &shared, &issuer, &fresh, listener).await
    };
    stop_broker.cancel();
    broker.await??;
    served
}

/// The staff of the sample city.
fn staff() -> Vec<(&'static str, ActorId, Role, Option<MerchantId>)> {
    let id = |n: u128| ActorId::new(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + n));
    vec![
        ("operator", id(1), Role::Operator, None),
        ("caller", id(2), Role::FollowupCaller, None),
        ("officer", id(3), Role::CreditOfficer, None),
        ("auditor", id(4), Role::Auditor, None),
        ("operations", id(5), Role::Operations, None),
    ]
}

/// Makes or empties the folder and locks it, so that two platforms never share one.
fn open_folder(args: &Args) -> anyhow::Result<File> {
    let (data, marker) = (&args.data, args.data.join(MARKER));
    if data.exists() && !marker.exists() && fs::read_dir(data)?.next().is_some() {
        bail!("{} holds something else: choose another folder with --data", data.display());
    }
    fs::create_dir_all(data)?;
    let lock = File::create(&marker)?;
    lock.try_lock().with_context(|| format!("a platform runs on {} already", data.display()))?;
    if args.reset {
        for entry in fs::read_dir(data)? {
            let path = entry?.path();
            if path.is_dir() {
                fs::remove_dir_all(&path)?;
            } else if path != marker {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(lock)
}

/// Serves the one address until told to stop; then answers what it has.
pub(crate) async fn serve_until_stopped(listener: TcpListener, router: Router) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move { told.cancelled().await });
    let mut serving = std::pin::pin!(std::future::IntoFuture::into_future(serving));
    tokio::select! {
        ended = &mut serving => return Ok(ended?),
        told = entry::told_to_stop() => told?,
    }
    stop.cancel();
    // Live streams would keep it open for ever.
    drop(tokio::time::timeout(CLOSE_WITHIN.min(Duration::from_secs(2)), serving).await);
    Ok(())
}

/// Says where everything is.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn announce(args: &Args, fresh: &[Fresh]) {
    let at = format!("http://127.0.0.1:{}", args.port);
    println!("\nthe platform serves at {at}");
    for service in ["intake", "dispatch", "feedback", "credit"] {
        println!("  {service:<9} {at}/{service}/v1   docs {at}/{service}/docs");
    }
    if fresh.is_empty() {
        println!(
            "\naccounts as before (--reset makes new ones); channel keys in {}",
            args.data.join("channels.json").display()
        );
    } else {
        println!("\naccounts, shown this once:");
        for account in fresh {
            println!("  {:<12} {}", account.username, account.password);
        }
    }
    println!("\nnext:");
    println!(
        "  curl -s {at}/issuer/token -H 'content-type: application/json' -d '{{\"username\":\"officer\",\"password\":\"...\"}}'"
    );
    println!("  curl -s {at}/credit/v1/merchants?city=330200 -H \"authorization: Bearer $TOKEN\"");
    println!("  Ctrl-C stops everything; the data stay");
}
