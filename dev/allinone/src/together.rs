//! The four services in this process, each with its own runtime, as their own `main` would start them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use chassis::clock::{self, SystemClock, SystemIds};
use chassis::config::{self, ShutdownConfig};
use chassis::entry::{self, Definition};
use chassis::service::{Host, Runtime};
use credit::Credit;
use dispatch::Dispatch;
use feedback::Feedback;
use intake::Intake;
use tokio::net::TcpListener;

use crate::front::{Beside, Front, spinner};
use crate::settings::Shared;

/// The services may take this long until they are ready: rankings are read in.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The services that run in this process.
pub(crate) struct Together {
    front: Front,
    services: Vec<Running>,
}

/// A service that runs in this process.
struct Running {
    name: &'static str,
    runtime: Runtime,
    router: Router,
    limits: ShutdownConfig,
}

impl Together {
    /// Starts the services behind one address, with what is beside them, and waits until they are ready.
    pub(crate) async fn start(
        shared: &Shared,
        beside: Beside,
        listener: TcpListener,
    ) -> anyhow::Result<Self> {
        let services = vec![
            start::<Credit>(shared).await?,
            start::<Dispatch>(shared).await?,
            start::<Feedback>(shared).await?,
            start::<Intake>(shared).await?,
        ];
        let nest = |router: Router, running: &Running| {
            router.nest(&format!("/{}", running.name), running.router.clone())
        };
        let router = services.iter().fold(beside.routes(), nest);
        let limits = load::<Intake>(shared)?;
        let front = Front::open(listener, router, &limits.http, &limits.shutdown);
        for (place, running) in services.iter().enumerate() {
            let ops = TcpListener::bind(shared.ports.service(place).ops).await?;
            front.serve_ops(ops, &running.runtime);
        }
        let together = Self { front, services };
        match together.ready().await {
            Ok(()) => Ok(together),
            Err(error) => {
                together.stop().await;
                Err(error)
            }
        }
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let waiting = async {
            while !self.services.iter().all(|running| running.runtime.health.report().ready) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let spinner = spinner("waiting until the services are ready")?;
        let ready = tokio::time::timeout(READY_WITHIN, waiting).await;
        spinner.finish_and_clear();
        if ready.is_err() {
            let slow = self.services.iter().filter(|running| !running.runtime.health.report().ready);
            let slow: Vec<_> = slow.map(|running| running.name).collect();
            bail!("not ready within {READY_WITHIN:?}: {}", slow.join(", "));
        }
        Ok(())
    }

    /// Stops everything, the services in the reverse order.
    pub(crate) async fn stop(self) {
        let services = async {
            for Running { name, runtime, limits, .. } in self.services.iter().rev() {
                let overdue = runtime.shutdown(limits).await;
                tracing::info!(name, ?overdue, "stopped");
            }
        };
        tokio::join!(self.front.close(), services);
    }
}

async fn start<D: Definition>(shared: &Shared) -> anyhow::Result<Running> {
    let config = load::<D>(shared)?;
    let sections = D::sections(&config);
    let (limits, clock) = (sections.shutdown.clone(), clock::from_config(sections.clock));
    entry::migrate::<D>(sections.database).await.with_context(|| format!("the schema of {}", D::NAME))?;
    let host = Host { clock, wall: Arc::new(SystemClock), ids: Arc::new(SystemIds::new()) };
    let built = D::build(config, host).await.with_context(|| format!("{} does not start", D::NAME))?;
    Ok(Running { name: D::NAME, runtime: built.runtime, router: built.router, limits })
}

fn load<D: Definition>(shared: &Shared) -> anyhow::Result<D::Config> {
    let file = shared.write(D::NAME)?;
    Ok(config::load(D::NAME, D::DEFAULTS, Some(&file), std::env::vars())?)
}
