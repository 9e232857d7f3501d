//! Choosing: the first, or another one with a reason.

use kernel::{Actor, Grade};

use super::fixtures::{id, index, index_under, load, merchant, now, operator, query};
use crate::{
    Choice, ChoiceRefusal, DecisionInputs, ExclusionReason, MerchantFacts, OverrideCode, OverrideReason,
    Policy, Query, replay,
};

fn reason(code: OverrideCode, note: Option<&str>) -> Option<OverrideReason> {
    Some(OverrideReason { code, note: note.map(Into::into) })
}

fn asking_for(n: u32, reason: Option<OverrideReason>) -> Choice {
    Choice { merchant: Some(id(n)), by: operator(), reason, again: false, approved_by: None }
}

/// The same, of one who knows that it did not take the request before.
fn asking_again(n: u32, reason: Option<OverrideReason>) -> Choice {
    Choice { again: true, ..asking_for(n, reason) }
}

fn three() -> Vec<MerchantFacts> {
    let grades = [Grade::AAA, Grade::B, Grade::D];
    (1..).zip(grades).map(|(n, grade)| MerchantFacts { grade, ..merchant(n) }).collect()
}

#[test]
fn without_a_wish_the_first_of_the_order_is_chosen() {
    let decision =
        index(&three(), &[load(1, 2, 5)]).decide(query(), now(), Choice::first(operator())).unwrap();
    let chosen = decision.outcome.chosen;
    assert_eq!((chosen.merchant, chosen.position, chosen.overridden), (id(1), Some(1), false));
    assert_eq!((chosen.credit_version.0, chosen.load_version.0, chosen.capacity), (1, 1, 10));
}

#[test]
fn choosing_another_than_the_first_needs_a_reason() {
    let index = index(&three(), &[]);
    let refused = index.decide(query(), now(), asking_for(2, None)).unwrap_err();
    assert_eq!(refused, ChoiceRefusal::ReasonNeeded { first: id(1) });
    let chosen = asking_for(2, reason(OverrideCode::CitizenChose, None));
    let decision = index.decide(query(), now(), chosen).unwrap();
    assert_eq!((decision.outcome.chosen.position, decision.outcome.chosen.overridden), (Some(2), true));
    assert!(index.decide(query(), now(), asking_for(1, None)).is_ok(), "the first needs none");
}

#[test]
fn another_reason_needs_a_note_of_bounded_length() {
    let index = index(&three(), &[]);
    let long = "长".repeat(201);
    for note in [None, Some(" "), Some(long.as_str())] {
        let refused = index.decide(query(), now(), asking_for(2, reason(OverrideCode::Other, note)));
        assert_eq!(refused.unwrap_err(), ChoiceRefusal::Note);
    }
    assert!(
        index.decide(query(), now(), asking_for(2, reason(OverrideCode::Other, Some("会修老式锁")))).is_ok()
    );
}

#[test]
fn who_is_not_eligible_cannot_be_chosen_for_any_reason() {
    let index = index(&three(), &[]);
    let reason = reason(OverrideCode::CitizenChose, None);
    let refused = index.decide(query(), now(), asking_for(3, reason.clone())).unwrap_err();
    assert_eq!(refused, ChoiceRefusal::NotEligible { merchant: id(3), reason: ExclusionReason::GradeD });
    assert!(refused.to_string().ends_with("cannot be chosen: its credit grade is D"));
    let tried = Query { tried: vec![id(2)], ..query() };
    let refused = index.decide(tried, now(), asking_for(2, reason.clone())).unwrap_err();
    assert_eq!(
        refused,
        ChoiceRefusal::NotEligible { merchant: id(2), reason: ExclusionReason::AlreadyTried }
    );
    let refused = index.decide(query(), now(), asking_for(99, reason)).unwrap_err();
    assert_eq!(refused, ChoiceRefusal::DoesNotServe(id(99)));
}

#[test]
fn who_did_not_take_it_is_asked_again_by_a_person_with_a_reason_and_by_nobody_else() {
    let index = index(&three(), &[]);
    let tried = || Query { tried: vec![id(1), id(2)], ..query() };
    let said = || reason(OverrideCode::Agreed, None);
    let decision = index.decide(tried(), now(), asking_again(2, said())).unwrap();
    let chosen = &decision.outcome.chosen;
    assert_eq!((chosen.merchant, chosen.position, chosen.overridden), (id(2), None, false));
    assert_eq!(replay(&decision.inputs).unwrap(), decision.outcome, "i5");
    let refused = index.decide(tried(), now(), asking_again(2, None)).unwrap_err();
    assert_eq!(refused, ChoiceRefusal::AgainNeedsReason(id(2)));
    let machine = Choice { by: Actor::Platform, ..asking_again(2, said()) };
    let had_its_chance =
        ChoiceRefusal::NotEligible { merchant: id(2), reason: ExclusionReason::AlreadyTried };
    assert_eq!(index.decide(tried(), now(), machine).unwrap_err(), had_its_chance);
}

#[test]
fn asking_again_overcomes_no_other_bar() {
    let tried = Query { tried: vec![id(3)], ..query() };
    let again = asking_again(3, reason(OverrideCode::Agreed, None));
    let refused = index(&three(), &[]).decide(tried, now(), again).unwrap_err();
    assert_eq!(refused, ChoiceRefusal::NotEligible { merchant: id(3), reason: ExclusionReason::GradeD });
}

#[test]
fn with_nobody_eligible_nobody_is_chosen() {
    let tried = Query { tried: vec![id(1), id(2)], ..query() };
    let refused = index(&three(), &[]).decide(tried, now(), Choice::first(operator())).unwrap_err();
    assert_eq!(refused, ChoiceRefusal::NobodyEligible);
}

#[test]
fn i5_a_choice_far_down_a_long_list_is_replayed_from_a_bounded_record() {
    let policy = Policy { list_limit: 5, evidence_limit: 8, ..Policy::default() };
    let facts: Vec<_> = (0..200)
        .map(|n| MerchantFacts { grade: Grade::ALL[n as usize % 6], verified_orders: 99, ..merchant(n) })
        .collect();
    let index = index_under(policy, &facts, &[]);
    let choice = asking_for(7, reason(OverrideCode::KnowsTheCase, None));
    let decision = index.decide(query(), now(), choice).unwrap();
    assert_eq!(decision.outcome.chosen.position, None);
    assert_eq!(decision.inputs.contenders.len(), 9);
    assert_eq!(decision.outcome.recommendation.tally.excluded.grade_d, 34);
    assert_eq!(replay(&decision.inputs).unwrap(), decision.outcome);
}

/// As the first version of the policy wrote it: without share cap, second person and what belongs to them.
const OLD_INPUTS: &str = include_str!("records/policy-1-inputs.json");
const OLD_OUTCOME: &str = include_str!("records/policy-1-outcome.json");

#[test]
fn i5_a_record_from_before_the_share_cap_is_replayed_byte_for_byte() {
    let inputs: DecisionInputs = serde_json::from_str(OLD_INPUTS.trim_end()).unwrap();
    assert_eq!(serde_json::to_string(&replay(&inputs).unwrap()).unwrap(), OLD_OUTCOME.trim_end());
    assert_eq!(serde_json::to_string(&inputs).unwrap(), OLD_INPUTS.trim_end(), "nothing is added to it");
}
