//! A small town: five streets in three districts, two categories, and time around one morning.

use std::fmt::Debug;
use std::str::FromStr;

use kernel::{Actor, Area, CategoryCode, Grade, MerchantId, Risk, Timestamp, Urgency, Version};

use crate::{
    CellOrders, Commitment, Hours, Index, Job, JobState, Load, MerchantFacts, Mode, Policy, Query,
    Recommendation, Status,
};

/// Ten in the morning of a Monday, city time.
pub(super) const NOW: &str = "2026-11-23T02:00:00Z";

pub(super) fn read<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(super) fn now() -> Timestamp {
    read(NOW)
}

/// So many minutes after (or before) ten o'clock.
pub(super) fn minutes(minutes: i64) -> Timestamp {
    Timestamp::from_micros(now().as_micros() + minutes * 60_000_000)
}

/// The n-th id of any kind.
pub(super) fn id<T: FromStr<Err: Debug>>(n: u32) -> T {
    read(&format!("0198c5c0-0000-7000-8000-{n:012x}"))
}

/// Two streets of Haishu, two of Jiangbei, one of Yuyao.
pub(super) fn street(n: usize) -> Area {
    read(["330203001", "330203002", "330205001", "330205002", "330281001"][n])
}

pub(super) fn category(n: usize) -> CategoryCode {
    read(["pipe-clearing", "lock-opening"][n])
}

pub(super) fn merchant(n: u32) -> MerchantFacts {
    MerchantFacts {
        city: read("330200"),
        merchant: id(n),
        version: Version(1),
        name: format!("merchant {n}").into(),
        grade: Grade::A,
        score: 700,
        status: Status::Affiliated,
        home: street(0),
        areas: vec![street(0), street(1), street(2)],
        categories: vec![Commitment { category: category(0), commitment_until: minutes(100_000) }],
        capacity: 10,
        hours: Hours::ALL_DAY,
        verified_orders: 100,
        green_until: Some(minutes(100_000)),
        under_objection: false,
    }
}

pub(super) fn load(n: u32, open: u32, served: u32) -> Load {
    Load { merchant: id(n), version: Version(1), open, served }
}

/// Orders of the first category in the first street that the n-th merchant was given.
pub(super) fn orders(n: u32, orders: u32) -> CellOrders {
    CellOrders { merchant: id(n), area: street(0), category: category(0), version: Version(1), orders }
}

pub(super) fn query() -> Query {
    Query {
        request: Some(id(7)),
        city: read("330200"),
        category: category(0),
        area: street(0),
        urgency: Urgency::Normal,
        risk: Risk::High,
        enters_home: true,
        wanted_at: now(),
        due_by: minutes(24 * 60),
        limit: 20,
        daily_seed: 81_890,
        tried: Vec::new(),
    }
}

pub(super) fn job() -> Job {
    let Query { city, category, area, urgency, risk, enters_home, wanted_at, due_by, .. } = query();
    Job {
        request: id(7),
        city,
        category,
        area,
        urgency,
        risk,
        enters_home,
        wanted_at,
        due_by,
        mode: Mode::Auto,
        choose_minutes: None,
        tried: Vec::new(),
        state: JobState::Waiting,
    }
}

pub(super) fn operator() -> Actor {
    Actor::Staff { id: id(900) }
}

pub(super) fn index(facts: &[MerchantFacts], loads: &[Load]) -> Index {
    index_under(Policy::default(), facts, loads)
}

pub(super) fn index_under(policy: Policy, facts: &[MerchantFacts], loads: &[Load]) -> Index {
    let mut index = Index::new(policy);
    for facts in facts {
        let _ = index.apply_facts(facts.clone());
    }
    for load in loads {
        let _ = index.apply_load(*load);
    }
    index
}

/// The merchants listed, by their numbers.
pub(super) fn listed(recommendation: &Recommendation) -> Vec<u32> {
    let number = |merchant: MerchantId| (merchant.uuid().as_u128() & 0xFFFF_FFFF) as u32;
    recommendation.candidates.iter().map(|candidate| number(candidate.merchant)).collect()
}
