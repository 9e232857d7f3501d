use chassis::store::{Command, Tx};
use contracts::credit::EvaluationPublished;
use credit_domain::evaluation::{Evaluation, EvaluationState};
use credit_domain::news::{About, News, NewsKind};
use kernel::{ActorId, EvaluationId, Step, Timestamp, Version};

use crate::error::Error;
use crate::store::{evaluation_results, evaluations, merchants};
use crate::usecases::notices::tell_all;
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
            tell_grades(tx, &after, *effective_at).await?;
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

/// Tells each merchant its grade of the year, and until when it may object to what it rests on.
async fn tell_grades(tx: &Tx, run: &Evaluation, effective_at: Timestamp) -> Result<(), Error> {
    let about = About::Evaluation(run.id);
    let news = |(merchant, grade)| {
        let (act_by, grade) = (Some(effective_at), Some(grade));
        (merchant, News { act_by, grade, ..News::of(NewsKind::EvaluationPublished, &about) })
    };
    let grades = evaluation_results::grades(tx.conn(), run.id).await?;
    tell_all(tx, run.order.city, grades.into_iter().map(news).collect()).await
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
