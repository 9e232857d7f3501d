//! What people do in a proceeding: one value per act, one door for all of them.
//!
//! [`Proceeding::may`] says whether an act is open to a person now, whatever its content; pages show what it
//! allows, and [`Proceeding::act`] asks the same before it does anything.

use kernel::{Actor, ActorId, PersonalText, Step, Timestamp};

use super::measure::{Measure, words};
use super::parts::{Appeal, Decision, Emergency, End, Ending, Ground, Hearing, Outcome, Repair};
use super::proceeding::Proceeding;
use super::{ProcessRefusal, ProcessRules, Unrepaired};
use crate::calendar::{Calendar, Whose};
use crate::news::NewsKind;

/// Tries to repair, or to prove that something was put right, and dates of a hearing, at most.
const TRIES_MAX: usize = 10;

/// By which rules and calendar, and when.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The rules in force.
    pub rules: &'a ProcessRules,
    /// The working days.
    pub calendar: &'a Calendar,
    /// Now.
    pub now: Timestamp,
}

impl Moment<'_> {
    /// The end of so many working days from now, within which the platform has to act.
    pub(crate) fn within(&self, working_days: u16) -> Timestamp {
        self.calendar.add_working_days(self.now, working_days, Whose::Platforms)
    }

    /// The end of so many working days from now that the merchant is given.
    pub(crate) fn given(&self, working_days: u16) -> Timestamp {
        self.calendar.add_working_days(self.now, working_days, Whose::Merchants)
    }

    /// The same time of day so many months from now.
    pub(crate) fn after_months(&self, months: u16) -> Timestamp {
        months_after(self.now, months)
    }
}

/// The same time of day in the city so many months later, to the instant: what is imposed for months is not shorter by
/// the seconds of the minute in which it was decided.
fn months_after(at: Timestamp, months: u16) -> Timestamp {
    let city = at.in_city();
    let within_minute = at.since(city.day.at_minute(city.minute));
    city.day.plus_months(months).at_minute(city.minute).after(within_minute)
}

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
