//! A folder for one fixture that is gone afterwards, whatever happens to the test process.
//!
//! Dropping removes it. If the process is killed before that, its guard does: a shell that reads from a pipe
//! whose other end only this process holds. At the end of the pipe the guard stops the server that lives in
//! the folder and removes the folder. (The kernel's parent-death signal would not do: it is bound to the
//! thread that started the child, and test threads end before shared servers should.)

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::Context;
use nix::sys::signal::Signal;
use tempfile::TempDir;

/// `$1` is the folder, `$2` the signal that lets the server end cleanly; each line names the process in charge
/// of the folder (`0` for none).
const GUARD: &str = r#"
trap '' INT TERM HUP
# Ended counts as gone even where nobody reaps it: containers often have no init that does.
runs() { case "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)" in '' | Z*) false ;; esac }
pid=0
while read -r line; do
    [ "$line" = release ] && exit 0
    pid=$line
done
if [ "$pid" != 0 ]; then
    kill -s CONT "$pid"; kill -s "$2" "$pid"
    n=0; while runs && [ "$n" -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    kill -s KILL "$pid"
fi
rm -rf -- "$1"
"#;

/// A folder and its guard.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    folder: Option<TempDir>,
    guard: Child,
    pipe: Option<ChildStdin>,
}

impl Scratch {
    /// A new empty folder under the machine's temporary folder. `last_signal` is what the guard sends to the
    /// server in it, should the test process die.
    ///
    /// # Errors
    /// When the folder or the guard cannot be made.
    pub fn new(name: &str, last_signal: Signal) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix(&format!("testkit-{name}-")).tempdir()?;
        let mut guard = Command::new("/bin/sh")
            .args(["-c", GUARD, "testkit-guard"])
            .arg(folder.path())
            .arg(last_signal.as_str().trim_start_matches("SIG"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Its own group: a signal to the group of the tests must not reach it.
            .process_group(0)
            .spawn()
            .context("cannot start the guard of a scratch folder")?;
        let pipe = guard.stdin.take();
        Ok(Self { path: folder.path().to_owned(), folder: Some(folder), guard, pipe })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells the guard which process lives in the folder now, `None` after it has ended.
    ///
    /// # Errors
    /// When the guard is gone.
    pub fn in_charge(&mut self, pid: Option<u32>) -> anyhow::Result<()> {
        self.tell(&pid.unwrap_or(0).to_string())
    }

    fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        let pipe = self.pipe.as_mut().context("the guard was released")?;
        writeln!(pipe, "{line}").context("the guard of a scratch folder is gone")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let removed = self.folder.take().map_or(Ok(()), TempDir::close);
        let released = self.tell("release").and_then(|()| Ok(self.guard.wait()?));
        if !std::thread::panicking() {
            assert!(removed.is_ok(), "{} is left over: {removed:?}", self.path.display());
            assert!(released.is_ok(), "the guard of {} is left over: {released:?}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wait;

    #[test]
    fn the_folder_goes_with_its_value() {
        let scratch = Scratch::new("drop", Signal::SIGKILL).unwrap();
        let path = scratch.path().to_owned();
        assert!(path.is_dir());
        drop(scratch);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn the_guard_clears_up_when_the_test_process_dies() {
        let mut scratch = Scratch::new("orphan", Signal::SIGTERM).unwrap();
        let mut server = Command::new("sleep").arg("1000").spawn().unwrap();
        scratch.in_charge(Some(server.id())).unwrap();
        let path = scratch.folder.take().unwrap().keep();
        // What the kernel does at the death of a process: its end of the pipe is closed.
        let pipe = scratch.pipe.take();
        drop(pipe);
        let gone = async || (server.try_wait().unwrap().is_some() && !path.exists()).then_some(());
        wait::until("server and folder gone", Duration::from_secs(10), gone).await.unwrap();
        scratch.guard.wait().unwrap();
        std::mem::forget(scratch);
    }
}
