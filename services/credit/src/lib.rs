//! The credit service (信用服务): merchants, their ledgers and grades, and the standing that others rank by.
//!
//! See `README.md` for what it owns, hears and says. This file is the only wiring.

mod bus;
pub mod calendar;
pub mod error;
mod http;
pub mod policy;
pub mod printing;
mod problems;
pub mod rules;
mod sheets;
mod store;
mod turns;
pub mod usecases;
mod wire;

use std::sync::Arc;

use axum::extract::FromRef;
use calendar::ProcessConfig;
use chassis::auth::{Auth, Party};
use chassis::config::{
    AuthConfig, ClockConfig, DatabaseConfig, HttpConfig, NatsConfig, OpsConfig, ShutdownConfig,
    TelemetryConfig,
};
use chassis::entry::{Built, Definition, Sections};
use chassis::http::{Kind, Shell};
use chassis::ops::Ops;
use chassis::service::{Host, Runtime, StartError};
use chassis::store::Db;
use contracts::reference::Reference;
use contracts::streams::Stream;
use credit_domain::admission::AdmissionPolicy;
use kernel::Clock;
use serde::{Deserialize, Serialize};

pub use bus::FEEDBACK_CONSUMER;
use printing::{Printing, SheetsConfig};
pub use rules::RuleBook;
pub use store::Migrator;
use usecases::AdmissionConfig;
use usecases::certificates::{CertificatesConfig, CertificatesDesk};
use usecases::exchange::{ExchangeDesk, ImportsConfig};
use usecases::process::Procedure;
use usecases::volunteer::VolunteerConfig;
use usecases::workers::{WorkersConfig, WorkersDesk};

const NAME: &str = "credit";
/// The streams that this service publishes to and refills.
const OWNED: &[Stream] = &[Stream::Credit, Stream::Standing];

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
    /// Workers and the codes on their phones.
    pub workers: WorkersConfig,
    /// Due process.
    pub process: ProcessConfig,
    /// The volunteer centre.
    pub volunteer: VolunteerConfig,
    /// Certificates of merchants' grades.
    pub certificates: CertificatesConfig,
    /// What is printed.
    pub sheets: SheetsConfig,
    /// Where the public finds it.
    pub public: PublicConfig,
    /// Files that are imported.
    pub imports: ImportsConfig,
    /// How merchants come in.
    pub admission: AdmissionConfig,
}

/// Where the public finds what is shown without a login.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PublicConfig {
    /// The address in front of `/v1`, as a citizen's phone reaches it: printed as a QR code on price boards.
    pub url: String,
}

/// What the handlers share.
#[derive(Clone, FromRef)]
struct App {
    db: Db,
    rules: Arc<RuleBook>,
    clock: Arc<dyn Clock>,
    auth: Auth,
    ops: Ops,
    catalogue: http::CatalogueBody,
    workers: WorkersDesk,
    reference: Arc<Reference>,
    policy: Arc<AdmissionPolicy>,
    public_url: Arc<str>,
    procedure: Procedure,
    exchange: ExchangeDesk,
    centre: Party,
    certificates: CertificatesDesk,
    printing: Printing,
}

/// The credit service.
pub struct Credit;

impl Definition for Credit {
    const NAME: &'static str = NAME;
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
        let rules = Arc::new(RuleBook::embedded().map_err(own)?);
        let reference = Arc::new(Reference::embedded().map_err(own)?);
        let policy = Arc::new(policy::embedded(&reference).map_err(own)?);
        let catalogue = http::CatalogueBody::of(&reference);
        let auth = Auth::open(&config.auth, Arc::clone(&host.wall)).await.map_err(own)?;
        let runtime = Runtime::open::<Migrator>(NAME, &config.database, &config.nats, host, OWNED).await?;
        auth.measure(runtime.calls.clone());
        let procedure = Procedure {
            rules: Arc::clone(&rules),
            calendar: Arc::new(calendar::open(&config.process).map_err(own)?),
            policy: Arc::clone(&policy),
        };
        calendar::watch(&runtime, &procedure.calendar);
        runtime.consume(bus::feedback_events(&rules, &procedure.calendar, &policy));
        let centre = config.volunteer.centre(Arc::clone(&runtime.host.wall)).map_err(own)?;
        runtime.answer(bus::questions(&runtime.db, &rules, &policy, &centre));
        let batch_max = config.database.group_commit_max.get();
        let workers = WorkersDesk::open(&config.workers, &runtime, batch_max).map_err(own)?;
        let certificates = CertificatesDesk::open(&config.certificates).map_err(own)?;
        turns::certificates(&runtime, &certificates);
        let exchange = ExchangeDesk::open(
            &config.imports,
            &rules,
            &policy,
            &workers.terms,
            config.admission.take_over_terms().map_err(own)?,
        )
        .map_err(own)?;
        turns::start(&runtime, &rules);
        turns::exchange(&runtime, &exchange);
        turns::process(&runtime, &procedure);
        turns::workers(&runtime, &workers);
        turns::evaluation(&runtime, &rules, &reference);
        turns::volunteering(&runtime);
        turns::admission(&runtime, &policy, &reference, policy::standards().map_err(own)?);
        let app = App {
            db: runtime.db.clone(),
            rules,
            clock: Arc::clone(&runtime.host.clock),
            auth,
            ops: runtime.ops.clone(),
            catalogue,
            workers,
            reference,
            policy,
            public_url: config.public.url.trim_end_matches('/').into(),
            procedure,
            exchange,
            centre,
            certificates,
            printing: Printing::open(&config.sheets).map_err(own)?,
        };
        let shell = Shell::new(&config.http, &runtime.metrics, &runtime.host, Vec::new())
            .with_body_limits(&[(http::IMPORTS_PATH, config.imports.bytes_max)]);
        let router = chassis::http::assemble(http::API, http::routes().with_state(app), &shell);
        Ok(Built { runtime, router })
    }
}

fn own(error: impl core::fmt::Display) -> StartError {
    StartError::Own(error.to_string())
}
