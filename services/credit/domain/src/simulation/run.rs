//! One run of a draft over the ledger of a city: page by page, so that it can be stopped and taken up again by
//! any instance.

use std::collections::BTreeMap;

use kernel::{ActorId, CategoryCode, City, Grade, MerchantId, ModelId, SimulationId, Timestamp};
use serde::{Deserialize, Serialize};

use super::contest::{Cell, Outcome};
use super::{Assessment, Measured};
use crate::quality::Weights;

/// Merchants of one run.
pub const MERCHANTS_MAX: u32 = 20_000;
/// Districts and categories named in a summary, those that shift most.
const CELLS_MAX: usize = 500;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: SimulationId,
    /// What is run.
    pub order: Order,
    /// How far it is.
    pub progress: Progress,
    /// Where it stands.
    pub state: RunState,
}

/// What is run, and what it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The draft.
    pub model: ModelId,
    /// Which of its editions.
    pub edition: u32,
    /// Over whose ledgers.
    pub city: City,
    /// Who asked for it.
    pub by: ActorId,
    /// The moment of the trial: what was recorded later is not looked at, so that it can be repeated.
    pub at: Timestamp,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunState {
    /// Waiting for its next page.
    Running,
    /// Come to its end.
    Finished(Box<Summary>),
    /// Stopped by somebody.
    Cancelled,
    /// It cannot come to an end; why.
    Failed(String),
}

impl RunState {
    /// All words for it in storage and on the wire.
    pub const WORDS: [&'static str; 4] = ["running", "finished", "cancelled", "failed"];

    /// The one word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished(_) => "finished",
            Self::Cancelled => "cancelled",
            Self::Failed(_) => "failed",
        }
    }
}

/// How far a run is, and what it has found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The last merchant that was looked at.
    pub after: Option<MerchantId>,
    /// Merchants so far.
    pub merchants: u32,
    /// Entries so far.
    pub entries: u64,
    /// From which grade to which, and how many.
    pub transitions: Vec<Transition>,
    /// Evidence by category.
    weights: BTreeMap<CategoryCode, Weights>,
}

/// Merchants that would move, or stay, alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Under the rules in force.
    pub from: Grade,
    /// Under the draft.
    pub to: Grade,
    /// How many.
    pub merchants: u32,
}

impl Progress {
    /// Counts a merchant that was tried under both.
    pub fn count(&mut self, merchant: MerchantId, entries: u64, before: &Assessment, after: &Assessment) {
        self.after = Some(merchant);
        self.merchants = self.merchants.saturating_add(1);
        self.entries = self.entries.saturating_add(entries);
        self.weigh(&after.measured);
        let (from, to) = (before.grade, after.grade);
        match self.transitions.iter_mut().find(|known| (known.from, known.to) == (from, to)) {
            Some(known) => known.merchants = known.merchants.saturating_add(1),
            None => self.transitions.push(Transition { from, to, merchants: 1 }),
        }
    }

    fn weigh(&mut self, measured: &Measured) {
        for (category, weights) in &measured.weights {
            let Some(category) = category else { continue };
            let sum = self.weights.entry(category.clone()).or_default();
            sum.satisfied = sum.satisfied.saturating_add(weights.satisfied);
            sum.unsatisfied = sum.unsatisfied.saturating_add(weights.unsatisfied);
        }
    }
}

/// The share of content citizens in a category, over all merchants: what the next version may name as its mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryMean {
    /// The category.
    pub category: CategoryCode,
    /// The share, per mille.
    pub permille: u16,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Merchants that would be graded better.
    pub raised: u32,
    /// Merchants that would be graded worse.
    pub lowered: u32,
    /// Measured means.
    pub category_means: Vec<CategoryMean>,
    /// Districts and categories that somebody serves.
    pub cells: u32,
    /// Those in which the first places would shift.
    pub cells_shifted: u32,
    /// Which part of all first places would go to somebody else, in millionths.
    pub shifted_ppm: u64,
    /// Those that would shift most, at most 500.
    pub shifts: Vec<Cell>,
}

impl Summary {
    /// Of a run that has seen all merchants.
    #[must_use]
    pub fn of(progress: &Progress, outcome: &Outcome) -> Self {
        let moved = |test: fn(&Transition) -> bool| {
            progress.transitions.iter().filter(|step| test(step)).map(|step| step.merchants).sum()
        };
        let mut shifts: Vec<Cell> =
            outcome.cells.iter().filter(|cell| cell.shifted_ppm > 0).cloned().collect();
        shifts.sort_by_key(|cell| core::cmp::Reverse(cell.shifted_ppm));
        let shifted: u64 = shifts.iter().map(|cell| cell.shifted_ppm).sum();
        let cells = outcome.cells.len();
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let cells_shifted = count(shifts.len());
        shifts.truncate(CELLS_MAX);
        Self {
            raised: moved(|step| step.to > step.from),
            lowered: moved(|step| step.to < step.from),
            category_means: progress.weights.iter().filter_map(mean).collect(),
            cells: count(cells),
            cells_shifted,
            shifted_ppm: shifted.checked_div(cells as u64).unwrap_or_default(),
            shifts,
        }
    }
}

fn mean((category, weights): (&CategoryCode, &Weights)) -> Option<CategoryMean> {
    let satisfied = i128::from(weights.satisfied.max(0));
    let all = satisfied + i128::from(weights.unsatisfied.max(0));
    let permille = u16::try_from((satisfied * 1_000).checked_div(all)?).ok()?;
    Some(CategoryMean { category: category.clone(), permille })
}

/// Why nothing is done with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunRefusal {
    /// It came to its end before.
    #[error("it is {0} already")]
    Over(&'static str),
}

impl Run {
    /// Stops it; already cancelled is as good.
    ///
    /// # Errors
    /// [`RunRefusal`] when it came to another end before.
    pub fn cancel(&mut self) -> Result<(), RunRefusal> {
        match self.state {
            RunState::Running | RunState::Cancelled => {
                self.state = RunState::Cancelled;
                Ok(())
            }
            RunState::Finished(_) | RunState::Failed(_) => Err(RunRefusal::Over(self.state.word())),
        }
    }
}
