//! What the ranking answers: candidates in order, each with what put it there, and everyone left out, counted
//! by reason.

use std::sync::Arc;

use kernel::{Grade, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::facts::Proximity;

/// Whether a merchant can be at the door when the request is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// It can.
    OnTime,
    /// It cannot.
    Late,
}

/// The rules that put one candidate behind another, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// This request is one of those that put newcomers first.
    Reserve,
    /// The one before arrives on time.
    Arrival,
    /// The one before was given no more than its share of the orders of this category and street.
    Share,
    /// The one before has the better credit.
    Grade,
    /// The one before was given fewer orders for its capacity.
    Served,
    /// Equal in all: the day's draw decided.
    Draw,
}

/// A merchant's part of the orders of one category and street in the last 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// Given to it.
    pub orders: u32,
    /// Given to anybody.
    pub of: u32,
}

/// A merchant that may be chosen, and all that its place depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ExplainedCandidate))]
pub struct Candidate {
    /// Who.
    pub merchant: MerchantId,
    /// As shown to citizens.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Arc<str>,
    /// Credit grade: the fourth rule.
    pub grade: Grade,
    /// Credit score: shown, not ranked by.
    pub score: u16,
    /// The second rule.
    pub arrival: Arrival,
    /// What the arrival was told from.
    pub proximity: Proximity,
    /// The fifth rule: orders given per 1,000 of capacity.
    pub served_permille: u32,
    /// Jobs it holds now.
    pub open: u32,
    /// Jobs it can hold.
    pub capacity: u32,
    /// The standing it was ranked with.
    pub credit_version: Version,
    /// Has few verified orders so far.
    pub newcomer: bool,
    /// Came first by the newcomer reserve.
    pub reserved: bool,
    /// A decision about it is being objected to.
    pub under_objection: bool,
    /// Was given more than the share cap allows, and so stands behind those of its arrival band who were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above_share: Option<Share>,
    /// The last rule: steps on the ring from the request's starting point.
    pub draw: u32,
    /// The rule that put it behind the candidate before it; none for the first.
    pub behind_by: Option<Criterion>,
}

impl Candidate {
    /// The place in the order: smaller comes first.
    pub(crate) const fn rank(&self) -> Rank {
        Rank {
            phase: Phase::of(self.reserved, self.arrival),
            above_share: self.above_share.is_some(),
            group: group(self.grade, self.served_permille),
            draw: self.draw,
            merchant: self.merchant,
        }
    }

    /// Why a candidate stands behind another one.
    fn behind(&self, ahead: &Self) -> Criterion {
        if self.reserved != ahead.reserved {
            Criterion::Reserve
        } else if self.arrival != ahead.arrival {
            Criterion::Arrival
        } else if self.above_share.is_some() != ahead.above_share.is_some() {
            Criterion::Share
        } else if self.grade != ahead.grade {
            Criterion::Grade
        } else if self.served_permille != ahead.served_permille {
            Criterion::Served
        } else {
            Criterion::Draw
        }
    }
}

/// Rules two to six as one key. The merchant comes last so that the order is total even where two merchants
/// share a point of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) phase: Phase,
    above_share: bool,
    group: u32,
    draw: u32,
    merchant: MerchantId,
}

/// The arrival band, before it the newcomer reserve. The reserve never makes a citizen wait: a newcomer that
/// would be late takes its ordinary place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Reserved,
    OnTime,
    Late,
}

impl Phase {
    pub(crate) const fn of(reserved: bool, arrival: Arrival) -> Self {
        match (reserved, arrival) {
            (true, _) => Self::Reserved,
            (false, Arrival::OnTime) => Self::OnTime,
            (false, Arrival::Late) => Self::Late,
        }
    }
}

/// Rules four and five in 32 bits: the credit band (0 for AAA to 5 for D) above the orders given.
pub(crate) const fn group(grade: Grade, served_permille: u32) -> u32 {
    ((Grade::AAA.rank() - grade.rank()) as u32) << 29 | served_permille
}

/// Why a merchant of the cell cannot be chosen: the first that holds, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ExplainedReason))]
#[serde(rename_all = "snake_case")]
pub enum ExclusionReason {
    /// No longer affiliated.
    Removed,
    /// Suspended for the time being.
    Suspended,
    /// Grade D is never dispatched.
    GradeD,
    /// The commitment of this category has ended.
    CommitmentEnded,
    /// Holds as many jobs as it can.
    Full,
    /// Does not work at the hour wanted.
    Closed,
    /// The service enters a home, and no worker's code is green.
    NoGreenWorker,
    /// Declined this request or let it expire.
    AlreadyTried,
}

impl ExclusionReason {
    /// The one word for it, on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Suspended => "suspended",
            Self::GradeD => "grade_d",
            Self::CommitmentEnded => "commitment_ended",
            Self::Full => "full",
            Self::Closed => "closed",
            Self::NoGreenWorker => "no_green_worker",
            Self::AlreadyTried => "already_tried",
        }
    }
}

impl core::fmt::Display for ExclusionReason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Removed => "it is no longer affiliated",
            Self::Suspended => "it is suspended",
            Self::GradeD => "its credit grade is D",
            Self::CommitmentEnded => "its commitment for the category has ended",
            Self::Full => "it holds as many jobs as it can",
            Self::Closed => "it does not work at that hour",
            Self::NoGreenWorker => "none of its workers has a green code",
            Self::AlreadyTried => "it declined this request or let it expire",
        })
    }
}

/// Merchants left out, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExclusionCounts {
    /// For the reason `removed`.
    pub removed: u32,
    /// For the reason `suspended`.
    pub suspended: u32,
    /// For the reason `grade_d`.
    pub grade_d: u32,
    /// For the reason `commitment_ended`.
    pub commitment_ended: u32,
    /// For the reason `full`.
    pub full: u32,
    /// For the reason `closed`.
    pub closed: u32,
    /// For the reason `no_green_worker`.
    pub no_green_worker: u32,
    /// For the reason `already_tried`.
    pub already_tried: u32,
}

impl ExclusionCounts {
    const fn of(&mut self, reason: ExclusionReason) -> &mut u32 {
        match reason {
            ExclusionReason::Removed => &mut self.removed,
            ExclusionReason::Suspended => &mut self.suspended,
            ExclusionReason::GradeD => &mut self.grade_d,
            ExclusionReason::CommitmentEnded => &mut self.commitment_ended,
            ExclusionReason::Full => &mut self.full,
            ExclusionReason::Closed => &mut self.closed,
            ExclusionReason::NoGreenWorker => &mut self.no_green_worker,
            ExclusionReason::AlreadyTried => &mut self.already_tried,
        }
    }
}

/// Every merchant of a cell, counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// May be chosen.
    pub eligible: u32,
    /// May not.
    pub excluded: ExclusionCounts,
}

impl Tally {
    fn count(&mut self, verdict: Option<ExclusionReason>) -> &mut u32 {
        match verdict {
            None => &mut self.eligible,
            Some(reason) => self.excluded.of(reason),
        }
    }

    /// Counts this many merchants with one verdict.
    pub(crate) fn add(&mut self, verdict: Option<ExclusionReason>, merchants: u32) {
        let count = self.count(verdict);
        *count = count.saturating_add(merchants);
    }

    /// Moves one merchant from one verdict to another.
    pub(crate) fn shift(&mut self, from: Option<ExclusionReason>, to: Option<ExclusionReason>) {
        let count = self.count(from);
        *count = count.saturating_sub(1);
        self.add(to, 1);
    }

    /// All counts of both, or what the first has beyond the second.
    fn zip(self, other: Self, with: fn(u32, u32) -> u32) -> Self {
        let (mine, theirs) = (self.excluded, other.excluded);
        Self {
            eligible: with(self.eligible, other.eligible),
            excluded: ExclusionCounts {
                removed: with(mine.removed, theirs.removed),
                suspended: with(mine.suspended, theirs.suspended),
                grade_d: with(mine.grade_d, theirs.grade_d),
                commitment_ended: with(mine.commitment_ended, theirs.commitment_ended),
                full: with(mine.full, theirs.full),
                closed: with(mine.closed, theirs.closed),
                no_green_worker: with(mine.no_green_worker, theirs.no_green_worker),
                already_tried: with(mine.already_tried, theirs.already_tried),
            },
        }
    }

    /// Both together.
    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        self.zip(other, u32::saturating_add)
    }

    /// What this has beyond the other.
    #[must_use]
    pub(crate) fn beyond(self, other: Self) -> Self {
        self.zip(other, u32::saturating_sub)
    }
}

/// The answer to a [`Query`](crate::Query) (推荐): the same inputs give the same bytes, on any machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// In order, best first; at most as many as were asked for and the policy allows.
    pub candidates: Vec<Candidate>,
    /// How many merchants of the cell may be chosen, and why the others may not.
    pub tally: Tally,
    /// The policy that ranked.
    pub policy_version: Version,
    /// The seed that drew.
    pub daily_seed: u64,
    /// The instant that everything was judged at.
    pub ranked_at: Timestamp,
}

impl Recommendation {
    /// The one that rule alone would choose.
    #[must_use]
    pub fn first(&self) -> Option<&Candidate> {
        self.candidates.first()
    }
}

/// Puts candidates in order, drops those beyond the limit and tells each why it is behind the one before.
pub(crate) fn line_up(candidates: &mut Vec<Candidate>, limit: usize) {
    candidates.sort_unstable_by_key(Candidate::rank);
    candidates.truncate(limit);
    let mut ahead: Option<&Candidate> = None;
    for candidate in candidates.iter_mut() {
        candidate.behind_by = ahead.map(|ahead| candidate.behind(ahead));
        ahead = Some(candidate);
    }
}
