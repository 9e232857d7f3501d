//! Assigns a request to a merchant: rank, fence, commit, and again when something moved meanwhile.
//!
//! Remote calls come before the transaction, never inside it: the commit checks again what it depends on.

use std::sync::Arc;

use chassis::bus::Bus;
use chassis::store::Db;
use contracts::credit::ConfirmStanding;
use contracts::dispatch::Assigned;
use dispatch_domain::{
    Assignment, Choice, Decision, JobState, OverrideCode, OverrideReason, Proposal, Refusal, ring,
};
use kernel::{Actor, City, Clock, IdSource, MerchantId, RequestId, Timestamp};

use super::fence::{self, Fenced};
use super::offer::Offer;
use super::second_person::{Approval, Propose};
use super::steps::{self, Stepped};
use crate::config::FenceConfig;
use crate::error::Error;
use crate::ranking::{Counted, Ranking};
use crate::store::{assignments, jobs, loads};

/// What it takes to assign. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    pub(crate) db: Db,
    pub(crate) bus: Bus,
    pub(crate) ranking: Arc<Ranking>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) fence: FenceConfig,
    pub(crate) seed: u64,
}

/// A request that is to be assigned, and who chose whom.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) city: City,
    pub(crate) request: RequestId,
    pub(crate) choice: Choice,
    /// The second person's word, where a proposal became it.
    pub(crate) approval: Option<Approval>,
}

/// What became of a wish.
#[derive(Debug)]
pub(crate) enum Placed {
    /// The assignment that holds the request.
    Assigned(Stepped<Assignment>),
    /// The choice waits for a second person.
    Proposed {
        proposal: Proposal,
        /// Whether it waited before: the first one of a request stands.
        already: bool,
    },
}

/// What a round came to.
#[expect(clippy::large_enum_variant, reason = "it lives for one match")]
enum Round {
    Settled(Placed),
    /// A standing or a load was not what the ranking knew. It knows now.
    Again,
}

impl Dispatcher {
    /// Assigns the request, or gives the assignment that it has (I2).
    pub(crate) async fn assign(&self, wish: &Wish) -> Result<Placed, Error> {
        for _ in 0..self.fence.rounds_max.get() {
            if let Round::Settled(placed) = self.round(wish).await? {
                return Ok(placed);
            }
        }
        Err(Error::Unsettled(self.fence.rounds_max.get()))
    }

    /// The seed published for the day of this instant.
    pub(crate) fn daily_seed(&self, now: Timestamp) -> u64 {
        ring::daily_seed(self.seed, now.in_city().day)
    }

    async fn round(&self, wish: &Wish) -> Result<Round, Error> {
        let stored = jobs::find(self.db.read(), wish.city, wish.request).await?;
        let job = stored.ok_or(Error::UnknownRequest)?.job;
        match job.state {
            JobState::Assigned { assignment } | JobState::Completed { assignment } => {
                let first = assignments::find(self.db.read(), wish.city, assignment).await?;
                let first = first.ok_or(Error::UnknownAssignment)?.assignment;
                return Ok(Round::Settled(Placed::Assigned(Stepped::already(first))));
            }
            JobState::Cancelled => return Err(Refusal::JobCancelled.into()),
            JobState::Waiting | JobState::Unserved => {}
        }
        if !self.ranking.is_caught_up() {
            return Err(Error::CatchingUp);
        }
        let now = self.clock.now();
        let query = job.query(self.ranking.policy().list_limit, self.daily_seed(now));
        query.validate()?;
        let decision = self.ranking.decide(query, now, wish.choice.clone())?;
        let chosen = &decision.outcome.chosen;
        let ask =
            ConfirmStanding { merchant: chosen.merchant, city: wish.city, version: chosen.credit_version };
        let confirmed = match fence::confirm(&self.bus, &self.fence, &ask).await? {
            Fenced::Pass { confirmed } => confirmed,
            Fenced::Moved(standing) => {
                self.ranking.apply_standing(*standing);
                return Ok(Round::Again);
            }
        };
        // What was heard while credit was asked counts, whatever it answered: it may not have answered at all.
        if self.ranking.credit_version(wish.city, chosen.merchant) != Some(chosen.credit_version) {
            return Ok(Round::Again);
        }
        self.commit(wish, &decision, confirmed).await
    }

    async fn commit(&self, wish: &Wish, decision: &Decision, confirmed: bool) -> Result<Round, Error> {
        let (policy, chosen) = (self.ranking.policy(), &decision.outcome.chosen);
        // A proposal becomes the assignment of its id: a repeated approval finds it.
        let id = wish.approval.map_or_else(|| self.ids.next_id().into(), |approval| approval.proposal);
        let offer = Offer {
            city: wish.city,
            request: wish.request,
            id,
            by: wish.choice.by,
            approval: wish.approval,
            decision,
            confirmed,
            policy,
        };
        match steps::take(&self.db, &self.ranking, &offer).await {
            Ok(stepped) => Ok(Round::Settled(Placed::Assigned(stepped))),
            Err(Error::Refused(Refusal::Full { merchant, .. })) => {
                // Another instance gave it work: learn its load, and look for somebody else.
                let load = loads::find(self.db.read(), wish.city, merchant).await?;
                self.ranking.apply_counted(&Counted::load(wish.city, load));
                Ok(Round::Again)
            }
            // It declined in this very moment.
            Err(Error::Refused(Refusal::AlreadyTried(_))) => Ok(Round::Again),
            Err(Error::SecondPersonNeeded) => {
                let limit = policy.overrides.as_ref().ok_or(Error::SecondPersonNeeded)?;
                let (city, request, choice) = (wish.city, wish.request, &wish.choice);
                let propose = Propose { id, city, choice, chosen: chosen.merchant, request, limit };
                Ok(Round::Settled(self.db.write(&propose).await?))
            }
            Err(error) => Err(error),
        }
    }
}

/// The assignment as it is told.
pub(crate) fn assigned(stepped: &Stepped<Assignment>) -> Assigned {
    let Assignment { id, merchant, credit_version, answer_by, .. } = stepped.now;
    Assigned { assignment: id, merchant, credit_version, answer_by, already: stepped.already }
}

/// A choice as it is told: a reason is one of the codes, or a note of its own. A citizen's choice, which comes by
/// a channel, is its own reason.
pub(crate) fn choice(merchant: Option<MerchantId>, by: Actor, reason: Option<String>) -> Choice {
    let reason = match (by, reason) {
        (Actor::Channel { .. }, note) => Some(OverrideReason { code: OverrideCode::CitizenChose, note }),
        (Actor::Staff { .. } | Actor::Merchant { .. } | Actor::Platform, None) => None,
        (Actor::Staff { .. } | Actor::Merchant { .. } | Actor::Platform, Some(text)) => {
            let code = match text.as_str() {
                "citizen_chose" => Some(OverrideCode::CitizenChose),
                "knows_the_case" => Some(OverrideCode::KnowsTheCase),
                "not_reached" => Some(OverrideCode::NotReached),
                "special_skill" => Some(OverrideCode::SpecialSkill),
                "agreed" => Some(OverrideCode::Agreed),
                _ => None,
            };
            Some(match code {
                Some(code) => OverrideReason { code, note: None },
                None => OverrideReason { code: OverrideCode::Other, note: Some(text) },
            })
        }
    };
    Choice { merchant, by, reason, again: false, approved_by: None }
}
