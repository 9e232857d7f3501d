//! Whether an act is open to a person now, whatever its content: pages show what [`Proceeding::may`] allows, and
//! [`Proceeding::act`] asks the same before it does anything.

use kernel::{Actor, ActorId, Step, Timestamp};

use super::act::{ActKind, Doer};
use super::parts::{Appeal, Decision, Emergency, End, Ending, Ground, Hearing, Outcome, Repair};
use super::proceeding::Proceeding;
use super::{ProcessRefusal, Unrepaired};
use crate::news::NewsKind;

/// Tries to repair, or to prove that something was put right, and dates of a hearing, at most.
const TRIES_MAX: usize = 10;

/// Open, or done before: then the first result stands.
type Open = Result<Step<(), ()>, ProcessRefusal>;

const OPEN: Open = Ok(Step::Done(()));
const DONE: Open = Ok(Step::AlreadyDone(()));

impl Proceeding {
    /// Whether the act is open to this person now, whatever its content.
    ///
    /// # Errors
    /// [`ProcessRefusal`] with what stands against it.
    pub fn may(&self, act: ActKind, by: Actor, now: Timestamp) -> Open {
        let person = self.person(act, by)?;
        self.stands(act, person, now)
    }

    /// Whether this person keeps out (回避) of something that is to be decided now: others may, and whoever had a part in
    /// it may not.
    #[must_use]
    pub fn recuses(&self, person: ActorId, now: Timestamp) -> bool {
        let by = Actor::Staff { id: person };
        let decides = ActKind::ALL.iter().filter(|act| act.doer() == Doer::Reviewer);
        decides.copied().any(|act| {
            self.may(act, by, now) == Err(ProcessRefusal::SamePerson) && self.stands(act, None, now) == OPEN
        })
    }

    /// Whether the merchant may still answer what it was told: reply to a notice, appeal against a measure, prove again what
    /// it put right.
    #[must_use]
    pub fn awaits_answer(&self, told: NewsKind, now: Timestamp) -> bool {
        let answer = match told {
            NewsKind::Noticed => ActKind::Reply,
            NewsKind::Imposed => ActKind::Appeal,
            NewsKind::ProofJudged => ActKind::Prove,
            _ => return false,
        };
        self.may(answer, Actor::Merchant { id: self.merchant }, now) == OPEN
    }

    /// Whether the act is due or allowed as the file stands, for a person who may do such a thing.
    fn stands(&self, act: ActKind, person: Option<ActorId>, now: Timestamp) -> Open {
        match act {
            ActKind::Suspend => self.may_suspend(now),
            ActKind::ConfirmSuspension => self.may_confirm(now),
            ActKind::LiftSuspension => self.may_lift(now),
            ActKind::Notify => self.undecided(self.notice.is_some()),
            ActKind::Reply => self.may_reply(now),
            ActKind::CallHearing => self.may_call(),
            ActKind::RecordHearing => self.may_record(now),
            ActKind::Impose | ActKind::Drop => self.may_decide(act, now),
            ActKind::Prove => self.may_prove(),
            ActKind::JudgeProof => match &self.rectification {
                Some(it) if it.proof.is_some() && !it.is_accepted() && self.end.is_none() => OPEN,
                Some(it) if !it.verdicts.is_empty() => DONE,
                _ => self.not_now(),
            },
            ActKind::Appeal => self.may_appeal(now),
            ActKind::RuleOnAppeal => self.may_rule(person),
            ActKind::ApplyForRepair => self.may_apply(now),
            ActKind::DecideRepair => match self.repairs.last() {
                Some(Repair { verdict: None, .. }) if self.end.is_none() => OPEN,
                Some(Repair { verdict: Some(_), .. }) => DONE,
                Some(Repair { verdict: None, .. }) | None => self.not_now(),
            },
        }
    }

    /// The person, if it is of those who do such a thing, and had no part in what it would decide.
    fn person(&self, act: ActKind, by: Actor) -> Result<Option<ActorId>, ProcessRefusal> {
        match (act.doer(), by) {
            (Doer::Officer, Actor::Staff { id }) => Ok(Some(id)),
            (Doer::Reviewer, Actor::Staff { id }) if self.investigated(id) => Err(ProcessRefusal::SamePerson),
            (Doer::Reviewer, Actor::Staff { id }) => Ok(Some(id)),
            (Doer::Merchant, Actor::Merchant { id }) if id == self.merchant => Ok(None),
            _ => Err(ProcessRefusal::NotTheirs),
        }
    }

    fn not_now(&self) -> Open {
        Err(ProcessRefusal::NotNow { stage: self.stage() })
    }

    fn undecided(&self, done: bool) -> Open {
        match (done, &self.decision) {
            (true, _) => DONE,
            (false, None) => OPEN,
            (false, Some(_)) => self.not_now(),
        }
    }

    fn noticed(&self, done: bool) -> Open {
        if self.notice.is_none() { self.not_now() } else { self.undecided(done) }
    }

    /// Once: what ended does not stand, and is not done again.
    fn may_suspend(&self, now: Timestamp) -> Open {
        match &self.emergency {
            None => self.undecided(false),
            Some(_) if self.is_suspended(now) => DONE,
            Some(_) => self.not_now(),
        }
    }

    fn may_confirm(&self, now: Timestamp) -> Open {
        match &self.emergency {
            Some(Emergency { confirmed: Some(_), .. }) if self.is_suspended(now) => DONE,
            Some(Emergency { confirmed: None, confirm_by, .. }) if now >= *confirm_by => {
                Err(ProcessRefusal::TooLate(*confirm_by))
            }
            Some(Emergency { confirmed: None, .. }) if self.is_suspended(now) => OPEN,
            Some(_) | None => self.not_now(),
        }
    }

    /// Whoever may confirm it may end it as well, confirmed or not.
    fn may_lift(&self, now: Timestamp) -> Open {
        match &self.emergency {
            Some(Emergency { lifted: Some(_), .. }) if self.decision.is_none() => DONE,
            Some(_) if self.is_suspended(now) => OPEN,
            Some(_) | None => self.not_now(),
        }
    }

    /// Whether its emergency suspension stands: also what is over and was not written so yet does not.
    fn is_suspended(&self, now: Timestamp) -> bool {
        self.open_emergency().is_some() && self.turns_at().is_none_or(|ends| now < ends)
    }

    fn may_reply(&self, now: Timestamp) -> Open {
        match &self.notice {
            _ if self.reply.is_some() => DONE,
            Some(notice) if self.decision.is_none() && now >= notice.reply_by => {
                Err(ProcessRefusal::TooLate(notice.reply_by))
            }
            _ => self.noticed(false),
        }
    }

    fn may_call(&self) -> Open {
        match &self.hearing {
            Some(Hearing { called_before_by, minutes: None, .. })
                if self.decision.is_none() && called_before_by.len() + 1 >= TRIES_MAX =>
            {
                Err(ProcessRefusal::TooOften(TRIES_MAX))
            }
            hearing => self.noticed(hearing.as_ref().is_some_and(|hearing| hearing.minutes.is_some())),
        }
    }

    fn may_record(&self, now: Timestamp) -> Open {
        match &self.hearing {
            Some(Hearing { minutes: Some(_), .. }) => DONE,
            Some(Hearing { on, .. }) if now < *on => Err(ProcessRefusal::TooEarly(*on)),
            Some(_) => self.undecided(false),
            None => self.not_now(),
        }
    }

    fn may_decide(&self, act: ActKind, now: Timestamp) -> Open {
        if let Some(decision) = &self.decision {
            let same = matches!(decision.outcome, Outcome::Dropped) == (act == ActKind::Drop);
            return if same && self.end.is_none() { DONE } else { self.not_now() };
        }
        // A red line takes effect at once, and dropping a file takes nobody's rights.
        if act == ActKind::Drop || matches!(self.ground, Ground::RedLine { .. }) {
            return OPEN;
        }
        match &self.notice {
            None => self.not_now(),
            Some(notice) if self.reply.is_none() && now < notice.reply_by => {
                Err(ProcessRefusal::TooEarly(notice.reply_by))
            }
            Some(_) if self.hearing_is_due() => Err(ProcessRefusal::HearingNeeded),
            Some(_) => OPEN,
        }
    }

    /// Whether a hearing was asked for or called, and none was held.
    pub(super) fn hearing_is_due(&self) -> bool {
        let heavy = self.notice.as_ref().is_some_and(|notice| notice.hearing_on_request);
        let held = self.hearing.as_ref().is_some_and(|hearing| hearing.minutes.is_some());
        (self.asks_hearing && heavy || self.hearing.is_some()) && !held
    }

    fn may_prove(&self) -> Open {
        match &self.rectification {
            Some(it) if it.proof.is_some() || it.is_accepted() => DONE,
            Some(it) if it.verdicts.len() >= TRIES_MAX => Err(ProcessRefusal::TooOften(TRIES_MAX)),
            Some(_) if self.end.is_none() => OPEN,
            Some(_) | None => self.not_now(),
        }
    }

    fn may_appeal(&self, now: Timestamp) -> Open {
        match &self.decision {
            _ if self.appeal.is_some() => DONE,
            Some(Decision { outcome: Outcome::Imposed(_), appeal_by, .. }) if now >= *appeal_by => {
                Err(ProcessRefusal::TooLate(*appeal_by))
            }
            Some(Decision { outcome: Outcome::Imposed(_), .. }) if !self.is_reversed() => OPEN,
            Some(_) | None => self.not_now(),
        }
    }

    fn is_reversed(&self) -> bool {
        matches!(self.end, Some(End { how: Ending::Reversed, .. }))
    }

    fn may_rule(&self, person: Option<ActorId>) -> Open {
        match &self.appeal {
            Some(Appeal { ruling: Some(_), .. }) => DONE,
            Some(_) if self.decision.as_ref().map(|decision| decision.by) == person => {
                Err(ProcessRefusal::SamePerson)
            }
            Some(_) => OPEN,
            None => self.not_now(),
        }
    }

    fn may_apply(&self, now: Timestamp) -> Open {
        let Some(sanction) = self.sanction().filter(|_| self.end.is_none()) else { return self.not_now() };
        if self.open_repair().is_some() {
            return DONE;
        }
        if self.appeal_is_open() {
            return Err(ProcessRefusal::NotRepairable(Unrepaired::Appeal));
        }
        if now < sanction.repair_from {
            return Err(ProcessRefusal::TooEarly(sanction.repair_from));
        }
        if self.rectification.as_ref().is_some_and(|it| !it.is_accepted()) {
            return Err(ProcessRefusal::NotRepairable(Unrepaired::Rectification));
        }
        if self.repairs.len() >= TRIES_MAX {
            return Err(ProcessRefusal::TooOften(TRIES_MAX));
        }
        OPEN
    }
}
