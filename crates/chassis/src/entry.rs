//! From the command line to a running service, the same for all four.
//!
//! A service says what it is by [`Definition`]; its `main` is [`main`]; the all-in-one and the tests call
//! [`Definition::build`] and [`listen`] with a [`Host`] of their own.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use kernel::{Clock as _, IdSource as _};
use sea_orm_migration::MigratorTrait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Cli, Command, USAGE};
use crate::clock::{self, SystemClock, SystemIds};
use crate::config::{
    self, ClockConfig, DatabaseConfig, HttpConfig, OpsConfig, ShutdownConfig, TelemetryConfig,
};
use crate::health;
use crate::http::{Kind, Port, serve};
use crate::notify;
use crate::service::{Host, Runtime, StartError};
use crate::store::{Db, migrate};
use crate::telemetry::Tracing;

/// The sections of a configuration that the chassis reads itself.
pub struct Sections<'a> {
    /// The public port.
    pub http: &'a HttpConfig,
    /// The port for probes and metrics.
    pub ops: &'a OpsConfig,
    /// The database.
    pub database: &'a DatabaseConfig,
    /// Logs and traces.
    pub telemetry: &'a TelemetryConfig,
    /// The clock.
    pub clock: &'a ClockConfig,
    /// How to stop.
    pub shutdown: &'a ShutdownConfig,
}

/// A service that is wired and working, and not yet reachable from outside.
pub struct Built {
    /// What it stands on.
    pub runtime: Runtime,
    /// Its public port.
    pub router: Router,
}

/// What a service is.
pub trait Definition: 'static {
    /// Its name: of its variables, its connections and its metrics.
    const NAME: &'static str;
    /// Its `config.default.toml`.
    const DEFAULTS: &'static str;
    /// Its configuration.
    type Config: DeserializeOwned + Serialize + Send + Sync;
    /// Its schema.
    type Migrator: MigratorTrait;

    /// The chassis's sections of the configuration.
    fn sections(config: &Self::Config) -> Sections<'_>;

    /// The types of problems that it has beside the common ones.
    fn problems() -> &'static [Kind];

    /// Its OpenAPI document.
    fn document() -> utoipa::openapi::OpenApi;

    /// Puts it together on a migrated database.
    fn build(config: Self::Config, host: Host) -> impl Future<Output = Result<Built, StartError>> + Send;
}

/// Where a running service listens.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// The public port.
    pub http: SocketAddr,
    /// The port for probes and metrics.
    pub ops: SocketAddr,
}

/// Opens both ports and serves on them until the runtime's tasks are told to stop.
///
/// # Errors
/// When an address is taken.
pub async fn listen(built: &Built, http: &HttpConfig, ops: &OpsConfig) -> std::io::Result<Addresses> {
    let runtime = &built.runtime;
    let ops_listener = TcpListener::bind(ops.listen).await?;
    let http_listener = TcpListener::bind(http.listen).await?;
    let addresses = Addresses { http: http_listener.local_addr()?, ops: ops_listener.local_addr()? };
    let probes = health::router(runtime.health.clone(), runtime.metrics.clone());
    serve(Port::ops(), ops_listener, probes, &runtime.tasks);
    serve(Port::public(http), http_listener, built.router.clone(), &runtime.tasks);
    Ok(addresses)
}

/// Brings the database to this version.
///
/// # Errors
/// [`StartError`] when it cannot be reached or refuses.
pub async fn migrate<D: Definition>(database: &DatabaseConfig) -> Result<(), StartError> {
    let db = Db::open(database, Arc::new(SystemClock), Arc::new(SystemIds::new())).await?;
    let done = migrate::migrate::<D::Migrator>(&db, database).await;
    db.close().await;
    Ok(done?)
}

/// The whole program of a service. Not async, so that the service's code is compiled once, in its library.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the answers of a command, before there is a log"
)]
#[must_use]
pub fn main<D: Definition>() -> ExitCode {
    let outcome =
        Cli::parse(std::env::args_os().skip(1)).map_err(|error| error.to_string()).and_then(perform::<D>);
    match outcome {
        Ok(Some(text)) => println!("{text}"),
        Ok(None) => {}
        Err(error) => {
            eprintln!("{}: {error}", D::NAME);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn perform<D: Definition>(cli: Cli) -> Result<Option<String>, String> {
    match cli.command {
        Command::Help => return Ok(Some(USAGE.to_owned())),
        Command::Version => return Ok(Some(format!("{} {}", D::NAME, env!("CARGO_PKG_VERSION")))),
        Command::OpenApi => {
            return D::document().to_pretty_json().map(Some).map_err(|error| error.to_string());
        }
        Command::Run
        | Command::CheckConfig
        | Command::PrintConfig
        | Command::Migrate
        | Command::Republish { .. } => {}
    }
    let loaded = config::load::<D::Config>(D::NAME, D::DEFAULTS, cli.config.as_deref(), std::env::vars());
    let config = loaded.map_err(|error| error.to_string())?;
    let blocking = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    match cli.command {
        Command::CheckConfig => Ok(Some("the configuration can be used".to_owned())),
        Command::PrintConfig => config::print_config(&config).map(Some).map_err(|error| error.to_string()),
        Command::Migrate => {
            let done = blocking.block_on(migrate::<D>(D::sections(&config).database));
            done.map(|()| Some("the schema is at this version".to_owned())).map_err(|error| causes(&error))
        }
        Command::Republish { stream } => blocking
            .block_on(republish::<D>(&config, stream.as_deref()))
            .map(Some)
            .map_err(|error| causes(&error)),
        Command::Run | Command::Help | Command::Version | Command::OpenApi => {
            blocking.block_on(run::<D>(config)).map(|()| None).map_err(|error| causes(&error))
        }
    }
}

async fn run<D: Definition>(config: D::Config) -> Result<(), StartError> {
    let sections = D::sections(&config);
    let (http, ops, shutdown) = (sections.http.clone(), sections.ops.clone(), sections.shutdown.clone());
    let ids = Arc::new(SystemIds::new());
    let tracing = Tracing::install(D::NAME, &ids.next_id().to_string(), sections.telemetry)?;
    let host = Host { clock: clock::from_config(sections.clock), wall: Arc::new(SystemClock), ids };
    let built = D::build(config, host).await?;
    // Before anybody can see that it is ready, and stop it for that.
    let told_to_stop = told_to_stop().map_err(|error| StartError::Own(error.to_string()))?;
    let addresses = listen(&built, &http, &ops).await.map_err(|error| StartError::Own(error.to_string()))?;
    tracing::info!(http = %addresses.http, ops = %addresses.ops, "{} serves", D::NAME);
    notify::say(notify::READY);
    told_to_stop.await;
    notify::say(notify::STOPPING);
    built.runtime.shutdown(&shutdown).await;
    let limit = Duration::from_millis(shutdown.close_ms.get());
    // It blocks: not on a thread that others need.
    if tokio::task::spawn_blocking(move || tracing.shutdown(limit)).await.is_err() {
        return Err(StartError::Own("flushing traces failed".to_owned()));
    }
    Ok(())
}

/// Listens for SIGTERM (an orchestrator) and SIGINT (Ctrl-C) from now on; what it gives ends at the first of them.
///
/// # Errors
/// When signals cannot be listened for.
pub fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + use<>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Lets outbox rows wait again; a running instance publishes them within its tick.
async fn republish<D: Definition>(config: &D::Config, stream: Option<&str>) -> Result<String, StartError> {
    let db =
        Db::open(D::sections(config).database, Arc::new(SystemClock), Arc::new(SystemIds::new())).await?;
    let mut rows = 0;
    for known in contracts::streams::Stream::ALL.into_iter().filter(|known| known.owner() == D::NAME) {
        let name = known.spec().name;
        if stream.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name)) {
            rows += db.republish(name).await?;
        }
    }
    db.close().await;
    let at = SystemClock.now();
    Ok(format!("{at}: {rows} rows wait to be published again"))
}

fn causes(error: &StartError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
