//! The share cap: above 30 of 100 orders of a cell, from 20 orders on.

use kernel::{Grade, Risk, Urgency, Version};
use proptest::collection::vec;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;

use super::fixtures::{
    id, index, index_under, listed, merchant, minutes, now, operator, orders, query, street,
};
use crate::{
    CellOrders, Choice, Criterion, Fold, Index, MerchantFacts, OverrideCode, OverrideReason, Policy, Query,
    Recommendation, Share, ShareCap, rank_plain, replay,
};

/// One AAA merchant and three of B: enough that all could stay below the cap.
fn four() -> Vec<MerchantFacts> {
    let grades = [Grade::AAA, Grade::B, Grade::B, Grade::B];
    (1..).zip(grades).map(|(n, grade)| MerchantFacts { grade, ..merchant(n) }).collect()
}

fn with(facts: &[MerchantFacts], given: &[CellOrders]) -> Index {
    let mut index = index(facts, &[]);
    given.iter().for_each(|given| drop(index.apply_orders(given)));
    index
}

fn ask(facts: &[MerchantFacts], given: &[CellOrders], query: &Query) -> Recommendation {
    let answer = with(facts, given).recommend(query, now());
    assert_eq!(answer, rank_plain(facts, &[], given, query, &Policy::default(), now()));
    answer
}

#[test]
fn who_was_given_more_than_its_share_stands_behind_and_is_told_why() {
    let answer = ask(&four(), &[orders(1, 7), orders(2, 6), orders(9, 7)], &query());
    assert_eq!(listed(&answer)[3], 1);
    let last = &answer.candidates[3];
    assert_eq!(
        (last.behind_by, last.above_share),
        (Some(Criterion::Share), Some(Share { orders: 7, of: 20 }))
    );
    assert_eq!(answer.tally.eligible, 4, "it is no exclusion: it can still be chosen");
}

#[test]
fn exactly_its_share_is_no_more_than_its_share() {
    assert_eq!(listed(&ask(&four(), &[orders(1, 6), orders(9, 14)], &query()))[0], 1);
}

#[test]
fn few_orders_say_nothing() {
    assert_eq!(listed(&ask(&four(), &[orders(1, 19)], &query()))[0], 1);
    assert_eq!(listed(&ask(&four(), &[orders(1, 20)], &query()))[3], 1);
}

#[test]
fn in_a_market_too_small_for_the_cap_credit_alone_decides() {
    assert_eq!(listed(&ask(&four()[..3], &[orders(1, 60), orders(2, 1)], &query()))[0], 1);
    // One who cannot be chosen makes no market.
    let mut facts = four();
    facts[3].grade = Grade::D;
    assert_eq!(listed(&ask(&facts, &[orders(1, 60)], &query()))[0], 1);
}

#[test]
fn an_emergency_goes_to_the_best_whatever_its_share() {
    let emergency = Query { urgency: Urgency::Emergency, ..query() };
    assert_eq!(listed(&ask(&four(), &[orders(1, 60)], &emergency))[0], 1);
}

#[test]
fn the_cap_never_lets_a_citizen_wait_for_a_merchant_that_comes_late() {
    let mut facts = four();
    facts[1..].iter_mut().for_each(|late| late.home = street(2));
    let urgent = Query { due_by: minutes(30), ..query() };
    assert_eq!(listed(&ask(&facts, &[orders(1, 60)], &urgent))[0], 1);
}

#[test]
fn nothing_is_reserved_for_a_newcomer_above_its_share() {
    let mut facts = four();
    facts[0].verified_orders = 0;
    for n in 0..40 {
        let low = Query { request: Some(id(n)), risk: Risk::Low, ..query() };
        assert_eq!(listed(&ask(&facts, &[orders(1, 60)], &low))[3], 1);
    }
}

#[test]
fn orders_elsewhere_are_another_market() {
    let elsewhere = CellOrders { area: street(1), ..orders(1, 60) };
    assert_eq!(listed(&ask(&four(), &[elsewhere], &query()))[0], 1);
}

#[test]
fn of_two_counts_the_later_stays_in_whatever_order_they_come() {
    let later = CellOrders { version: Version(2), ..orders(1, 0) };
    let mut index = with(&four(), std::slice::from_ref(&later));
    assert_eq!(index.apply_orders(&orders(1, 60)), Fold::Stale { mine: later.version });
    assert_eq!(listed(&index.recommend(&query(), now()))[0], 1);
    assert_eq!(index.cell_orders().collect::<Vec<_>>(), [later]);
}

proptest! {
    #[test]
    fn i5_with_shares_of_any_kind_index_rule_and_replay_agree(
        merchants in vec((select(Grade::ALL.to_vec()), 0_usize..3, 15_u32..25), 1..12),
        given in vec((0_u32..14, 0_u32..30), 0..10),
        percent in select(vec![1_u8, 10, 30, 60, 100]),
        (due_in, request, limit) in (10_i64..70, 0_u32..20, 1_u16..6),
        tried in vec(0_u32..12, 0..3),
    ) {
        let facts: Vec<_> = (0..).zip(merchants).map(|(n, (grade, home, verified_orders))| MerchantFacts {
            grade, home: street(home), verified_orders, ..merchant(n)
        }).collect();
        let mut given: Vec<_> = given.into_iter().map(|(n, count)| orders(n, count)).collect();
        given.sort_by_key(|it| it.merchant);
        given.dedup_by_key(|it| it.merchant);
        let share_cap = Some(ShareCap { percent, orders_min: 5 });
        let policy = Policy { share_cap, list_limit: 5, evidence_limit: 6, ..Policy::default() };
        let mut index = index_under(policy.clone(), &facts, &[]);
        given.iter().for_each(|given| drop(index.apply_orders(given)));
        let query = Query {
            request: Some(id(request)), risk: Risk::Low, due_by: minutes(due_in), limit,
            tried: tried.into_iter().map(id).collect(), ..query()
        };
        let answer = index.recommend(&query, now());
        prop_assert_eq!(&answer, &rank_plain(&facts, &[], &given, &query, &policy, now()));
        let reason = Some(OverrideReason { code: OverrideCode::CitizenChose, note: None });
        let choice = Choice { merchant: None, by: operator(), reason, again: false, approved_by: None };
        if let Ok(decision) = index.decide(query, now(), choice) {
            prop_assert_eq!(&decision.outcome.recommendation, &answer);
            let record = serde_json::to_string(&decision.inputs).unwrap();
            let again = replay(&serde_json::from_str(&record).unwrap()).unwrap();
            prop_assert!(serde_json::to_string(&again).unwrap() == serde_json::to_string(&decision.outcome).unwrap());
        }
    }
}
