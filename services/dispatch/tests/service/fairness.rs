//! The share cap, and the second person for choices against the rule.

use std::time::Duration;

use contracts::credit::v1::Standing;
use contracts::intake::v1::Mode;
use kernel::Grade;
use serde_json::{Value, json};
use testkit::TestDb;

use crate::host::{CITY, Settings, World, colleague, id, merchant, operator};
use crate::name;
use crate::peer::{Fence, standing};

const CAP_FROM_TWO: Settings =
    Settings { fence: Fence::Answered, own: &[("POLICY__SHARE_CAP__ORDERS_MIN", "2")] };
const RATE_FROM_TWO: Settings =
    Settings { fence: Fence::Answered, own: &[("POLICY__OVERRIDES__CHOICES_MIN", "2")] };
/// The time of a second person for what is due in a day, and a little more.
const UNDECIDED: Duration = Duration::from_secs(31 * 60);

/// One of AAA and three of B.
fn four() -> Vec<Standing> {
    let grades = [Grade::AAA, Grade::B, Grade::B, Grade::B];
    (1..).zip(grades).map(|(n, grade)| standing(n, 1, grade)).collect()
}

/// An operator's choice of the second merchant.
async fn choose_second(world: &World, n: u128) -> (u16, Value) {
    let path = format!("/v1/jobs/{}/assignments?city={CITY}", id::<kernel::RequestId>(n));
    world.post(&operator(), &path, &json!({ "merchant": name(2), "reason": "knows_the_case" })).await
}

/// A choice against the rule that waits for a second person.
async fn proposed(world: &World) -> Value {
    for n in [10, 11] {
        world.receive(n, Mode::Choose).await;
    }
    assert_eq!(choose_second(world, 10).await.0, 200, "one choice says nothing");
    let (status, answer) = choose_second(world, 11).await;
    assert_eq!((status, &answer["already"]), (202, &false.into()), "{answer}");
    assert!(world.assignments(11).await.is_empty());
    answer["proposal"].clone()
}

async fn settle(world: &World, token: &str, proposal: &Value, step: &str) -> (u16, Value) {
    let path = format!("/v1/proposals/{}/{step}?city={CITY}", proposal["id"].as_str().unwrap());
    world.post(token, &path, &json!({})).await
}

async fn in_state(world: &World, state: &str) -> Vec<Value> {
    let page =
        world.get(&colleague(), &format!("/v1/proposals?city={CITY}&state={state}&total=true")).await.1;
    let found = page["items"].as_array().unwrap().clone();
    assert_eq!(page["total"], json!({ "count": found.len(), "exact": true }));
    found
}

testkit::on_both_databases! {
    async fn i5_who_was_given_its_share_of_a_street_stands_behind_and_can_see_why(db: TestDb) {
        let world = World::start_by(&db, &four(), CAP_FROM_TWO).await;
        for n in [10, 11, 12] {
            world.receive(n, Mode::Choose).await;
        }
        for n in [10, 11] {
            assert_eq!(world.assign(n, None).await.unwrap().merchant, id(1));
        }
        let third = world.assign(12, None).await.unwrap();
        assert_ne!(third.merchant, id(1), "two of two orders are more than its share");
        let path = format!("/v1/merchants/{}/shares?city={CITY}", name(1));
        let shares = world.get(&merchant(1), &path).await.1;
        assert_eq!(shares["cap_percent"], 30);
        let part = json!({
            "category": "lock-opening", "area": 330_203_001, "orders": 2, "of": 3, "above_cap": true,
        });
        assert_eq!(shares["items"][0]["orders"], part["orders"], "{shares}");
        assert_eq!((&shares["items"][0]["of"], &shares["items"][0]["above_cap"]), (&part["of"], &part["above_cap"]));
        assert_eq!(world.get(&merchant(2), &path).await.0, 403, "another merchant's");
        let replay = format!("/v1/decisions/{}/replay?city={CITY}", third.assignment);
        assert_eq!(world.get(&operator(), &replay).await.1["same"], true);
        world.stop().await;
    }

    async fn a_declined_order_and_one_of_more_than_30_days_are_no_part_of_a_share(db: TestDb) {
        let world = World::start_by(&db, &four(), CAP_FROM_TWO).await;
        let of = async || {
            let path = format!("/v1/merchants/{}/shares?city={CITY}", name(1));
            world.get(&merchant(1), &path).await.1["items"].as_array().unwrap().len()
        };
        world.receive(10, Mode::Choose).await;
        world.assign(10, None).await.unwrap();
        assert_eq!(of().await, 1);
        world.step(1, &world.assignments(10).await[0], "decline").await;
        assert_eq!(of().await, 0);
        world.receive(11, Mode::Choose).await;
        world.assign(11, None).await.unwrap();
        world.step(1, &world.assignments(11).await[0], "accept").await;
        world.clock.advance(Duration::from_secs(31 * 86_400));
        world.until("the order to be forgotten", async || (of().await == 0).then_some(())).await;
        world.stop().await;
    }

    async fn above_the_rate_a_choice_against_the_rule_waits_for_a_second_person(db: TestDb) {
        let world = World::start_by(&db, &four(), RATE_FROM_TWO).await;
        let proposal = proposed(&world).await;
        assert_eq!(proposal["allowed_actions"], json!([]), "who chose cannot agree");
        let again = choose_second(&world, 11).await;
        assert_eq!((again.0, &again.1["already"], &again.1["proposal"]), (202, &true.into(), &proposal));
        assert_eq!(in_state(&world, "open").await[0]["allowed_actions"], json!(["approve", "reject"]));
        let own = settle(&world, &operator(), &proposal, "approve").await;
        assert_eq!((own.0, &own.1["code"]), (403, &"same-person".into()));
        let (status, approved) = settle(&world, &colleague(), &proposal, "approve").await;
        assert_eq!((status, &approved["merchant"], &approved["already"]), (200, &name(2).into(), &false.into()));
        assert_eq!(approved["assignment"], proposal["id"]);
        let again = settle(&world, &colleague(), &proposal, "approve").await.1;
        assert_eq!((&again["assignment"], &again["already"]), (&proposal["id"], &true.into()));
        let decision = format!("/v1/decisions/{}?city={CITY}", proposal["id"].as_str().unwrap());
        let choice = &world.get(&operator(), &decision).await.1["inputs"]["choice"];
        assert_ne!(choice["by"], choice["approved_by"]);
        assert!(choice["approved_by"].is_object());
        world.stop().await;
    }

    async fn what_the_second_person_rejects_the_rule_decides(db: TestDb) {
        let world = World::start_by(&db, &four(), RATE_FROM_TWO).await;
        let proposal = proposed(&world).await;
        assert_eq!(settle(&world, &operator(), &proposal, "reject").await.0, 403);
        let (status, rejected) = settle(&world, &colleague(), &proposal, "reject").await;
        assert_eq!((status, &rejected["proposal"]["state"]), (200, &"rejected".into()));
        assert_eq!(world.assigned(11, 1).await["merchant"], name(1));
        assert_eq!(settle(&world, &colleague(), &proposal, "reject").await.1["already"], true);
        assert_eq!(settle(&world, &colleague(), &proposal, "approve").await.1["code"], "proposal-ended");
        world.stop().await;
    }

    async fn what_nobody_decides_in_time_the_rule_decides(db: TestDb) {
        let world = World::start_by(&db, &four(), RATE_FROM_TWO).await;
        let proposal = proposed(&world).await;
        world.clock.advance(UNDECIDED);
        assert_eq!(world.assigned(11, 1).await["merchant"], name(1));
        assert_eq!(in_state(&world, "expired").await[0]["id"], proposal["id"]);
        assert_eq!(settle(&world, &colleague(), &proposal, "approve").await.0, 409);
        world.stop().await;
    }

    async fn a_request_assigned_otherwise_leaves_nothing_to_decide(db: TestDb) {
        let world = World::start_by(&db, &four(), RATE_FROM_TWO).await;
        let proposal = proposed(&world).await;
        assert_eq!(world.assign(11, None).await.unwrap().merchant, id(1));
        assert_eq!(in_state(&world, "superseded").await[0]["id"], proposal["id"]);
        assert_eq!(settle(&world, &colleague(), &proposal, "approve").await.1["code"], "proposal-ended");
        world.stop().await;
    }

    async fn i4_a_downgrade_between_choice_and_second_person_counts(db: TestDb) {
        let world = World::start_by(&db, &four(), RATE_FROM_TWO).await;
        let proposal = proposed(&world).await;
        world.credit.acknowledge(standing(2, 2, Grade::D));
        let refused = settle(&world, &colleague(), &proposal, "approve").await;
        assert_eq!((refused.0, &refused.1["code"]), (409, &"not-eligible".into()));
        assert_eq!(in_state(&world, "open").await.len(), 1, "the second person may still reject it");
        world.stop().await;
    }

    async fn a_citizens_own_choice_is_no_override(db: TestDb) {
        let world = World::start_by(&db, &four(), RATE_FROM_TWO).await;
        for n in 10..14 {
            world.receive(n, Mode::Choose).await;
            assert_eq!(world.assign(n, Some(2)).await.unwrap().merchant, id(2));
        }
        world.stop().await;
    }
}
