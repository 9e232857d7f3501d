//! The ranking of every city in memory, kept up by what credit says and what dispatch itself does.
//!
//! Shape: one domain [`Index`] per city behind its own lock, so that a change in one city does not hold up the
//! answers of another. Locks are held for the length of one fold or one answer and never across a wait.
//!
//! Truth: standings are credit's (the compacted stream), loads and orders are this service's own tables. Whatever is
//! lost or doubled on the way here is healed by the higher version.

mod announce;
mod availability;
pub(crate) mod convert;
mod counted;
pub(crate) mod hear;
mod resync;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use chassis::bus::follow::{Apply, Progress};
use chassis::telemetry::{Metrics, Stage};
use contracts::credit::v1::Standing;
use contracts::credit::{StandingChanged, StandingNow};
use dispatch_domain::{
    CellOrders, Choice, ChoiceRefusal, Decision, Explanation, Fold, Index, Load, MarketShare, Policy, Query,
    Recommendation,
};
use kernel::{City, Clock, MerchantId, Timestamp, Version};

pub(crate) use announce::Announcer;
pub(crate) use counted::Counted;
pub(crate) use resync::Resync;

/// Merchants moved by one sweep of a city: what else is overdue is reckoned with by every query.
const SWEEP_MAX: usize = 1_000;

/// The rankings of all cities (实时排序).
pub struct Ranking {
    policy: Policy,
    cities: RwLock<BTreeMap<City, Arc<RwLock<Index>>>>,
    progress: OnceLock<Progress>,
    wall: Arc<dyn Clock>,
    announcer: Announcer,
    took: Box<dyn Fn(f64) + Send + Sync>,
}

impl Ranking {
    /// Rankings without merchants.
    pub(crate) fn new(policy: Policy, wall: Arc<dyn Clock>, announcer: Announcer, metrics: &Metrics) -> Self {
        let applied = metrics.stage(Stage::Applied);
        Self {
            policy,
            cities: RwLock::default(),
            progress: OnceLock::new(),
            wall,
            announcer,
            took: Box::new(move |seconds| applied.record(seconds, &[])),
        }
    }

    /// Tells it by whom it is kept up; once, at start.
    pub(crate) fn set_progress(&self, progress: Progress) {
        if self.progress.set(progress).is_err() {
            tracing::warn!("the ranking is followed twice; the first follower counts");
        }
    }

    /// Whether every standing that was known at the start is folded in.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.progress.get().is_some_and(Progress::is_caught_up)
    }

    /// How long ago it was last known to have everything from credit, by the wall clock.
    pub(crate) fn age(&self) -> Duration {
        self.progress.get().map_or(Duration::MAX, |progress| progress.age(self.wall.now()))
    }

    /// The policy in force.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Merchants known, in all cities.
    #[must_use]
    pub fn merchants(&self) -> usize {
        self.all().iter().map(|(_, index)| read(index).len()).sum()
    }

    /// The version of a merchant's standing here.
    #[must_use]
    pub fn credit_version(&self, city: City, merchant: MerchantId) -> Option<Version> {
        let index = self.find(city)?;
        read(&index).credit_version(merchant)
    }

    /// A merchant's load here.
    #[must_use]
    pub fn load(&self, city: City, merchant: MerchantId) -> Option<Load> {
        let index = self.find(city)?;
        read(&index).load(merchant)
    }

    /// Whom to recommend; nobody in a city without merchants.
    pub(crate) fn recommend(&self, query: &Query, now: Timestamp) -> Recommendation {
        self.with(query.city, |index| index.recommend(query, now))
    }

    /// The whole cell with every reason.
    pub(crate) fn explain(&self, query: &Query, now: Timestamp, limit: usize) -> Explanation {
        self.with(query.city, |index| index.explain(query, now, limit))
    }

    /// Chooses a merchant and writes down why.
    pub(crate) fn decide(
        &self,
        query: Query,
        now: Timestamp,
        choice: Choice,
    ) -> Result<Decision, ChoiceRefusal> {
        self.with(query.city, |index| index.decide(query, now, choice))
    }

    /// What a merchant was given of the orders of its categories and streets.
    pub(crate) fn market_shares(&self, city: City, merchant: MerchantId) -> Vec<MarketShare> {
        self.with(city, |index| index.market_shares(merchant))
    }

    /// Folds in what a transaction of this service, here or elsewhere, made of a load. Who shows a list is told when
    /// the merchant became full by it, or free again.
    pub(crate) fn apply_counted(&self, counted: &Counted) {
        let Counted { city, load, orders } = counted;
        let moved = {
            let index = self.of(*city);
            let mut index = write(&index);
            if let Some(orders) = orders {
                drop(index.apply_orders(orders));
            }
            let was_full = index.is_full(load.merchant);
            match index.apply_load(*load) {
                Fold::Applied { affected, .. } if index.is_full(load.merchant) != was_full => affected,
                Fold::Applied { .. } | Fold::Stale { .. } => Vec::new(),
            }
        };
        if !moved.is_empty() && self.is_caught_up() {
            self.announcer.announce_availability(*city, moved);
        }
    }

    /// Folds in a count of orders as the table has it.
    pub(crate) fn apply_orders(&self, city: City, orders: &CellOrders) {
        let (Fold::Applied { .. } | Fold::Stale { .. }) = write(&self.of(city)).apply_orders(orders);
    }

    /// Folds in a standing that credit gave as its answer: what the fence found to be newer.
    pub(crate) fn apply_standing(&self, standing: Standing) {
        self.fold(standing, None);
    }

    /// Moves merchants whose commitment or green code ended.
    pub(crate) fn sweep(&self, now: Timestamp) {
        for (_, index) in self.all() {
            if read(&index).is_sweep_due(now) {
                drop(write(&index).sweep(now, SWEEP_MAX));
            }
        }
    }

    fn fold(&self, standing: Standing, sent_wall_us: Option<i64>) {
        let (city, change) = (standing.city, announce::Change::of(&standing));
        let folded = write(&self.of(city)).apply_facts(convert::facts(standing));
        let Fold::Applied { previous, affected } = folded else { return };
        let applied = self.wall.now();
        if let Some(sent) = sent_wall_us {
            (self.took)(applied.since(Timestamp::from_micros(sent)).as_secs_f64());
        }
        // What is read at the start is no change for anybody.
        if self.is_caught_up() {
            self.announcer.announce(change.message(
                previous.map(|it| it.grade),
                &affected,
                sent_wall_us,
                applied,
            ));
        }
    }

    fn with<T>(&self, city: City, ask: impl FnOnce(&Index) -> T) -> T {
        match self.find(city) {
            Some(index) => ask(&read(&index)),
            None => ask(&Index::new(self.policy.clone())),
        }
    }

    fn find(&self, city: City) -> Option<Arc<RwLock<Index>>> {
        read(&self.cities).get(&city).cloned()
    }

    /// The city's ranking, made at first sight.
    fn of(&self, city: City) -> Arc<RwLock<Index>> {
        if let Some(known) = self.find(city) {
            return known;
        }
        let mut cities = write(&self.cities);
        let made =
            cities.entry(city).or_insert_with(|| Arc::new(RwLock::new(Index::new(self.policy.clone()))));
        Arc::clone(made)
    }

    fn all(&self) -> Vec<(City, Arc<RwLock<Index>>)> {
        read(&self.cities).iter().map(|(city, index)| (*city, Arc::clone(index))).collect()
    }
}

impl Apply<StandingChanged, StandingNow> for Ranking {
    fn sure(&self, event: StandingChanged) {
        self.fold(event.0, None);
    }

    fn fast(&self, broadcast: StandingNow, sent_wall_us: Option<i64>) {
        self.fold(broadcast.0, sent_wall_us);
    }
}

/// A panic under a lock leaves an index that the next restart rebuilds; answering goes on meanwhile.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
