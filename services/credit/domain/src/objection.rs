//! Objections (异议) of merchants to entries of their ledger. From filing to decision the standing says "under
//! objection". An officer examines it, another person decides; upheld, the entry is reversed.

use kernel::{
    Actor, ActorId, City, EntryId, MerchantId, ObjectionId, PersonalText, Step, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use crate::commands::{Change, Recording, Refusal, reverse, settled, touched};
use crate::ledger::{Cause, Entry};
use crate::merchant::Merchant;
use crate::process::{Moment, ProcessRefusal, Said, Verdict, reason_fits, text_fits};

/// An objection to one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The objection.
    pub id: ObjectionId,
    /// The city.
    pub city: City,
    /// Who objects.
    pub merchant: MerchantId,
    /// To what.
    pub entry: EntryId,
    /// Why.
    pub grounds: Said,
    /// Until when it is to be decided.
    pub decide_by: Timestamp,
    /// What an officer found and proposes.
    pub examination: Option<Verdict>,
    /// The decision, by another person.
    pub decision: Option<Verdict>,
    /// Counts its changes.
    pub version: Version,
}

impl Objection {
    /// Files it (提出异议).
    ///
    /// # Errors
    /// When it is not the merchant's own entry, nothing could come of it, or it gives no grounds.
    pub fn file(
        id: ObjectionId,
        merchant: &Merchant,
        entry: &Entry,
        grounds: PersonalText,
        by: Actor,
        at: Moment<'_>,
    ) -> Result<Self, ProcessRefusal> {
        let owner = merchant.profile.id;
        if by != (Actor::Merchant { id: owner }) || entry.merchant != owner {
            return Err(ProcessRefusal::NotTheirs);
        }
        text_fits("grounds", &grounds)?;
        Ok(Self {
            id,
            city: merchant.profile.city,
            merchant: owner,
            entry: entry.posting.id,
            grounds: Said { text: grounds, at: at.now },
            decide_by: at.within(at.rules.objection_decision_working_days),
            examination: None,
            decision: None,
            version: Version(1),
        })
    }

    /// Whether it waits for its decision.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// An officer looked into it and proposes how to decide (核查). The first examination stands.
    ///
    /// # Errors
    /// When it is not staff's, or gives no reason.
    pub fn examine(
        &self,
        upholds: bool,
        reason: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, ProcessRefusal> {
        let by = staff(by)?;
        reason_fits("reason", &reason)?;
        if self.examination.is_some() {
            return Ok(Step::AlreadyDone(()));
        }
        let examination = Some(Verdict { by, at: now, granted: upholds, reason });
        Ok(Step::Done(Self { examination, version: self.version.next(), ..self.clone() }))
    }

    /// Another person decides (处理决定). The first decision stands.
    ///
    /// # Errors
    /// When nobody examined it, or the same person would decide.
    pub fn decide(
        &self,
        upheld: bool,
        reason: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, ProcessRefusal> {
        let by = staff(by)?;
        reason_fits("reason", &reason)?;
        let examination = self.examination.as_ref().ok_or(ProcessRefusal::NotExamined)?;
        if examination.by == by {
            return Err(ProcessRefusal::SamePerson);
        }
        if self.decision.is_some() {
            return Ok(Step::AlreadyDone(()));
        }
        let decision = Some(Verdict { by, at: now, granted: upheld, reason });
        Ok(Step::Done(Self { decision, version: self.version.next(), ..self.clone() }))
    }
}

fn staff(by: Actor) -> Result<ActorId, ProcessRefusal> {
    match by {
        Actor::Staff { id } => Ok(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => Err(ProcessRefusal::NotTheirs),
    }
}

/// Whether an objection to the entry could lead to anything: whether it could be reversed.
///
/// # Errors
/// [`ProcessRefusal::NotOpenToObjection`].
pub fn objectionable(merchant: &Merchant, entry: &Entry, at: Recording<'_>) -> Result<(), ProcessRefusal> {
    match reverse(merchant, None, entry, at) {
        Ok(_) => Ok(()),
        Err(Refusal::NotReversible(cause)) => Err(ProcessRefusal::NotOpenToObjection(cause)),
        Err(Refusal::OtherMerchant { .. } | Refusal::OtherCause { .. } | Refusal::NotEnded(_)) => {
            Err(ProcessRefusal::NotTheirs)
        }
    }
}

/// Shows in the standing whether anything about the merchant is contested. Nothing when it shows that already.
#[must_use]
pub fn contest(merchant: &Merchant, id: ObjectionId, contested: bool, now: Timestamp) -> Option<Change> {
    if merchant.under_objection == contested {
        return None;
    }
    let mut next = touched(merchant, Cause::Objection(id), now);
    next.under_objection = contested;
    let grade = next.credit.grade;
    Some(settled(next, Vec::new(), grade))
}

/// Reverses the entry of an objection that was upheld; `contested` says whether others are open.
///
/// # Errors
/// [`Refusal`], see [`reverse`].
pub fn uphold(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    entry: &Entry,
    contested: bool,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let reversed = reverse(merchant, earlier, entry, at)?;
    Ok(reversed.map(|mut change| {
        change.merchant.under_objection = contested;
        change
    }))
}
