use chassis::store::{Command, Tx};
use contracts::credit::EvaluationPublished;
use credit_domain::evaluation::{Evaluation, EvaluationState};
use kernel::{ActorId, EvaluationId, Step, Version};

use crate::error::Error;
use crate::store::{evaluation_results, evaluations, merchants};
use crate::usecases::process::Procedure;
use crate::usecases::{Told, unmoved};

/// Another person than began it publishes a run. Repeated, it is answered with what stands.
#[derive(Debug, Clone)]
pub struct PublishEvaluation {
    /// By which rules and working days.
    pub procedure: Procedure,
    /// Which one.
    pub id: EvaluationId,
    /// Who publishes.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for PublishEvaluation {
    type Out = Told<Evaluation>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Evaluation>, Error> {
        let before = evaluations::lock(tx.conn(), self.id).await?.ok_or(Error::Unknown("evaluation"))?;
        let Procedure { rules, calendar, policy: _ } = &self.procedure;
        let by = &rules.in_force(tx.conn(), tx.now()).await?.evaluation;
        let after = match before.publish(self.by, by, calendar, tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        unmoved(self.expected, before.version)?;
        evaluations::save(tx.conn(), &after).await?;
        if let (Some(year), EvaluationState::Published { at, effective_at, by, .. }) =
            (after.order.scope.year(), &after.state)
        {
            tx.emit(&EvaluationPublished {
                evaluation: after.id,
                city: after.order.city,
                year,
                effective_at: *effective_at,
                published_by: *by,
                published_at: *at,
            })?;
        }
        Ok(Told { now: after, already: false })
    }
}

/// Has a run computed anew that was not published, with what is known by now. While it runs, it is running.
#[derive(Debug, Clone)]
pub struct ComputeAnew {
    /// By which rules.
    pub procedure: Procedure,
    /// Which one.
    pub id: EvaluationId,
    /// Who has it computed.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for ComputeAnew {
    type Out = Told<Evaluation>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Evaluation>, Error> {
        let before = evaluations::lock(tx.conn(), self.id).await?.ok_or(Error::Unknown("evaluation"))?;
        let number = self.procedure.rules.in_force(tx.conn(), tx.now()).await?.version;
        let merchants = merchants::count(tx.conn(), before.order.city).await?;
        let merchants = u32::try_from(merchants).unwrap_or(u32::MAX);
        let after = match before.anew(self.by, number, merchants, tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        unmoved(self.expected, before.version)?;
        evaluation_results::remove(tx.conn(), after.id).await?;
        evaluations::save(tx.conn(), &after).await?;
        Ok(Told { now: after, already: false })
    }
}
