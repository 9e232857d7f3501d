//! What people do in a proceeding: one value per act, one door ([`Proceeding::act`]) for all of them.
//!
//! [`Proceeding::act`]: super::Proceeding::act

use kernel::{PersonalText, Timestamp};

use super::measure::{Measure, words};

/// Something that somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Suspends before the notice, because it cannot wait (紧急暂停).
    Suspend {
        /// Why; names nobody.
        reason: String,
    },
    /// Confirms the emergency suspension, as another person.
    ConfirmSuspension,
    /// Ends an emergency suspension, as another person. The proceeding goes on.
    LiftSuspension {
        /// Why it need not be; names nobody.
        reason: String,
    },
    /// Tells the merchant what it is about and what may come of it (告知).
    Notify {
        /// The heaviest that may come of it.
        announced: Measure,
        /// Why; names nobody.
        reason: String,
    },
    /// The merchant answers (陈述申辩).
    Reply {
        /// Its words.
        text: PersonalText,
        /// Whether it asks for a hearing.
        asks_hearing: bool,
    },
    /// Calls a hearing (听证); until it is held, also for another date than before.
    CallHearing {
        /// For when.
        on: Timestamp,
    },
    /// Keeps what was said there.
    RecordHearing {
        /// Whether the merchants' association took part.
        association: bool,
        /// Whether the legal adviser took part.
        legal_adviser: bool,
        /// The minutes.
        minutes: PersonalText,
    },
    /// Imposes a measure, as another person.
    Impose {
        /// Which.
        measure: Measure,
        /// For how many months.
        months: u16,
        /// Within how many working days to put it right, where that is ordered.
        rectify_working_days: Option<u16>,
        /// Why; names nobody, and is published.
        reason: String,
    },
    /// Drops it, as another person.
    Drop {
        /// Why; names nobody.
        reason: String,
    },
    /// The merchant shows that it put right what was ordered.
    Prove {
        /// How it did.
        proof: PersonalText,
    },
    /// Says whether it is put right, as another person.
    JudgeProof {
        /// Whether it is.
        granted: bool,
        /// Why; names nobody.
        reason: String,
    },
    /// The merchant appeals (申请复核).
    Appeal {
        /// What it brings forward.
        grounds: PersonalText,
    },
    /// Rules on the appeal, as yet another person.
    RuleOnAppeal {
        /// Whether the decision is reversed.
        granted: bool,
        /// Why; names nobody.
        reason: String,
    },
    /// The merchant applies for repair (信用修复).
    ApplyForRepair {
        /// What it did, and its proof.
        proof: PersonalText,
        /// When its last breach was verified, as its row has it.
        last_breach_at: Option<Timestamp>,
    },
    /// Decides on the repair, as another person.
    DecideRepair {
        /// Whether it is repaired.
        granted: bool,
        /// Why; names nobody.
        reason: String,
    },
}

/// The kind of an act, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActKind {
    /// See [`Act::Suspend`].
    Suspend,
    /// See [`Act::ConfirmSuspension`].
    ConfirmSuspension,
    /// See [`Act::LiftSuspension`].
    LiftSuspension,
    /// See [`Act::Notify`].
    Notify,
    /// See [`Act::Reply`].
    Reply,
    /// See [`Act::CallHearing`].
    CallHearing,
    /// See [`Act::RecordHearing`].
    RecordHearing,
    /// See [`Act::Impose`].
    Impose,
    /// See [`Act::Drop`].
    Drop,
    /// See [`Act::Prove`].
    Prove,
    /// See [`Act::JudgeProof`].
    JudgeProof,
    /// See [`Act::Appeal`].
    Appeal,
    /// See [`Act::RuleOnAppeal`].
    RuleOnAppeal,
    /// See [`Act::ApplyForRepair`].
    ApplyForRepair,
    /// See [`Act::DecideRepair`].
    DecideRepair,
}

words!(
    ActKind,
    "an act of a proceeding",
    [
        Suspend = "suspend",
        ConfirmSuspension = "confirm_suspension",
        LiftSuspension = "lift_suspension",
        Notify = "notify",
        Reply = "reply",
        CallHearing = "call_hearing",
        RecordHearing = "record_hearing",
        Impose = "impose",
        Drop = "drop",
        Prove = "prove",
        JudgeProof = "judge_proof",
        Appeal = "appeal",
        RuleOnAppeal = "rule_on_appeal",
        ApplyForRepair = "apply_for_repair",
        DecideRepair = "decide_repair",
    ]
);

/// Who does an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// Who investigates and proposes.
    Officer,
    /// Who decides: nobody who investigated.
    Reviewer,
    /// The merchant it concerns.
    Merchant,
}

impl ActKind {
    /// Who does it.
    #[must_use]
    pub const fn doer(self) -> Doer {
        match self {
            Self::Suspend | Self::Notify | Self::CallHearing | Self::RecordHearing => Doer::Officer,
            Self::ConfirmSuspension
            | Self::LiftSuspension
            | Self::Impose
            | Self::Drop
            | Self::JudgeProof
            | Self::RuleOnAppeal
            | Self::DecideRepair => Doer::Reviewer,
            Self::Reply | Self::Prove | Self::Appeal | Self::ApplyForRepair => Doer::Merchant,
        }
    }
}

impl Act {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ActKind {
        match self {
            Self::Suspend { .. } => ActKind::Suspend,
            Self::ConfirmSuspension => ActKind::ConfirmSuspension,
            Self::LiftSuspension { .. } => ActKind::LiftSuspension,
            Self::Notify { .. } => ActKind::Notify,
            Self::Reply { .. } => ActKind::Reply,
            Self::CallHearing { .. } => ActKind::CallHearing,
            Self::RecordHearing { .. } => ActKind::RecordHearing,
            Self::Impose { .. } => ActKind::Impose,
            Self::Drop { .. } => ActKind::Drop,
            Self::Prove { .. } => ActKind::Prove,
            Self::JudgeProof { .. } => ActKind::JudgeProof,
            Self::Appeal { .. } => ActKind::Appeal,
            Self::RuleOnAppeal { .. } => ActKind::RuleOnAppeal,
            Self::ApplyForRepair { .. } => ActKind::ApplyForRepair,
            Self::DecideRepair { .. } => ActKind::DecideRepair,
        }
    }
}
