//! The one address that people are told, with the limits of a service's own public port.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chassis::clock::SystemIds;
use chassis::config::{HttpConfig, ShutdownConfig};
use chassis::entry::Definition as _;
use chassis::health::{self, Health};
use chassis::http::{Catalogue, Port, serve};
use chassis::service::Runtime;
use chassis::tasks::Tasks;
use credit::Credit;
use dispatch::Dispatch;
use feedback::Feedback;
use indicatif::{ProgressBar, ProgressStyle};
use intake::Intake;
use tokio::net::TcpListener;

/// What listens here.
pub(crate) struct Front {
    tasks: Tasks,
    limits: ShutdownConfig,
}

impl Front {
    /// Serves the routes.
    pub(crate) fn open(
        listener: TcpListener,
        router: Router,
        limits: &HttpConfig,
        shutdown: &ShutdownConfig,
    ) -> Self {
        let tasks = Tasks::new(Health::new(), Arc::new(SystemIds::new()));
        serve(Port::public(limits), listener, router, &tasks);
        Self { tasks, limits: shutdown.clone() }
    }

    /// Serves probes and metrics of a service that runs in this process.
    pub(crate) fn serve_ops(&self, listener: TcpListener, runtime: &Runtime) {
        let probes = health::router(runtime.health.clone(), runtime.metrics.clone());
        serve(Port::ops(), listener, probes, &self.tasks);
    }

    /// Answers what it has, and stops. Live streams end with the service that feeds them: stop it meanwhile.
    pub(crate) async fn close(self) {
        let overdue = self.tasks.shutdown(&self.limits).await;
        tracing::info!(?overdue, "front closed");
    }
}

/// What the address has beside the services: the issuer, and the pages of problems, whose address is the same
/// before every service.
pub(crate) fn routes(issuer: Router) -> Router {
    let problems = Catalogue::of(&[
        (Intake::NAME, Intake::problems()),
        (Dispatch::NAME, Dispatch::problems()),
        (Feedback::NAME, Feedback::problems()),
        (Credit::NAME, Credit::problems()),
    ]);
    Router::new().nest("/issuer", issuer).merge(problems.routes())
}

/// Something under way whose length nobody knows.
pub(crate) fn spinner(what: &'static str) -> anyhow::Result<ProgressBar> {
    let spinner = ProgressBar::new_spinner().with_message(what);
    spinner.set_style(ProgressStyle::with_template("{spinner} {msg} ({elapsed})")?);
    spinner.enable_steady_tick(Duration::from_millis(120));
    Ok(spinner)
}
