//! What a file is made of.

use kernel::{ActorId, CaseId, PersonalText, Timestamp};
use serde::{Deserialize, Serialize};

use super::measure::{Measure, RedLine, words};

/// What a proceeding is about (立案依据).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ground {
    /// A breach that feedback verified; the ledger has it already.
    Breach {
        /// The case.
        case: CaseId,
    },
    /// A red line was crossed.
    RedLine {
        /// Which.
        line: RedLine,
    },
    /// Something else that was found: on an inspection, in the papers.
    Finding,
}

/// Something that somebody said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The words.
    #[serde(with = "super::words")]
    pub text: PersonalText,
    /// When.
    pub at: Timestamp,
}

/// What it was said as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaidAs {
    /// The merchant's reply to the notice (陈述申辩).
    Reply,
    /// The minutes of the hearing (听证笔录).
    Minutes,
    /// Its proof that something was put right, accepted or not (整改证明).
    Proof,
    /// The grounds of its appeal (复核理由).
    Appeal,
    /// Its application for repair (修复申请).
    Repair,
}

words!(
    SaidAs,
    "reply, minutes, proof, appeal, repair",
    [Reply = "reply", Minutes = "minutes", Proof = "proof", Appeal = "appeal", Repair = "repair"]
);

/// Somebody's word on something, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// Whether it was granted.
    pub granted: bool,
    /// Why; names nobody.
    pub reason: String,
}

/// A suspension that came before the notice (紧急暂停).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Who suspended.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// Why it could not wait; names nobody.
    pub reason: String,
    /// Without another person's word until then it ends.
    pub confirm_by: Timestamp,
    /// Without a decision until then it ends.
    pub until: Timestamp,
    /// That other person's word.
    pub confirmed: Option<(ActorId, Timestamp)>,
    /// Who of those who may confirm it ended it instead, and why; names nobody.
    #[serde(default)]
    pub lifted: Option<(ActorId, String)>,
    /// When it ended without a decision.
    pub ended_at: Option<Timestamp>,
}

/// What the merchant was told before anything was decided (事先告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Who told it.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// The heaviest that may come of it.
    pub announced: Measure,
    /// Why; names nobody.
    pub reason: String,
    /// Until when the merchant may reply.
    pub reply_by: Timestamp,
    /// Whether what may come of it is heavy enough for a hearing when the merchant asks for one.
    pub hearing_on_request: bool,
}

/// A hearing (听证), with the merchants' association (商会) and the legal adviser (法律顾问).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// Who called it, for the date that stands.
    pub called_by: ActorId,
    /// Who called it before, for another date: they investigated as well.
    #[serde(default)]
    pub called_before_by: Vec<ActorId>,
    /// For when.
    pub on: Timestamp,
    /// Who kept the minutes, once it was held.
    pub recorded_by: Option<ActorId>,
    /// What was said there.
    pub minutes: Option<Said>,
}

/// A measure that was imposed (平台措施).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanction {
    /// Which.
    pub measure: Measure,
    /// Until when it has effect and, where it is published, stands on the board.
    pub until: Timestamp,
    /// From when on repair can be asked for.
    pub repair_from: Timestamp,
    /// Whether it is published.
    pub published: bool,
}

/// How a proceeding was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing comes of it (不予处理).
    Dropped,
    /// A measure is imposed.
    Imposed(Sanction),
}

/// The decision (决定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who decided: nobody who investigated.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// Why; names nobody, and is published with the measure.
    pub reason: String,
    /// What.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Until when it may be appealed against.
    pub appeal_by: Timestamp,
}

/// What was ordered to be put right (责令整改).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectification {
    /// Until when.
    pub due_by: Timestamp,
    /// The merchant's proof that waits for a word.
    pub proof: Option<Said>,
    /// Proofs that were not enough: whoever looks at the file later sees what was refused.
    #[serde(default)]
    pub refused: Vec<Said>,
    /// Until when that word is due.
    pub decide_by: Option<Timestamp>,
    /// Words on proofs, the last one granted if any was.
    pub verdicts: Vec<Verdict>,
}

impl Rectification {
    /// Whether it was accepted as put right.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.verdicts.last().is_some_and(|verdict| verdict.granted)
    }
}

/// An appeal (申请复核) to another reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// What the merchant brings forward.
    pub grounds: Said,
    /// Until when it is to be ruled on.
    pub decide_by: Timestamp,
    /// The ruling; granted means reversed.
    pub ruling: Option<Verdict>,
}

/// An application for repair (信用修复).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// What the merchant did, and its proof.
    pub proof: Said,
    /// Until when it is to be decided.
    pub decide_by: Timestamp,
    /// The decision.
    pub verdict: Option<Verdict>,
}

/// How what was imposed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Its time was over.
    Expired,
    /// It was repaired.
    Repaired,
    /// It was reversed on appeal, or the fact behind it fell.
    Reversed,
}

/// When and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How.
    pub how: Ending,
    /// When.
    pub at: Timestamp,
}

/// Where a proceeding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Under investigation.
    Opened,
    /// The merchant was told and may reply, or has.
    Noticed,
    /// The merchant asked for a hearing that it has a right to, and none is called yet (要求听证).
    HearingAsked,
    /// A hearing is called.
    HearingCalled,
    /// The hearing was held; the decision is due.
    Heard,
    /// Nothing came of it.
    Dropped,
    /// The measure is in force.
    InForce,
    /// In force, and under appeal.
    Appealed,
    /// Over by its time.
    Expired,
    /// Over by repair.
    Repaired,
    /// Reversed.
    Reversed,
}

words!(
    Stage,
    "opened, noticed, hearing_asked, hearing_called, heard, dropped, in_force, appealed, expired, repaired, reversed",
    [
        Opened = "opened",
        Noticed = "noticed",
        HearingAsked = "hearing_asked",
        HearingCalled = "hearing_called",
        Heard = "heard",
        Dropped = "dropped",
        InForce = "in_force",
        Appealed = "appealed",
        Expired = "expired",
        Repaired = "repaired",
        Reversed = "reversed",
    ]
);

/// What is to be done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deadline {
    /// Another person's word on an emergency suspension.
    Confirmation,
    /// The notice.
    Notice,
    /// The hearing: to be called, then to be held and recorded.
    Hearing,
    /// The decision.
    Decision,
    /// What was ordered to be put right, by the merchant.
    Rectification,
    /// The word on its proof.
    Proof,
    /// The ruling on an appeal.
    Appeal,
    /// The decision on repair.
    Repair,
    /// The decision on an objection.
    Objection,
}

words!(
    Deadline,
    "confirmation, notice, hearing, decision, rectification, proof, appeal, repair, objection",
    [
        Confirmation = "confirmation",
        Notice = "notice",
        Hearing = "hearing",
        Decision = "decision",
        Rectification = "rectification",
        Proof = "proof",
        Appeal = "appeal",
        Repair = "repair",
        Objection = "objection",
    ]
);

/// What is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub what: Deadline,
    /// The first instant that is too late.
    pub by: Timestamp,
}

/// What stands on the publicity board because of a proceeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publicity {
    /// The measure.
    pub measure: Measure,
    /// Until when.
    pub until: Timestamp,
}
