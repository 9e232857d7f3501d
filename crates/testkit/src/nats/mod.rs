//! Real nats-servers with JetStream on disk: one ([`Server`]) or a replicated cluster ([`Cluster`]).

mod cluster;
mod config;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use nix::sys::signal::Signal;

use crate::port::Port;
use crate::process::Process;
use crate::scratch::Scratch;
use crate::wait;

pub use cluster::{Cluster, Spot};
pub use config::Options;
use config::{Node, Place};

/// How long a start or an election may take. Usually under a second; two busy cores are slower.
pub(crate) const HEALTHY_WITHIN: Duration = Duration::from_secs(30);
/// How long a clean stop may take.
const STOPPED_WITHIN: Duration = Duration::from_secs(15);

/// One nats-server. Its ports and its store stay the same through kills and restarts.
#[derive(Debug)]
pub struct Server {
    // In the order of dropping: the process, then its folder, then its ports.
    process: Option<Process>,
    scratch: Scratch,
    client_port: Port,
    monitor_port: Port,
    name: String,
    binary: PathBuf,
    http: reqwest::Client,
}

/// A copy of a store as it once was. Gone when dropped.
#[derive(Debug)]
pub struct StoreCopy {
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts one and waits until its JetStream answers.
    ///
    /// # Errors
    /// When there is no nats-server on this machine, or it does not become healthy; the error shows its log.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let mut server = Self::prepare("n1", &options, None)?;
        server.launch()?;
        server.healthy().await?;
        Ok(server)
    }

    /// Folder, ports and configuration, with nothing running yet.
    fn prepare(name: &str, options: &Options, place: Option<&Place>) -> anyhow::Result<Self> {
        let binary = options.binary.clone().map_or_else(tools::nats_server, Ok)?;
        let server = Self {
            process: None,
            scratch: Scratch::new(&format!("nats-{name}"), Signal::SIGKILL)?,
            client_port: Port::claim()?,
            monitor_port: Port::claim()?,
            name: name.to_owned(),
            binary,
            http: reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy().build()?,
        };
        let node = Node {
            name,
            client_port: server.client_port.number(),
            monitor_port: server.monitor_port.number(),
            store: &server.store(),
            place,
        };
        std::fs::write(server.config_file(), config::render(options, &node)?)?;
        Ok(server)
    }

    /// Where clients connect: `nats://127.0.0.1:<port>`, the same after a restart.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://{}", self.addr())
    }

    /// The same as an address, for a proxy.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.client_port.addr()
    }

    /// Where its monitoring pages are, without a slash at the end.
    #[must_use]
    pub fn monitor_url(&self) -> String {
        format!("http://{}", self.monitor_port.addr())
    }

    /// Its name in the cluster.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its process is there (paused counts).
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.process.is_some()
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn client(&self) -> anyhow::Result<async_nats::Client> {
        Ok(async_nats::connect(self.url()).await?)
    }

    /// One of its monitoring pages, such as `/jsz?streams=1&consumers=1&config=1`.
    ///
    /// # Errors
    /// When it does not answer with JSON.
    pub async fn monitor(&self, page: &str) -> anyhow::Result<serde_json::Value> {
        let url = format!("{}{page}", self.monitor_url());
        Ok(self.http.get(url).send().await?.error_for_status()?.json().await?)
    }

    /// Starts the process again, with the same store and ports, and does not wait for it: a lone member of
    /// a cluster only becomes healthy with the others.
    ///
    /// # Errors
    /// When it is up already, or cannot be started.
    pub fn launch(&mut self) -> anyhow::Result<()> {
        ensure!(!self.is_up(), "{} is up already", self.name);
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(self.config_file());
        let process = Process::start(&self.name, &mut command, &self.scratch.path().join("log"))?;
        self.scratch.in_charge(Some(process.pid()))?;
        self.process = Some(process);
        Ok(())
    }

    /// Waits until it says that it is healthy: JetStream on disk recovered, and current with its leader.
    ///
    /// # Errors
    /// When it ended, or is not healthy in time; the error shows its log.
    pub async fn healthy(&mut self) -> anyhow::Result<()> {
        let url = format!("{}/healthz", self.monitor_url());
        let what = format!("{} to be healthy", self.name);
        let waited = wait::until(&what, HEALTHY_WITHIN, async || {
            if let Some(Ok(Some(status))) = self.process.as_mut().map(Process::ended) {
                return Some(Err(anyhow::anyhow!("{} ended at its start: {status}", self.name)));
            }
            let answer = self.http.get(&url).send().await;
            answer.is_ok_and(|answer| answer.status().is_success()).then_some(Ok(()))
        });
        let healthy = waited.await.flatten();
        healthy.with_context(|| self.process.as_ref().map(Process::log_tail).unwrap_or_default())
    }

    /// [`launch`](Self::launch), then [`healthy`](Self::healthy).
    ///
    /// # Errors
    /// As these.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.launch()?;
        self.healthy().await
    }

    /// Kills it with `SIGKILL`. Its store stays as it was at that moment.
    ///
    /// # Errors
    /// When it is not up.
    pub fn kill9(&mut self) -> anyhow::Result<()> {
        self.running()?.kill9()?;
        self.down()
    }

    /// Stops it cleanly.
    ///
    /// # Errors
    /// When it is not up, or does not end.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.running()?.stop(Signal::SIGTERM, STOPPED_WITHIN).await?;
        self.down()
    }

    /// Freezes it: its connections stay and nobody answers on them.
    ///
    /// # Errors
    /// When it is not up, or does not stand still.
    pub async fn pause(&mut self) -> anyhow::Result<()> {
        self.running()?.pause().await
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When it is not up.
    pub fn resume(&mut self) -> anyhow::Result<()> {
        self.running()?.resume()
    }

    /// Deletes everything it stored, as the loss of its disk would.
    ///
    /// # Errors
    /// When it is up.
    pub fn wipe_store(&mut self) -> anyhow::Result<()> {
        self.must_be_down()?;
        Ok(std::fs::remove_dir_all(self.store())?)
    }

    /// Copies everything it stored.
    ///
    /// # Errors
    /// When it is up: the copy would be of no single moment.
    pub fn copy_store(&self) -> anyhow::Result<StoreCopy> {
        self.must_be_down()?;
        let copy = StoreCopy { folder: tempfile::Builder::new().prefix("testkit-store-").tempdir()? };
        copy_folder(&self.store(), copy.folder.path())?;
        Ok(copy)
    }

    /// Puts an older copy in the place of what it stored.
    ///
    /// # Errors
    /// When it is up.
    pub fn restore_store(&mut self, copy: &StoreCopy) -> anyhow::Result<()> {
        self.wipe_store()?;
        copy_folder(copy.folder.path(), &self.store())
    }

    /// What it has logged so far, over all its starts.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(self.scratch.path().join("log"))?).into_owned())
    }

    fn running(&mut self) -> anyhow::Result<&mut Process> {
        self.process.as_mut().with_context(|| format!("{} is not up", self.name))
    }

    fn down(&mut self) -> anyhow::Result<()> {
        self.process = None;
        self.scratch.in_charge(None)
    }

    fn must_be_down(&self) -> anyhow::Result<()> {
        ensure!(!self.is_up(), "{} is up: its store may be touched only while it is down", self.name);
        Ok(())
    }

    fn store(&self) -> PathBuf {
        self.scratch.path().join("store")
    }

    fn config_file(&self) -> PathBuf {
        self.scratch.path().join("nats.conf")
    }
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_nats::jetstream;

    use super::*;
    use crate::raw;

    async fn stored(server: &Server) -> u64 {
        let jetstream = jetstream::new(server.client().await.unwrap());
        jetstream.get_stream("t").await.unwrap().get_info().await.unwrap().state.messages
    }

    async fn with_a_stream() -> (Server, async_nats::Client) {
        let server = Server::start(Options::default()).await.unwrap();
        let client = server.client().await.unwrap();
        let stream = jetstream::stream::Config {
            name: "t".into(),
            subjects: vec!["t.>".into()],
            ..Default::default()
        };
        jetstream::new(client.clone()).create_stream(stream).await.unwrap();
        (server, client)
    }

    #[tokio::test]
    async fn what_was_acknowledged_is_there_after_a_kill_on_the_same_port() {
        let (mut server, client) = with_a_stream().await;
        let url = server.url();
        assert_eq!(raw::store(&client, "t.a", &[("x", "y")], "not json").await.unwrap(), 1);
        server.kill9().unwrap();
        server.restart().await.unwrap();
        assert_eq!((stored(&server).await, server.url()), (1, url));
    }

    #[tokio::test]
    async fn each_message_is_on_disk_before_its_ack() {
        let server = Server::start(Options::default()).await.unwrap();
        let page = server.monitor("/jsz?config=1").await.unwrap();
        assert_eq!(page.pointer("/config/sync_always"), Some(&true.into()));
    }

    #[tokio::test]
    async fn a_store_can_be_rolled_back_and_wiped() {
        let (mut server, client) = with_a_stream().await;
        raw::store(&client, "t.a", &[], "1").await.unwrap();
        assert!(server.wipe_store().is_err(), "a running server keeps its store");
        server.stop().await.unwrap();
        let copy = server.copy_store().unwrap();
        server.restart().await.unwrap();
        raw::store(&server.client().await.unwrap(), "t.a", &[], "2").await.unwrap();
        server.stop().await.unwrap();
        server.restore_store(&copy).unwrap();
        server.restart().await.unwrap();
        assert_eq!(stored(&server).await, 1);
        server.stop().await.unwrap();
        server.wipe_store().unwrap();
        server.restart().await.unwrap();
        assert!(jetstream::new(server.client().await.unwrap()).get_stream("t").await.is_err());
    }

    #[tokio::test]
    async fn a_paused_server_answers_when_it_is_resumed() {
        let (mut server, client) = with_a_stream().await;
        server.pause().await.unwrap();
        let answer = raw::store(&client, "t.a", &[], "1");
        let mut answer = std::pin::pin!(answer);
        assert!(tokio::time::timeout(Duration::from_millis(50), &mut answer).await.is_err());
        server.resume().unwrap();
        assert_eq!(answer.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_dropped_server() {
        let server = Server::start(Options::default()).await.unwrap();
        let (folder, addr) = (server.scratch.path().to_owned(), server.addr());
        drop(server);
        assert!(!folder.exists());
        assert!(tokio::net::TcpStream::connect(addr).await.is_err());
    }
}
