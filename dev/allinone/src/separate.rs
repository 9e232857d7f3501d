//! The four services as four processes, as an operations team runs them, behind one local address.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use chassis::config;
use chassis::entry::Definition as _;
use intake::Intake;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::child::{self, Child, PidFiles};
use crate::front::{Beside, Front, spinner};
use crate::gateway;
use crate::ports::{SERVICES, ServicePorts};
use crate::settings::Shared;

/// A service may take this long until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The services as processes, and the address in front of them.
pub(crate) struct Separate {
    front: Front,
    /// In the order in which they were started.
    kept: Vec<Kept>,
}

/// A process that is started again if it dies.
struct Kept {
    name: &'static str,
    stop: CancellationToken,
    watched: JoinHandle<anyhow::Result<()>>,
}

/// How a service is started.
struct Process {
    name: &'static str,
    program: PathBuf,
    settings: PathBuf,
    log: PathBuf,
    pids: PidFiles,
}

impl Separate {
    /// Starts the processes behind one address, with what is beside them, and waits until they are ready.
    pub(crate) async fn start(
        shared: &Shared,
        pids: &PidFiles,
        beside: Beside,
        listener: TcpListener,
    ) -> anyhow::Result<Self> {
        let programs =
            std::env::current_exe()?.parent().map(Path::to_owned).context("this program has no folder")?;
        let client = gateway::client()?;
        let (mut started, mut addresses) = (Vec::new(), BTreeMap::new());
        for (place, name) in SERVICES.into_iter().enumerate() {
            let (program, log) = (programs.join(name), shared.data.join(format!("{name}.log")));
            let process = Process { name, program, settings: shared.write(name)?, log, pids: pids.clone() };
            let child = process.start().await?;
            let ServicePorts { http, ops } = shared.ports.service(place);
            started.push((process, child, ops));
            addresses.insert(name, http);
        }
        let spinner = spinner("waiting until the services are ready")?;
        for (process, child, ops) in &mut started {
            process.ready(child, *ops, &client).await?;
        }
        spinner.finish_and_clear();
        let kept = started.into_iter().map(|(process, child, _)| process.keep(child)).collect();
        let router = beside.routes().merge(gateway::router(&client, &addresses));
        let settings = shared.write(Intake::NAME)?;
        let limits: intake::Config =
            config::load(Intake::NAME, Intake::DEFAULTS, Some(&settings), std::env::vars())?;
        let front = Front::open(listener, router, &limits.http, &limits.shutdown);
        Ok(Self { front, kept })
    }

    /// Stops everything, the services in the reverse order.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        let services = async {
            for Kept { name, stop, watched } in self.kept.into_iter().rev() {
                stop.cancel();
                watched.await?.with_context(|| format!("{name} did not stop"))?;
            }
            anyhow::Ok(())
        };
        let ((), stopped) = tokio::join!(self.front.close(), services);
        stopped
    }
}

impl Process {
    /// Brings the schema up to date, then starts the service.
    async fn start(&self) -> anyhow::Result<Child> {
        let mut migration = self.pids.spawn(self.name, self.command()?.arg("--migrate"))?;
        if !migration.ended().await?.success() {
            bail!("the schema of {} could not be brought up to date: see {}", self.name, self.log.display());
        }
        self.spawn()
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        self.pids.spawn(self.name, &mut self.command()?)
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.settings);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        command.stderr(log.try_clone()?).stdout(log);
        Ok(command)
    }

    async fn ready(
        &self,
        child: &mut Child,
        ops: SocketAddr,
        client: &reqwest::Client,
    ) -> anyhow::Result<()> {
        let url = format!("http://{ops}/readyz");
        let waiting = async {
            while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let (name, log) = (self.name, self.log.display());
        tokio::select! {
            () = waiting => Ok(()),
            ended = child.ended() => bail!("{name} ended with {}: see {log}", ended?),
            () = tokio::time::sleep(READY_WITHIN) => bail!("{name} is not ready within {READY_WITHIN:?}: see {log}"),
        }
    }

    /// Watches over it from now on.
    fn keep(self, first: Child) -> Kept {
        let (name, stop) = (self.name, CancellationToken::new());
        let told = stop.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "a process of its own, that outlives the front's tasks"
        )]
        let watched =
            tokio::spawn(async move { child::keep_running(name, first, || self.spawn(), told).await });
        Kept { name, stop, watched }
    }
}
