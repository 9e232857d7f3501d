//! The pure model of dispatch (派单): who is offered which request, and how that offer lives.
//!
//! | room | what it says |
//! | --- | --- |
//! | [`facts`] | what is known of a merchant: [`MerchantFacts`] from credit, [`Load`] from dispatch itself |
//! | [`policy`] | every figure of the rule, with a version: [`Policy`] |
//! | [`rule`] | the rule itself, in plain code: [`rank_plain`] |
//! | [`ring`] | the draw among equals |
//! | [`index`] | the same answers at any number of merchants: [`Index`] |
//! | [`recommend`], [`explain`] | what is answered |
//! | [`decision`] | a choice with its record, and how to take it again: [`replay`] |
//! | [`overrides`] | when a choice against the rule needs a second person, and how that one decides |
//! | [`job`], [`assignment`] | the life of an offer, one step a function |
//!
//! No clock, no chance, no input or output: whoever calls brings the instant, the seed of the day and the ids.

pub mod assignment;
pub mod decision;
pub mod explain;
pub mod facts;
pub mod index;
pub mod job;
pub mod overrides;
pub mod policy;
mod query;
pub mod recommend;
pub mod ring;
pub mod rule;
#[cfg(test)]
mod tests;

pub use assignment::{
    Assignment, AssignmentState, Changes, DeclineReason, NewOffer, Refusal, Step, accept, cancel, complete,
    decline, expire, give_up, offer,
};
pub use decision::{
    Choice, ChoiceRefusal, Chosen, Decision, DecisionInputs, Outcome, OverrideCode, OverrideReason, replay,
};
pub use explain::{Exclusion, Explanation};
pub use facts::{CellOrders, Commitment, Hours, Load, LoadDelta, MerchantFacts, Proximity, Status};
pub use index::{CellKey, Fold, Index, MarketShare, Standing};
pub use job::{Job, JobState, Mode};
pub use overrides::{ChoiceCounts, Proposal, ProposalRefusal, ProposalState, Settled};
pub use policy::{AnswerMinutes, OverrideLimit, Policy, PolicyError, ShareCap, TravelMinutes};
pub use query::{Query, QueryError};
pub use recommend::{
    Arrival, Candidate, Criterion, ExclusionCounts, ExclusionReason, Recommendation, Share, Tally,
};
pub use rule::{Contender, Profile, rank_plain};
