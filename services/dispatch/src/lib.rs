//! The dispatch service (派单服务): recommends merchants, offers requests to them and keeps who holds which.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod config;
pub mod error;
mod hear;
mod http;
mod live;
mod problems;
mod ranking;
mod store;
mod turns;
mod usecases;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use chassis::auth::Auth;
use chassis::entry::{Built, Definition, Sections};
use chassis::http::live::Streams;
use chassis::http::{Kind, Shell};
use chassis::ops::Ops;
use chassis::service::{Host, Runtime, StartError};
use chassis::store::Db;
use contracts::reference::Reference;
use contracts::streams::Stream;
use tokio::sync::Notify;

pub use config::Config;
pub use ranking::Ranking;
pub use store::Migrator;

use ranking::{Announcer, Resync};
use usecases::assign::Dispatcher;
use usecases::recommend::Recommender;

/// The streams it publishes to.
const OWNED: &[Stream] = &[Stream::Dispatch];

/// What the handlers share.
#[derive(Clone, FromRef)]
struct App {
    db: Db,
    auth: Auth,
    ops: Ops,
    dispatcher: Dispatcher,
    recommender: Recommender,
    streams: Streams,
    boards: live::Boards,
    /// Rouses the worker that makes offers.
    wake: Arc<Notify>,
}

/// The dispatch service.
pub struct Dispatch;

impl Definition for Dispatch {
    const NAME: &'static str = "dispatch";
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
        build(config, host).await.map(|(built, _)| built)
    }
}

/// Puts it together, and hands out the ranking beside it: for tests and measurements.
///
/// # Errors
/// [`StartError`]; the bus being away is none.
pub async fn build(config: Config, host: Host) -> Result<(Built, Arc<Ranking>), StartError> {
    config.policy.validate().map_err(|error| StartError::Own(format!("policy.{error}")))?;
    let reference = Reference::embedded().map_err(|error| StartError::Own(error.to_string()))?;
    let auth = Auth::open(&config.auth, Arc::clone(&host.wall)).await;
    let auth = auth.map_err(|error| StartError::Own(error.to_string()))?;
    let runtime =
        Runtime::open::<Migrator>(Dispatch::NAME, &config.database, &config.nats, host, OWNED).await?;
    auth.measure(runtime.calls.clone());

    let (ranking, resync) = follow(&runtime, &config).await?;
    let (clock, seed) = (Arc::clone(&runtime.host.clock), config.ranking.seed_base);
    let dispatcher = Dispatcher {
        db: runtime.db.clone(),
        bus: runtime.bus.clone(),
        ranking: Arc::clone(&ranking),
        clock: Arc::clone(&clock),
        ids: Arc::clone(&runtime.host.ids),
        fence: config.fence.clone(),
        seed,
    };
    let recommender =
        Recommender { ranking: Arc::clone(&ranking), reference: Arc::new(reference), clock, seed };

    let wake = Arc::new(Notify::new());
    runtime.consume(bus::intake(Arc::clone(&ranking), Arc::clone(&wake)));
    turns::start(&runtime, &config, &dispatcher, resync, &wake);
    runtime.answer(bus::answers(recommender.clone(), dispatcher.clone()));

    let ids = Arc::clone(&runtime.host.ids);
    let streams = Streams::new(&config.http, &runtime.metrics, &runtime.tasks, ids);
    let boards = live::Boards::start(&runtime.db, runtime.bus.clone(), &runtime.tasks);
    let (db, ops) = (runtime.db.clone(), runtime.ops.clone());
    let app = App { db, auth, ops, dispatcher, recommender, streams, boards, wake };
    let shell = Shell::new(&config.http, &runtime.metrics, &runtime.host, Vec::new());
    let router = chassis::http::assemble(http::API, http::routes().with_state(app), &shell);
    Ok((Built { runtime, router }, ranking))
}

/// The ranking, with the loads of the table, on its way to catch up with credit.
async fn follow(runtime: &Runtime, config: &Config) -> Result<(Arc<Ranking>, Resync), StartError> {
    let wall = Arc::clone(&runtime.host.wall);
    let pause = Duration::from_millis(config.ranking.availability_ms.get());
    let announcer = Announcer::start(&runtime.bus, &runtime.tasks, &wall, pause);
    let ranking = Arc::new(Ranking::new(config.policy.clone(), wall, announcer, &runtime.metrics));
    let resync = Resync::default();
    ranking::hear::start(&runtime.bus, &runtime.tasks, &ranking);
    // Loads wait in the index for the standings of their merchants.
    resync.run(&runtime.db, &ranking).await?;
    ranking.set_progress(runtime.follow(&ranking));
    Ok((ranking, resync))
}
