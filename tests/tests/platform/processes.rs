//! The four services as processes of their own, with configuration files, ports and logs of their own, around real
//! nats-servers: what can be killed, paused and restarted. All of it ends with the value.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, SystemTime};

use chassis::clock::{ScaledClock, SystemClock};
use futures::TryStreamExt as _;
use kernel::{Clock as _, Timestamp};
use nix::sys::signal::Signal;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use testkit::port::Port;
use testkit::process::Process;
use testkit::scratch::Scratch;
use testkit::{TestDb, nats, wait};

use crate::doors::Door;
use crate::in_process::{first_day, load, morning_after, seed, settings};
use crate::town::{PATIENCE, Town};

/// In the order in which they are started: each before those who ask it.
pub(crate) const SERVICES: [&str; 4] = ["credit", "dispatch", "feedback", "intake"];
/// Small, so that a platform stands in a few seconds, and enough for a choice in many streets.
const MERCHANTS: u32 = 300;

/// The bus: one nats-server, or three that replicate every stream.
pub(crate) enum Broker {
    Single(nats::Server),
    Cluster(nats::Cluster),
}

impl Broker {
    pub(crate) async fn single() -> Self {
        Self::Single(nats::Server::start(nats::Options::default()).await.unwrap())
    }

    pub(crate) async fn cluster() -> Self {
        Self::Cluster(nats::Cluster::start(3, nats::Options::default()).await.unwrap())
    }

    pub(crate) fn one(&mut self) -> &mut nats::Server {
        match self {
            Self::Single(server) => server,
            Self::Cluster(_) => panic!("this scenario is about a single server"),
        }
    }

    pub(crate) fn three(&mut self) -> &mut nats::Cluster {
        match self {
            Self::Cluster(cluster) => cluster,
            Self::Single(_) => panic!("this scenario is about a cluster"),
        }
    }

    pub(crate) async fn client(&self) -> async_nats::Client {
        match self {
            Self::Single(server) => server.client().await.unwrap(),
            Self::Cluster(cluster) => cluster.client().await.unwrap(),
        }
    }

    fn urls(&self) -> String {
        match self {
            Self::Single(server) => server.url(),
            Self::Cluster(cluster) => cluster.urls().join(","),
        }
    }

    fn replicas(&self) -> usize {
        match self {
            Self::Single(_) => 1,
            Self::Cluster(_) => 3,
        }
    }
}

/// The clock that all processes of a platform share: real pace from an instant of the test's choice.
#[derive(Debug, Clone, Copy)]
struct Era {
    start: Timestamp,
    anchor: Timestamp,
}

impl Era {
    fn beginning_at(start: Timestamp) -> Self {
        Self { start, anchor: SystemClock.now() }
    }

    fn now(self) -> Timestamp {
        let real = std::sync::Arc::new(SystemClock);
        ScaledClock::new(real, self.anchor, self.start, std::num::NonZeroU32::MIN).now()
    }
}

/// One service as a child process. Its port and folder stay the same through kills and restarts.
pub(crate) struct Service {
    // In the order of dropping: the process, then its folder, then its ports.
    process: Option<Process>,
    scratch: Scratch,
    http: Port,
    ops: Port,
    /// Its name among the services of the platform.
    name: &'static str,
    /// Which service it is.
    program: &'static str,
}

impl Service {
    fn prepare(name: &'static str, program: &'static str) -> Self {
        let scratch = Scratch::new(name, Signal::SIGKILL).unwrap();
        let (http, ops) = (Port::claim().unwrap(), Port::claim().unwrap());
        Self { process: None, scratch, http, ops, name, program }
    }

    fn door(&self) -> Door {
        Door::at(format!("http://{}", self.http.addr()))
    }

    fn configure(&self, settings: &Value) {
        std::fs::write(self.config_file(), toml::to_string(settings).unwrap()).unwrap();
    }

    async fn migrate(&self) {
        let mut command = Command::new(binary(self.program));
        command.arg("--config").arg(self.config_file()).arg("--migrate");
        let mut process = Process::start(self.name, &mut command, &self.log_file()).unwrap();
        let status = process.wait(PATIENCE).await.unwrap();
        assert!(status.success(), "{} cannot migrate: {}", self.name, process.log_tail());
    }

    /// Starts it and does not wait for it.
    pub(crate) fn launch(&mut self) {
        self.launch_with(&[]);
    }

    /// The same with variables in its environment: to arm a fail point.
    pub(crate) fn launch_with(&mut self, environment: &[(&str, &str)]) {
        assert!(self.process.is_none(), "{} is up already", self.name);
        let mut command = Command::new(binary(self.program));
        command.arg("--config").arg(self.config_file()).envs(environment.iter().copied());
        let process = Process::start(self.name, &mut command, &self.log_file()).unwrap();
        self.scratch.in_charge(Some(process.pid())).unwrap();
        self.process = Some(process);
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) {
        let url = format!("http://{}/readyz", self.ops.addr());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let ready = async || client.get(&url).send().await.ok()?.status().is_success().then_some(());
        let waited = wait::until(&format!("{} to be ready", self.name), PATIENCE, ready).await;
        if let Err(error) = waited {
            panic!("{error}\n{}", self.process.as_ref().map(Process::log_tail).unwrap_or_default());
        }
    }

    /// Lets it end by itself: at an armed fail point.
    pub(crate) async fn dies(&mut self) -> ExitStatus {
        let mut process = self.process.take().unwrap();
        let status = process.wait(PATIENCE).await.unwrap();
        self.scratch.in_charge(None).unwrap();
        status
    }

    pub(crate) async fn stop(&mut self) {
        let mut process = self.process.take().unwrap();
        let status = process.stop(Signal::SIGTERM, PATIENCE).await.unwrap();
        self.scratch.in_charge(None).unwrap();
        assert!(status.success(), "{} did not stop cleanly: {}", self.name, process.log_tail());
    }

    /// Freezes it: its connections stay and nobody answers on them.
    pub(crate) async fn pause(&mut self) {
        self.process.as_mut().unwrap().pause().await.unwrap();
    }

    pub(crate) fn resume(&mut self) {
        self.process.as_mut().unwrap().resume().unwrap();
    }

    /// What it shows of itself under this name in its metrics, over all labels.
    pub(crate) async fn figure(&self, name: &str) -> f64 {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/metrics", self.ops.addr());
        let text = client.get(url).send().await.unwrap().text().await.unwrap();
        let value = |line: &str| {
            let labels_and_value = line.strip_prefix(name)?;
            let (labels, value) = labels_and_value.rsplit_once(' ')?;
            (labels.is_empty() || labels.starts_with('{')).then(|| value.parse::<f64>().unwrap())
        };
        text.lines().filter_map(value).sum()
    }

    fn config_file(&self) -> PathBuf {
        self.scratch.path().join("service.toml")
    }

    fn log_file(&self) -> PathBuf {
        self.scratch.path().join("log")
    }
}

/// The whole platform.
pub(crate) struct Processes {
    pub(crate) town: Town,
    // In the order of dropping: who asks goes before who is asked.
    services: BTreeMap<&'static str, Service>,
    pub(crate) broker: Broker,
    databases: BTreeMap<&'static str, Database>,
    era: Era,
}

/// The database of one service.
pub(crate) struct Database {
    pub(crate) url: String,
    /// Nobody, where a server of the test's own holds it.
    _owner: Option<TestDb>,
}

impl From<TestDb> for Database {
    fn from(db: TestDb) -> Self {
        Self { url: db.url().to_owned(), _owner: Some(db) }
    }
}

impl From<String> for Database {
    fn from(url: String) -> Self {
        Self { url, _owner: None }
    }
}

impl Processes {
    /// The four on SQLite files, ready, with a sample city.
    pub(crate) async fn start(broker: Broker) -> Self {
        Self::start_on(broker, SERVICES.map(|_| TestDb::sqlite().unwrap().into())).await
    }

    /// The same on these databases, in the order of [`SERVICES`].
    pub(crate) async fn start_on(broker: Broker, databases: [Database; 4]) -> Self {
        let services: BTreeMap<_, _> = SERVICES.map(|name| (name, Service::prepare(name, name))).into();
        let door = |name| Service::door(&services[name]);
        let town = Town {
            intake: door("intake"),
            dispatch: door("dispatch"),
            feedback: door("feedback"),
            credit: door("credit"),
        };
        let databases = SERVICES.into_iter().zip(databases).collect();
        let era = Era::beginning_at(first_day());
        let mut platform = Self { town, services, broker, databases, era };
        platform.configure();
        for service in platform.services.values() {
            service.migrate().await;
        }
        let credit: credit::Config = load::<credit::Credit>(&platform.settings("credit"));
        seed(&credit.database, MERCHANTS, first_day()).await;
        platform.launch().await;
        platform
    }

    pub(crate) fn service(&mut self, name: &'static str) -> &mut Service {
        self.services.get_mut(name).unwrap()
    }

    /// What the platform's clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.era.now()
    }

    /// Everybody goes home, and comes back the next day at ten.
    pub(crate) async fn the_next_morning(&mut self) {
        self.stop_all().await;
        self.era = Era::beginning_at(morning_after(self.now()));
        self.configure();
        self.launch().await;
    }

    pub(crate) async fn stop(mut self) {
        self.stop_all().await;
    }

    /// The address of each service's database.
    pub(crate) fn databases(&self) -> BTreeMap<&'static str, String> {
        self.databases.iter().map(|(name, database)| (*name, database.url.clone())).collect()
    }

    /// The log of each service.
    pub(crate) fn logs(&self) -> BTreeMap<&'static str, PathBuf> {
        self.services.iter().map(|(name, service)| (*name, service.log_file())).collect()
    }

    /// Adds a further instance of a service on the same database.
    pub(crate) async fn add(&mut self, name: &'static str, program: &'static str) {
        self.services.insert(name, Service::prepare(name, program));
        self.configure();
        let added = self.service(name);
        added.launch();
        added.ready().await;
    }

    /// Every service forgets which events it took effect of, and the bus forgets how far each had read: all of it is
    /// heard again.
    pub(crate) async fn forget_what_was_heard(&mut self) {
        self.stop_all().await;
        for database in self.databases.values() {
            let open = sea_orm::Database::connect(&database.url).await.unwrap();
            open.execute_unprepared("DELETE FROM inbox").await.unwrap();
            open.close().await.unwrap();
        }
        self.delete_consumers(&["INTAKE", "DISPATCH", "FEEDBACK"]).await;
        self.launch().await;
    }

    /// Dispatch loses its database and reads everything again from the bus into a new one. Credit may be away.
    pub(crate) async fn begin_dispatch_anew(&mut self) {
        self.service("dispatch").stop().await;
        self.databases.insert("dispatch", TestDb::sqlite().unwrap().into());
        self.delete_consumers(&["INTAKE"]).await;
        self.configure();
        let dispatch = self.service("dispatch");
        dispatch.migrate().await;
        dispatch.launch();
        dispatch.ready().await;
    }

    async fn delete_consumers(&self, streams: &[&str]) {
        let js = async_nats::jetstream::new(self.broker.client().await);
        for name in streams {
            let stream = js.get_stream(name).await.unwrap();
            let consumers: Vec<_> = stream.consumer_names().try_collect().await.unwrap();
            for consumer in consumers {
                stream.delete_consumer(&consumer).await.unwrap();
            }
        }
    }

    async fn stop_all(&mut self) {
        for (_, further) in self.services.iter_mut().filter(|(name, _)| !SERVICES.contains(name)) {
            further.stop().await;
        }
        for name in SERVICES.iter().rev() {
            self.service(name).stop().await;
        }
    }

    async fn launch(&mut self) {
        // First credit, until all it says is on the bus: dispatch would be ready with half a city.
        self.service("credit").launch();
        let client = self.broker.client().await;
        let said = async || {
            let stream = async_nats::jetstream::new(client.clone()).get_stream("STANDING").await.ok()?;
            (stream.cached_info().state.messages == u64::from(MERCHANTS)).then_some(())
        };
        wait::until("every standing on the bus", PATIENCE, said).await.unwrap();
        for (_, service) in self.services.iter_mut().filter(|(name, _)| **name != "credit") {
            service.launch();
        }
        for service in self.services.values_mut() {
            service.ready().await;
        }
    }

    fn configure(&self) {
        for service in self.services.values() {
            let mut settings = self.settings(service.program);
            settings["http"]["listen"] = json!(service.http.addr());
            settings["ops"]["listen"] = json!(service.ops.addr());
            service.configure(&settings);
        }
    }

    fn settings(&self, service: &str) -> Value {
        let mut settings = settings(&self.broker.urls(), &self.databases[service].url);
        settings["nats"]["replicas"] = json!(self.broker.replicas());
        settings["clock"] = json!({ "start": self.era.start, "anchor": self.era.anchor });
        settings["telemetry"] = json!({ "log": "info,chassis=debug" });
        settings
    }
}

/// The service's program, which cargo puts beside the folder of the tests.
pub(crate) fn binary(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let file = tests.ancestors().nth(2).unwrap().join(name);
    let build = format!("cargo build -p {name}");
    assert!(file.exists(), "{} is not there: `{build}` makes it", file.display());
    let changed = changed_since(&file);
    assert!(changed.is_empty(), "{} is older than {changed:?}: `{build}` first", file.display());
    file
}

/// The sources of a program that are younger than it: cargo lists them in a file beside it.
fn changed_since(file: &Path) -> Vec<String> {
    let modified =
        |path: &Path| std::fs::metadata(path).and_then(|it| it.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    // Cargo links the program after it has read the sources; what was saved meanwhile counts as changed.
    let built = modified(file) + Duration::from_secs(1);
    let listed = std::fs::read_to_string(file.with_extension("d")).unwrap_or_default();
    let sources = listed.split_once(": ").map_or("", |(_, sources)| sources).split_whitespace();
    sources.filter(|source| modified(Path::new(source)) > built).map(str::to_owned).collect()
}
