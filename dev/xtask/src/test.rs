//! `cargo xtask test`: everything that must hold before a change is merged.

use std::time::{Duration, Instant};

use anyhow::bail;
use clap::ValueEnum;

use crate::{demo, deny, golden, layers, pages, run, tools, ui};

/// Which steps.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these steps (may be given several times)
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Goes on after a step that fails
    #[arg(long)]
    keep_going: bool,
}

/// The steps, quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// nats-server, PostgreSQL, cargo-deny, Node and Chromium are there
    Tools,
    /// The code is formatted
    Fmt,
    /// Crates depend on each other as the architecture says
    Layers,
    /// Licences, bans, sources and advisories
    Deny,
    /// No lint is broken
    Clippy,
    /// Generated files are as the code says
    Golden,
    /// Layout, lints, types, tests and the build of the pages
    Pages,
    /// All tests, against real servers
    Test,
    /// The demo, with few requests in a hurry: the platform as `up` starts it, told by outside clients
    Demo,
    /// Stories in a real browser: the same platform with its pages
    Browser,
}

impl Step {
    fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Tools => tools::run(),
            Self::Fmt => run::shown(run::cargo().args(["fmt", "--all", "--", "--check"])),
            Self::Layers => layers::run(),
            Self::Deny => deny::run(),
            Self::Clippy => run::shown(run::cargo().args(CLIPPY)),
            Self::Golden => golden::check(),
            Self::Pages => pages::check(),
            Self::Test => run::shown(run::cargo().args(["test", "--workspace"])),
            Self::Demo => demo::hurried(),
            Self::Browser => pages::browse("stories", pages::Profile::Debug),
        }
    }

    /// What to do when it fails.
    const fn remedy(self) -> &'static str {
        match self {
            Self::Tools => "do what the error above says, then `cargo xtask tools`",
            Self::Fmt => "`cargo fmt --all`",
            Self::Layers => "remove the dependency, or move the code to where it is allowed",
            Self::Deny => "replace the crate, or argue for it in deny.toml",
            Self::Clippy => "mend what is listed above, then `cargo xtask test --only clippy`",
            Self::Golden => "`cargo xtask golden`, then read the difference and commit it",
            Self::Pages => {
                "`npx prettier --write .` in web mends the layout; the output above names the rest"
            }
            Self::Test => "run the failed test alone: `cargo test -p <crate> <name>`",
            Self::Demo => "the error above says what was lost; `.run/demo-test.log` is the platform's log",
            Self::Browser => "the summary above names the story; `.run/e2e.log` is the platform's log",
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

const CLIPPY: [&str; 6] = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];

/// How a step went.
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    NotRun,
}

/// Runs the steps in order and prints the summary.
///
/// # Errors
/// When one fails: the error says what to do next.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let chosen = |step: &&Step| args.only.is_empty() || args.only.contains(step);
    let steps: Vec<Step> = Step::value_variants().iter().filter(chosen).copied().collect();
    let mut outcomes = Vec::with_capacity(steps.len());
    let mut failed = Vec::new();
    for (number, step) in (1..).zip(&steps) {
        if !failed.is_empty() && !args.keep_going {
            outcomes.push(Outcome::NotRun);
            continue;
        }
        ui::headline(format_args!("{number}/{} {}", steps.len(), step.name()));
        let start = Instant::now();
        match step.run() {
            Ok(()) => outcomes.push(Outcome::Passed(start.elapsed())),
            Err(error) => {
                ui::say_error(format_args!("{error:#}"));
                failed.push(*step);
                outcomes.push(Outcome::Failed(start.elapsed()));
            }
        }
    }
    summarise(&steps, &outcomes);
    if !failed.is_empty() {
        let next: Vec<String> =
            failed.iter().map(|step| format!("{}: {}", step.name(), step.remedy())).collect();
        bail!("not all holds; next\n  {}", next.join("\n  "));
    }
    Ok(())
}

fn summarise(steps: &[Step], outcomes: &[Outcome]) {
    ui::headline("summary");
    let rows: Vec<Vec<String>> = steps
        .iter()
        .zip(outcomes)
        .map(|(step, outcome)| {
            let (word, time) = match outcome {
                Outcome::Passed(time) => ("passed", ui::seconds(*time)),
                Outcome::Failed(time) => ("FAILED", ui::seconds(*time)),
                Outcome::NotRun => ("not run", String::new()),
            };
            vec![step.name(), word.to_owned(), time]
        })
        .collect();
    ui::table(&rows);
}
