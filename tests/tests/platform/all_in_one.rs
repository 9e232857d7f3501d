//! The four services in one process with its own broker, issuer and accounts, as `cargo xtask up` starts it. What is
//! needed to use it is read where people read it: in what it says, and in the files that it names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use chassis::clock::SystemClock;
use kernel::{Clock as _, Role, Timestamp};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use regex::Regex;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::port::Port;
use testkit::process::Process;
use testkit::scratch::Scratch;
use testkit::wait;

use crate::doors::{Door, Keys};
use crate::in_process::{first_day, morning_after};
use crate::processes::binary;
use crate::town::{PATIENCE, Scene, Town, text};

/// Ports that it uses, the public one first.
const PORTS: u16 = 25;
/// Small, so that it stands in a few seconds.
const MERCHANTS: u32 = 300;
/// Said last, when it serves.
const SERVES: &str = "Ctrl-C stops everything";

/// The running platform.
pub(crate) struct AllInOne {
    pub(crate) town: Town,
    /// What it proposes to try.
    pub(crate) scene: Scene,
    machine: Machine,
}

impl AllInOne {
    /// On fresh data, serving.
    pub(crate) async fn start() -> Self {
        let mut machine = Machine::new();
        let said = machine.launch().await;
        let accounts: Vec<Value> = read(&machine.data().join("accounts.json"));
        let merchant = accounts.iter().find_map(|account| account["merchant"].as_str()).unwrap().to_owned();
        let keys = Arc::new(Keys::Own {
            merchant: merchant.clone(),
            tokens: log_in(&machine.address(), &accounts, &said).await,
            secrets: read(&machine.data().join("channels.json")),
        });
        let door = |name| Door::with(format!("{}/{name}", machine.address()), Arc::clone(&keys));
        let town = Town {
            intake: door("intake"),
            dispatch: door("dispatch"),
            feedback: door("feedback"),
            credit: door("credit"),
        };
        let proposed = Regex::new(r"recommendations\?city=330200&item=([a-z-]+)&area=(\d+)").unwrap();
        let (_, [item, area]) = proposed.captures(&said).unwrap().extract();
        let scene = Scene { item: item.to_owned(), area: area.to_owned(), merchant };
        Self { town, scene, machine }
    }

    /// It is stopped, and started again the next day at ten.
    pub(crate) async fn the_next_morning(&mut self) {
        self.machine.stop().await;
        self.machine.clock_says_the_next_morning();
        self.machine.launch().await;
    }

    pub(crate) async fn stop(mut self) {
        self.machine.stop().await;
    }
}

/// The process and what it stands on.
struct Machine {
    process: Option<Process>,
    scratch: Scratch,
    ports: Vec<Port>,
}

impl Machine {
    fn new() -> Self {
        let scratch = Scratch::new("all-in-one", Signal::SIGTERM).unwrap();
        Self { process: None, scratch, ports: Port::claim_row(PORTS).unwrap() }
    }

    /// Starts it, and gives what it says once it serves.
    async fn launch(&mut self) -> String {
        let log = self.scratch.path().join("log");
        let before = std::fs::read_to_string(&log).unwrap_or_default().len();
        let mut command = Command::new(binary("allinone"));
        command.arg("--data").arg(self.data()).arg("--nats-server").arg(tools::nats_server().unwrap());
        command.args(["--port", &self.ports[0].number().to_string()]);
        command.args(["--merchants", &MERCHANTS.to_string(), "--start", &first_day().to_string()]);
        let process = self.process.insert(Process::start("allinone", &mut command, &log).unwrap());
        self.scratch.in_charge(Some(process.pid())).unwrap();
        let serves = async || {
            assert_eq!(process.ended().unwrap(), None, "{}", process.log_tail());
            let said = std::fs::read_to_string(&log).ok()?.split_off(before);
            said.contains(SERVES).then_some(said)
        };
        wait::until("the all-in-one to serve", PATIENCE, serves).await.unwrap()
    }

    async fn stop(&mut self) {
        let mut process = self.process.take().unwrap();
        let status = process.stop(Signal::SIGTERM, PATIENCE).await.unwrap();
        self.scratch.in_charge(None).unwrap();
        assert!(status.success(), "{}", process.log_tail());
    }

    /// Sets the clock of a platform that is stopped.
    fn clock_says_the_next_morning(&self) {
        let file = self.data().join("clock.json");
        let mut clock: BTreeMap<String, Value> = read(&file);
        let time = |name: &str| -> Timestamp { serde_json::from_value(clock[name].clone()).unwrap() };
        let now = SystemClock.now();
        let shown = time("start").after(now.since(time("anchor")));
        clock.insert("start".to_owned(), json!(morning_after(shown)));
        clock.insert("anchor".to_owned(), json!(now));
        std::fs::write(&file, json!(clock).to_string()).unwrap();
    }

    fn address(&self) -> String {
        format!("http://{}", self.ports[0].addr())
    }

    fn data(&self) -> PathBuf {
        self.scratch.path().join("data")
    }
}

impl Drop for Machine {
    /// After a failure: what is killed leaves its broker behind, and says in a file which process that is.
    fn drop(&mut self) {
        if self.process.take().is_none() {
            return;
        }
        for file in std::fs::read_dir(self.data().join("pids")).into_iter().flatten().flatten() {
            let pid = std::fs::read_to_string(file.path()).ok().and_then(|pid| pid.parse().ok());
            // It may have ended by itself.
            let _ = pid.map(|pid| kill(Pid::from_raw(pid), Signal::SIGKILL));
        }
    }
}

/// Everybody logs in with the password that was said; the first account of each role is the one that is used.
async fn log_in(address: &str, accounts: &[Value], said: &str) -> BTreeMap<Role, String> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut tokens = BTreeMap::new();
    for account in accounts {
        let (name, role) = (text(account, "username"), text(account, "role"));
        let line = Regex::new(&format!(r"(?m)^ +{name} +(\S+) +{role} +\S")).unwrap();
        let password = &line.captures(said).unwrap()[1];
        let login = json!({ "username": name, "password": password });
        let answer = client.post(format!("{address}/issuer/token")).json(&login).send().await.unwrap();
        let token: Value = answer.error_for_status().unwrap().json().await.unwrap();
        tokens.entry(role.parse().unwrap()).or_insert(text(&token, "access_token"));
    }
    tokens
}

fn read<T: DeserializeOwned>(file: &Path) -> T {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}
