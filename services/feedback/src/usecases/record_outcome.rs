use std::sync::Arc;

use chassis::store::{Command, Tx};
use contracts::feedback::{FollowupOutcome, FollowupRecorded};
use feedback_domain::{CallPolicy, CallResult, Callback, Outcome, Recorded};
use kernel::{Actor, ActorId, CallbackId, City, Step, Timestamp, Version};

use super::{Told, judge, unmoved};
use crate::error::Error;
use crate::store::{callbacks, cases};

/// Records what came of a call. A suspected breach opens a case; when the call-back ends, the others are told.
///
/// Credit is not asked whether there is the clause that is suspected: a call must not fail because credit is silent,
/// and nothing follows from it. Whoever rules sees it, and has the clause of the ruling confirmed
/// ([`VerifyCase`](super::VerifyCase)).
#[derive(Debug, Clone)]
pub struct RecordOutcome {
    /// When calls are made.
    pub policy: Arc<CallPolicy>,
    /// The city.
    pub city: City,
    /// The task.
    pub id: CallbackId,
    /// Who called.
    pub by: Actor,
    /// What came of it.
    pub result: CallResult,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for RecordOutcome {
    type Out = Told<Callback>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Callback>, Error> {
        let by = judge(self.by)?;
        let found = callbacks::lock(tx.conn(), self.city, self.id).await?;
        let before = found.ok_or(Error::Unknown("call-back"))?;
        let step = before.record(by, self.result.clone(), tx.next_id(), &self.policy, tx.now())?;
        let Recorded { callback, outcome, case } = match step {
            Step::AlreadyDone(_) => return Ok(Told { now: before, already: true }),
            Step::Done(recorded) => recorded,
        };
        unmoved(self.expected, before.version)?;
        callbacks::save(tx.conn(), &callback).await?;
        if let Some(case) = &case {
            cases::insert(tx.conn(), case).await?;
        }
        if let Some(outcome) = outcome {
            tx.emit(&followup(&callback, outcome, by, tx.now()))?;
        }
        Ok(Told { now: callback, already: false })
    }
}

fn followup(callback: &Callback, outcome: Outcome, by: ActorId, recorded_at: Timestamp) -> FollowupRecorded {
    FollowupRecorded {
        callback: callback.id,
        city: callback.city,
        request: callback.request,
        merchant: callback.merchant,
        category: callback.category.clone(),
        outcome: match outcome {
            Outcome::Satisfied => FollowupOutcome::Satisfied,
            Outcome::Unsatisfied => FollowupOutcome::Unsatisfied,
            Outcome::Unreached => FollowupOutcome::Unreached,
            Outcome::SuspectedBreach => FollowupOutcome::SuspectedBreach,
        },
        recorded_at,
        recorded_by: Some(by),
    }
}
