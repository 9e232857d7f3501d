//! What feedback does: one file per command or consumed event. Each loads, asks the domain once, and saves
//! with what is to be said, in one transaction.

mod answer_case;
mod claim_callback;
mod dismiss_case;
mod note_handler;
mod open_callback;
mod queries;
mod read_case;
mod record_outcome;
mod verify_case;

use feedback_domain::Refusal;
use kernel::{Actor, ActorId, Version};

use crate::error::Error;

pub use answer_case::{AnswerCase, ReadOwnCase};
pub use claim_callback::ClaimCallback;
pub use dismiss_case::DismissCase;
pub use note_handler::NoteHandler;
pub use open_callback::OpenCallback;
pub use queries::{CaseList, CaseReadings, PAGE_MAX, Worklist};
pub use read_case::ReadCase;
pub use record_outcome::RecordOutcome;
pub use verify_case::{ClausesConfig, VerifyCase};

pub use crate::store::callbacks::OpenCalls;
pub use crate::store::cases::{Filter as CaseFilter, Stage};

/// What a command leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    /// What it is about, as it stands now.
    pub now: T,
    /// Whether the command found it done already: the first result stands.
    pub already: bool,
}

/// Only staff calls and rules. A merchant is a party to every case about its work, and so handled it (I8); a
/// front end and the platform itself are nobody who could judge.
fn judge(by: Actor) -> Result<ActorId, Refusal> {
    match by {
        Actor::Staff { id } => Ok(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => Err(Refusal::HandledTheCase),
    }
}

/// Refuses a change that was decided on while looking at another version. A repeated command never gets here:
/// it is answered with its first result.
fn unmoved(expected: Version, now: Version) -> Result<(), Error> {
    if expected == now { Ok(()) } else { Err(Error::Moved { now }) }
}
