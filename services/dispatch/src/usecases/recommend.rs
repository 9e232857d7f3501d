//! Whom to recommend (推荐): from memory alone. This is the path that is asked most.

use std::sync::Arc;

use contracts::dispatch::{Recommend, Recommendation};
use contracts::reference::Reference;
use dispatch_domain::{Explanation, Job, Query, ring};
use kernel::{Clock, Timestamp};

use crate::error::Error;
use crate::ranking::{Ranking, convert};

/// Candidates listed when nobody says how many.
const LIMIT_DEFAULT: u16 = 5;
/// Candidates listed at most.
const LIMIT_MAX: u16 = 20;
/// Merchants in an explanation at most, of each kind.
const EXPLAIN_MAX: usize = 100;

/// What it takes to recommend. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Recommender {
    pub(crate) ranking: Arc<Ranking>,
    pub(crate) reference: Arc<Reference>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
}

impl Recommender {
    /// The order in force now.
    pub(crate) fn recommend(&self, ask: &Recommend) -> Result<Recommendation, Error> {
        let now = self.clock.now();
        let query = self.query(ask, now)?;
        let ranked = self.ranking.recommend(&query, now);
        let age_ms = u64::try_from(self.ranking.age().as_millis()).unwrap_or(u64::MAX);
        Ok(convert::recommendation(&ranked, age_ms))
    }

    /// The whole cell with every reason, for a person who asks why. Of a request that is here as a job all is taken
    /// from it, as when it is assigned: also who had its chance.
    pub(crate) fn explain(&self, ask: &Recommend, job: Option<&Job>) -> Result<Explanation, Error> {
        let now = self.clock.now();
        let asked = self.query(ask, now)?;
        let query = job.map_or_else(|| asked.clone(), |job| job.query(asked.limit, asked.daily_seed));
        query.validate()?;
        Ok(self.ranking.explain(&query, now, EXPLAIN_MAX))
    }

    fn query(&self, ask: &Recommend, now: Timestamp) -> Result<Query, Error> {
        if !self.ranking.is_caught_up() {
            return Err(Error::CatchingUp);
        }
        let item = self.reference.item(&ask.item).ok_or(Error::UnknownItem)?;
        let query = Query {
            request: ask.request,
            city: ask.city,
            category: item.category.clone(),
            area: ask.area,
            urgency: item.urgency,
            risk: item.risk,
            enters_home: item.enters_home,
            wanted_at: ask.wanted_at.unwrap_or(now),
            due_by: ask.due_by.unwrap_or_else(|| now.after(item.urgency.due_in())),
            limit: ask.limit.map_or(LIMIT_DEFAULT, u16::from).min(LIMIT_MAX),
            daily_seed: ring::daily_seed(self.seed, now.in_city().day),
            tried: Vec::new(),
        };
        query.validate()?;
        self.reference.area(ask.area).ok_or(Error::UnknownArea)?;
        Ok(query)
    }
}
