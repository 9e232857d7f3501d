//! The supervised nats-server: a child process with its store beside the databases, started again if it dies.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::child::{self, Child, PidFiles};

/// How long a server may take until it answers.
const HEALTHY_WITHIN: Duration = Duration::from_secs(20);
/// A nats-server of our own.
pub(crate) struct Broker {
    program: PathBuf,
    config: PathBuf,
    address: SocketAddr,
    log: PathBuf,
    pids: PidFiles,
}

impl Broker {
    /// Writes the server's configuration into `folder`. It listens on loopback only.
    pub(crate) fn prepare(
        program: &Path,
        folder: &Path,
        address: SocketAddr,
        pids: PidFiles,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = folder.join("jetstream");
        let config = folder.join("nats.conf");
        // `sync_interval: always`: what is acknowledged is on disk. The default flushes every two minutes.
        let text = format!(
            "listen: \"{address}\"\nmax_payload: 1MB\njetstream {{\n  store_dir: {store:?}\n  sync_interval: always\n  \
             max_memory_store: 64MB\n  max_file_store: 16GB\n}}\n"
        );
        std::fs::write(&config, text).with_context(|| format!("cannot write {}", config.display()))?;
        let log = folder.join("nats.log");
        Ok(Self { program: program.to_owned(), config, address, log, pids })
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Starts the server and waits until it takes connections.
    pub(crate) async fn start(&self) -> anyhow::Result<Child> {
        let mut child = self.spawn()?;
        let answers = async {
            while tokio::net::TcpStream::connect(self.address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            () = answers => Ok(child),
            ended = child.ended() => bail!("nats-server ended with {}: {} says why", ended?, self.log.display()),
            () = tokio::time::sleep(HEALTHY_WITHIN) => {
                bail!("nats-server does not answer within {HEALTHY_WITHIN:?}: see {}", self.log.display())
            }
        }
    }

    /// Watches over the server until stopped, starting it again whenever it dies.
    pub(crate) async fn watch(self, first: Child, stop: CancellationToken) -> anyhow::Result<()> {
        child::keep_running("nats-server", first, || self.spawn(), stop).await
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.config).arg("--log").arg(&self.log);
        self.pids.spawn("nats-server", command.stdout(Stdio::null()).stderr(Stdio::null()))
    }
}
