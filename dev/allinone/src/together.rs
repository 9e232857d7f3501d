//! The four services in this process, each with its own runtime, as their own `main` would start them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use chassis::clock::{self, SystemClock, SystemIds};
use chassis::config::{self, ShutdownConfig, TelemetryConfig};
use chassis::entry::{self, Definition};
use chassis::service::{Host, Runtime};
use chassis::telemetry::Tracing;
use credit::Credit;
use dispatch::Dispatch;
use feedback::Feedback;
use intake::Intake;
use tokio::net::TcpListener;

use crate::accounts::Fresh;
use crate::issuer::Issuer;
use crate::machine::{announce, serve_until_stopped};
use crate::settings::Shared;
use crate::{Args, city};

/// A service that runs in this process.
struct Running {
    runtime: Runtime,
    router: Router,
    limits: ShutdownConfig,
}

/// Starts the services, serves them behind one address, and stops them in the reverse order.
pub(crate) async fn serve(
    args: &Args,
    shared: &Shared,
    issuer: &Issuer,
    fresh: &[Fresh],
    listener: TcpListener,
) -> anyhow::Result<()> {
    let tracing = Tracing::install("allinone", "local", &telemetry::<Credit>(shared)?)?;
    city::seed(shared, args.merchants).await?;
    let services = [
        (Credit::NAME, start::<Credit>(shared).await?),
        (Dispatch::NAME, start::<Dispatch>(shared).await?),
        (Feedback::NAME, start::<Feedback>(shared).await?),
        (Intake::NAME, start::<Intake>(shared).await?),
    ];
    let mut router = Router::new().nest("/issuer", issuer.router());
    for (name, running) in &services {
        router = router.nest(&format!("/{name}"), running.router.clone());
    }
    announce(args, fresh);
    let served = serve_until_stopped(listener, router).await;
    for (name, running) in services.iter().rev() {
        let overdue = running.runtime.shutdown(&running.limits).await;
        tracing::info!(name, ?overdue, "stopped");
    }
    tokio::task::spawn_blocking(move || tracing.shutdown(Duration::from_secs(1))).await?;
    served
}

async fn start<D: Definition>(shared: &Shared) -> anyhow::Result<Running> {
    let config = load::<D>(shared)?;
    let sections = D::sections(&config);
    let (limits, clock) = (sections.shutdown.clone(), clock::from_config(sections.clock));
    entry::migrate::<D>(sections.database).await.with_context(|| format!("the schema of {}", D::NAME))?;
    let host = Host { clock, wall: Arc::new(SystemClock), ids: Arc::new(SystemIds::new()) };
    let built = D::build(config, host).await.with_context(|| format!("{} does not start", D::NAME))?;
    Ok(Running { runtime: built.runtime, router: built.router, limits })
}

fn load<D: Definition>(shared: &Shared) -> anyhow::Result<D::Config> {
    let file = shared.write(D::NAME, 0)?;
    Ok(config::load(D::NAME, D::DEFAULTS, Some(&file), std::env::vars())?)
}

fn telemetry<D: Definition>(shared: &Shared) -> anyhow::Result<TelemetryConfig> {
    Ok(D::sections(&load::<D>(shared)?).telemetry.clone())
}
