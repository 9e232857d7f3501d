//! Due process (惩戒程序): how a finding becomes a measure, with notice, reply, hearing, a decision by another
//! person, appeal and repair.
//!
//! A [`Proceeding`] is one file about one finding. [`Proceeding::act`] is the one door through which people
//! change it; [`Proceeding::elapse`] is the one through which time does. What it holds against its merchant is a
//! function of its state ([`Proceeding::restraints`], [`Proceeding::publicity`]), and [`settle`] brings merchant
//! and ledger in line with it: nothing is imposed that the file does not say, and nothing stays that it no longer
//! says.
//!
//! ```text
//! opened -> noticed -> (hearing) -> decided: dropped
//!    |                                 |
//!    |  red line: the decision first   +--> in force -> (appealed) -> in force, or reversed
//!    +---------------------------------+        |
//!                                               +--> repaired, or ended by its time
//! ```

mod act;
mod again;
mod carry;
mod may;
mod measure;
mod moment;
mod news;
mod parts;
mod proceeding;
mod rules;
mod settle;
mod suspension;
mod words;

use core::fmt;

use kernel::{ProceedingId, Timestamp};

use crate::remedy::RemedyKind;

pub use act::{Act, ActKind, Doer};
pub(crate) use measure::words;
pub use measure::{Hold, Measure, RedLine, Restraint, WordError};
pub use moment::Moment;
pub use parts::{
    Appeal, Deadline, Decision, Due, Emergency, End, Ending, Ground, Hearing, Notice, Outcome, Publicity,
    Rectification, Repair, Said, SaidAs, Sanction, Stage, Verdict,
};
pub use proceeding::{Opening, Proceeding};
pub use rules::{ClassRule, ClassRules, ProcessRules};
pub use settle::{Posted, Removal, settle};
pub(crate) use settle::{repaired_case, restraints_after, worst};
pub use suspension::{SuspendedBy, Suspension};
pub use words::{REASON_CHARS_MAX, TEXT_CHARS_MAX};
pub(crate) use words::{reason_fits, text_fits};

/// Why something is not done in a proceeding, an objection or a repair.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessRefusal {
    /// Who investigated or decided before never decides: a second person has to.
    #[error("who had a part in it before cannot decide it: another person has to")]
    SamePerson,
    /// Only staff, or only the merchant that it concerns, does this.
    #[error("it is not theirs to do")]
    NotTheirs,
    /// Nothing of the kind is open now.
    #[error("it cannot be done while the proceeding is {stage}")]
    NotNow {
        /// Where it stands.
        stage: Stage,
    },
    /// It was said before, and otherwise.
    #[error("it was said before, and otherwise: what was said first stands")]
    SaidOtherwise,
    /// The time for it has not come.
    #[error("it cannot be done before {0}")]
    TooEarly(Timestamp),
    /// The time for it is over.
    #[error("it could be done until {0}")]
    TooLate(Timestamp),
    /// The merchant asked for a hearing, or one was called, and none was held.
    #[error("a hearing has to be held first")]
    HearingNeeded,
    /// A hearing leaves the merchant time to prepare, and does not hold up the decision for good.
    #[error("a hearing is held from {first} on and before {end}")]
    HearingDate {
        /// The first moment for it.
        first: Timestamp,
        /// The first moment that is too late.
        end: Timestamp,
    },
    /// A hearing without the merchants' association or the legal adviser is none.
    #[error("a hearing takes the merchants' association and the legal adviser")]
    HearingIncomplete,
    /// A decision can be milder than what the merchant was told, never heavier.
    #[error("the notice announced no more than {announced}")]
    HeavierThanNoticed {
        /// What the merchant was told.
        announced: Measure,
    },
    /// The class of the finding does not allow it.
    #[error("the heaviest measure of this class is {heaviest}")]
    BeyondItsClass {
        /// What it allows.
        heaviest: Measure,
    },
    /// A red line ends in removal, or it was none.
    #[error("a red line is serious and leads to removal, or is dropped")]
    RedLine,
    /// The period is not one of its class.
    #[error("the period must be within {min} and {max} {unit}")]
    Period {
        /// The shortest.
        min: u16,
        /// The longest.
        max: u16,
        /// Of what.
        unit: &'static str,
    },
    /// A condition of repair is not met.
    #[error("it cannot be repaired yet: {0}")]
    NotRepairable(Unrepaired),
    /// A text is missing.
    #[error("{0} must say something")]
    TextMissing(&'static str),
    /// A text is too long.
    #[error("{field} must have at most {max} characters")]
    TextTooLong {
        /// Which.
        field: &'static str,
        /// How many it may have.
        max: usize,
    },
    /// It was done as often as it may be.
    #[error("it was tried {0} times: no more is taken")]
    TooOften(usize),
    /// Against a decision that can still be appealed against, or is, there is the appeal.
    #[error("against proceeding {proceeding} there is the appeal first: until {until}")]
    AppealFirst {
        /// The proceeding whose decision it is.
        proceeding: ProceedingId,
        /// Until when it can be appealed against, or is ruled on.
        until: Timestamp,
    },
    /// What is proposed for an objection that holds is not what its entry admits.
    #[error("what can come of an objection to this is: {admits}")]
    RemedyUnfit {
        /// What it admits.
        admits: RemedyKind,
    },
    /// What a correction does not say is not 0.
    #[error("the points that the entry should have given in {0} are not named")]
    PointsMissing(&'static str),
    /// An entry is not put right with these points.
    #[error("the points in {dimension} must be within {min} and {max}")]
    PointsUnfit {
        /// In which dimension.
        dimension: &'static str,
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// An objection never ends worse for who objects than without it.
    #[error("it would be no better for the merchant: such an objection is rejected")]
    NoBetter,
    /// Only what a run found for the merchant, and what it merits since, can be computed anew.
    #[error("nothing was evaluated that could be computed anew")]
    NothingEvaluated,
    /// A notice that follows from a decision comes and goes with it, and by nobody's hand.
    #[error("a notice of this kind follows from a decision and stands as long as that")]
    FollowsFromDecision,
    /// The objection was not looked into yet.
    #[error("somebody has to examine it first")]
    NotExamined,
}

/// A condition of repair that is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrepaired {
    /// What was ordered was not put right.
    Rectification,
    /// A new breach was verified since.
    NewBreach,
    /// An appeal is open.
    Appeal,
}

impl fmt::Display for Unrepaired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rectification => "what was ordered has not been accepted as put right",
            Self::NewBreach => "a new breach was verified since the decision",
            Self::Appeal => "an appeal is open",
        })
    }
}
