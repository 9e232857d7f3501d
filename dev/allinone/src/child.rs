//! Child processes that are never left behind.
//!
//! While one runs, a file holds its process id. A platform that was killed leaves the file, and the next one
//! on the same data ends what the file names, if that still is a program on these data.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Command;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long one may take to stop by itself.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// Between two looks at a process that is no child of ours.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Between a death and the next start: doubled with each death in a row.
const RESTART_WAIT_MIN: Duration = Duration::from_millis(300);
/// The longest of these waits.
const RESTART_WAIT_MAX: Duration = Duration::from_secs(10);
/// After a run this long, the next death counts as the first.
const GOOD_RUN: Duration = Duration::from_secs(60);

/// The files with process ids.
#[derive(Debug, Clone)]
pub(crate) struct PidFiles {
    data: PathBuf,
    folder: PathBuf,
}

/// A running child.
pub(crate) struct Child {
    process: tokio::process::Child,
    pid_file: PathBuf,
}

impl PidFiles {
    /// In the data folder, which must be an absolute path: it is what a process is recognised by.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join("pids");
        fs::create_dir_all(&folder)?;
        Ok(Self { data: data.to_owned(), folder })
    }

    /// Starts a child that has the data folder among its arguments. A signal to us (Ctrl-C) does not reach it:
    /// it is stopped in its turn.
    pub(crate) fn spawn(&self, name: &str, command: &mut Command) -> anyhow::Result<Child> {
        let program = command.as_std().get_program().to_owned();
        let process = command
            .stdin(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let pid_file = self.folder.join(name);
        fs::write(&pid_file, process.id().unwrap_or_default().to_string())?;
        Ok(Child { process, pid_file })
    }

    /// Ends what a killed platform left running on these data, and says how many that were.
    pub(crate) async fn end_leftovers(&self) -> anyhow::Result<usize> {
        let mut ended = 0;
        for entry in fs::read_dir(&self.folder)? {
            let file = entry?.path();
            let pid = fs::read_to_string(&file)?.trim().parse().ok();
            if let Some(pid) = pid.filter(|&pid| self.is_ours(pid)) {
                self.end(pid).await.with_context(|| format!("process {pid} of an earlier run"))?;
                ended += 1;
            }
            fs::remove_file(&file)?;
        }
        Ok(ended)
    }

    async fn end(&self, pid: i32) -> anyhow::Result<()> {
        for signal in [Signal::SIGTERM, Signal::SIGKILL] {
            kill(Pid::from_raw(pid), signal)?;
            let gone = async {
                while self.is_ours(pid) {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            };
            if tokio::time::timeout(STOP_WITHIN, gone).await.is_ok() {
                return Ok(());
            }
        }
        bail!("it does not end");
    }

    /// Process ids are used again: only a program that was told of our folder is one of ours.
    fn is_ours(&self, pid: i32) -> bool {
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        arguments
            .split(|&byte| byte == 0)
            .any(|argument| Path::new(OsStr::from_bytes(argument)).starts_with(&self.data))
    }
}

impl Child {
    /// Waits until it ends by itself.
    pub(crate) async fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(self.process.wait().await?)
    }

    /// Asks it to stop, and insists after a while.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = self.process.id().and_then(|pid| i32::try_from(pid).ok()) {
            kill(Pid::from_raw(pid), Signal::SIGTERM)?;
        }
        if tokio::time::timeout(STOP_WITHIN, self.process.wait()).await.is_err() {
            self.process.kill().await?;
        }
        fs::remove_file(&self.pid_file)?;
        Ok(())
    }
}

/// Watches over a child until told to stop, starting another whenever it dies.
pub(crate) async fn keep_running(
    name: &str,
    first: Child,
    spawn: impl Fn() -> anyhow::Result<Child>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let (mut child, mut wait) = (first, RESTART_WAIT_MIN);
    loop {
        let since = Instant::now();
        tokio::select! {
            status = child.ended() => tracing::error!(name, status = %status?, "ended: starting it again"),
            () = stop.cancelled() => return child.stop().await,
        }
        wait = if since.elapsed() > GOOD_RUN { RESTART_WAIT_MIN } else { wait };
        child = loop {
            if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                return Ok(());
            }
            wait = (wait * 2).min(RESTART_WAIT_MAX);
            match spawn() {
                Ok(child) => break child,
                Err(error) => tracing::error!(name, %error, "does not start"),
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn sleeper(folder: &Path) -> Command {
        let named = folder.join("named");
        fs::write(&named, "a line\n").unwrap();
        let mut command = Command::new("tail");
        command.arg("-f").arg(named);
        command
    }

    /// A child is there before its arguments can be read: this waits until it has written.
    async fn sleeping(files: &PidFiles, name: &str, folder: &Path) -> Child {
        let mut child = files.spawn(name, sleeper(folder).stdout(Stdio::piped())).unwrap();
        child.process.stdout.as_mut().unwrap().read_u8().await.unwrap();
        child
    }

    #[tokio::test]
    async fn what_a_killed_platform_left_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let files = PidFiles::open(folder.path()).unwrap();
        let mut left = sleeping(&files, "left", folder.path()).await;
        let reaped = left.ended();
        let (ended, status) = tokio::join!(files.end_leftovers(), reaped);
        assert_eq!(ended.unwrap(), 1);
        assert!(!status.unwrap().success());
    }

    #[tokio::test]
    async fn a_child_that_dies_is_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = PidFiles::open(folder.path()).unwrap();
        let (stop, starts) = (CancellationToken::new(), std::sync::atomic::AtomicU32::new(0));
        let mut brief = Command::new("true");
        let first = files.spawn("one", &mut brief).unwrap();
        let spawn = || {
            starts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            stop.cancel();
            files.spawn("one", &mut sleeper(folder.path()))
        };
        keep_running("one", first, spawn, stop.clone()).await.unwrap();
        assert_eq!(starts.into_inner(), 1);
    }

    #[tokio::test]
    async fn a_process_that_only_has_the_same_id_is_left_alone() {
        let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let files = PidFiles::open(ours.path()).unwrap();
        let other = sleeping(&files, "other", theirs.path()).await;
        assert_eq!(files.end_leftovers().await.unwrap(), 0);
        fs::write(ours.path().join("pids/other"), "").unwrap();
        other.stop().await.unwrap();
    }
}
