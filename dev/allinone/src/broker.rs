//! The supervised nats-server: a child process with its store beside the databases, started again if it dies.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

/// How long a server may take until it answers.
const HEALTHY_WITHIN: Duration = Duration::from_secs(20);
/// Between a death and the next start.
const RESTART_WAIT: Duration = Duration::from_millis(300);
/// How long a server may take to stop by itself.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A nats-server of our own.
pub(crate) struct Broker {
    program: PathBuf,
    config: PathBuf,
    port: u16,
    log: PathBuf,
}

impl Broker {
    /// Writes the server's configuration into `folder`. It listens on loopback only.
    pub(crate) fn prepare(program: &Path, folder: &Path, port: u16) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = folder.join("jetstream");
        let config = folder.join("nats.conf");
        // `sync_interval: always`: what is acknowledged is on disk. The default flushes every two minutes.
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\nmax_payload: 1MB\njetstream {{\n  store_dir: {store:?}\n  sync_interval: always\n  \
             max_memory_store: 64MB\n  max_file_store: 16GB\n}}\n"
        );
        std::fs::write(&config, text).with_context(|| format!("cannot write {}", config.display()))?;
        let log = folder.join("nats.log");
        Ok(Self { program: program.to_owned(), config, port, log })
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Runs the server until stopped, starting it again whenever it dies.
    pub(crate) async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        loop {
            let mut child = self.spawn()?;
            tokio::select! {
                status = child.wait() => {
                    tracing::error!(status = %status?, "nats-server ended: starting it again");
                    tokio::time::sleep(RESTART_WAIT).await;
                }
                () = stop.cancelled() => return stop_child(child).await,
            }
        }
    }

    /// Waits until the server takes connections.
    pub(crate) async fn healthy(port: u16) -> anyhow::Result<()> {
        let answers = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(HEALTHY_WITHIN, answers).await.is_err() {
            bail!("nats-server does not answer on port {port} within {HEALTHY_WITHIN:?}: see nats.log");
        }
        Ok(())
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        Command::new(&self.program)
            .arg("--config")
            .arg(&self.config)
            .arg("--log")
            .arg(&self.log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A signal for us (Ctrl-C) is not for it: it is stopped after the services.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))
    }
}

async fn stop_child(mut child: Child) -> anyhow::Result<()> {
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM)?;
    }
    if tokio::time::timeout(STOP_WITHIN, child.wait()).await.is_err() {
        child.kill().await?;
    }
    Ok(())
}
