//! The intake service (受理服务): takes requests in from six channels and tells how far they have come.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod error;
mod http;
mod live;
mod problems;
mod store;
mod tracking;
mod turns;
pub mod usecases;

use core::time::Duration;
use std::num::NonZeroUsize;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use chassis::auth::Auth;
use chassis::bus::Bus;
use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use chassis::entry::{Built, Definition, Sections};
use chassis::http::live::Streams;
use chassis::http::{Kind, Shell};
use chassis::ops::Ops;
use chassis::service::{Host, Runtime, StartError};
use chassis::store::Db;
use chassis::store::group::{GroupCommit, Limits};
use chassis::telemetry::{CallOutcome, Calls};
use contracts::reference::Reference;
use contracts::streams::Stream;
use kernel::Clock;
use serde::{Deserialize, Serialize};

pub use store::Migrator;
pub use tracking::TrackingConfig;

use error::Error;
use usecases::{ForgetColleagues, Incoming, ReceiveRequests, Received};

/// Rows of a request have 23 columns, and SQLite takes 32,766 parameters in a statement.
const BATCH_MAX: usize = 1_000;
const WAITING_MAX: usize = 100_000;
const LANES_MAX: usize = 64;
const LOOK_EVERY_MS: core::ops::RangeInclusive<u64> = 100..=60_000;
const GRACE_HOURS_MAX: u64 = 720;
const KEEP_DAYS: core::ops::RangeInclusive<u64> = 1..=3_650;

/// The configuration; every key is explained in `config.default.toml`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The public port.
    pub http: HttpConfig,
    /// The port for probes and metrics.
    pub ops: OpsConfig,
    /// The bus.
    pub nats: NatsConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
    /// Who may call.
    pub auth: AuthConfig,
    /// The clock.
    pub clock: ClockConfig,
    /// How to stop.
    pub shutdown: ShutdownConfig,
    /// How news reaches whoever watches.
    pub live: LiveConfig,
    /// Who sees how to reach a citizen.
    pub contact: ContactConfig,
    /// What colleagues are called.
    pub colleagues: ColleaguesConfig,
    /// How requests are taken in.
    pub receiving: ReceivingConfig,
    /// How citizens follow them.
    pub tracking: TrackingConfig,
}

/// `[live]`: live streams and long-polls.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LiveConfig {
    /// Milliseconds between two comparisons of watched requests with the database.
    pub look_every_ms: u64,
}

/// `[contact]`: personal data in the clear.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContactConfig {
    /// Hours after completion in which a merchant may still see the contact.
    pub merchant_grace_hours: u64,
}

/// `[colleagues]`: names of the staff.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ColleaguesConfig {
    /// Days after the last sign-in after which a name is forgotten.
    pub keep_days: u64,
}

/// `[receiving]`: the hot path.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivingConfig {
    /// Requests that may wait for a commit.
    pub waiting_max: NonZeroUsize,
    /// Commits under way at once.
    pub lanes: NonZeroUsize,
}

/// What the rooms of this service share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The catalogue and the places.
    pub reference: Arc<Reference>,
    receiving: GroupCommit<ReceiveRequests>,
    bus: Bus,
    wall: Arc<dyn Clock>,
    auth: Auth,
    ops: Ops,
    streams: Streams,
    lists: live::Lists,
    timelines: live::Timelines,
    presences: live::Presences,
    codes: tracking::Codes,
    guesses: tracking::Guesses,
    contact_grace: Duration,
    calls: Calls,
}

impl FromRef<App> for Auth {
    fn from_ref(app: &App) -> Self {
        app.auth.clone()
    }
}

impl FromRef<App> for Ops {
    fn from_ref(app: &App) -> Self {
        app.ops.clone()
    }
}

impl App {
    /// Receives a request; when this returns, it is durable. The bus is not asked.
    ///
    /// # Errors
    /// [`Error`]: fields to mend, a key or signature used before, too much load, or the database.
    pub async fn receive(&self, incoming: Incoming) -> Result<Received, Error> {
        let channel = incoming.channel;
        let received = self.receiving.submit(incoming).await.map_err(Error::from).flatten();
        let outcome = match &received {
            Ok(_) => Some(CallOutcome::Received),
            Err(Error::Replayed) => Some(CallOutcome::Replayed),
            Err(Error::Busy(_)) => Some(CallOutcome::Overloaded),
            // What is wrong with a request is its citizen's business and not its channel's.
            Err(_) => None,
        };
        if let Some(outcome) = outcome {
            self.calls.count(Some(channel), outcome);
        }
        received
    }
}

/// The intake service.
pub struct Intake;

impl Definition for Intake {
    const NAME: &'static str = "intake";
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = Config;
    type Migrator = Migrator;

    fn sections(config: &Config) -> Sections<'_> {
        let Config { http, ops, database, telemetry, clock, shutdown, .. } = config;
        Sections { http, ops, database, telemetry, clock, shutdown }
    }

    fn problems() -> &'static [Kind] {
        problems::PROBLEMS
    }

    fn document() -> utoipa::openapi::OpenApi {
        chassis::http::finish(http::API, http::routes().into_openapi())
    }

    async fn build(config: Config, host: Host) -> Result<Built, StartError> {
        let (app, runtime) = assemble(&config, host).await?;
        let router = router(&config, app, &runtime);
        Ok(Built { runtime, router })
    }
}

/// The public port.
pub fn router(config: &Config, app: App, runtime: &Runtime) -> Router {
    let shell = Shell::new(&config.http, &runtime.metrics, &runtime.host, http::LONG_POLLS.to_vec());
    chassis::http::assemble(http::API, http::routes().with_state(app), &shell)
}

/// What [`Intake::build`] puts behind HTTP; tests use the rooms without it.
///
/// # Errors
/// [`StartError`] when the database, its schema or the configuration cannot be used; the bus may be away.
pub async fn assemble(config: &Config, host: Host) -> Result<(App, Runtime), StartError> {
    let limits = receiving_limits(config)?;
    let (look_every, contact_grace) = durations(config)?;
    let forget = forgetting(config)?;
    let codes = tracking::Codes::open(&config.tracking).map_err(StartError::Own)?;
    let guesses =
        tracking::Guesses::open(&config.tracking, Arc::clone(&host.wall)).map_err(StartError::Own)?;
    let reference = Reference::embedded().map_err(|error| StartError::Own(error.to_string()))?;
    let reference = Arc::new(reference);
    let auth = Auth::open(&config.auth, Arc::clone(&host.wall)).await;
    let auth = auth.map_err(|error| StartError::Own(error.to_string()))?;
    let runtime =
        Runtime::open::<Migrator>(Intake::NAME, &config.database, &config.nats, host, &[Stream::Intake])
            .await?;
    auth.measure(runtime.calls.clone());
    let batch = ReceiveRequests::new(Arc::clone(&reference), codes.clone());
    let receiving = GroupCommit::start("receiving", &runtime.db, batch, limits, &runtime.tasks);
    runtime.consume(bus::dispatch());
    runtime.consume(bus::feedback());
    turns::start(&runtime, forget);
    let ids = Arc::clone(&runtime.host.ids);
    let streams = Streams::new(&config.http, &runtime.metrics, &runtime.tasks, Arc::clone(&ids));
    let (db, bus, wall) = (runtime.db.clone(), runtime.bus.clone(), Arc::clone(&runtime.host.wall));
    let lists = live::Lists::start(bus.clone(), Arc::clone(&wall), &runtime.metrics, &runtime.tasks);
    let timelines = live::Timelines::start(&db, bus.clone(), look_every, &runtime.tasks);
    let (clock, tasks) = (Arc::clone(&runtime.host.clock), &runtime.tasks);
    let presences = live::Presences::start(&db, bus.clone(), clock, ids, look_every, tasks);
    let (ops, calls) = (runtime.ops.clone(), runtime.calls.clone());
    let app = App {
        db,
        reference,
        receiving,
        bus,
        wall,
        auth,
        ops,
        streams,
        lists,
        timelines,
        presences,
        codes,
        guesses,
        contact_grace,
        calls,
    };
    Ok((app, runtime))
}

fn durations(config: &Config) -> Result<(Duration, Duration), StartError> {
    let (look_every_ms, grace_hours) = (config.live.look_every_ms, config.contact.merchant_grace_hours);
    if !LOOK_EVERY_MS.contains(&look_every_ms) {
        return Err(StartError::Own(format!("live.look_every_ms is {look_every_ms}: 100 to 60000")));
    }
    if grace_hours > GRACE_HOURS_MAX {
        return Err(StartError::Own(format!("contact.merchant_grace_hours is {grace_hours}: at most 720")));
    }
    Ok((Duration::from_millis(look_every_ms), Duration::from_secs(grace_hours * 3_600)))
}

fn forgetting(config: &Config) -> Result<ForgetColleagues, StartError> {
    let days = config.colleagues.keep_days;
    if !KEEP_DAYS.contains(&days) {
        return Err(StartError::Own(format!("colleagues.keep_days is {days}: 1 to 3650")));
    }
    Ok(ForgetColleagues { keep: Duration::from_secs(days * 86_400) })
}

fn receiving_limits(config: &Config) -> Result<Limits, StartError> {
    let (waiting_max, lanes) = (config.receiving.waiting_max.get(), config.receiving.lanes.get());
    let batch_max = config.database.group_commit_max.get();
    for (key, value, most) in [
        ("receiving.waiting_max", waiting_max, WAITING_MAX),
        ("receiving.lanes", lanes, LANES_MAX),
        ("database.group_commit_max", batch_max, BATCH_MAX),
    ] {
        if value > most {
            return Err(StartError::Own(format!("{key} is {value}: at most {most}")));
        }
    }
    Ok(Limits { waiting_max, batch_max, lanes })
}
