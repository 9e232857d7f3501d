//! How far a request has come, as a set of facts. Facts only add to it, each at most once, so that what it
//! says does not depend on their order: events may arrive doubled, late or reordered.

use kernel::{AssignmentId, CallbackId, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::request::Status;
use crate::timeline::Happening;

/// Assignments kept per request: dispatch gives up long before.
const ATTEMPTS_MAX: usize = 32;

/// What can happen to one assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentStep {
    /// It was offered to a merchant (派单).
    Offered,
    /// The merchant took it (接单).
    Accepted,
    /// The merchant turned it down.
    Declined,
    /// The merchant did not answer in time.
    Expired,
    /// The merchant was let go because the request was cancelled.
    Released,
    /// The work is done (完工).
    Completed,
}

impl AssignmentStep {
    /// Whether the merchant no longer holds the request after it, without the work being done.
    const fn gives_back(self) -> bool {
        match self {
            Self::Declined | Self::Expired | Self::Released => true,
            Self::Offered | Self::Accepted | Self::Completed => false,
        }
    }
}

/// All that was heard of one assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The merchant that holds or held it.
    pub merchant: MerchantId,
    /// What was heard, each once, in this order: not that of arrival.
    pub steps: Vec<AssignmentStep>,
    /// When it was given back, if it was.
    pub given_back_at: Option<Timestamp>,
    /// When the work was done, if it is.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
}

impl Attempt {
    pub(crate) fn heard(&self, step: AssignmentStep) -> bool {
        self.steps.contains(&step)
    }

    /// The status that this assignment gives the request while it lasts.
    fn status(&self) -> Option<Status> {
        if self.heard(AssignmentStep::Completed) {
            Some(Status::Completed)
        } else if self.given_back_at.is_some() {
            None
        } else if self.heard(AssignmentStep::Accepted) {
            Some(Status::Accepted)
        } else {
            Some(Status::Offered)
        }
    }
}

/// How far a request has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Its assignments in order of their ids, at most 32.
    pub attempts: Vec<Attempt>,
    /// When dispatch last had nobody left to offer it to.
    pub unserved_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// The finished call-back.
    pub called_back: Option<CallbackId>,
}

impl Progress {
    /// The status that follows from all that was heard.
    ///
    /// What is done is done: a cancellation that crossed a completion on the way does not undo it. Below that,
    /// the assignment that lasts decides; when none does, the request waits, or is unserved if that is the
    /// last that dispatch said.
    #[must_use]
    pub fn status(&self) -> Status {
        let holding = self.holder().and_then(Attempt::status);
        let given_back_at = self.attempts.iter().filter_map(|attempt| attempt.given_back_at).max();
        if self.called_back.is_some() {
            Status::Closed
        } else if holding == Some(Status::Completed) {
            Status::Completed
        } else if self.cancelled_at.is_some() {
            Status::Cancelled
        } else if let Some(status) = holding {
            status
        } else if self.unserved_at.is_some() && self.unserved_at >= given_back_at {
            Status::Unserved
        } else {
            Status::Received
        }
    }

    /// The assignment that holds the request: the one that has come furthest, and the youngest of these.
    #[must_use]
    pub fn holder(&self) -> Option<&Attempt> {
        self.attempts
            .iter()
            .filter_map(|attempt| attempt.status().map(|status| (status, attempt)))
            .max_by_key(|(status, attempt)| (*status, attempt.assignment))
            .map(|(_, attempt)| attempt)
    }

    /// Adds what happened at `at`; false when it was heard before.
    pub(crate) fn hear(&mut self, happening: &Happening, at: Timestamp) -> bool {
        match *happening {
            Happening::Assignment { assignment, merchant, step } => {
                self.hear_step(assignment, merchant, step, at)
            }
            Happening::Unserved => {
                let news = self.unserved_at < Some(at);
                self.unserved_at = self.unserved_at.max(Some(at));
                news
            }
            Happening::CalledBack { callback } => {
                let news = self.called_back.is_none();
                self.called_back.get_or_insert(callback);
                news
            }
        }
    }

    fn hear_step(
        &mut self,
        assignment: AssignmentId,
        merchant: MerchantId,
        step: AssignmentStep,
        at: Timestamp,
    ) -> bool {
        if !self.attempts.iter().any(|attempt| attempt.assignment == assignment) {
            self.make_room();
            self.attempts.push(Attempt {
                assignment,
                merchant,
                steps: Vec::new(),
                given_back_at: None,
                completed_at: None,
            });
            self.attempts.sort_unstable_by_key(|attempt| attempt.assignment);
        }
        let Some(attempt) = self.attempts.iter_mut().find(|attempt| attempt.assignment == assignment) else {
            return false;
        };
        if attempt.heard(step) {
            return false;
        }
        attempt.steps.push(step);
        attempt.steps.sort_unstable();
        if step.gives_back() {
            attempt.given_back_at = attempt.given_back_at.max(Some(at));
        }
        if step == AssignmentStep::Completed {
            attempt.completed_at = Some(at);
        }
        true
    }

    /// Forgets the oldest assignment that was given back, when there are too many to keep.
    fn make_room(&mut self) {
        if self.attempts.len() >= ATTEMPTS_MAX {
            let oldest = self.attempts.iter().position(|attempt| attempt.given_back_at.is_some());
            self.attempts.remove(oldest.unwrap_or(0));
        }
    }
}
