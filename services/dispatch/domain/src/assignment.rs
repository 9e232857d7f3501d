//! The life of an assignment: offered -> accepted -> completed; beside it declined, expired, released.
//!
//! Every step is a pure function of what is stored and the clock's answer. It gives the next state of the job, of
//! the assignment and of the merchant's load together, to be stored together; a step taken before gives its
//! first result again; a step that cannot be is refused with what stands in its way.

use kernel::{Actor, AssignmentId, MerchantId, RequestId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::decision::Chosen;
use crate::facts::{Load, LoadDelta};
use crate::job::{Job, JobState};
use crate::policy::Policy;

/// Where an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// The merchant has to answer (派单).
    Offered,
    /// The merchant comes (接单).
    Accepted,
    /// Done (完工).
    Completed,
    /// The merchant does not come (拒单).
    Declined,
    /// The merchant did not answer in time.
    Expired,
    /// The request was cancelled.
    Released,
}

impl AssignmentState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Offered, Self::Accepted, Self::Completed, Self::Declined, Self::Expired, Self::Released];

    /// The one word for it, in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Released => "released",
        }
    }

    /// Holds its request and a place of the merchant's capacity.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted)
    }
}

impl core::fmt::Display for AssignmentState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a merchant declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// Nobody is free.
    Busy,
    /// Too far to come in time.
    TooFar,
    /// Not what the merchant does.
    NotOurService,
    /// The citizen and the merchant do not agree on the price.
    Price,
    /// Anything else.
    Other,
}

/// One merchant's hold on one request (派单记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// The request it holds.
    pub request: RequestId,
    /// Who holds it.
    pub merchant: MerchantId,
    /// The standing the merchant was chosen by.
    pub credit_version: Version,
    /// Who offered.
    pub offered_by: Actor,
    /// When.
    pub offered_at: Timestamp,
    /// Still in time at this instant.
    pub answer_by: Timestamp,
    /// When the merchant accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was completed, declined, expired or released.
    pub ended_at: Option<Timestamp>,
    /// Why it was declined.
    pub decline_reason: Option<DeclineReason>,
    /// How far it has come.
    pub state: AssignmentState,
}

impl Assignment {
    /// By when its next step is due, given its job: the answer while it is offered, the work once it was accepted;
    /// none once it has ended.
    #[must_use]
    pub const fn next_by(&self, job: &Job) -> Option<Timestamp> {
        match self.state {
            AssignmentState::Offered => Some(self.answer_by),
            AssignmentState::Accepted => Some(job.due_by),
            AssignmentState::Completed
            | AssignmentState::Declined
            | AssignmentState::Expired
            | AssignmentState::Released => None,
        }
    }

    /// From when on it is late, given its job: its next step, or the matter as a whole, which an offer may outlive; none
    /// once it has ended.
    #[must_use]
    pub fn late_from(&self, job: &Job) -> Option<Timestamp> {
        self.next_by(job).map(|by| by.min(job.due_by))
    }
}

/// What a step gives: its changes, or word that it was taken before.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "it lives for one match")]
pub enum Step<F> {
    /// To be stored, all in one transaction.
    Done(Changes),
    /// Nothing to store: this is the first result.
    AlreadyDone(F),
}

/// The next state of everything that a step touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The job from now on.
    pub job: Job,
    /// The assignment from now on; none when none is touched.
    pub assignment: Option<Assignment>,
    /// What to add to the merchant's load.
    pub load: Option<LoadDelta>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request is no longer wanted.
    #[error("the request was cancelled")]
    JobCancelled,
    /// The request is done.
    #[error("the request was completed")]
    JobCompleted,
    /// The merchant had its chance.
    #[error("merchant {0} declined this request or let it expire: choose another one")]
    AlreadyTried(MerchantId),
    /// The merchant took other jobs meanwhile.
    #[error("merchant {merchant} holds {open} of {capacity} jobs: choose another one")]
    Full {
        /// Who.
        merchant: MerchantId,
        /// Jobs it holds.
        open: u32,
        /// Jobs it can hold.
        capacity: u32,
    },
    /// Another merchant's account.
    #[error("the assignment belongs to another merchant")]
    NotTheirs,
    /// The time to answer is over.
    #[error("the offer had to be answered by {answer_by}")]
    TooLate {
        /// As offered.
        answer_by: Timestamp,
    },
    /// The time to answer is not over.
    #[error("the offer can be answered until {answer_by}")]
    NotDue {
        /// As offered.
        answer_by: Timestamp,
    },
    /// Accept comes first.
    #[error("the offer was not accepted yet")]
    NotAccepted,
    /// Nothing left to decline.
    #[error("it was accepted before: complete it, it cannot be declined any more")]
    AlreadyAccepted,
    /// The assignment no longer holds the request.
    #[error("the assignment has ended: {0}")]
    Ended(AssignmentState),
    /// The job is not waiting for anybody.
    #[error("the request is assigned")]
    Assigned,
    /// What was given does not belong together: a fault of the caller, never of the data.
    #[error("the assignment given is not the one that the job names")]
    Mismatch,
}

/// An offer to make: the decision's choice, and the merchant's load as the transaction reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffer {
    /// Id of the assignment to be.
    pub id: AssignmentId,
    /// Whom the decision chose.
    pub chosen: Chosen,
    /// The merchant's load now: capacity is checked against it, whatever the decision saw.
    pub load: Load,
    /// Who offers.
    pub by: Actor,
    /// Meant for a merchant that had its chance. A person alone may mean it.
    pub again: bool,
}

/// Offers a job to the chosen merchant. `last` is the assignment that the job names.
///
/// A job that has an assignment keeps it: the first result is given again, whomever the second offer names (I2).
///
/// # Errors
/// [`Refusal`] when the job is cancelled, or the merchant was tried before and is not asked again, or has no capacity left.
pub fn offer(
    job: &Job,
    last: Option<&Assignment>,
    offer: &NewOffer,
    policy: &Policy,
    now: Timestamp,
) -> Result<Step<Assignment>, Refusal> {
    match job.state {
        JobState::Assigned { assignment } | JobState::Completed { assignment } => {
            let first = last.filter(|last| last.id == assignment).ok_or(Refusal::Mismatch)?;
            return Ok(Step::AlreadyDone(first.clone()));
        }
        JobState::Cancelled => return Err(Refusal::JobCancelled),
        JobState::Waiting | JobState::Unserved => {}
    }
    let merchant = offer.chosen.merchant;
    let (Load { open, .. }, capacity) = (offer.load, offer.chosen.capacity);
    if offer.load.merchant != merchant {
        return Err(Refusal::Mismatch);
    }
    let again = offer.again && matches!(offer.by, Actor::Staff { .. });
    if job.tried.contains(&merchant) && !again {
        return Err(Refusal::AlreadyTried(merchant));
    }
    if open >= capacity {
        return Err(Refusal::Full { merchant, open, capacity });
    }
    let assignment = Assignment {
        id: offer.id,
        request: job.request,
        merchant,
        credit_version: offer.chosen.credit_version,
        offered_by: offer.by,
        offered_at: now,
        answer_by: policy.answer_by(job.urgency, now),
        accepted_at: None,
        ended_at: None,
        decline_reason: None,
        state: AssignmentState::Offered,
    };
    let job = job.in_state(JobState::Assigned { assignment: offer.id });
    Ok(done(job, assignment, TAKEN))
}

/// The merchant, or staff on its behalf, accepts.
///
/// # Errors
/// [`Refusal`] when it is another merchant's, too late, or over.
pub fn accept(job: &Job, mine: &Assignment, by: Actor, now: Timestamp) -> Result<Step<Assignment>, Refusal> {
    check_belongs(job, mine)?;
    check_theirs(mine, by)?;
    match mine.state {
        AssignmentState::Accepted | AssignmentState::Completed => Ok(Step::AlreadyDone(mine.clone())),
        AssignmentState::Declined | AssignmentState::Expired | AssignmentState::Released => {
            Err(Refusal::Ended(mine.state))
        }
        AssignmentState::Offered if now > mine.answer_by => {
            Err(Refusal::TooLate { answer_by: mine.answer_by })
        }
        AssignmentState::Offered => {
            let accepted =
                Assignment { accepted_at: Some(now), state: AssignmentState::Accepted, ..mine.clone() };
            Ok(done(job.clone(), accepted, UNCHANGED))
        }
    }
}

/// The merchant, or staff on its behalf, declines: the job waits again, without this merchant.
///
/// # Errors
/// [`Refusal`] when it is another merchant's, accepted already, or over otherwise.
pub fn decline(
    job: &Job,
    mine: &Assignment,
    by: Actor,
    reason: DeclineReason,
    now: Timestamp,
) -> Result<Step<Assignment>, Refusal> {
    check_belongs(job, mine)?;
    check_theirs(mine, by)?;
    match mine.state {
        AssignmentState::Declined => Ok(Step::AlreadyDone(mine.clone())),
        AssignmentState::Accepted => Err(Refusal::AlreadyAccepted),
        AssignmentState::Completed | AssignmentState::Expired | AssignmentState::Released => {
            Err(Refusal::Ended(mine.state))
        }
        AssignmentState::Offered => {
            let declined = Assignment { decline_reason: Some(reason), ..mine.clone() };
            let declined = declined.ended(AssignmentState::Declined, now);
            Ok(done(job.after_trying(mine.merchant), declined, UNDONE))
        }
    }
}

/// The time to answer is over: the job waits again, without this merchant. An offer that was answered in time
/// has nothing to expire.
///
/// # Errors
/// [`Refusal::NotDue`] while the merchant can still answer.
pub fn expire(job: &Job, mine: &Assignment, now: Timestamp) -> Result<Step<Assignment>, Refusal> {
    check_belongs(job, mine)?;
    match mine.state {
        AssignmentState::Offered if now <= mine.answer_by => {
            Err(Refusal::NotDue { answer_by: mine.answer_by })
        }
        AssignmentState::Offered => {
            let expired = mine.clone().ended(AssignmentState::Expired, now);
            Ok(done(job.after_trying(mine.merchant), expired, UNDONE))
        }
        AssignmentState::Accepted
        | AssignmentState::Completed
        | AssignmentState::Declined
        | AssignmentState::Expired
        | AssignmentState::Released => Ok(Step::AlreadyDone(mine.clone())),
    }
}

/// The merchant, or staff on its behalf, reports the work done.
///
/// # Errors
/// [`Refusal`] when it is another merchant's, not accepted yet, or over otherwise.
pub fn complete(
    job: &Job,
    mine: &Assignment,
    by: Actor,
    now: Timestamp,
) -> Result<Step<Assignment>, Refusal> {
    check_belongs(job, mine)?;
    check_theirs(mine, by)?;
    match mine.state {
        AssignmentState::Completed => Ok(Step::AlreadyDone(mine.clone())),
        AssignmentState::Offered => Err(Refusal::NotAccepted),
        AssignmentState::Declined | AssignmentState::Expired | AssignmentState::Released => {
            Err(Refusal::Ended(mine.state))
        }
        AssignmentState::Accepted => {
            let completed = mine.clone().ended(AssignmentState::Completed, now);
            Ok(done(job.in_state(JobState::Completed { assignment: mine.id }), completed, FINISHED))
        }
    }
}

/// The request is cancelled: a live assignment releases it. `last` is the assignment that the job names.
///
/// # Errors
/// [`Refusal::JobCompleted`] when the work is done.
pub fn cancel(job: &Job, last: Option<&Assignment>, now: Timestamp) -> Result<Step<Job>, Refusal> {
    let cancelled = job.in_state(JobState::Cancelled);
    match job.state {
        JobState::Cancelled => Ok(Step::AlreadyDone(job.clone())),
        JobState::Completed { .. } => Err(Refusal::JobCompleted),
        JobState::Waiting | JobState::Unserved => {
            Ok(Step::Done(Changes { job: cancelled, assignment: None, load: None }))
        }
        JobState::Assigned { assignment } => {
            let live = last.filter(|last| last.id == assignment).ok_or(Refusal::Mismatch)?;
            Ok(done(cancelled, live.clone().ended(AssignmentState::Released, now), UNDONE))
        }
    }
}

/// Nobody can be found: a person has to look at the job.
///
/// # Errors
/// [`Refusal`] when the job is not waiting.
pub fn give_up(job: &Job) -> Result<Step<Job>, Refusal> {
    match job.state {
        JobState::Unserved => Ok(Step::AlreadyDone(job.clone())),
        JobState::Assigned { .. } => Err(Refusal::Assigned),
        JobState::Completed { .. } => Err(Refusal::JobCompleted),
        JobState::Cancelled => Err(Refusal::JobCancelled),
        JobState::Waiting => {
            let job = job.in_state(JobState::Unserved);
            Ok(Step::Done(Changes { job, assignment: None, load: None }))
        }
    }
}

impl Assignment {
    fn ended(self, state: AssignmentState, now: Timestamp) -> Self {
        Self { state, ended_at: Some(now), ..self }
    }
}

/// Added to (open, served): an offer takes a place and counts as an order given ...
const TAKEN: (i8, i8) = (1, 1);
/// ... an offer that comes to nothing gives both back ...
const UNDONE: (i8, i8) = (-1, -1);
/// ... and finished work only frees the place.
const FINISHED: (i8, i8) = (-1, 0);
const UNCHANGED: (i8, i8) = (0, 0);

fn done<F>(job: Job, assignment: Assignment, (open, served): (i8, i8)) -> Step<F> {
    let delta = LoadDelta { merchant: assignment.merchant, open, served };
    let load = ((open, served) != UNCHANGED).then_some(delta);
    Step::Done(Changes { job, assignment: Some(assignment), load })
}

/// A live assignment is the one that its job names; one that has ended may be any of the job's.
fn check_belongs(job: &Job, mine: &Assignment) -> Result<(), Refusal> {
    let named = job.state == JobState::Assigned { assignment: mine.id };
    if mine.request == job.request && (named || !mine.state.is_live()) {
        Ok(())
    } else {
        Err(Refusal::Mismatch)
    }
}

fn check_theirs(mine: &Assignment, by: Actor) -> Result<(), Refusal> {
    match by {
        Actor::Merchant { id } if id != mine.merchant => Err(Refusal::NotTheirs),
        Actor::Merchant { .. } | Actor::Staff { .. } | Actor::Channel { .. } | Actor::Platform => Ok(()),
    }
}
