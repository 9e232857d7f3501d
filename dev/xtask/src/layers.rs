//! `cargo xtask layers`: which crate of ours may depend on which, checked over `cargo metadata`.
//!
//! ```text
//! kernel <- contracts <- chassis <- services <- allinone
//! kernel <- domains   <------------ (its own service only)
//! ```

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, bail};
use cargo_metadata::camino::Utf8Path;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::ui;

/// Where a crate stands. Told from its folder, so a new service falls under the rules by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Room {
    Kernel,
    Contracts,
    Chassis,
    Testkit,
    /// `services/<name>/domain`
    Domain(String),
    /// `services/<name>`
    Service(String),
    Allinone,
    Bench,
    Demo,
    Tools,
    Xtask,
    Year,
    Stories,
}

/// One crate of ours.
#[derive(Debug)]
struct Crate {
    name: String,
    room: Room,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    for_tests_only: bool,
}

/// What the pure crates must do without: run times, databases, the bus, chance, wire formats of their own.
const IMPURE: [&str; 14] = [
    "async-nats",
    "axum",
    "futures",
    "getrandom",
    "rand",
    "reqwest",
    "sea-orm",
    "sea-orm-migration",
    "serde_json",
    "sqlx",
    "tokio",
    "tokio-stream",
    "tokio-util",
    "tracing",
];

impl Room {
    /// From the path of the crate's folder in the workspace.
    fn at(folder: &str) -> Option<Self> {
        let room = match folder.split('/').collect::<Vec<_>>().as_slice() {
            ["crates", "kernel"] => Self::Kernel,
            ["crates", "contracts"] => Self::Contracts,
            ["crates", "chassis"] => Self::Chassis,
            ["crates", "testkit"] => Self::Testkit,
            ["services", name] => Self::Service((*name).to_owned()),
            ["services", name, "domain"] => Self::Domain((*name).to_owned()),
            ["dev", "allinone"] => Self::Allinone,
            ["dev", "bench"] => Self::Bench,
            ["dev", "demo"] => Self::Demo,
            ["dev", "tools"] => Self::Tools,
            ["dev", "xtask"] => Self::Xtask,
            ["dev", "year"] => Self::Year,
            ["tests"] => Self::Stories,
            _ => return None,
        };
        Some(room)
    }

    /// The table: what this room may depend on in what it ships.
    fn may_use(&self, other: &Self) -> bool {
        use Room as R;
        match self {
            R::Kernel | R::Tools | R::Stories => false,
            R::Contracts | R::Domain(_) => matches!(other, R::Kernel),
            R::Chassis => matches!(other, R::Kernel | R::Contracts),
            R::Testkit => matches!(other, R::Kernel | R::Tools),
            R::Service(own) => match other {
                R::Domain(service) => service == own,
                _ => matches!(other, R::Kernel | R::Contracts | R::Chassis),
            },
            R::Allinone => matches!(other, R::Kernel | R::Contracts | R::Chassis | R::Service(_)),
            R::Demo => matches!(other, R::Kernel | R::Contracts),
            R::Xtask => matches!(other, R::Tools),
            // They start everything, on servers of their own.
            R::Bench | R::Year => !matches!(other, R::Allinone | R::Xtask | R::Stories),
        }
    }

    /// The same for its tests: also the testkit, and everything for the stories across services.
    fn tests_may_use(&self, other: &Self) -> bool {
        use Room as R;
        match self {
            R::Stories => !matches!(other, R::Xtask),
            R::Kernel | R::Domain(_) | R::Tools | R::Testkit | R::Xtask => self.may_use(other),
            R::Contracts | R::Chassis | R::Service(_) | R::Allinone | R::Bench | R::Demo | R::Year => {
                self.may_use(other) || matches!(other, R::Testkit)
            }
        }
    }

    const fn is_pure(&self) -> bool {
        matches!(self, Self::Kernel | Self::Domain(_))
    }

    /// The rule in words, for whoever broke it.
    const fn rule(&self) -> &'static str {
        match self {
            Self::Kernel => "the kernel depends on none of ours, and does no input or output",
            Self::Contracts => "contracts depend on the kernel alone",
            Self::Domain(_) => "a domain depends on the kernel alone, and is pure",
            Self::Chassis => "the chassis depends on kernel and contracts, and knows no service",
            Self::Testkit => "the testkit depends on kernel and tools, so that everything above can use it",
            Self::Service(_) => {
                "a service depends on its own domain, chassis, contracts and kernel, on no service"
            }
            Self::Allinone => "allinone puts services together, and goes through their front doors",
            Self::Bench => "bench may use all but allinone, xtask and stories",
            Self::Year => "the year may use all but allinone, xtask and stories",
            Self::Demo => "the demo is an outside client: kernel and contracts only",
            Self::Tools => "tools depends on none of ours",
            Self::Xtask => "xtask depends on tools alone, to be built quickly",
            Self::Stories => "stories are tests, and ship nothing",
        }
    }
}

/// A dependency that the rules do not allow.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    from: String,
    to: String,
    for_tests_only: bool,
    rule: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let section = if self.for_tests_only { "dev-dependencies" } else { "dependencies" };
        write!(f, "{} must not have {} in its [{section}]: {}", self.from, self.to, self.rule)
    }
}

/// `cargo xtask layers`.
pub(crate) fn run() -> anyhow::Result<()> {
    let manifest = ::tools::workspace_root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    let crates = crates(&metadata)?;
    let found = violations(&crates);
    if !found.is_empty() {
        let list: Vec<String> = found.iter().map(Violation::to_string).collect();
        bail!("dependencies against the architecture:\n  {}", list.join("\n  "));
    }
    ui::say(format_args!("{} crates depend on each other as the architecture says", crates.len()));
    Ok(())
}

fn crates(metadata: &Metadata) -> anyhow::Result<Vec<Crate>> {
    let read = |package: &&cargo_metadata::Package| {
        let folder = package.manifest_path.parent().unwrap_or(Utf8Path::new(""));
        let folder = folder.strip_prefix(&metadata.workspace_root).unwrap_or(folder);
        let room = Room::at(folder.as_str()).with_context(|| {
            format!("{folder} has no place in the architecture: give it one in layers.rs")
        })?;
        let dependencies = package.dependencies.iter().map(|dependency| Dependency {
            name: dependency.name.clone(),
            for_tests_only: dependency.kind == DependencyKind::Development,
        });
        Ok(Crate { name: package.name.to_string(), room, dependencies: dependencies.collect() })
    };
    metadata.workspace_packages().iter().map(read).collect()
}

fn violations(crates: &[Crate]) -> Vec<Violation> {
    let rooms: BTreeMap<&str, &Room> = crates.iter().map(|own| (own.name.as_str(), &own.room)).collect();
    let mut found = Vec::new();
    for own in crates {
        for dependency in &own.dependencies {
            let allowed = match rooms.get(dependency.name.as_str()) {
                Some(other) if dependency.for_tests_only => own.room.tests_may_use(other),
                Some(other) => own.room.may_use(other),
                None => dependency.for_tests_only || !(own.room.is_pure() && is_impure(&dependency.name)),
            };
            if !allowed {
                found.push(Violation {
                    from: own.name.clone(),
                    to: dependency.name.clone(),
                    for_tests_only: dependency.for_tests_only,
                    rule: own.room.rule(),
                });
            }
        }
    }
    found
}

fn is_impure(name: &str) -> bool {
    IMPURE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads lines such as `services/credit: kernel chassis; dev testkit`; a crate is called like its folder.
    fn graph(text: &str) -> Vec<Crate> {
        let words = |list: &str, for_tests_only| -> Vec<Dependency> {
            list.split_whitespace().map(|name| Dependency { name: name.to_owned(), for_tests_only }).collect()
        };
        let read = |line: &str| {
            let (folder, lists) = line.trim().split_once(':').unwrap();
            let (shipped, tests) = lists.split_once("; dev").unwrap_or((lists, ""));
            let name = match Room::at(folder).unwrap() {
                Room::Domain(service) => format!("{service}-domain"),
                _ => folder.rsplit('/').next().unwrap().to_owned(),
            };
            let mut dependencies = words(shipped, false);
            dependencies.extend(words(tests, true));
            Crate { name, room: Room::at(folder).unwrap(), dependencies }
        };
        text.trim().lines().map(read).collect()
    }

    const SOUND: &str = "
        crates/kernel: serde uuid; dev serde_json
        crates/contracts: kernel serde_json; dev testkit
        crates/chassis: kernel contracts tokio; dev testkit
        crates/testkit: kernel tools tokio
        services/credit/domain: kernel serde; dev proptest serde_json
        services/credit: credit-domain kernel contracts chassis tokio; dev testkit
        services/intake: kernel contracts chassis
        dev/allinone: intake credit chassis
        dev/bench: testkit credit credit-domain
        dev/tools: thiserror
        dev/xtask: tools
        tests:; dev intake credit testkit allinone";

    fn complaints(line: &str) -> Vec<String> {
        violations(&graph(&format!("{}\n{line}", SOUND.trim()))).iter().map(Violation::to_string).collect()
    }

    #[test]
    fn the_architecture_itself_is_allowed() {
        assert_eq!(violations(&graph(SOUND)), []);
    }

    #[test]
    fn each_step_against_the_layers_is_found() {
        let forbidden = [
            "crates/kernel: contracts",
            "crates/contracts: chassis",
            "crates/chassis: credit",
            "crates/chassis: testkit",
            "crates/testkit: chassis",
            "services/credit: intake",
            "services/credit:; dev intake",
            "services/intake: credit-domain",
            "services/intake: testkit",
            "services/credit/domain: contracts",
            "services/credit/domain: chassis",
            "services/credit/domain:; dev testkit",
            "dev/demo: chassis",
            "dev/xtask: testkit",
            "tests: credit",
        ];
        for line in forbidden {
            assert_eq!(complaints(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn a_domain_that_is_not_pure_is_found() {
        for name in IMPURE {
            assert_eq!(complaints(&format!("services/credit/domain: {name}")).len(), 1, "{name}");
        }
        assert_eq!(complaints("services/credit/domain:; dev tokio"), [""; 0]);
    }

    #[test]
    fn a_complaint_names_both_crates_the_section_and_the_rule() {
        let expected = "intake must not have credit in its [dependencies]: a service depends on its own domain, \
                        chassis, contracts and kernel, on no service";
        assert_eq!(complaints("services/intake: credit"), [expected]);
    }

    #[test]
    fn a_crate_without_a_place_is_refused() {
        assert_eq!(Room::at("crates/utils"), None);
        assert_eq!(Room::at("services/credit/domain/more"), None);
    }
}
