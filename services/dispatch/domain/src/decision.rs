//! The choice of one merchant, recorded so that it can be taken again (I5): the record holds all that the rule
//! looked at, and [`replay`] gives the same outcome byte for byte without the index, the bus or the clock.

use std::collections::BTreeSet;

use kernel::{Actor, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::index::{Index, View};
use crate::policy::Policy;
use crate::query::Query;
use crate::recommend::{ExclusionReason, Recommendation, Tally};
use crate::rule::{Contender, Frame, is_none, judge, rank};

/// Who asked for which merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Whom; none for the one that the rule puts first.
    pub merchant: Option<MerchantId>,
    /// Who asked.
    pub by: Actor,
    /// Why not the first. Needed only then.
    pub reason: Option<OverrideReason>,
    /// Meant for a merchant that declined the request or let it expire: a person asks it again, with a reason.
    #[serde(default, skip_serializing_if = "is_false")]
    pub again: bool,
    /// The second person, where one had to agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Actor>,
}

impl Choice {
    /// The one that the rule puts first.
    #[must_use]
    pub const fn first(by: Actor) -> Self {
        Self { merchant: None, by, reason: None, again: false, approved_by: None }
    }

    /// Whether it may fall on a merchant that had its chance: the rule itself never goes back to one.
    #[must_use]
    pub const fn asks_again(&self) -> bool {
        self.again && matches!(self.by, Actor::Staff { .. })
    }
}

/// A record says nothing of asking again where nobody did, as the records before it could be.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_false(again: &bool) -> bool {
    !*again
}

/// Why somebody other than the first was chosen, or one that had its chance (改派理由).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideReason {
    /// The kind of reason: what overrides are counted by.
    pub code: OverrideCode,
    /// In words, [`OverrideReason::NOTE_MAX`] characters at most and never a person's name or number. Needed for
    /// [`OverrideCode::Other`].
    pub note: Option<String>,
}

impl OverrideReason {
    /// Characters in a note at most.
    pub const NOTE_MAX: usize = 200;

    fn validate(&self) -> Result<(), ChoiceRefusal> {
        let length = self.note.as_deref().map_or(0, |note| note.trim().chars().count());
        let needed = self.code == OverrideCode::Other;
        if length > Self::NOTE_MAX || needed && length == 0 {
            return Err(ChoiceRefusal::Note);
        }
        Ok(())
    }
}

/// Kinds of reasons for an override, or for asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OverrideCode {
    /// The citizen picked from the list.
    CitizenChose,
    /// The merchant knows the case from an earlier visit.
    KnowsTheCase,
    /// Those before could not be reached.
    NotReached,
    /// The case asks for a skill or tool that the category does not tell.
    SpecialSkill,
    /// It was spoken to and says that it comes.
    Agreed,
    /// See the note.
    Other,
}

/// All that a decision was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionInputs {
    /// What was needed.
    pub query: Query,
    /// The instant that everything was judged at.
    pub now: Timestamp,
    /// The policy in force.
    pub policy: Policy,
    /// The merchants that could matter, by id: the best of the order, the chosen one, and of those left out as
    /// many as the policy keeps.
    pub contenders: Vec<Contender>,
    /// The merchants of the cell that are not written out, counted.
    pub beyond: Tally,
    /// Orders of the cell in the last 30 days, given to anybody: what the share cap is measured by.
    #[serde(default, skip_serializing_if = "is_none")]
    pub orders: u32,
    /// Who asked for whom.
    pub choice: Choice,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The order at that instant.
    pub recommendation: Recommendation,
    /// Who gets the job.
    pub chosen: Chosen,
}

/// The merchant chosen, with the versions to confirm before the assignment is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Who.
    pub merchant: MerchantId,
    /// The standing it was chosen by: the fence asks credit whether it still holds.
    pub credit_version: Version,
    /// The load it was chosen by.
    pub load_version: Version,
    /// Jobs it can hold at once.
    pub capacity: u32,
    /// Its place on the list, 1 for the first; none when it stands beyond the list.
    pub position: Option<u16>,
    /// Somebody else stood first.
    pub overridden: bool,
}

/// A decision (派单决定): the outcome and what it was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What it was taken from.
    pub inputs: DecisionInputs,
    /// What came of it.
    pub outcome: Outcome,
}

/// Why nobody, or not this one, can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceRefusal {
    /// No merchant of the cell is eligible.
    #[error("no merchant can be chosen now")]
    NobodyEligible,
    /// The merchant is not known, or serves another category or street.
    #[error("merchant {0} does not serve this category in this street")]
    DoesNotServe(MerchantId),
    /// The rule excludes it, and nobody can override that.
    #[error("merchant {merchant} cannot be chosen: {reason}")]
    NotEligible {
        /// Who.
        merchant: MerchantId,
        /// Why.
        reason: ExclusionReason,
    },
    /// Somebody else stands first.
    #[error("merchant {first} stands first: give a reason to choose another one")]
    ReasonNeeded {
        /// Who stands first.
        first: MerchantId,
    },
    /// The merchant had its chance: to ask it again is a person's choice, and takes a reason.
    #[error("merchant {0} declined this request or let it expire: give a reason to ask it again")]
    AgainNeedsReason(MerchantId),
    /// The note is missing where the code alone says nothing, or too long.
    #[error("a note of 1 to {max} characters is needed here", max = OverrideReason::NOTE_MAX)]
    Note,
}

impl Index {
    /// Chooses a merchant for a need and writes down why.
    ///
    /// # Errors
    /// [`ChoiceRefusal`] when nobody is eligible, the one asked for is not, or an override lacks its reason.
    pub fn decide(&self, query: Query, now: Timestamp, choice: Choice) -> Result<Decision, ChoiceRefusal> {
        let view = self.view(&query, now);
        let best = view.best(self.policy().evidence_limit.into());
        let recommendation = view.answer(&best);
        let chosen = settle(&choice, &recommendation, |merchant| {
            let (_, contender) = view.find(merchant)?;
            let verdict = view.frame.exclusion(&contender);
            Some((contender, verdict))
        })?;
        let contenders = view.evidence(&best, chosen.merchant);
        let beyond = view.tally.beyond(judge(&contenders, &view.frame));
        let (now, orders) = (view.frame.now, view.orders());
        let outcome = Outcome { recommendation, chosen };
        let policy = self.policy().clone();
        let inputs = DecisionInputs { query, now, policy, contenders, beyond, orders, choice };
        Ok(Decision { inputs, outcome })
    }
}

impl View<'_> {
    /// The merchants to write down, by id: the best, the chosen, and of those left out as many as fit.
    fn evidence(&self, best: &[u32], chosen: MerchantId) -> Vec<Contender> {
        let chosen = self.find(chosen).map(|(slot, _)| slot);
        let mut slots: BTreeSet<u32> = best.iter().copied().chain(chosen).collect();
        let room = usize::from(self.frame.policy.evidence_limit).saturating_sub(slots.len());
        slots.extend(self.left_out().take(room));
        let mut contenders: Vec<Contender> =
            slots.into_iter().filter_map(|slot| self.contender(slot)).collect();
        contenders.sort_unstable_by_key(|contender| contender.profile.merchant);
        contenders
    }
}

/// Takes a decision again from its record.
///
/// # Errors
/// [`ChoiceRefusal`] when the record was never a decision: what [`Index::decide`] wrote gives its outcome.
pub fn replay(inputs: &DecisionInputs) -> Result<Outcome, ChoiceRefusal> {
    let frame = Frame::new(&inputs.query, &inputs.policy, inputs.now);
    let recommendation = rank(&inputs.contenders, inputs.orders, inputs.beyond, &frame);
    let chosen = settle(&inputs.choice, &recommendation, |merchant| {
        let contender = inputs.contenders.iter().find(|contender| contender.profile.merchant == merchant)?;
        Some((contender.clone(), frame.exclusion(contender)))
    })?;
    Ok(Outcome { recommendation, chosen })
}

/// Weighs a choice against the order. `find` gives a merchant of the cell and why it cannot be chosen.
fn settle(
    choice: &Choice,
    recommendation: &Recommendation,
    find: impl FnOnce(MerchantId) -> Option<(Contender, Option<ExclusionReason>)>,
) -> Result<Chosen, ChoiceRefusal> {
    let first = recommendation.first().map(|first| first.merchant);
    let merchant = choice.merchant.or(first).ok_or(ChoiceRefusal::NobodyEligible)?;
    let (contender, verdict) = find(merchant).ok_or(ChoiceRefusal::DoesNotServe(merchant))?;
    let overridden = first.filter(|first| *first != merchant);
    let unless_why = match (verdict, overridden) {
        // It is the last bar: who is barred otherwise as well is told that.
        (Some(ExclusionReason::AlreadyTried), _) if choice.asks_again() => {
            Some(ChoiceRefusal::AgainNeedsReason(merchant))
        }
        (Some(reason), _) => return Err(ChoiceRefusal::NotEligible { merchant, reason }),
        (None, overridden) => overridden.map(|first| ChoiceRefusal::ReasonNeeded { first }),
    };
    if let Some(refusal) = unless_why {
        choice.reason.as_ref().ok_or(refusal)?.validate()?;
    }
    let place = recommendation.candidates.iter().position(|candidate| candidate.merchant == merchant);
    Ok(Chosen {
        merchant,
        credit_version: contender.profile.credit_version,
        load_version: contender.profile.load_version,
        capacity: contender.profile.capacity,
        position: place.and_then(|at| u16::try_from(at.saturating_add(1)).ok()),
        overridden: overridden.is_some(),
    })
}
