//! A child process that a test starts, breaks and leaves nothing of.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::wait;

/// How long the kernel may take to freeze a process.
const PAUSED_WITHIN: Duration = Duration::from_secs(5);

/// Whether a process with this id runs. One that has ended and is not reaped yet does not.
pub(crate) fn runs(pid: u32) -> bool {
    state(pid).is_some_and(|state| state != 'Z')
}

/// The state that the kernel shows, such as `T` for stopped; none when there is no such process.
fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// A running (or ended) child. Dropping it kills it by its own id and reaps it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it with its output in the file `log`, which is appended to.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let output = File::options().create(true).append(true).open(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {name}: {}", command.get_program().display()))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The processes that it started and that run now.
    pub(crate) fn children(&self) -> Vec<u32> {
        let pid = self.pid();
        let listed = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        listed.split_whitespace().filter_map(|child| child.parse().ok()).collect()
    }

    /// How it ended, `None` while it runs (or is paused).
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it has ended: its id may be another's by now.
    pub fn signal(&mut self, signal: Signal) -> anyhow::Result<()> {
        if let Some(status) = self.ended()? {
            bail!("{} has ended ({status}), so it cannot be sent {signal}", self.name);
        }
        kill(self.nix_pid()?, signal).with_context(|| format!("cannot send {signal} to {}", self.name))
    }

    /// Freezes it with `SIGSTOP` and waits until it stands still: its connections stay, and nobody answers on them.
    ///
    /// # Errors
    /// When it has ended, or does not stand still.
    pub async fn pause(&mut self) -> anyhow::Result<()> {
        self.signal(Signal::SIGSTOP)?;
        let (pid, what) = (self.pid(), format!("{} to stand still", self.name));
        wait::until(&what, PAUSED_WITHIN, async || (state(pid) == Some('T')).then_some(())).await
    }

    /// Lets it go on with `SIGCONT`.
    ///
    /// # Errors
    /// When it has ended.
    pub fn resume(&mut self) -> anyhow::Result<()> {
        self.signal(Signal::SIGCONT)
    }

    /// Kills it with `SIGKILL`, as a lack of memory or of power would, and reaps it.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn kill9(&mut self) -> anyhow::Result<()> {
        self.signal(Signal::SIGKILL)?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end with `signal` and waits for it.
    ///
    /// # Errors
    /// When it had ended already, or runs on after `within`; the error shows the end of its log.
    pub async fn stop(&mut self, signal: Signal, within: Duration) -> anyhow::Result<ExitStatus> {
        self.signal(signal)?;
        let ended = self.wait(within).await;
        ended.with_context(|| format!("{} does not end on {signal}\n{}", self.name, self.log_tail()))
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When it runs on after `within`.
    pub async fn wait(&mut self, within: Duration) -> anyhow::Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        wait::until(&what, within, async || self.ended().transpose()).await?
    }

    /// Whether it was ended by this signal.
    #[must_use]
    pub fn was_killed_by(status: ExitStatus, signal: Signal) -> bool {
        status.signal() == Some(signal as i32)
    }

    /// The last lines it wrote, for error texts.
    #[must_use]
    pub fn log_tail(&self) -> String {
        const LINES: usize = 30;
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
    }

    fn nix_pid(&self) -> anyhow::Result<Pid> {
        Ok(Pid::from_raw(i32::try_from(self.pid())?))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both do nothing where it has ended and been reaped already.
        let killed = self.child.kill();
        let reaped = self.child.wait();
        if !std::thread::panicking() {
            assert!(killed.is_ok() && reaped.is_ok(), "{} is left over: {killed:?} {reaped:?}", self.name);
        }
    }
}
