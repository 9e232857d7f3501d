//! The look into the register of organisations (登记核查).

use kernel::{ActorId, Timestamp};
use serde::{Deserialize, Serialize};

use super::dossier::DAY;

/// How long a look is good, in days.
const LOOK_UP_DAYS: u32 = 30;

/// A look into the register of organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Whether the code is active there, with these holders.
    pub active: bool,
    /// What was seen, and where it lies.
    pub evidence: String,
    /// Who looked.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// The first moment at which one must look again.
    pub good_until: Timestamp,
}

impl Attestation {
    /// Somebody has looked now.
    #[must_use]
    pub fn of(active: bool, evidence: &str, by: ActorId, at: Timestamp) -> Self {
        Self { active, evidence: evidence.to_owned(), by, at, good_until: at.after(DAY * LOOK_UP_DAYS) }
    }
}
