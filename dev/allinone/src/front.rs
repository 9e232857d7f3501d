//! The one address that people are told, with the limits of a service's own public port.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chassis::clock::SystemIds;
use chassis::config::{HttpConfig, ShutdownConfig};
use chassis::entry::Definition as _;
use chassis::health::{self, Health};
use chassis::http::problem::NO_SUCH_ROUTE;
use chassis::http::{Catalogue, Port, Sheet, bare, serve};
use chassis::service::Runtime;
use chassis::tasks::Tasks;
use credit::Credit;
use dispatch::Dispatch;
use feedback::Feedback;
use indicatif::{ProgressBar, ProgressStyle};
use intake::Intake;
use tokio::net::TcpListener;

use crate::issuer;
use crate::pages::Pages;

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
        let routes = bare(router, Arc::new(SystemIds::new()));
        serve(Port::public(limits), listener, routes, &tasks);
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

/// What the address has beside the services: the issuer, and the pages if they are built.
pub(crate) struct Beside {
    pub(crate) issuer: Router,
    pub(crate) pages: Option<Pages>,
}

impl Beside {
    /// Their routes, those of what leads programmers to everything, and the pages of problems, whose address is the
    /// same before every service. Without pages a browser begins at the programmers'.
    pub(crate) fn routes(self) -> Router {
        let problems = Catalogue::of(&[
            (Intake::NAME, Intake::problems()),
            (Dispatch::NAME, Dispatch::problems()),
            (Feedback::NAME, Feedback::problems()),
            (Credit::NAME, Credit::problems()),
            ("issuer", issuer::PROBLEMS),
        ]);
        let routes = Router::new()
            .route("/docs", get(entrance))
            .nest(issuer::PATH, self.issuer)
            .merge(problems.routes());
        match self.pages {
            Some(pages) => routes.merge(pages.routes()),
            None => routes.route("/", get(entrance)).fallback(async || NO_SUCH_ROUTE),
        }
    }
}

/// Where programmers begin.
async fn entrance() -> Response {
    let services = [
        (Intake::NAME, "诉求受理 / requests"),
        (Dispatch::NAME, "派单 / dispatch"),
        (Feedback::NAME, "回访与核查 / call-backs and cases"),
        (Credit::NAME, "信用 / credit"),
    ];
    let sheet = services.iter().fold(Sheet::new("81890"), |sheet, (name, what)| {
        sheet.link(&format!("{name}/docs"), &format!("{what}: /{name}/docs"))
    });
    sheet.link("problems", "问题类型 / types of problems: /problems").into_response()
}

/// Something under way whose length nobody knows.
pub(crate) fn spinner(what: &'static str) -> anyhow::Result<ProgressBar> {
    let spinner = ProgressBar::new_spinner().with_message(what);
    spinner.set_style(ProgressStyle::with_template("{spinner} {msg} ({elapsed})")?);
    spinner.enable_steady_tick(Duration::from_millis(120));
    Ok(spinner)
}
