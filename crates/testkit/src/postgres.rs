//! Real PostgreSQL servers: one shared by all tests of a process ([`shared`]), or one of its own to be killed.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::sys::signal::Signal;
use nix::unistd::{User, geteuid};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

use crate::port::Port;
use crate::process::{Process, runs};
use crate::scratch::Scratch;
use crate::wait;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// What a test may choose.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether a commit waits for the disk. Off, it still reaches the operating system first, so a kill of the
    /// server loses nothing and only a power cut would: tests leave it off, measurements turn it on.
    pub durable: bool,
    /// Most connections at a time.
    pub max_connections: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self { durable: false, max_connections: 400 }
    }
}

/// One PostgreSQL server with its own cluster. Its port and data stay the same through kills and restarts.
#[derive(Debug)]
pub struct Postgres {
    // In the order of dropping: the process, then its folder, then its port.
    process: Option<Process>,
    scratch: Scratch,
    port: Port,
    programs: tools::Postgres,
    owner: Option<User>,
    options: Options,
    databases: AtomicU32,
    /// What a killed main process left running.
    orphans: Vec<u32>,
}

/// The server that all tests of this process share; each takes its own [`Postgres::fresh_database`]. It ends
/// with the process.
///
/// # Errors
/// As [`Postgres::start`].
pub async fn shared() -> anyhow::Result<&'static Postgres> {
    static SHARED: OnceCell<Postgres> = OnceCell::const_new();
    SHARED.get_or_try_init(|| Postgres::start(Options::default())).await
}

impl Postgres {
    /// Lays out a new cluster, starts its server and waits until it takes connections.
    ///
    /// # Errors
    /// When PostgreSQL is not on this machine or does not start; the error shows its log.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let mut server = Self {
            process: None,
            // SIGQUIT: no last checkpoint, but its shared memory is given back.
            scratch: Scratch::new("postgres", Signal::SIGQUIT)?,
            port: Port::claim()?,
            programs: tools::postgres()?,
            owner: unprivileged_user()?,
            options,
            databases: AtomicU32::new(0),
            orphans: Vec::new(),
        };
        server.lay_out().await?;
        server.restart().await?;
        Ok(server)
    }

    /// The address of this database on it.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.addr())
    }

    /// Where it listens, for a proxy.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.port.addr()
    }

    /// Its programs: for `pgbench`.
    #[must_use]
    pub const fn programs(&self) -> &tools::Postgres {
        &self.programs
    }

    /// Makes an empty database and gives its address.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn fresh_database(&self) -> anyhow::Result<String> {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE DATABASE {name}")).await?;
        Ok(self.url(&name))
    }

    /// Starts it again after a kill or a stop.
    ///
    /// # Errors
    /// When it is up already, or does not take connections in time; the error shows its log.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        ensure!(self.process.is_none(), "PostgreSQL is up already");
        // It refuses to start while one of them is still attached to the shared memory.
        wait::until("the end of the killed server's processes", STOPPED_WITHIN, async || {
            self.orphans.retain(|pid| runs(*pid));
            self.orphans.is_empty().then_some(())
        })
        .await?;
        let process = Process::start("postgres", &mut self.server_command(), &self.log())?;
        self.scratch.in_charge(Some(process.pid()))?;
        let (addr, url) = (self.addr(), self.url("postgres"));
        let process = self.process.insert(process);
        let waited = wait::until("PostgreSQL to take connections", READY_WITHIN, async || {
            if let Ok(Some(status)) = process.ended() {
                return Some(Err(anyhow::anyhow!("PostgreSQL ended at its start: {status}")));
            }
            // Asked first, since a pool does not take a refused connection for an answer.
            TcpStream::connect(addr).await.ok()?;
            execute(&url, "SELECT 1").await.is_ok().then_some(Ok(()))
        });
        let ready = waited.await.flatten();
        ready.with_context(|| self.process.as_ref().map(Process::log_tail).unwrap_or_default())
    }

    /// Kills its main process with `SIGKILL`; the others end when they notice.
    ///
    /// # Errors
    /// When it is not up.
    pub fn kill9(&mut self) -> anyhow::Result<()> {
        let process = self.running()?;
        let children = process.children();
        process.kill9()?;
        self.orphans = children;
        self.down()
    }

    /// Stops it cleanly; open connections are closed.
    ///
    /// # Errors
    /// When it is not up, or does not end.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.running()?.stop(Signal::SIGINT, STOPPED_WITHIN).await?;
        self.down()
    }

    async fn execute(&self, statement: &str) -> anyhow::Result<()> {
        execute(&self.url("postgres"), statement).await
    }

    fn running(&mut self) -> anyhow::Result<&mut Process> {
        self.process.as_mut().context("PostgreSQL is not up")
    }

    fn down(&mut self) -> anyhow::Result<()> {
        self.process = None;
        self.scratch.in_charge(None)
    }

    fn data(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.scratch.path().join("log")
    }

    /// After a kill and no restart: the id of the segment is the last word of line 7 of `postmaster.pid`.
    fn give_back_shared_memory(&self) {
        let pid_file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let segment = pid_file.lines().nth(6).and_then(|line| line.split_whitespace().last());
        if let Some(segment) = segment {
            // It may have gone with the server's last process: then there is nothing to do.
            drop(Command::new("ipcrm").args(["-m", segment]).stderr(Stdio::null()).status());
        }
    }

    async fn lay_out(&self) -> anyhow::Result<()> {
        if let Some(owner) = &self.owner {
            let (user, group) = (owner.uid.as_raw(), owner.gid.as_raw());
            std::os::unix::fs::chown(self.scratch.path(), Some(user), Some(group))?;
        }
        let mut command = self.command(&self.programs.initdb());
        // The C locale sorts by bytes, as SQLite does, so that pages come in the same order on both.
        command.args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ]);
        command.arg(self.data()).stdin(Stdio::null());
        let output = tokio::process::Command::from(command).output().await.context("cannot start initdb")?;
        if !output.status.success() {
            bail!("initdb: {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    fn server_command(&self) -> Command {
        let mut command = self.command(&self.programs.server());
        command.arg("-D").arg(self.data());
        let durable = if self.options.durable { "on" } else { "off" };
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port.number()),
            "unix_socket_directories=".to_owned(),
            format!("fsync={durable}"),
            format!("full_page_writes={durable}"),
            format!("max_connections={}", self.options.max_connections),
            "dynamic_shared_memory_type=mmap".to_owned(),
        ];
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command
    }

    /// A program of PostgreSQL, as the user that owns the cluster.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Settings of whoever runs the tests (PGDATA, PGPORT ...) are none of ours.
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.current_dir(self.scratch.path());
        if let Some(owner) = &self.owner {
            command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        match &mut self.process {
            Some(process) => quit(process),
            None => self.give_back_shared_memory(),
        }
    }
}

/// A server that is merely killed leaves its processes for a moment and its shared memory for good; on
/// `SIGQUIT` it ends the former and gives back the latter.
fn quit(process: &mut Process) {
    let asked = process.signal(Signal::SIGQUIT).is_ok();
    let deadline = Instant::now() + STOPPED_WITHIN;
    while asked && matches!(process.ended(), Ok(None)) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// PostgreSQL refuses to run as root: then the user its package made, or else `nobody`, runs it.
fn unprivileged_user() -> anyhow::Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(user));
        }
    }
    bail!("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

async fn execute(url: &str, statement: &str) -> anyhow::Result<()> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).connect_timeout(Duration::from_secs(5)).sqlx_logging(false);
    let database = Database::connect(options).await?;
    let done = database.execute_unprepared(statement).await;
    database.close().await?;
    done?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_committed_is_there_after_a_kill() {
        let mut server = Postgres::start(Options::default()).await.unwrap();
        let url = server.fresh_database().await.unwrap();
        execute(&url, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)").await.unwrap();
        server.kill9().unwrap();
        assert!(TcpStream::connect(server.addr()).await.is_err());
        server.restart().await.unwrap();
        execute(&url, "SELECT 1 / (SELECT count(*) FROM t)").await.unwrap();
        server.stop().await.unwrap();
        assert!(server.orphans.is_empty());
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_server_that_was_killed_and_dropped() {
        let mut server = Postgres::start(Options::default()).await.unwrap();
        let segments = || std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
        let pid_file = std::fs::read_to_string(server.data().join("postmaster.pid")).unwrap();
        let key = pid_file.lines().nth(6).unwrap().split_whitespace().next().unwrap().to_owned();
        assert!(segments().contains(&key));
        server.kill9().unwrap();
        drop(server);
        assert!(!segments().contains(&key));
    }

    #[tokio::test]
    async fn each_test_has_its_own_database_on_the_shared_server() {
        let server = shared().await.unwrap();
        let (one, other) = (server.fresh_database().await.unwrap(), server.fresh_database().await.unwrap());
        execute(&one, "CREATE TABLE t (n int)").await.unwrap();
        assert!(execute(&other, "SELECT n FROM t").await.is_err());
    }
}
