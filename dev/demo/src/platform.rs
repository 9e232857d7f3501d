//! The demo's own platform: an all-in-one on fresh data and a simulated clock, started here and stopped here.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use kernel::Timestamp;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

use crate::clock::SimClock;
use crate::keys::Keys;

/// It may take this long until it serves: the sample city is made.
const SERVES_WITHIN: Duration = Duration::from_secs(180);
/// It may take this long to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Whoever has to answer has this long in real time at least, however fast simulated time runs.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// By urgency.
type Minutes = [(&'static str, u64); 3];
/// As dispatch's policy has it: how long a merchant has to answer an offer, and a citizen to choose.
const PATIENCE: [(&str, Minutes); 2] = [
    ("ANSWER_MINUTES", [("EMERGENCY", 5), ("UTILITY", 15), ("NORMAL", 60)]),
    ("CHOOSE_MINUTES", [("EMERGENCY", 5), ("UTILITY", 15), ("NORMAL", 120)]),
];

/// What is started, and how.
pub(crate) struct Options {
    /// The all-in-one's program.
    pub(crate) allinone: PathBuf,
    /// The nats-server program.
    pub(crate) nats_server: PathBuf,
    /// Where the data lie: emptied first.
    pub(crate) data: PathBuf,
    /// The platform's port; others up to 24 above it are used.
    pub(crate) port: u16,
    /// Simulated seconds per real second.
    pub(crate) speed: u32,
    /// Simulated time at the start.
    pub(crate) start: Timestamp,
    /// Merchants of the city.
    pub(crate) merchants: u32,
    /// Whether the services are four processes.
    pub(crate) separate: bool,
}

/// A running platform.
pub(crate) struct Platform {
    process: Child,
    /// Where it serves.
    pub(crate) address: String,
    /// The clock it keeps.
    pub(crate) clock: SimClock,
}

impl Platform {
    /// Starts it, and waits until it is ready. Gives the keys too.
    pub(crate) async fn start(options: &Options) -> anyhow::Result<(Self, Keys)> {
        let log = log_beside(&options.data)?;
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(&options.allinone);
        command.arg("--data").arg(&options.data).arg("--nats-server").arg(&options.nats_server);
        command.args(["--reset", "--port", &options.port.to_string(), "--speed", &options.speed.to_string()]);
        command.args(["--start", &options.start.to_string(), "--merchants", &options.merchants.to_string()]);
        if options.separate {
            command.arg("--separate");
        }
        for (figure, own) in PATIENCE {
            for (urgency, minutes) in stretched(own, options.speed) {
                let variable = format!("DISPATCH__POLICY__{figure}__{urgency}");
                command.env(variable, minutes.to_string());
            }
        }
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        // Ctrl-C is for the demo, which stops the platform in its turn.
        command.process_group(0).kill_on_drop(true);
        let process =
            command.spawn().with_context(|| format!("cannot start {}", options.allinone.display()))?;
        let address = format!("http://127.0.0.1:{}", options.port);
        let mut platform = Self { process, address, clock: SimClock::default() };
        platform.ready(options.port).await.with_context(|| format!("{} says more", log.display()))?;
        platform.clock = SimClock::read(&options.data.join("clock.json"))?;
        let keys = Keys::read(&options.data, &platform.address)?;
        Ok((platform, keys))
    }

    /// The last service that starts is ready.
    async fn ready(&mut self, port: u16) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let probes: Vec<String> =
            (21..=24).map(|ops| format!("http://127.0.0.1:{}/readyz", port + ops)).collect();
        let ready = async {
            for probe in &probes {
                while !client.get(probe).send().await.is_ok_and(|answer| answer.status().is_success()) {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        };
        tokio::select! {
            () = ready => Ok(()),
            ended = self.process.wait() => bail!("the platform ended with {}", ended?),
            () = tokio::time::sleep(SERVES_WITHIN) => bail!("the platform does not serve within {SERVES_WITHIN:?}"),
        }
    }

    /// Stops it.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = self.process.id().and_then(|pid| i32::try_from(pid).ok()) {
            kill(Pid::from_raw(pid), Signal::SIGTERM)?;
        }
        let ended = tokio::time::timeout(STOPS_WITHIN, self.process.wait()).await;
        let status = ended.context("the platform does not stop")??;
        if !status.success() {
            bail!("the platform ended with {status}");
        }
        Ok(())
    }
}

/// The data folder is emptied: what the platform says lies beside it.
fn log_beside(data: &Path) -> anyhow::Result<PathBuf> {
    let folder = data.parent().context("the data folder has no parent")?;
    std::fs::create_dir_all(folder)?;
    Ok(data.with_extension("log"))
}

/// The time to answer, where simulated time runs so fast that nobody could keep to the policy's own.
fn stretched(own: Minutes, speed: u32) -> Minutes {
    let least = ANSWERS_WITHIN.as_secs() * u64::from(speed) / 60;
    own.map(|(urgency, minutes)| (urgency, minutes.max(least)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_to_answer_is_the_policys_own_unless_time_runs_too_fast() {
        let [(_, own), _] = PATIENCE;
        assert_eq!(stretched(own, 30), own);
        assert_eq!(stretched(own, 1_200).map(|(_, minutes)| minutes), [200, 200, 200]);
    }
}
