//! Why the order is as it is: the whole cell, for a person who asks.

use std::sync::Arc;

use kernel::{MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::facts::Hours;
use crate::index::Index;
use crate::query::Query;
use crate::recommend::{Candidate, ExclusionReason, Tally};
use crate::rule::Profile;

/// A merchant of the cell that cannot be chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exclusion {
    /// Who.
    pub merchant: MerchantId,
    /// As shown to citizens.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Arc<str>,
    /// The first reason that holds.
    pub reason: ExclusionReason,
    /// When it works, for the reason `closed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The standing it was judged by.
    pub credit_version: Version,
}

/// Every candidate and every exclusion of a cell with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// In order, as many as asked for.
    pub candidates: Vec<Candidate>,
    /// First those who had their chance, the others by reason and merchant; as many as asked for.
    pub exclusions: Vec<Exclusion>,
    /// All of them, listed or not.
    pub tally: Tally,
    /// Orders of the cell in the last 30 days, given to anybody.
    pub orders: u32,
    /// The policy that ranked.
    pub policy_version: Version,
    /// The seed that drew.
    pub daily_seed: u64,
    /// The instant that everything was judged at.
    pub ranked_at: Timestamp,
}

impl Index {
    /// The whole cell of a need, at most `limit` candidates and as many exclusions; the tally counts the rest.
    ///
    /// Looks at every merchant of the cell: for a person who asks why, not for every request.
    #[must_use]
    pub fn explain(&self, query: &Query, now: Timestamp, limit: usize) -> Explanation {
        let view = self.view(query, now);
        let frame = &view.frame;
        let mut exclusions: Vec<Exclusion> = view
            .all()
            .filter_map(|contender| {
                let reason = frame.exclusion(&contender)?;
                let Profile { merchant, name, credit_version, hours, .. } = contender.profile;
                let hours = (reason == ExclusionReason::Closed).then_some(hours);
                Some(Exclusion { merchant, name, reason, hours, credit_version })
            })
            .collect();
        // Those who had their chance are few, and whom a person may ask again: no long list cuts them off.
        exclusions.sort_unstable_by_key(|exclusion| {
            let Exclusion { reason, merchant, .. } = *exclusion;
            (reason != ExclusionReason::AlreadyTried, reason, merchant)
        });
        exclusions.truncate(limit);
        Explanation {
            candidates: view.candidates(&view.best(limit), limit),
            exclusions,
            tally: view.tally,
            orders: view.orders(),
            policy_version: frame.policy.version,
            daily_seed: query.daily_seed,
            ranked_at: frame.now,
        }
    }
}
