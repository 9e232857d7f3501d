//! The four services as four processes, as an operations team runs them, behind one local address.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::accounts::Fresh;
use crate::issuer::Issuer;
use crate::machine::{announce, serve_until_stopped};
use crate::settings::{SERVICES, Shared};
use crate::{Args, city, gateway};

/// A service may take this long until it takes connections.
const LISTENS_WITHIN: Duration = Duration::from_secs(30);
/// A service may take this long to stop by itself.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// Starts the processes, serves them behind one address, and stops them in the reverse order.
pub(crate) async fn serve(
    args: &Args,
    shared: &Shared,
    issuer: &Issuer,
    fresh: &[Fresh],
    listener: TcpListener,
) -> anyhow::Result<()> {
    city::seed(shared, args.merchants).await?;
    let programs =
        std::env::current_exe()?.parent().map(Path::to_owned).context("this program has no folder")?;
    let (mut children, mut addresses) = (Vec::new(), BTreeMap::new());
    for (port, service) in (args.port.saturating_add(11)..).zip(SERVICES) {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let settings = shared.write(service, port)?;
        let mut child =
            spawn(&programs.join(service), &settings, &shared.data.join(format!("{service}.log"))).await?;
        listens(service, address, &mut child).await?;
        children.push((service, child));
        addresses.insert(service.to_owned(), address);
    }
    let router = Router::new().nest("/issuer", issuer.router()).merge(gateway::router(addresses)?);
    announce(args, fresh);
    let served = serve_until_stopped(listener, router).await;
    for (service, child) in children.into_iter().rev() {
        stop(child).await.with_context(|| format!("{service} did not stop"))?;
    }
    served
}

async fn spawn(program: &PathBuf, settings: &Path, log: &Path) -> anyhow::Result<Child> {
    let command = |migrate: bool| -> anyhow::Result<Command> {
        let mut command = Command::new(program);
        command.arg("--config").arg(settings).stdin(Stdio::null());
        if migrate {
            command.arg("--migrate");
        }
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        command.stderr(log.try_clone()?).stdout(log).process_group(0).kill_on_drop(true);
        Ok(command)
    };
    let migrated =
        command(true)?.status().await.with_context(|| format!("cannot start {}", program.display()))?;
    if !migrated.success() {
        bail!("the schema could not be brought up to date: see {}", log.display());
    }
    Ok(command(false)?.spawn()?)
}

async fn listens(service: &str, address: SocketAddr, child: &mut Child) -> anyhow::Result<()> {
    let waiting = async {
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = waiting => Ok(()),
        ended = child.wait() => bail!("{service} ended with {}: see its log", ended?),
        () = tokio::time::sleep(LISTENS_WITHIN) => bail!("{service} does not listen within {LISTENS_WITHIN:?}"),
    }
}

async fn stop(mut child: Child) -> anyhow::Result<()> {
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM)?;
    }
    if tokio::time::timeout(STOP_WITHIN, child.wait()).await.is_err() {
        child.kill().await?;
    }
    Ok(())
}
