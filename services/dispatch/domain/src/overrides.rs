//! Choices against the rule: how many are too many, and the second person who then decides (双人复核).
//!
//! An operator may choose another merchant than the first, with a reason. Above the policy's rate the choice is kept
//! as a [`Proposal`]: somebody else approves or rejects it in time, or the rule decides.

use kernel::{Actor, AssignmentId, City, MerchantId, RequestId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::decision::OverrideReason;
use crate::policy::OverrideLimit;

/// Choices of one operator, or of all operators of a city, in the policy's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChoiceCounts {
    /// All of them.
    pub choices: u64,
    /// Those of somebody else than the first.
    pub overrides: u64,
}

impl ChoiceCounts {
    fn is_above(self, percent: u8, choices_min: u32) -> bool {
        self.choices >= u64::from(choices_min)
            && self.overrides.saturating_mul(100) > self.choices.saturating_mul(u64::from(percent))
    }
}

impl OverrideLimit {
    /// Whether an override needs a second person; the counts have it in them.
    #[must_use]
    pub fn needs_second(&self, operator: ChoiceCounts, city: ChoiceCounts) -> bool {
        operator.is_above(self.operator_percent, self.choices_min)
            || city.is_above(self.city_percent, self.choices_min)
    }
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Waits for a second person.
    Open,
    /// The second person agreed: it became an assignment.
    Approved,
    /// The second person did not: the rule decides.
    Rejected,
    /// Nobody decided in time: the rule decides.
    Expired,
    /// The request was assigned or cancelled otherwise.
    Superseded,
}

impl ProposalState {
    /// The one word for it, in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
        }
    }
}

impl core::fmt::Display for ProposalState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A choice that waits for a second person (改派提议).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The assignment that it becomes when it is approved: a repeated approval finds it.
    pub id: AssignmentId,
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// Whom.
    pub merchant: MerchantId,
    /// Why not the first.
    pub reason: OverrideReason,
    /// Who chose.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: Timestamp,
    /// Can still be decided at this instant.
    pub decide_by: Timestamp,
    /// The second person.
    pub decided_by: Option<Actor>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How far it has come.
    pub state: ProposalState,
}

/// What came of a step: something to store, or the first result again.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// To be stored.
    Done(Proposal),
    /// Nothing to store.
    AlreadyDone(Proposal),
}

/// Why a proposal cannot be settled so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalRefusal {
    /// Who proposes never decides.
    #[error("who chose cannot be the second person: somebody else has to decide")]
    SamePerson,
    /// The time is over.
    #[error("the proposal had to be decided by {decide_by}: the rule decides now")]
    TooLate {
        /// As proposed.
        decide_by: Timestamp,
    },
    /// The time is not over.
    #[error("the proposal can be decided until {decide_by}")]
    NotDue {
        /// As proposed.
        decide_by: Timestamp,
    },
    /// It came to another end.
    #[error("the proposal has ended: {0}")]
    Ended(ProposalState),
}

impl Proposal {
    /// A second person agrees.
    ///
    /// # Errors
    /// [`ProposalRefusal`] when it is the same person, too late, or over otherwise.
    pub fn approve(&self, by: Actor, now: Timestamp) -> Result<Settled, ProposalRefusal> {
        self.decide(ProposalState::Approved, by, now)
    }

    /// A second person does not agree.
    ///
    /// # Errors
    /// [`ProposalRefusal`] when it is the same person, too late, or over otherwise.
    pub fn reject(&self, by: Actor, now: Timestamp) -> Result<Settled, ProposalRefusal> {
        self.decide(ProposalState::Rejected, by, now)
    }

    /// Nobody decided in time.
    ///
    /// # Errors
    /// [`ProposalRefusal::NotDue`] while somebody still can.
    pub fn expire(&self, now: Timestamp) -> Result<Settled, ProposalRefusal> {
        match self.state {
            ProposalState::Open if now <= self.decide_by => {
                Err(ProposalRefusal::NotDue { decide_by: self.decide_by })
            }
            ProposalState::Open => Ok(Settled::Done(self.ended(ProposalState::Expired, None, now))),
            ProposalState::Approved
            | ProposalState::Rejected
            | ProposalState::Expired
            | ProposalState::Superseded => Ok(Settled::AlreadyDone(self.clone())),
        }
    }

    fn decide(&self, to: ProposalState, by: Actor, now: Timestamp) -> Result<Settled, ProposalRefusal> {
        if by == self.proposed_by {
            return Err(ProposalRefusal::SamePerson);
        }
        match self.state {
            ProposalState::Open if now > self.decide_by => {
                Err(ProposalRefusal::TooLate { decide_by: self.decide_by })
            }
            ProposalState::Open => Ok(Settled::Done(self.ended(to, Some(by), now))),
            state if state == to => Ok(Settled::AlreadyDone(self.clone())),
            state => Err(ProposalRefusal::Ended(state)),
        }
    }

    fn ended(&self, state: ProposalState, decided_by: Option<Actor>, now: Timestamp) -> Self {
        Self { state, decided_by, ended_at: Some(now), ..self.clone() }
    }
}
