//! The index against the plain rule, over towns that chance builds.

use kernel::{Grade, Risk, Timestamp, Version};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{select, subsequence};
use proptest::{prop_compose, prop_oneof};

use super::fixtures::{category, id, index_under, merchant, minutes, operator, query, street};
use crate::{
    CellOrders, Choice, Commitment, Hours, Index, Load, MerchantFacts, OverrideCode, OverrideReason, Policy,
    Query, ShareCap, Status, rank_plain, replay,
};

const MERCHANTS: u32 = 24;

/// One thing that happens to an index.
#[derive(Debug, Clone)]
enum Event {
    Facts(MerchantFacts),
    Load(Load),
    Orders(CellOrders),
    Sweep(Timestamp, usize),
}

/// Around now, so that things end before, at and after it.
fn instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![4 => Just(minutes(100_000)), 1 => (-3_i64..4).prop_map(minutes)]
}

fn hours() -> impl Strategy<Value = Hours> {
    let hours = |opens, closes| Hours { opens, closes };
    select(vec![Hours::ALL_DAY, hours(480, 1_080), hours(600, 720), hours(1_320, 360)])
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![8 => Just(Status::Affiliated), 1 => Just(Status::Suspended), 1 => Just(Status::Removed)]
}

prop_compose! {
    fn facts()(
        n in 0..MERCHANTS,
        version in 1_u64..4,
        grade in select(Grade::ALL.to_vec()),
        status in status(),
        home in 0_usize..5,
        areas in subsequence((0_usize..4).collect::<Vec<_>>(), 1..=4),
        until in (instant(), option::of(instant())),
        capacity in 0_u32..5,
        hours in hours(),
        verified_orders in 15_u32..25,
        green_until in option::weighted(0.8, instant()),
    ) -> MerchantFacts {
        let signed = |n, commitment_until| Commitment { category: category(n), commitment_until };
        let mut categories = vec![signed(0, until.0)];
        categories.extend(until.1.map(|until| signed(1, until)));
        MerchantFacts {
            version: Version(version),
            grade,
            status,
            home: street(home),
            areas: areas.into_iter().map(street).collect(),
            categories,
            capacity,
            hours,
            verified_orders,
            green_until,
            ..merchant(n)
        }
    }
}

prop_compose! {
    fn load()(n in 0..MERCHANTS, version in 1_u64..4, open in 0_u32..4, served in 0_u32..6) -> Load {
        Load { merchant: id(n), version: Version(version), open, served }
    }
}

prop_compose! {
    fn given()(
        n in 0..MERCHANTS,
        at in (0_usize..2, 0_usize..4),
        version in 1_u64..4,
        orders in 0_u32..9,
    ) -> CellOrders {
        let (area, category) = (street(at.1), category(at.0));
        CellOrders { merchant: id(n), area, category, version: Version(version), orders }
    }
}

/// What is known of a town: one content per version.
type Town = (Vec<MerchantFacts>, Vec<Load>, Vec<CellOrders>);

prop_compose! {
    fn need()(
        request in option::weighted(0.8, 0_u32..40),
        at in (0_usize..2, 0_usize..4),
        risk in select(vec![Risk::Low, Risk::High]),
        enters_home in any::<bool>(),
        wanted_in in 0_i64..1_440,
        due_in in 0_i64..90,
        limit in 1_u16..8,
        daily_seed in 0_u64..3,
        tried in vec(0..MERCHANTS, 0..4),
    ) -> Query {
        Query {
            request: request.map(id),
            category: category(at.0),
            area: street(at.1),
            risk,
            enters_home,
            wanted_at: minutes(wanted_in),
            due_by: minutes(due_in),
            limit,
            daily_seed,
            tried: tried.into_iter().map(id).collect(),
            ..query()
        }
    }
}

prop_compose! {
    fn policy()(
        newcomer_share_percent in select(vec![0, 10, 50, 100]),
        newcomer_below_orders in 15_u32..25,
        list_limit in 1_u16..10,
        more in 0_u16..8,
        percent in select(vec![5, 30, 100]),
    ) -> Policy {
        let evidence_limit = list_limit + more;
        let share_cap = Some(ShareCap { percent, orders_min: 3 });
        Policy {
            newcomer_share_percent, newcomer_below_orders, list_limit, evidence_limit, share_cap, ..Policy::default()
        }
    }
}

/// Snapshots of a town, one content per merchant and version, in any order.
fn town() -> impl Strategy<Value = Town> {
    (vec(facts(), 0..60), vec(load(), 0..40), vec(given(), 0..60)).prop_map(
        |(mut facts, mut loads, mut given)| {
            facts.sort_by_key(|facts| (facts.merchant, facts.version));
            facts.dedup_by_key(|facts| (facts.merchant, facts.version));
            loads.sort_by_key(|load| (load.merchant, load.version));
            loads.dedup_by_key(|load| (load.merchant, load.version));
            let key = |it: &CellOrders| (it.merchant, it.area, it.category.clone(), it.version);
            given.sort_by_key(key);
            given.dedup_by_key(|it| key(it));
            (facts, loads, given)
        },
    )
}

/// The same snapshots as a bus might bring them: in any order, some twice, with sweeps between.
fn history((facts, loads, given): &Town) -> impl Strategy<Value = Vec<Event>> + use<> {
    let mut events: Vec<Event> = facts.iter().cloned().map(Event::Facts).collect();
    events.extend(loads.iter().copied().map(Event::Load));
    events.extend(given.iter().cloned().map(Event::Orders));
    events.extend(events.clone().into_iter().step_by(3));
    vec((-4_i64..3, 1_usize..30), 0..4).prop_flat_map(move |sweeps| {
        let mut events = events.clone();
        events.extend(sweeps.into_iter().map(|(at, max)| Event::Sweep(minutes(at), max)));
        Just(events).prop_shuffle()
    })
}

fn grown(policy: &Policy, events: &[Event]) -> Index {
    let mut index = Index::new(policy.clone());
    for event in events {
        match event {
            Event::Facts(facts) => drop(index.apply_facts(facts.clone())),
            Event::Load(load) => drop(index.apply_load(*load)),
            Event::Orders(orders) => drop(index.apply_orders(orders)),
            Event::Sweep(at, merchants_max) => drop(index.sweep(*at, *merchants_max)),
        }
    }
    index
}

fn town_and_history() -> impl Strategy<Value = (Town, Vec<Event>)> {
    town().prop_flat_map(|town| (Just(town.clone()), history(&town)))
}

proptest! {
    #[test]
    fn the_index_answers_as_the_plain_rule_does_whatever_the_order_of_events(
        ((facts, loads, given), events) in town_and_history(),
        policy in policy(),
        needs in vec(need(), 1..12),
        after in 0_i64..4,
    ) {
        let index = grown(&policy, &events);
        for query in needs {
            // Not before the last sweep: that instant is judged at.
            let answer = index.recommend(&query, minutes(after + 2));
            prop_assert_eq!(&answer, &rank_plain(&facts, &loads, &given, &query, &policy, minutes(after + 2)));
            let explained = index.explain(&query, minutes(after + 2), 1_000);
            prop_assert_eq!(explained.tally, answer.tally);
            prop_assert_eq!(explained.candidates.len(), answer.tally.eligible as usize);
            prop_assert_eq!(&explained.candidates[..answer.candidates.len()], &answer.candidates[..]);
        }
    }

    #[test]
    fn an_index_rebuilt_from_its_snapshots_is_the_same_index(
        (_, events) in town_and_history(),
        policies in (policy(), policy()),
        needs in vec(need(), 1..8),
    ) {
        let mut index = grown(&policies.0, &events);
        index.adopt(policies.1.clone());
        let snapshots: Vec<_> = index.snapshots().collect();
        let given: Vec<_> = index.cell_orders().collect();
        let mut rebuilt = Index::new(policies.1);
        given.iter().rev().for_each(|given| drop(rebuilt.apply_orders(given)));
        for (facts, load) in snapshots.iter().rev() {
            drop(rebuilt.apply_load(*load));
            drop(rebuilt.apply_facts(facts.clone()));
        }
        prop_assert_eq!(
            serde_json::to_vec(&snapshots).unwrap(),
            serde_json::to_vec(&rebuilt.snapshots().collect::<Vec<_>>()).unwrap()
        );
        // By their code, not by the order in which the index met them.
        let sorted = |index: &Index| -> Vec<_> {
            let mut all: Vec<_> = index.cell_orders().collect();
            all.sort_by(|a, b| (a.area, &a.category, a.merchant).cmp(&(b.area, &b.category, b.merchant)));
            all
        };
        prop_assert_eq!(sorted(&index), sorted(&rebuilt));
        for query in needs {
            prop_assert_eq!(index.recommend(&query, minutes(5)), rebuilt.recommend(&query, minutes(5)));
        }
    }

    #[test]
    fn i5_a_decision_taken_again_from_its_record_is_the_same_byte_for_byte(
        (_, events) in town_and_history(),
        policy in policy(),
        query in need(),
        asked in option::of(0..MERCHANTS),
    ) {
        let index = grown(&policy, &events);
        let reason = Some(OverrideReason { code: OverrideCode::CitizenChose, note: None });
        let choice = Choice { merchant: asked.map(id), by: operator(), reason, again: false, approved_by: None };
        if let Ok(decision) = index.decide(query.clone(), minutes(1), choice) {
            prop_assert_eq!(&decision.outcome.recommendation, &index.recommend(&query, minutes(1)));
            let record = serde_json::to_string(&decision.inputs).unwrap();
            let again = replay(&serde_json::from_str(&record).unwrap()).unwrap();
            prop_assert_eq!(
                serde_json::to_string(&again).unwrap(),
                serde_json::to_string(&decision.outcome).unwrap()
            );
            prop_assert!(decision.inputs.contenders.len() <= usize::from(policy.evidence_limit) + 1);
        }
    }

    #[test]
    fn a_downgrade_never_moves_a_merchant_up_and_leaves_the_others_in_their_order(
        (facts, loads, _) in town(),
        query in need(),
        n in 0..MERCHANTS,
    ) {
        let policy = Policy { list_limit: 100, evidence_limit: 100, ..Policy::default() };
        let query = Query { limit: 100, ..query };
        let mut index = index_under(policy, &facts, &loads);
        let order = |index: &Index| -> Vec<_> {
            index.recommend(&query, minutes(0)).candidates.iter().map(|it| it.merchant).collect()
        };
        if let Some(mine) = index.facts(id(n)) {
            let before = order(&index);
            let lower = Grade::ALL.into_iter().rfind(|grade| *grade < mine.grade);
            let Some(grade) = lower else { return Ok(()) };
            drop(index.apply_facts(MerchantFacts { grade, version: mine.version.next(), ..mine }));
            let after = order(&index);
            let place = |order: &[_]| order.iter().position(|it| *it == id(n)).unwrap_or(usize::MAX);
            prop_assert!(place(&after) >= place(&before));
            let others = |order: &[_]| -> Vec<_> { order.iter().copied().filter(|it| *it != id(n)).collect() };
            prop_assert_eq!(others(&after), others(&before));
        }
    }
}

#[test]
fn a_large_cell_is_answered_as_the_plain_rule_does() {
    let facts: Vec<_> = (0..3_000)
        .map(|n| MerchantFacts {
            grade: Grade::ALL[n as usize % 6],
            verified_orders: n % 40,
            home: street(n as usize % 5),
            ..merchant(n)
        })
        .collect();
    let loads: Vec<_> = (0..3_000)
        .map(|n| Load { merchant: id(n), version: Version(1), open: n % 11, served: n % 3 * 10 })
        .collect();
    let index = index_under(Policy::default(), &facts, &loads);
    for n in 0..30 {
        let query = Query { request: Some(id(n)), risk: Risk::Low, due_by: minutes(40), ..query() };
        let plain = rank_plain(&facts, &loads, &[], &query, &Policy::default(), minutes(0));
        assert_eq!(index.recommend(&query, minutes(0)), plain);
    }
}
