//! `cargo xtask demo --year`: a year of credit in minutes.
//!
//! Credit, dispatch and feedback run as they are built, on a broker and databases of their own; their one clock
//! stands still until it is moved to the next morning. Everybody does over HTTP, with the token of a role, what is
//! theirs to do: merchants apply, serve, answer and object, callers call back, officers examine, reviewers decide.
//! Facts travel over the bus. What happens is drawn from a seed and is the same each time.
//!
//! In the end, and each month, what must hold is read back; whatever does not is a fault.

mod certificates;
mod chance;
mod check;
mod city;
mod diary;
mod entrance;
mod february;
mod figures;
mod http;
mod justice;
mod servers;
mod service;
mod year;

use std::time::Duration;

pub use figures::{Figures, Months};

/// How large, and by which chance.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Merchants that apply.
    pub merchants: usize,
    /// All chance comes from it.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Merchants that applied.
    pub merchants: usize,
    /// The figures, month by month.
    pub months: Months,
    /// What did not hold.
    pub faults: Vec<String>,
    /// Real time that it took.
    pub took: Duration,
}

/// Plays the year.
///
/// # Errors
/// When a server does not start, or somebody is refused what is theirs to do; whatever does not hold is in the
/// report.
pub async fn play(options: &Options) -> anyhow::Result<Report> {
    Box::pin(year::play(options)).await
}
