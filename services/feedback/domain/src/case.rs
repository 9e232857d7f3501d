//! The case that a suspected breach opens (失信核查): open -> verified or dismissed. Only a verified breach
//! touches credit as a breach.

use kernel::{
    Actor, ActorId, Area, CallbackId, CaseId, CategoryCode, City, ItemCode, MerchantId, PersonalText,
    RequestId, Severity, Step, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use crate::callback::{Answers, Callback};
use crate::clause::Clause;
use crate::handlers::Handlers;
use crate::{Refusal, said};

/// What an officer finds to be broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// What was broken.
    pub clause: Clause,
    /// Whether credit, whose library it is, said that there is this clause; false only where credit was silent and the
    /// settings allow to go on without.
    pub clause_confirmed: bool,
    /// How grave.
    pub severity: Severity,
}

/// How a case was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ruling", rename_all = "snake_case")]
pub enum Ruling {
    /// The commitment was broken.
    Verified {
        /// What was broken, and how gravely.
        #[serde(flatten)]
        breach: Breach,
        /// By whom.
        by: ActorId,
        /// When.
        at: Timestamp,
    },
    /// The suspicion did not hold.
    Dismissed {
        /// Why.
        reason: String,
        /// By whom.
        by: ActorId,
        /// When.
        at: Timestamp,
    },
}

impl Ruling {
    /// Whether it is the same ruling of the same person: the command sent again. What credit said of the clause is no
    /// part of what was ruled.
    fn repeats(&self, first: &Self) -> bool {
        match (self, first) {
            (
                Self::Verified { breach: Breach { clause, severity, .. }, by, .. },
                Self::Verified { breach: stands, by: ruled_by, .. },
            ) => (clause, severity, by) == (&stands.clause, &stands.severity, ruled_by),
            (Self::Dismissed { reason, by, .. }, Self::Dismissed { reason: stands, by: ruled_by, .. }) => {
                (reason, by) == (stands, ruled_by)
            }
            (Self::Verified { .. }, Self::Dismissed { .. })
            | (Self::Dismissed { .. }, Self::Verified { .. }) => false,
        }
    }

    /// As whoever ruled otherwise is told it.
    fn stands(&self) -> Refusal {
        match self {
            Self::Verified { breach, by, at } => {
                Refusal::RuledOtherwise { severity: Some(breach.severity), by: *by, at: *at }
            }
            Self::Dismissed { by, at, .. } => Refusal::RuledOtherwise { severity: None, by: *by, at: *at },
        }
    }
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    /// Under verification.
    Open,
    /// Decided.
    Ruled(Ruling),
}

/// What the merchant says to it (企业陈述).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantAnswer {
    /// Its words.
    pub text: PersonalText,
    /// When.
    pub at: Timestamp,
}

/// A suspected breach of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The case.
    pub id: CaseId,
    /// The city.
    pub city: City,
    /// The merchant under suspicion.
    pub merchant: MerchantId,
    /// The request it came from.
    pub request: RequestId,
    /// The call that raised it.
    pub callback: CallbackId,
    /// What was asked for.
    pub item: ItemCode,
    /// The category whose commitment may be broken.
    pub category: CategoryCode,
    /// Where it was done.
    pub area: Area,
    /// When the work was completed: by the clauses of then it is judged.
    pub completed_at: Timestamp,
    /// What the citizen answered.
    pub answers: Option<Answers>,
    /// What else the citizen said.
    pub note: Option<PersonalText>,
    /// Which clause the caller thinks is broken, if one was named. No more than that: its form was looked at, and
    /// whoever verifies a breach has the clause of the ruling confirmed by credit.
    pub suspected_clause: Option<Clause>,
    /// Who may not rule on it (I8): who handled the request, and who made the call.
    pub handlers: Handlers,
    /// Who made the call.
    pub opened_by: ActorId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What the merchant says; none yet, or nothing.
    pub merchant_answer: Option<MerchantAnswer>,
    /// Where it stands.
    pub state: CaseState,
    /// Counts its changes.
    pub version: Version,
}

impl Case {
    /// Opens the case of a suspicion raised in a call, of this clause where one was named.
    #[must_use]
    pub fn open(
        id: CaseId,
        callback: &Callback,
        suspected_clause: Option<Clause>,
        by: ActorId,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            city: callback.city,
            merchant: callback.merchant,
            request: callback.request,
            callback: callback.id,
            item: callback.item.clone(),
            category: callback.category.clone(),
            area: callback.area,
            completed_at: callback.completed_at,
            answers: callback.answers,
            note: callback.note.clone(),
            suspected_clause,
            handlers: callback.handlers.clone().with(Actor::Staff { id: by }),
            opened_by: by,
            opened_at: now,
            merchant_answer: None,
            state: CaseState::Open,
            version: Version(1),
        }
    }

    /// The breach is verified (核实): a clause was broken, this gravely. The first ruling stands:
    /// sent again it changes nothing, and another one is refused.
    ///
    /// # Errors
    /// [`Refusal`] when the person handled the request or made the call (I8), or another ruling stands.
    pub fn verify(&self, breach: Breach, by: ActorId, now: Timestamp) -> Result<Step<Self, Ruling>, Refusal> {
        self.rule(by, Ruling::Verified { breach, by, at: now })
    }

    /// The suspicion is dismissed (不予认定), and why. The first ruling stands, as in [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`Refusal`] when the person handled the request or made the call (I8), gives no reason, or another ruling
    /// stands.
    pub fn dismiss(
        &self,
        reason: String,
        by: ActorId,
        now: Timestamp,
    ) -> Result<Step<Self, Ruling>, Refusal> {
        said("reason", &reason)?;
        self.rule(by, Ruling::Dismissed { reason, by, at: now })
    }

    /// The merchant's side of it. The first answer stands; after the ruling it is too late.
    ///
    /// # Errors
    /// [`Refusal`] when the text is empty or too long, or the case is closed.
    pub fn answer(&self, text: PersonalText, now: Timestamp) -> Result<Step<Self, MerchantAnswer>, Refusal> {
        said("answer", text.in_the_clear())?;
        if let Some(first) = &self.merchant_answer {
            return Ok(Step::AlreadyDone(first.clone()));
        }
        match self.state {
            CaseState::Ruled(_) => Err(Refusal::CaseClosed),
            CaseState::Open => {
                let merchant_answer = Some(MerchantAnswer { text, at: now });
                Ok(Step::Done(Self { merchant_answer, version: self.version.next(), ..self.clone() }))
            }
        }
    }

    fn rule(&self, by: ActorId, ruling: Ruling) -> Result<Step<Self, Ruling>, Refusal> {
        if !self.handlers.may_judge(by) {
            return Err(Refusal::HandledTheCase);
        }
        match &self.state {
            CaseState::Ruled(first) if ruling.repeats(first) => Ok(Step::AlreadyDone(first.clone())),
            CaseState::Ruled(first) => Err(first.stands()),
            CaseState::Open => Ok(Step::Done(Self {
                state: CaseState::Ruled(ruling),
                version: self.version.next(),
                ..self.clone()
            })),
        }
    }
}
