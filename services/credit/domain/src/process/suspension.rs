//! Since when a merchant takes no orders because of a proceeding, and by what.

use kernel::Timestamp;

use super::measure::Hold;
use super::proceeding::Proceeding;

/// Since when a merchant takes no orders, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// When it began.
    pub since: Timestamp,
    /// What it is now.
    pub by: SuspendedBy,
}

/// What suspends a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspendedBy {
    /// An emergency suspension (紧急暂停), before anything is decided.
    Emergency,
    /// A measure that was decided (平台措施).
    Measure,
}

impl Proceeding {
    /// The suspension of its merchant that it holds now. A measure that was decided while an emergency suspension ran goes
    /// on from when that began.
    #[must_use]
    pub fn suspension(&self) -> Option<Suspension> {
        self.restraints().iter().find(|held| held.hold == Hold::Suspended)?;
        let begun = self.emergency.as_ref().filter(|it| it.ended_at.is_none()).map(|it| it.at);
        match &self.decision {
            None => begun.map(|since| Suspension { since, by: SuspendedBy::Emergency }),
            Some(decision) => {
                Some(Suspension { since: begun.unwrap_or(decision.at), by: SuspendedBy::Measure })
            }
        }
    }
}
