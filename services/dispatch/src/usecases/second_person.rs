//! The second person of a choice against the rule (双人复核): whether one is needed, and what that one decides.

use chassis::store::{Command, Db, Tx};
use dispatch_domain::{Choice, Job, JobState, OverrideLimit, Proposal, ProposalState, Refusal, Settled};
use kernel::{Actor, AssignmentId, City, Timestamp};

use super::assign::{Dispatcher, Placed, Wish};
use super::offer::Offer;
use super::steps::{self, Stepped};
use crate::error::Error;
use crate::store::{assignments, choices, jobs, proposals};

/// Proposals that expire in one transaction.
const BATCH_MAX: u64 = 64;

/// A second person's word for a proposal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Approval {
    pub(crate) proposal: AssignmentId,
    pub(crate) by: Actor,
}

/// Counts an operator's choice and settles the proposal that the offer ends. The transaction is to be rolled back
/// when a second person is needed: then nothing was chosen.
pub(crate) async fn see_to(tx: &Tx, offer: &Offer<'_>) -> Result<(), Error> {
    let overridden = offer.decision.outcome.chosen.overridden;
    // A citizen's choice comes by a channel, and whom the platform offers to is the rule's choice: both are none
    // of an operator's.
    if let Actor::Staff { id } = offer.by {
        let day = tx.now().in_city().day;
        choices::add(tx.conn(), offer.city, id, day, overridden).await?;
        if let (true, None, Some(limit)) = (overridden, offer.approval, &offer.policy.overrides) {
            let from = day.julian().saturating_sub(i32::from(limit.window_days)).saturating_add(1);
            let operator = choices::counted(tx.conn(), offer.city, Some(id), from).await?;
            let city = choices::counted(tx.conn(), offer.city, None, from).await?;
            if limit.needs_second(operator, city) {
                return Err(Error::SecondPersonNeeded);
            }
        }
    }
    if let Some(Approval { proposal, by }) = offer.approval {
        let held = proposals::find(tx.conn(), offer.city, proposal).await?.ok_or(Error::UnknownProposal)?;
        match held.approve(by, tx.now())? {
            Settled::Done(approved) => proposals::save(tx.conn(), &approved).await?,
            // It was assigned, and came back since: a new choice is to be made.
            Settled::AlreadyDone(ended) => return Err(Error::ended(ended.state)),
        }
    }
    Ok(proposals::supersede(tx.conn(), offer.city, offer.request, tx.now()).await?)
}

/// Keeps a choice until a second person decides. The first one of a request stands, as an assignment would.
pub(crate) struct Propose<'a> {
    pub(crate) id: AssignmentId,
    pub(crate) city: City,
    pub(crate) choice: &'a Choice,
    pub(crate) chosen: kernel::MerchantId,
    pub(crate) request: kernel::RequestId,
    pub(crate) limit: &'a OverrideLimit,
}

impl Command for Propose<'_> {
    type Out = Placed;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Placed, Error> {
        let job = jobs::lock(tx.conn(), self.city, self.request).await?.ok_or(Error::UnknownRequest)?;
        if let Some(named) = steps::named(tx, &job).await? {
            return Ok(Placed::Assigned(Stepped::already(named.assignment)));
        }
        if job.state == JobState::Cancelled {
            return Err(Refusal::JobCancelled.into());
        }
        if let Some(first) = proposals::open_for(tx.conn(), self.city, self.request).await? {
            return Ok(Placed::Proposed { proposal: first, already: true });
        }
        let proposal = Proposal {
            id: self.id,
            request: self.request,
            city: self.city,
            merchant: self.chosen,
            reason: self.choice.reason.clone().ok_or(Error::SecondPersonNeeded)?,
            proposed_by: self.choice.by,
            proposed_at: tx.now(),
            decide_by: self.limit.decide_minutes.after(job.urgency, tx.now()),
            decided_by: None,
            ended_at: None,
            state: ProposalState::Open,
        };
        proposals::insert(tx.conn(), &proposal).await?;
        Ok(Placed::Proposed { proposal, already: false })
    }
}

impl Dispatcher {
    /// A second person agrees: the choice is made now, by all rules that hold now.
    pub(crate) async fn approve(
        &self,
        city: City,
        id: AssignmentId,
        by: Actor,
    ) -> Result<Stepped<dispatch_domain::Assignment>, Error> {
        let proposal = proposals::find(self.db.read(), city, id).await?.ok_or(Error::UnknownProposal)?;
        if let Settled::AlreadyDone(_) = proposal.approve(by, self.clock.now())? {
            let first = assignments::find(self.db.read(), city, id).await?.ok_or(Error::UnknownAssignment)?;
            return Ok(Stepped::already(first.assignment));
        }
        // An offer of the request would have ended the proposal: who had its chance now, had it when it was proposed
        // again.
        let job = jobs::find(self.db.read(), city, proposal.request).await?.ok_or(Error::UnknownRequest)?.job;
        let choice = Choice {
            merchant: Some(proposal.merchant),
            by: proposal.proposed_by,
            reason: Some(proposal.reason),
            again: job.tried.contains(&proposal.merchant),
            approved_by: Some(by),
        };
        let approval = Some(Approval { proposal: id, by });
        match self.assign(&Wish { city, request: proposal.request, choice, approval }).await? {
            Placed::Assigned(stepped) => Ok(stepped),
            Placed::Proposed { .. } => Err(Error::SecondPersonNeeded),
        }
    }
}

/// A second person does not agree: the rule decides, at once.
pub(crate) struct Reject {
    pub(crate) city: City,
    pub(crate) id: AssignmentId,
    pub(crate) by: Actor,
}

impl Command for Reject {
    type Out = Stepped<Proposal>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Stepped<Proposal>, Error> {
        let (_, proposal) = load(tx, self.city, self.id).await?;
        match proposal.reject(self.by, tx.now())? {
            Settled::Done(rejected) => {
                fall_to_the_rule(tx, &rejected).await?;
                Ok(Stepped { now: rejected, already: false, load: None })
            }
            Settled::AlreadyDone(first) => Ok(Stepped::already(first)),
        }
    }
}

/// Expires what nobody decided in time, a bounded number at a time, and says how many. Most times there is nothing,
/// and nothing is begun.
pub(crate) async fn expire_overdue(db: &Db, now: Timestamp) -> Result<usize, Error> {
    if proposals::overdue(db.read(), now, 1).await?.is_empty() {
        return Ok(0);
    }
    db.write(&ExpireOverdue).await
}

struct ExpireOverdue;

impl Command for ExpireOverdue {
    type Out = usize;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<usize, Error> {
        let mut overdue = proposals::overdue(tx.conn(), tx.now(), BATCH_MAX).await?;
        // Instances that do the same at once take the locks in the same order.
        overdue.sort_unstable_by_key(|proposal| (proposal.city, proposal.request));
        for Proposal { city, id, .. } in &overdue {
            let (job, proposal) = load(tx, *city, *id).await?;
            // Somebody may have been faster.
            let Ok(Settled::Done(expired)) = proposal.expire(tx.now()) else { continue };
            if job.state == JobState::Cancelled {
                proposals::supersede(tx.conn(), *city, job.request, tx.now()).await?;
            } else {
                fall_to_the_rule(tx, &expired).await?;
            }
        }
        Ok(overdue.len())
    }
}

async fn fall_to_the_rule(tx: &Tx, ended: &Proposal) -> Result<(), Error> {
    proposals::save(tx.conn(), ended).await?;
    Ok(jobs::fall_due(tx.conn(), ended.city, ended.request, tx.now()).await?)
}

/// A proposal and its job. Who holds the job holds its proposals.
async fn load(tx: &Tx, city: City, id: AssignmentId) -> Result<(Job, Proposal), Error> {
    let found = proposals::find(tx.conn(), city, id).await?.ok_or(Error::UnknownProposal)?;
    let job = jobs::lock(tx.conn(), city, found.request).await?.ok_or(Error::UnknownRequest)?;
    let proposal = proposals::find(tx.conn(), city, id).await?.ok_or(Error::UnknownProposal)?;
    Ok((job, proposal))
}
