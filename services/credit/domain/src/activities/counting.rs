//! What counts at all of what a merchant is given.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::process::words;

/// Whether what a merchant is given counts (是否计分).
///
/// A merchant enters with what the rules give newcomers, or with what is taken over: nothing from before comes on top
/// of that. What happened before the day of its opening, the last one where it came back, is kept and gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// It counts.
    Counts,
    /// It happened before the merchant was affiliated.
    BeforeOpening,
}

words!(Counting, "counts, before_opening", [Counts = "counts", BeforeOpening = "before_opening",]);

impl Counting {
    /// Of what happened then, for a merchant that was affiliated at `opened_at`: by days of the city.
    #[must_use]
    pub fn of(happened_at: Timestamp, opened_at: Timestamp) -> Self {
        if happened_at.in_city().day < opened_at.in_city().day { Self::BeforeOpening } else { Self::Counts }
    }
}
