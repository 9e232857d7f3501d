//! Objections (异议) of merchants to entries of their ledger, and to what a yearly evaluation found for them before it
//! takes effect. From filing to decision the standing says "under objection". An officer examines it and proposes what
//! is to come of it, another person decides; upheld, that [`Remedy`] is carried out.

use kernel::{
    Actor, ActorId, City, EntryId, EvaluationId, MerchantId, ObjectionId, PersonalText, Step, Timestamp,
    Version,
};
use serde::{Deserialize, Serialize};

use crate::again::said_before;
use crate::commands::{Change, Recording, Refusal, reverse, settled, touched};
use crate::evaluation::{Evaluation, EvaluationState};
use crate::ledger::{Cause, Entry};
use crate::merchant::Merchant;
use crate::process::{Moment, ProcessRefusal, Said, Verdict, reason_fits, text_fits};
use crate::remedy::{Remedy, RemedyKind};

/// What is objected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An entry of the merchant's ledger.
    Entry(EntryId),
    /// What this run found for the merchant.
    Evaluation(EvaluationId),
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The objection.
    pub id: ObjectionId,
    /// The city.
    pub city: City,
    /// Who objects.
    pub merchant: MerchantId,
    /// To what.
    pub subject: Subject,
    /// What can come of it.
    pub admits: RemedyKind,
    /// Why.
    pub grounds: Said,
    /// Until when it is to be decided.
    pub decide_by: Timestamp,
    /// What an officer found and proposes.
    pub examination: Option<Verdict>,
    /// What comes of it when it is upheld, once that was proposed.
    pub remedy: Option<Remedy>,
    /// The decision, by another person.
    pub decision: Option<Verdict>,
    /// Counts its changes.
    pub version: Version,
}

/// What is said about an objection: by the officer who examines it, or by the person who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Whether it holds.
    pub upheld: bool,
    /// What is to come of it; the one plain remedy that the subject admits, when absent.
    pub remedy: Option<Remedy>,
    /// Why; names nobody.
    pub reason: String,
}

impl Objection {
    /// Files one to an entry (提出异议). Every entry is open to it.
    ///
    /// # Errors
    /// When it is not the merchant's own entry, or it gives no grounds.
    pub fn file(
        id: ObjectionId,
        merchant: &Merchant,
        entry: &Entry,
        grounds: PersonalText,
        by: Actor,
        at: Moment<'_>,
    ) -> Result<Self, ProcessRefusal> {
        if entry.merchant != merchant.profile.id {
            return Err(ProcessRefusal::NotTheirs);
        }
        let admits = RemedyKind::of(entry.posting.cause);
        Self::filed(id, merchant, (Subject::Entry(entry.posting.id), admits), grounds, by, at)
    }

    /// Files one to what a run found for the merchant, while it is published: from the day on which the grades take
    /// effect, there is an entry to object to.
    ///
    /// # Errors
    /// When the run is not published or took effect, or the objection gives no grounds.
    pub fn file_to_result(
        id: ObjectionId,
        merchant: &Merchant,
        run: &Evaluation,
        grounds: PersonalText,
        by: Actor,
        at: Moment<'_>,
    ) -> Result<Self, ProcessRefusal> {
        match run.state {
            EvaluationState::Published { effective_at, .. } if at.now < effective_at => {}
            EvaluationState::Published { effective_at: over, .. }
            | EvaluationState::InEffect { at: over, .. } => {
                return Err(ProcessRefusal::TooLate(over));
            }
            EvaluationState::Running | EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => {
                return Err(ProcessRefusal::NothingEvaluated);
            }
        }
        let subject = (Subject::Evaluation(run.id), RemedyKind::Reassess);
        Self::filed(id, merchant, subject, grounds, by, at)
    }

    fn filed(
        id: ObjectionId,
        merchant: &Merchant,
        (subject, admits): (Subject, RemedyKind),
        grounds: PersonalText,
        by: Actor,
        at: Moment<'_>,
    ) -> Result<Self, ProcessRefusal> {
        let owner = merchant.profile.id;
        if by != (Actor::Merchant { id: owner }) {
            return Err(ProcessRefusal::NotTheirs);
        }
        text_fits("grounds", &grounds)?;
        Ok(Self {
            id,
            city: merchant.profile.city,
            merchant: owner,
            subject,
            admits,
            grounds: Said { text: grounds, at: at.now },
            decide_by: at.within(at.rules.objection_decision_working_days),
            examination: None,
            remedy: None,
            decision: None,
            version: Version(1),
        })
    }

    /// The entry that is objected to.
    #[must_use]
    pub const fn entry(&self) -> Option<EntryId> {
        match self.subject {
            Subject::Entry(entry) => Some(entry),
            Subject::Evaluation(_) => None,
        }
    }

    /// Whether it waits for its decision.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// An officer looked into it and proposes how to decide (核查), and what is to come of it. The first examination
    /// stands, and whoever says otherwise is refused. `involved` are those who had a part in what is objected to.
    ///
    /// # Errors
    /// When it is not staff's, they had a part in it, it gives no reason, or the remedy is not of the kind.
    pub fn examine(
        &self,
        word: Word,
        by: Actor,
        involved: &[ActorId],
        now: Timestamp,
    ) -> Result<Step<Self, ()>, ProcessRefusal> {
        let by = staff(by)?;
        reason_fits("reason", &word.reason)?;
        if let Some(examination) = &self.examination {
            return said_before(self.same(examination, &word), ProcessRefusal::SaidOtherwise);
        }
        if involved.contains(&by) {
            return Err(ProcessRefusal::SamePerson);
        }
        let remedy = if word.upheld { Some(self.fitting(word.remedy)?) } else { None };
        let examination = Some(Verdict { by, at: now, granted: word.upheld, reason: word.reason });
        Ok(Step::Done(Self { examination, remedy, version: self.version.next(), ..self.clone() }))
    }

    /// Another person decides (处理决定). What was proposed is decided on as proposed; where the examination proposed to
    /// reject it, who upholds it all the same says what comes of it. The first decision stands,
    /// and whoever says otherwise is refused.
    ///
    /// # Errors
    /// When nobody examined it, the same person would decide or had a part in what is objected to, or another remedy
    /// is named than was proposed.
    pub fn decide(
        &self,
        word: Word,
        by: Actor,
        involved: &[ActorId],
        now: Timestamp,
    ) -> Result<Step<Self, ()>, ProcessRefusal> {
        let by = staff(by)?;
        reason_fits("reason", &word.reason)?;
        let examination = self.examination.as_ref().ok_or(ProcessRefusal::NotExamined)?;
        if examination.by == by || involved.contains(&by) {
            return Err(ProcessRefusal::SamePerson);
        }
        if let Some(decision) = &self.decision {
            return said_before(self.same(decision, &word), ProcessRefusal::SaidOtherwise);
        }
        let remedy = match (word.upheld, self.remedy) {
            (true, None) => Some(self.fitting(word.remedy)?),
            (true, Some(proposed)) if word.remedy.is_some_and(|other| other != proposed) => {
                return Err(ProcessRefusal::RemedyUnfit { admits: self.admits });
            }
            (_, proposed) => proposed,
        };
        let decision = Some(Verdict { by, at: now, granted: word.upheld, reason: word.reason });
        Ok(Step::Done(Self { decision, remedy, version: self.version.next(), ..self.clone() }))
    }

    /// Whether the word is what was said before: upheld or not, and with the same remedy where one is named.
    fn same(&self, before: &Verdict, word: &Word) -> bool {
        let remedied = || word.remedy.is_none_or(|remedy| self.remedy == Some(remedy));
        before.granted == word.upheld && (!word.upheld || remedied())
    }

    fn fitting(&self, remedy: Option<Remedy>) -> Result<Remedy, ProcessRefusal> {
        match remedy {
            None => Remedy::plain(self.admits),
            Some(remedy) if remedy.kind() == self.admits => Ok(remedy),
            Some(_) => Err(ProcessRefusal::RemedyUnfit { admits: self.admits }),
        }
    }
}

fn staff(by: Actor) -> Result<ActorId, ProcessRefusal> {
    match by {
        Actor::Staff { id } => Ok(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => Err(ProcessRefusal::NotTheirs),
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
    Some(settled(merchant, next, Vec::new(), grade))
}

/// Takes back the entry of an objection that was upheld; `contested` says whether others are open.
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
    Ok(reverse(merchant, earlier, entry, at)?.map(|change| showing(change, contested)))
}

/// The same change, with whether anything about the merchant is contested after it.
#[must_use]
pub fn showing(mut change: Change, contested: bool) -> Change {
    change.merchant.under_objection = contested;
    change
}
