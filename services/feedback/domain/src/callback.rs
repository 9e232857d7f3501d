//! The call-back (回访) of one completed order: waiting -> claimed -> done, back to waiting after a try that
//! reached nobody.

use kernel::{
    ActorId, Area, AssignmentId, CallbackId, CaseId, CategoryCode, City, ItemCode, MerchantId, PersonalText,
    RequestId, Step, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use crate::calling_hours::{CallPolicy, first_call_window};
use crate::case::Case;
use crate::clause::Clause;
use crate::handlers::Handlers;
use crate::{Refusal, bounded};

/// A completed order, as dispatch said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The city.
    pub city: City,
    /// The request that was served.
    pub request: RequestId,
    /// The assignment that served it.
    pub assignment: AssignmentId,
    /// The merchant that served.
    pub merchant: MerchantId,
    /// What was asked for.
    pub item: ItemCode,
    /// The category served.
    pub category: CategoryCode,
    /// Where: a street or town.
    pub area: Area,
    /// Who handled the request so far.
    pub handlers: Handlers,
    /// When it was completed.
    pub completed_at: Timestamp,
}

/// The answer to a question of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The question was not put, or not answered.
    #[default]
    NotAsked,
}

/// What every citizen is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// Did the worker arrive on time (准时上门)?
    pub arrived_on_time: Answer,
    /// Was the price as posted (明码标价)?
    pub price_as_posted: Answer,
    /// Was the work good (服务质量)?
    pub quality: Answer,
    /// Was the worker polite (服务态度)?
    pub attitude: Answer,
    /// Did the worker show the code (出示安心码)?
    pub code_shown: Answer,
}

impl Answers {
    /// Whether any question was answered with no.
    #[must_use]
    pub fn any_no(self) -> bool {
        let Self { arrived_on_time, price_as_posted, quality, attitude, code_shown } = self;
        [arrived_on_time, price_as_posted, quality, attitude, code_shown].contains(&Answer::No)
    }
}

/// What a citizen who was reached says on the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Content.
    Satisfied,
    /// Not content, without a breach.
    Unsatisfied,
    /// Something that may break the commitment.
    SuspectedBreach,
}

/// What a citizen who was reached says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// On the whole.
    pub verdict: Verdict,
    /// Question by question.
    pub answers: Answers,
    /// What else was said, in the citizen's words; stays with feedback.
    pub note: PersonalText,
    /// Which clause the caller thinks is broken by it; named with a suspicion alone, and not by the citizen.
    pub suspected_clause: Option<Clause>,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallResult {
    /// The citizen was reached.
    Reached(Report),
    /// Nobody was.
    Unreached,
}

/// How a call-back ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Content.
    Satisfied,
    /// Not content, without a breach.
    Unsatisfied,
    /// Not reached in any try: no evidence, never "satisfied".
    Unreached,
    /// A case was opened.
    SuspectedBreach,
}

impl Outcome {
    /// Its word, as it is kept and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Unsatisfied => "unsatisfied",
            Self::Unreached => "unreached",
            Self::SuspectedBreach => "suspected_breach",
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Satisfied => Self::Satisfied,
            Verdict::Unsatisfied => Self::Unsatisfied,
            Verdict::SuspectedBreach => Self::SuspectedBreach,
        }
    }
}

/// Where a call-back stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// To be called from `due_at` on.
    Waiting,
    /// Somebody is calling.
    Claimed {
        /// Who.
        by: ActorId,
        /// Until when nobody else may.
        until: Timestamp,
    },
    /// Finished.
    Done {
        /// How.
        outcome: Outcome,
        /// By whom.
        by: ActorId,
        /// When.
        at: Timestamp,
    },
}

/// Whether one try reached the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptResult {
    /// It did.
    Reached,
    /// It did not.
    Unreached,
}

/// One try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Who called.
    pub by: ActorId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Whether it reached the citizen.
    pub result: AttemptResult,
}

/// A call-back task (回访任务).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The task.
    pub id: CallbackId,
    /// The city.
    pub city: City,
    /// The request it asks about.
    pub request: RequestId,
    /// The assignment that served it.
    pub assignment: AssignmentId,
    /// The merchant that served.
    pub merchant: MerchantId,
    /// What was asked for.
    pub item: ItemCode,
    /// The category served.
    pub category: CategoryCode,
    /// Where: a street or town.
    pub area: Area,
    /// Who may not make the call (I8).
    pub handlers: Handlers,
    /// When the order was completed.
    pub completed_at: Timestamp,
    /// Not before this moment, which lies inside calling hours.
    pub due_at: Timestamp,
    /// The tries so far, at most the policy's number.
    pub attempts: Vec<Attempt>,
    /// Where it stands.
    pub state: State,
    /// What was said, once somebody was reached.
    pub answers: Option<Answers>,
    /// What else was said.
    pub note: Option<PersonalText>,
    /// Counts its changes.
    pub version: Version,
}

/// What recording a call leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The task after it.
    pub callback: Callback,
    /// How the call-back ended, if it did: to be told to the others.
    pub outcome: Option<Outcome>,
    /// The case that a suspicion opens.
    pub case: Option<Case>,
}

impl Callback {
    /// The task for a completed order: due the day after, inside calling hours.
    #[must_use]
    pub fn create(id: CallbackId, completion: Completion, policy: &CallPolicy) -> Self {
        let Completion { city, request, assignment, merchant, item, category, area, handlers, completed_at } =
            completion;
        Self {
            id,
            city,
            request,
            assignment,
            merchant,
            item,
            category,
            area,
            handlers,
            completed_at,
            due_at: first_call_window(completed_at, policy),
            attempts: Vec::new(),
            state: State::Waiting,
            answers: None,
            note: None,
            version: Version(1),
        }
    }

    /// Somebody takes on the call. Claiming again what one holds changes nothing.
    ///
    /// # Errors
    /// [`Refusal`] when the person handled the request (I8), when it is not due or outside calling hours, while
    /// somebody else is calling, or when it has ended.
    pub fn claim(
        &self,
        by: ActorId,
        policy: &CallPolicy,
        now: Timestamp,
    ) -> Result<Step<Self, State>, Refusal> {
        if !self.handlers.may_judge(by) {
            return Err(Refusal::HandledTheCase);
        }
        match self.state {
            State::Done { outcome, by, at } => return Err(Refusal::RecordedOtherwise { outcome, by, at }),
            State::Claimed { by: holder, until } if now < until => {
                return if holder == by {
                    Ok(Step::AlreadyDone(self.state))
                } else {
                    Err(Refusal::ClaimedByAnother { by: holder, until })
                };
            }
            State::Claimed { .. } | State::Waiting => {}
        }
        if now < self.due_at {
            return Err(Refusal::NotDue { due_at: self.due_at });
        }
        if !policy.open_at(now) {
            return Err(Refusal::OutsideCallingHours { next: policy.callable_from(now) });
        }
        let until = policy.claimed_until(now);
        Ok(Step::Done(self.touched(State::Claimed { by, until })))
    }

    /// Records what came of the call. `case` is the id of the case to open, should one be suspected. A
    /// call-back that has ended keeps its first result: sent again it changes nothing, and another one is refused.
    ///
    /// # Errors
    /// [`Refusal`] when the person has not claimed the call or handled the request (I8), when the result is not
    /// complete, or when another one stands.
    pub fn record(
        &self,
        by: ActorId,
        result: CallResult,
        case: CaseId,
        policy: &CallPolicy,
        now: Timestamp,
    ) -> Result<Step<Recorded, Outcome>, Refusal> {
        match self.state {
            State::Done { outcome, by: recorded_by, .. }
                if by == recorded_by && self.is_result(outcome, &result) =>
            {
                return Ok(Step::AlreadyDone(outcome));
            }
            State::Done { outcome, by, at } => return Err(Refusal::RecordedOtherwise { outcome, by, at }),
            State::Claimed { by: holder, .. } if holder == by => {}
            State::Claimed { .. } | State::Waiting => return Err(Refusal::NotClaimed),
        }
        // Asked again: an event that names a handler may have come after the claim.
        if !self.handlers.may_judge(by) {
            return Err(Refusal::HandledTheCase);
        }
        match result {
            CallResult::Unreached => Ok(Step::Done(self.unreached(by, policy, now))),
            CallResult::Reached(report) => self.reached(by, report, case, now).map(Step::Done),
        }
    }

    /// Whether the result is the one that the call-back ended with. The clause of a suspicion stands with its case.
    fn is_result(&self, outcome: Outcome, result: &CallResult) -> bool {
        match result {
            CallResult::Unreached => outcome == Outcome::Unreached,
            CallResult::Reached(Report { verdict, answers, note, .. }) => {
                outcome == Outcome::from(*verdict)
                    && self.answers == Some(*answers)
                    && self.note.as_ref() == worded(note).as_ref()
            }
        }
    }

    fn unreached(&self, by: ActorId, policy: &CallPolicy, now: Timestamp) -> Recorded {
        let used_up = self.attempts.len().saturating_add(1) >= usize::from(policy.attempts_max);
        let outcome = used_up.then_some(Outcome::Unreached);
        let state = outcome.map_or(State::Waiting, |outcome| State::Done { outcome, by, at: now });
        let mut callback = self.touched(state);
        callback.attempts.push(Attempt { by, at: now, result: AttemptResult::Unreached });
        if !used_up {
            callback.due_at = policy.next_try(now);
        }
        Recorded { callback, outcome, case: None }
    }

    fn reached(
        &self,
        by: ActorId,
        report: Report,
        case: CaseId,
        now: Timestamp,
    ) -> Result<Recorded, Refusal> {
        let Report { verdict, answers, note, suspected_clause } = report;
        bounded(note.in_the_clear())?;
        let note = worded(&note);
        let suspected = verdict == Verdict::SuspectedBreach;
        if suspected && note.is_none() && !answers.any_no() {
            return Err(Refusal::NothingSuspected);
        }
        if !suspected && suspected_clause.is_some() {
            return Err(Refusal::ClauseUnsuspected);
        }
        let outcome = Outcome::from(verdict);
        let mut callback = self.touched(State::Done { outcome, by, at: now });
        callback.attempts.push(Attempt { by, at: now, result: AttemptResult::Reached });
        callback.answers = Some(answers);
        callback.note = note;
        let case = suspected.then(|| Case::open(case, &callback, suspected_clause, by, now));
        Ok(Recorded { callback, outcome: Some(outcome), case })
    }

    fn touched(&self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self.clone() }
    }
}

/// The note, if it says anything.
fn worded(note: &PersonalText) -> Option<PersonalText> {
    (!note.in_the_clear().trim().is_empty()).then(|| note.clone())
}
