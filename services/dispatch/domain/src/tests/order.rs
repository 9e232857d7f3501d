//! The rule by example, one rule a test.

use std::collections::BTreeMap;

use kernel::{Grade, MerchantId, RequestId, Risk, Version};

use super::fixtures::{category, id, index, listed, load, merchant, minutes, now, query, street};
use crate::{
    Arrival, Commitment, Criterion, ExclusionCounts, ExclusionReason, Fold, Hours, Index, MerchantFacts,
    Policy, Query, Standing, Status, Tally, rank_plain, ring,
};

/// What both the index and the plain rule list.
fn order_of(facts: &[MerchantFacts], loads: &[crate::Load], query: &Query) -> Vec<u32> {
    let answer = index(facts, loads).recommend(query, now());
    assert_eq!(answer, rank_plain(facts, loads, &[], query, &Policy::default(), now()));
    listed(&answer)
}

#[test]
fn better_credit_comes_first() {
    let grades = [Grade::C, Grade::AAA, Grade::B, Grade::AA, Grade::A];
    let facts: Vec<_> = (1..).zip(grades).map(|(n, grade)| MerchantFacts { grade, ..merchant(n) }).collect();
    assert_eq!(order_of(&facts, &[], &query()), [2, 4, 5, 3, 1]);
}

#[test]
fn who_arrives_on_time_comes_before_better_credit() {
    let far = MerchantFacts { home: street(2), grade: Grade::AAA, ..merchant(1) };
    let near = MerchantFacts { grade: Grade::C, ..merchant(2) };
    let urgent = Query { due_by: minutes(59), ..query() };
    let answer = index(&[far, near], &[]).recommend(&urgent, now());
    assert_eq!(listed(&answer), [2, 1]);
    assert_eq!(answer.candidates[1].arrival, Arrival::Late);
    assert_eq!(answer.candidates[1].behind_by, Some(Criterion::Arrival));
}

#[test]
fn nearer_is_no_merit_when_both_arrive_on_time() {
    let far = MerchantFacts { home: street(2), grade: Grade::AAA, ..merchant(1) };
    assert_eq!(order_of(&[merchant(2), far], &[], &query()), [1, 2]);
}

#[test]
fn among_equals_who_was_given_least_for_its_capacity_comes_first() {
    let small = MerchantFacts { capacity: 2, ..merchant(1) };
    let large = MerchantFacts { capacity: 20, ..merchant(2) };
    let facts = [small, large];
    assert_eq!(order_of(&facts, &[load(1, 0, 1), load(2, 3, 4)], &query()), [2, 1]);
    assert_eq!(order_of(&facts, &[load(1, 0, 1), load(2, 3, 11)], &query()), [1, 2]);
}

#[test]
fn the_draw_decides_among_equals_and_goes_clockwise_from_the_request() {
    let facts: Vec<_> = (1..=9).map(merchant).collect();
    let start = ring::start_point(query().request, query().daily_seed);
    let mut drawn: Vec<u32> = (1..=9).collect();
    drawn.sort_by_key(|n| ring::clockwise(start, ring::merchant_point(id(*n))));
    assert_eq!(order_of(&facts, &[], &query()), drawn);
}

#[test]
fn the_draw_spreads_requests_over_equals() {
    let facts: Vec<_> = (1..=5).map(merchant).collect();
    let index = index(&facts, &[]);
    let mut first: BTreeMap<u32, u32> = BTreeMap::new();
    for n in 0..500 {
        let answer = index.recommend(&Query { request: Some(id(n)), ..query() }, now());
        *first.entry(listed(&answer)[0]).or_default() += 1;
    }
    assert_eq!(first.len(), 5, "{first:?}");
}

#[test]
fn merchants_on_one_point_of_the_ring_stand_in_the_order_of_their_ids() {
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    let (a, b) = (1..)
        .find_map(|n| seen.insert(ring::merchant_point(id::<MerchantId>(n)), n).map(|earlier| (earlier, n)))
        .unwrap();
    for facts in [[merchant(a), merchant(b)], [merchant(b), merchant(a)]] {
        assert_eq!(order_of(&facts, &[], &query()), [a, b]);
        assert_eq!(order_of(&facts, &[], &Query { limit: 1, ..query() }), [a]);
    }
}

/// A request of low risk that the day's draw gives to newcomers, or not.
fn drawn(for_newcomers: bool) -> Query {
    let wanted = |request: &RequestId| (ring::reserve_draw(*request, 81_890) < 10) == for_newcomers;
    Query { request: (0..).map(id).find(wanted), risk: Risk::Low, ..query() }
}

#[test]
fn a_share_of_low_risk_requests_puts_newcomers_first() {
    let newcomer = MerchantFacts { grade: Grade::B, verified_orders: 19, ..merchant(1) };
    let facts = [merchant(2), newcomer];
    assert_eq!(order_of(&facts, &[], &drawn(true)), [1, 2]);
    assert_eq!(order_of(&facts, &[], &drawn(false)), [2, 1]);
    let answer = index(&facts, &[]).recommend(&drawn(true), now());
    assert!(answer.candidates[0].reserved && answer.candidates[0].newcomer);
    assert_eq!(answer.candidates[1].behind_by, Some(Criterion::Reserve));
}

#[test]
fn nothing_is_reserved_for_high_risk_nor_for_somebody_who_only_looks() {
    let newcomer = MerchantFacts { grade: Grade::B, verified_orders: 0, ..merchant(1) };
    let facts = [merchant(2), newcomer];
    assert_eq!(order_of(&facts, &[], &Query { risk: Risk::High, ..drawn(true) }), [2, 1]);
    for seed in 0..50 {
        let look = Query { request: None, daily_seed: seed, ..drawn(true) };
        assert_eq!(order_of(&facts, &[], &look), [2, 1]);
    }
}

#[test]
fn the_reserve_never_puts_a_late_newcomer_before_one_who_arrives_on_time() {
    let newcomer = MerchantFacts { home: street(2), verified_orders: 0, ..merchant(1) };
    let urgent = Query { due_by: minutes(30), ..drawn(true) };
    assert_eq!(order_of(&[newcomer, merchant(2)], &[], &urgent), [2, 1]);
}

#[test]
fn every_exclusion_is_counted_under_its_first_reason() {
    let ended = Commitment { category: category(0), commitment_until: now() };
    let facts = [
        merchant(1),
        MerchantFacts { status: Status::Removed, grade: Grade::D, ..merchant(2) },
        MerchantFacts { status: Status::Suspended, ..merchant(3) },
        MerchantFacts { grade: Grade::D, ..merchant(4) },
        MerchantFacts { categories: vec![ended], capacity: 0, ..merchant(5) },
        MerchantFacts { capacity: 3, ..merchant(6) },
        MerchantFacts { hours: Hours { opens: 601, closes: 900 }, ..merchant(7) },
        MerchantFacts { green_until: Some(now()), ..merchant(8) },
        merchant(9),
        MerchantFacts { areas: vec![street(1)], ..merchant(10) },
    ];
    let loads = [load(6, 3, 0)];
    let query = Query { tried: vec![id(9), id(9), id(3), id(10)], ..query() };
    assert_eq!(order_of(&facts, &loads, &query), [1]);
    let excluded = ExclusionCounts {
        removed: 1,
        suspended: 1,
        grade_d: 1,
        commitment_ended: 1,
        full: 1,
        closed: 1,
        no_green_worker: 1,
        already_tried: 1,
    };
    let index = index(&facts, &loads);
    assert_eq!(index.recommend(&query, now()).tally, Tally { eligible: 1, excluded });
    let explained = index.explain(&query, now(), 100);
    let reasons: Vec<_> = explained.exclusions.iter().map(|exclusion| exclusion.reason).collect();
    // Who was tried can be asked again by a person, and so comes before those whom nobody can.
    let (tried, others) = reasons.split_first().unwrap();
    assert_eq!(*tried, ExclusionReason::AlreadyTried);
    assert!(others.is_sorted() && others.len() == 7 && others[0] == ExclusionReason::Removed);
    assert_eq!(explained.tally, index.recommend(&query, now()).tally);
}

#[test]
fn without_home_entry_nobody_needs_a_green_worker() {
    let facts = [MerchantFacts { green_until: None, ..merchant(1) }];
    assert_eq!(order_of(&facts, &[], &Query { enters_home: false, ..query() }), [1]);
    assert!(order_of(&facts, &[], &query()).is_empty());
}

#[test]
fn a_downgrade_counts_from_the_moment_it_is_folded_in() {
    let mut index = index(&[MerchantFacts { grade: Grade::AAA, ..merchant(1) }, merchant(2)], &[]);
    assert_eq!(listed(&index.recommend(&query(), now())), [1, 2]);
    let lower = MerchantFacts { grade: Grade::B, version: Version(2), ..merchant(1) };
    let Fold::Applied { previous, affected } = index.apply_facts(lower.clone()) else { panic!("stale") };
    let before = Standing { version: Version(1), grade: Grade::AAA, score: 700, status: Status::Affiliated };
    assert_eq!((previous, affected.len()), (Some(before), 3));
    assert_eq!(listed(&index.recommend(&query(), now())), [2, 1]);
    assert_eq!(index.apply_facts(lower), Fold::Stale { mine: Version(2) });
    assert_eq!(index.apply_facts(merchant(1)), Fold::Stale { mine: Version(2) });
}

#[test]
fn a_load_that_comes_before_its_merchant_is_kept_for_it() {
    let mut index = Index::new(Policy::default());
    assert_eq!(index.apply_load(load(1, 10, 3)), Fold::Applied { previous: None, affected: vec![] });
    assert_eq!(index.apply_load(load(1, 0, 0)), Fold::Stale { mine: Version(1) });
    let _ = index.apply_facts(merchant(1));
    assert_eq!(index.recommend(&query(), now()).tally.excluded.full, 1);
    assert_eq!(index.load(id(1)), Some(load(1, 10, 3)));
}

#[test]
fn what_ends_between_sweeps_counts_at_once_and_the_sweep_tells_the_cells() {
    let soon = Commitment { category: category(0), commitment_until: minutes(5) };
    let mut index = index(&[MerchantFacts { categories: vec![soon], ..merchant(1) }], &[]);
    assert!(!index.is_sweep_due(minutes(4)) && index.is_sweep_due(minutes(5)));
    assert_eq!(index.recommend(&query(), minutes(4)).tally.eligible, 1);
    assert_eq!(index.recommend(&query(), minutes(5)).tally.excluded.commitment_ended, 1);
    assert_eq!(index.sweep(minutes(5), 100).len(), 3);
    assert!(!index.is_sweep_due(minutes(5)));
    let answer = index.recommend(&query(), minutes(4));
    assert_eq!(answer.tally.excluded.commitment_ended, 1, "time does not run backwards");
    assert_eq!(answer.ranked_at, minutes(5));
}

#[test]
fn facts_come_back_in_their_one_form() {
    let twice = |minute| Commitment { category: category(0), commitment_until: minutes(minute) };
    let facts = MerchantFacts {
        areas: vec![street(2), street(0), street(2), "330106001".parse().unwrap()],
        categories: vec![twice(5), twice(9)],
        ..merchant(1)
    };
    let known = index(std::slice::from_ref(&facts), &[]).facts(id(1)).unwrap();
    assert_eq!(known.areas, [street(0), street(2)]);
    assert_eq!(known.categories, [twice(9)]);
    assert_eq!(known, facts.canonical());
}

#[test]
fn a_query_that_cannot_be_answered_says_what_to_mend() {
    let other = Query { city: "330100".parse().unwrap(), ..query() };
    assert_eq!(other.validate().unwrap_err().to_string(), "area 330203001 is not in city 330100");
    assert!(Query { limit: 0, ..query() }.validate().is_err());
    assert!(Query { tried: vec![id(1); 33], ..query() }.validate().is_err());
    assert_eq!(query().validate(), Ok(()));
}
