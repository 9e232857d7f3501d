//! Holds the whole platform to its invariants, after whatever was done to it: reads every database, every stream
//! and every log, and knows the tables as no service does.
//!
//! [`read`] gathers what there is into one [`History`](history::History) of plain rows; [`rules`] are functions over
//! it, one per invariant, so that forged histories prove that each can fail. The ledger (I3), the decisions (I5) and
//! personal data (I7) are checked with the domains' own functions and with a search.

pub(crate) mod databases;
mod found_tests;
mod history;
mod ledger;
mod personal;
pub(crate) mod projections;
mod read;
mod rules;
mod rules_tests;
mod streams;

use std::collections::BTreeMap;
use std::path::PathBuf;

use uuid::Uuid;

pub(crate) use history::{Acknowledged, Assigned};
pub(crate) use rules::i4_versions;

/// What a test knows and the platform is held to.
pub(crate) struct Evidence {
    /// The address of each service's database.
    pub(crate) databases: BTreeMap<&'static str, String>,
    pub(crate) client: async_nats::Client,
    pub(crate) logs: BTreeMap<&'static str, PathBuf>,
    /// Every request that was answered 2xx.
    pub(crate) answered: Vec<Uuid>,
    /// Which versions credit was seen to have, and when.
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Texts that must be found with intake and feedback alone.
    pub(crate) personal: Vec<String>,
}

/// What was looked at, and what was wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    counted: BTreeMap<&'static str, usize>,
    violations: Vec<String>,
}

impl Report {
    /// Notes how many of these were looked at, so that a check of nothing shows.
    pub(crate) fn count(&mut self, what: &'static str, number: usize) {
        *self.counted.entry(what).or_default() += number;
    }

    /// Notes a row that breaks an invariant.
    pub(crate) fn violate(&mut self, invariant: &str, row: impl core::fmt::Display) {
        self.violations.push(format!("{invariant}: {row}"));
    }

    /// How many of these were looked at.
    pub(crate) fn counted(&self, what: &str) -> usize {
        self.counted.get(what).copied().unwrap_or_default()
    }

    /// Whether a row broke this invariant.
    pub(crate) fn breaks(&self, invariant: &str) -> bool {
        self.violations.iter().any(|violation| violation.starts_with(invariant))
    }

    /// Prints what was counted; fails with every row that broke an invariant.
    pub(crate) fn holds(&self) {
        println!("checked: {:?}", self.counted);
        assert!(self.violations.is_empty(), "{:#?}\nchecked: {:?}", self.violations, self.counted);
    }
}

/// Waits until nothing is under way any more, and checks everything.
pub(crate) async fn check(evidence: &Evidence) -> Report {
    let stores = databases::Stores::open(&evidence.databases).await;
    streams::settled(&evidence.client, &stores).await;
    let mut report = Report::default();
    let history = read::history(evidence, &stores).await;
    rules::all(&history, &mut report);
    ledger::i3_folds_and_chains(&evidence.databases["credit"], &mut report).await;
    personal::i7_nowhere_else(evidence, &stores, &mut report).await;
    stores.close().await;
    report
}
