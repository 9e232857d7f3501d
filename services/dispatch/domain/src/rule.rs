//! The dispatch rule (派单规则) in plain words and plain code: the reference that the index must agree with,
//! and the code by which an auditor replays a decision.
//!
//! Lexicographic, no weights: (1) *eligible*, (2) *arrival band*, (3) *share cap*, (4) *credit band*, (5) *least
//! served relative to capacity*, (6) *the day's draw*. Before (2), a share of low-risk requests puts newcomers first.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Area, CategoryCode, Grade, MerchantId, Risk, Timestamp, Urgency, Version};
use serde::{Deserialize, Serialize};

use crate::facts::{CellOrders, Hours, Load, MerchantFacts, Proximity, Status, served_permille};
use crate::policy::{Policy, ShareCap};
use crate::query::Query;
use crate::recommend::{Arrival, Candidate, ExclusionReason, Phase, Recommendation, Share, Tally, line_up};
use crate::ring;

/// A merchant as one cell (category and street) sees it: all that the rule looks at, and what a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// When the commitment of the cell's category ends.
    pub commitment_until: Timestamp,
    /// Orders of the cell given to it in the last 30 days.
    #[serde(default, skip_serializing_if = "is_none")]
    pub orders: u32,
    /// What is the same in all its cells.
    #[serde(flatten)]
    pub profile: Profile,
}

/// A merchant as all its cells see it: facts and load together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who.
    pub merchant: MerchantId,
    /// As shown to citizens.
    pub name: Arc<str>,
    /// The standing this was taken from.
    pub credit_version: Version,
    /// Credit grade.
    pub grade: Grade,
    /// Credit score.
    pub score: u16,
    /// Member, suspended or removed.
    pub status: Status,
    /// The street it starts from.
    pub home: Area,
    /// Jobs it can hold at once.
    pub capacity: u32,
    /// When it works.
    pub hours: Hours,
    /// Verified orders since it joined.
    pub verified_orders: u32,
    /// Until when at least one worker is green.
    pub green_until: Option<Timestamp>,
    /// A decision about it is being objected to.
    pub under_objection: bool,
    /// The load this was taken from.
    pub load_version: Version,
    /// Jobs it holds.
    pub open: u32,
    /// Orders given in the last 30 days.
    pub served: u32,
}

/// A record says nothing of orders where there are none, as the records before the share cap did.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
pub(crate) const fn is_none(orders: &u32) -> bool {
    *orders == 0
}

impl Contender {
    /// The merchant as the cell sees it; none when it does not serve the street or the category.
    fn of(
        facts: &MerchantFacts,
        load: &Load,
        orders: u32,
        (category, area): (&CategoryCode, Area),
    ) -> Option<Self> {
        let serves = area.city() == facts.city && facts.areas.contains(&area);
        let signed = facts.categories.iter().filter(|signed| signed.category == *category);
        let commitment_until = signed.map(|signed| signed.commitment_until).max().filter(|_| serves)?;
        let profile = Profile {
            merchant: facts.merchant,
            name: Arc::clone(&facts.name),
            credit_version: facts.version,
            grade: facts.grade,
            score: facts.score,
            status: facts.status,
            home: facts.home,
            capacity: facts.capacity,
            hours: facts.hours,
            verified_orders: facts.verified_orders,
            green_until: facts.green_until,
            under_objection: facts.under_objection,
            load_version: load.version,
            open: load.open,
            served: load.served,
        };
        Some(Self { commitment_until, orders, profile })
    }
}

/// Rule 1 as far as it is the same for every query: what keeps a merchant out of a cell's lanes.
pub(crate) const fn barred(
    status: Status,
    grade: Grade,
    committed: bool,
    open: u32,
    capacity: u32,
) -> Option<ExclusionReason> {
    match (status, grade) {
        (Status::Removed, _) => Some(ExclusionReason::Removed),
        (Status::Suspended, _) => Some(ExclusionReason::Suspended),
        (Status::Affiliated, Grade::D) => Some(ExclusionReason::GradeD),
        (Status::Affiliated, _) if !committed => Some(ExclusionReason::CommitmentEnded),
        (Status::Affiliated, _) if open >= capacity => Some(ExclusionReason::Full),
        (Status::Affiliated, _) => None,
    }
}

/// One query made ready: everything that is the same for all merchants, computed once.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) query: &'a Query,
    pub(crate) policy: &'a Policy,
    /// Everything is judged at this instant.
    pub(crate) now: Timestamp,
    /// The starting point on the ring.
    pub(crate) start: u32,
    /// The minute of the day at which service is wanted.
    minute: u16,
    /// This request puts newcomers first.
    reserve: bool,
    on_time: [bool; 3],
}

impl<'a> Frame<'a> {
    pub(crate) fn new(query: &'a Query, policy: &'a Policy, now: Timestamp) -> Self {
        let arrives = |proximity| policy.arrives(proximity, now, query.due_by);
        // Somebody who only looks is no order: nothing is reserved for them.
        let reserve = query.request.is_some_and(|request| {
            query.risk == Risk::Low
                && ring::reserve_draw(request, query.daily_seed) < policy.newcomer_share_percent
        });
        Self {
            query,
            policy,
            now,
            start: ring::start_point(query.request, query.daily_seed),
            minute: query.wanted_at.in_city().minute,
            reserve,
            on_time: [
                arrives(Proximity::SameStreet),
                arrives(Proximity::SameDistrict),
                arrives(Proximity::SameCity),
            ],
        }
    }

    /// How many candidates the answer may hold.
    pub(crate) fn limit(&self) -> usize {
        self.query.limit.min(self.policy.list_limit).into()
    }

    /// Rule 1 as far as the hour and the home decide it.
    pub(crate) const fn unsuited(&self, hours: Hours, green: bool) -> Option<ExclusionReason> {
        if !hours.covers(self.minute) {
            Some(ExclusionReason::Closed)
        } else if self.query.enters_home && !green {
            Some(ExclusionReason::NoGreenWorker)
        } else {
            None
        }
    }

    /// Whether the merchant had its chance with this request.
    pub(crate) fn tried(&self, merchant: MerchantId) -> Option<ExclusionReason> {
        self.query.tried.contains(&merchant).then_some(ExclusionReason::AlreadyTried)
    }

    /// Rule 1 before asking who was tried already.
    pub(crate) fn exclusion_but_tried(&self, contender: &Contender) -> Option<ExclusionReason> {
        let committed = contender.commitment_until > self.now;
        let Profile { status, grade, open, capacity, hours, green_until, .. } = contender.profile;
        let green = green_until.is_some_and(|until| until > self.now);
        barred(status, grade, committed, open, capacity).or_else(|| self.unsuited(hours, green))
    }

    /// Rule 1: why this merchant cannot be chosen; none when it can.
    pub(crate) fn exclusion(&self, contender: &Contender) -> Option<ExclusionReason> {
        self.exclusion_but_tried(contender).or_else(|| self.tried(contender.profile.merchant))
    }

    /// Rule 2.
    const fn arrival(&self, proximity: Proximity) -> Arrival {
        let [same_street, same_district, same_city] = self.on_time;
        let on_time = match proximity {
            Proximity::SameStreet => same_street,
            Proximity::SameDistrict => same_district,
            Proximity::SameCity => same_city,
        };
        if on_time { Arrival::OnTime } else { Arrival::Late }
    }

    /// Rule 2 with the newcomer reserve before it.
    pub(crate) fn phase(&self, proximity: Proximity, newcomer: bool) -> Phase {
        let arrival = self.arrival(proximity);
        Phase::of(self.reserve && newcomer && arrival == Arrival::OnTime, arrival)
    }

    /// Rule 3: the cap that holds in a cell of so many orders where so many merchants can be chosen; none where
    /// none does.
    ///
    /// Emergencies go to the best. Few orders say nothing. And a cap is none where not all could stay below it:
    /// with two merchants one of them always has half of the orders, by its credit and not by favour.
    pub(crate) fn cap(&self, of: u32, eligible: u32) -> Option<Cap> {
        let cap = self.policy.share_cap?;
        let holds = self.query.urgency != Urgency::Emergency
            && of >= cap.orders_min
            && u64::from(eligible) * u64::from(cap.percent) > 100;
        holds.then_some(Cap { cap, of })
    }

    /// An eligible merchant with all that its place depends on.
    pub(crate) fn candidate(&self, profile: Profile, above_share: Option<Share>) -> Candidate {
        let proximity = Proximity::between(profile.home, self.query.area);
        let newcomer = profile.verified_orders < self.policy.newcomer_below_orders;
        Candidate {
            merchant: profile.merchant,
            name: profile.name,
            grade: profile.grade,
            score: profile.score,
            arrival: self.arrival(proximity),
            proximity,
            served_permille: served_permille(profile.served, profile.capacity),
            open: profile.open,
            capacity: profile.capacity,
            credit_version: profile.credit_version,
            newcomer,
            reserved: above_share.is_none() && self.phase(proximity, newcomer) == Phase::Reserved,
            under_objection: profile.under_objection,
            above_share,
            draw: ring::clockwise(self.start, ring::merchant_point(profile.merchant)),
            behind_by: None,
        }
    }

    /// The answer around its candidates, which are in order.
    pub(crate) fn answer(&self, candidates: Vec<Candidate>, tally: Tally) -> Recommendation {
        Recommendation {
            candidates,
            tally,
            policy_version: self.policy.version,
            daily_seed: self.query.daily_seed,
            ranked_at: self.now,
        }
    }
}

/// The share cap where it holds: at most `100 / percent` merchants are above it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cap {
    cap: ShareCap,
    of: u32,
}

impl Cap {
    /// The share of who was given so many orders, when it is above the cap.
    pub(crate) fn above(self, orders: u32) -> Option<Share> {
        let share = Share { orders, of: self.of };
        self.cap.is_above(share).then_some(share)
    }
}

/// How many of these may be chosen, and why the others may not.
pub(crate) fn judge(contenders: &[Contender], frame: &Frame<'_>) -> Tally {
    let mut tally = Tally::default();
    contenders.iter().for_each(|contender| tally.add(frame.exclusion(contender), 1));
    tally
}

/// Judges and ranks the merchants of one cell of `of` orders, `beyond` of which are only counted. `O(n log n)`;
/// their order does not matter.
pub(crate) fn rank(contenders: &[Contender], of: u32, beyond: Tally, frame: &Frame<'_>) -> Recommendation {
    let tally = judge(contenders, frame).plus(beyond);
    let cap = frame.cap(of, tally.eligible);
    let eligible = contenders.iter().filter(|contender| frame.exclusion(contender).is_none());
    let mut candidates: Vec<Candidate> = eligible
        .map(|it| frame.candidate(it.profile.clone(), cap.and_then(|cap| cap.above(it.orders))))
        .collect();
    line_up(&mut candidates, frame.limit());
    frame.answer(candidates, tally)
}

/// The rule applied to plain lists: what [`Index::recommend`](crate::Index::recommend) must answer, without its
/// speed.
///
/// `facts`, `loads` and `orders` may come in any order and in several versions: the highest counts.
#[must_use]
pub fn rank_plain(
    facts: &[MerchantFacts],
    loads: &[Load],
    orders: &[CellOrders],
    query: &Query,
    policy: &Policy,
    now: Timestamp,
) -> Recommendation {
    let mut newest: BTreeMap<MerchantId, &MerchantFacts> = BTreeMap::new();
    for facts in facts {
        let mine = newest.entry(facts.merchant).or_insert(facts);
        if facts.version > mine.version {
            *mine = facts;
        }
    }
    let mut busy: BTreeMap<MerchantId, Load> = BTreeMap::new();
    for load in loads {
        let mine = busy.entry(load.merchant).or_insert(Load::none(load.merchant));
        if load.version > mine.version {
            *mine = *load;
        }
    }
    let mut given: BTreeMap<MerchantId, &CellOrders> = BTreeMap::new();
    for orders in orders.iter().filter(|it| it.area == query.area && it.category == query.category) {
        let mine = given.entry(orders.merchant).or_insert(orders);
        if orders.version > mine.version {
            *mine = orders;
        }
    }
    let contenders: Vec<Contender> = newest
        .into_iter()
        .filter_map(|(merchant, facts)| {
            let load = busy.get(&merchant).copied().unwrap_or(Load::none(merchant));
            let orders = given.get(&merchant).map_or(0, |it| it.orders);
            Contender::of(facts, &load, orders, (&query.category, query.area))
        })
        .collect();
    let of = given.values().map(|it| it.orders).sum();
    rank(&contenders, of, Tally::default(), &Frame::new(query, policy, now))
}
