//! The commit of an assignment: job, assignment, load, choice, decision record and event in one transaction.

use chassis::store::{Command, Tx};
use contracts::dispatch::Offered;
use dispatch_domain::{Assignment, Decision, NewOffer, Policy, Refusal, Step};
use kernel::{Actor, AssignmentId, City, RequestId};

use super::count;
use super::second_person::{self, Approval};
use super::steps::{self, Stepped};
use crate::error::Error;
use crate::store::{assignments, decisions, jobs, loads};

/// Offers the request to whom the decision chose (派单).
pub(crate) struct Offer<'a> {
    pub(crate) city: City,
    pub(crate) request: RequestId,
    pub(crate) id: AssignmentId,
    pub(crate) by: Actor,
    /// The second person's, where one agreed.
    pub(crate) approval: Option<Approval>,
    pub(crate) decision: &'a Decision,
    /// Whether credit confirmed the standing it used.
    pub(crate) confirmed: bool,
    pub(crate) policy: &'a Policy,
}

impl Command for Offer<'_> {
    type Out = Stepped<Assignment>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Stepped<Assignment>, Error> {
        let now = tx.now();
        let job = jobs::lock(tx.conn(), self.city, self.request).await?.ok_or(Error::UnknownRequest)?;
        let last = steps::named(tx, &job).await?;
        let chosen = &self.decision.outcome.chosen;
        let before = loads::lock(tx.conn(), self.city, chosen.merchant, now).await?;
        let again = self.decision.inputs.choice.asks_again();
        let offer = NewOffer { id: self.id, chosen: chosen.clone(), load: before, by: self.by, again };
        let last = last.as_ref().map(|last| &last.assignment);
        let changes = match dispatch_domain::offer(&job, last, &offer, self.policy, now)? {
            Step::Done(changes) => changes,
            Step::AlreadyDone(first) => return Ok(Stepped::already(first)),
        };
        let mine = steps::assignment(&changes)?;
        second_person::see_to(tx, self).await?;
        let load = match changes.load {
            None => None,
            Some(delta) => {
                let capacity = chosen.capacity;
                let taken = count::take_place(tx, &(&job).into(), before, delta, capacity).await?;
                let (merchant, open) = (chosen.merchant, before.open);
                Some(taken.ok_or(Refusal::Full { merchant, open, capacity })?)
            }
        };
        assignments::insert(tx.conn(), &changes.job, &mine, self.confirmed).await?;
        jobs::save(tx.conn(), &changes.job, now).await?;
        steps::tell(tx, &changes.job, Some(&mine))?;
        decisions::insert(tx.conn(), mine.id, self.decision, self.request, self.confirmed).await?;
        tx.emit(&Offered {
            request: mine.request,
            city: self.city,
            assignment: mine.id,
            merchant: mine.merchant,
            credit_version: mine.credit_version,
            confirmed: self.confirmed,
            by: self.by,
            offered_at: mine.offered_at,
            answer_by: mine.answer_by,
        })?;
        Ok(Stepped { now: mine, already: false, load })
    }
}
