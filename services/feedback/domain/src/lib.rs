//! The pure model of feedback (回访与失信核查): the call-back the day after completion, and the case that a
//! suspected breach opens. No clock, no chance, no storage: every decision is a function from state, command
//! and moment to the next state.
//!
//! - a [`Callback`] is created when an order is completed, claimed by a caller, and recorded; tries that reach
//!   nobody come back until they are used up;
//! - a [`Case`] is opened by a suspected breach and verified or dismissed by somebody else;
//! - whoever handled a request neither calls about it nor rules on it (I8): [`Handlers`].

mod callback;
mod calling_hours;
mod case;
mod clause;
mod due;
mod handlers;

pub use callback::{
    Answer, Answers, Attempt, AttemptResult, CallResult, Callback, Completion, Outcome, Recorded, Report,
    State, Verdict,
};
pub use calling_hours::{CallPolicy, PolicyProblem, Window, first_call_window};
pub use case::{Breach, Case, CaseState, MerchantAnswer, Ruling};
pub use clause::{CLAUSE_CHARS_MAX, Clause};
pub use due::{Due, DueSpan};
pub use handlers::Handlers;

use kernel::{ActorId, Severity, Timestamp};

/// The most characters of a note, an answer or a reason.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// I8: the person handled the request, made the call, or acts for the merchant.
    #[error("whoever handled the case never rates it")]
    HandledTheCase,
    /// The call-back is due later.
    #[error("not due before {due_at}")]
    NotDue {
        /// When it is.
        due_at: Timestamp,
    },
    /// Citizens are not called now.
    #[error("outside calling hours, which begin again at {next}")]
    OutsideCallingHours {
        /// When they begin again.
        next: Timestamp,
    },
    /// Somebody else is making this call.
    #[error("claimed by {by} until {until}")]
    ClaimedByAnother {
        /// Who.
        by: ActorId,
        /// Until when the claim holds.
        until: Timestamp,
    },
    /// The result of a call that this person has not claimed.
    #[error("claim the call-back before recording its result")]
    NotClaimed,
    /// A suspicion needs something to go by.
    #[error("a suspected breach needs a note or a question answered with no")]
    NothingSuspected,
    /// A clause is what a suspicion is of.
    #[error("a clause is named only where a breach is suspected")]
    ClauseUnsuspected,
    /// It can not name a clause.
    #[error("a clause is at most {CLAUSE_CHARS_MAX} characters on one line")]
    NoClause,
    /// Too long.
    #[error("a text is longer than {TEXT_CHARS_MAX} characters")]
    TextTooLong,
    /// Something is missing.
    #[error("{0} must not be empty")]
    Empty(&'static str),
    /// The case was ruled on before.
    #[error("the case is closed")]
    CaseClosed,
    /// Another ruling stands: the first one.
    #[error("the case was ruled on by {by} at {at}")]
    RuledOtherwise {
        /// Whether as a breach, and how grave it is then; none where the suspicion was dismissed.
        severity: Option<Severity>,
        /// Who ruled.
        by: ActorId,
        /// When.
        at: Timestamp,
    },
    /// Another result of the call stands: the first one.
    #[error("the call-back was recorded by {by} at {at}")]
    RecordedOtherwise {
        /// Which.
        outcome: Outcome,
        /// Who recorded it.
        by: ActorId,
        /// When.
        at: Timestamp,
    },
}

/// Checks a free text against [`TEXT_CHARS_MAX`].
fn bounded(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > TEXT_CHARS_MAX { Err(Refusal::TextTooLong) } else { Ok(()) }
}

/// The same, for a text that must say something.
fn said(what: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::Empty(what)) } else { bounded(text) }
}
