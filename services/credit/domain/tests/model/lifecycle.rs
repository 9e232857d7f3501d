//! From the draft of new rules to the day they are in force.

use crate::support::{NOW, days, rules};
use credit_domain::model::{self, Draft, Model, ModelRefusal, ModelState};
use kernel::{ActorId, ModelId, Version};

const OFFICER: ActorId = ActorId::from_u128(1);
const COLLEAGUE: ActorId = ActorId::from_u128(2);
const REVIEWER: ActorId = ActorId::from_u128(3);

fn milder() -> Draft {
    let mut document = rules();
    document.followup.unsatisfied.social_evaluation = -6;
    Draft { note: "a discontent citizen costs less".to_owned(), document }
}

fn drafted() -> Model {
    model::draft(ModelId::from_u128(9), milder(), OFFICER, NOW).unwrap()
}

fn simulated() -> Model {
    let drafted = drafted();
    model::simulated(&drafted, drafted.edition, NOW).unwrap()
}

#[test]
fn a_draft_is_simulated_approved_by_another_person_and_numbered_then() {
    let from = NOW.after(days(30));
    let approved = model::approve(&simulated(), &rules(), REVIEWER, from, NOW).unwrap().done().unwrap();
    assert_eq!(approved.state, ModelState::Approved { by: Some(REVIEWER) });
    assert_eq!((approved.document.version, approved.document.in_force_from), (2, from));
    assert_eq!(approved.version, Version(3));
    let again = model::approve(&approved, &rules(), REVIEWER, from, NOW).unwrap();
    assert!(again.is_already_done());
}

#[test]
fn what_was_not_run_over_the_ledger_is_not_approved() {
    let refused = model::approve(&drafted(), &rules(), REVIEWER, NOW.after(days(1)), NOW);
    assert_eq!(refused, Err(ModelRefusal::NotSimulated));
}

#[test]
fn nobody_who_worked_on_the_draft_approves_it() {
    let edited = model::edit(&drafted(), milder(), COLLEAGUE, NOW).unwrap();
    let simulated = model::simulated(&edited, edited.edition, NOW).unwrap();
    for author in [OFFICER, COLLEAGUE] {
        let refused = model::approve(&simulated, &rules(), author, NOW.after(days(1)), NOW);
        assert_eq!(refused, Err(ModelRefusal::SamePerson));
    }
}

#[test]
fn an_edit_makes_an_earlier_simulation_void() {
    let edited = model::edit(&simulated(), milder(), OFFICER, NOW).unwrap();
    assert_eq!(edited.state, ModelState::Drafted);
    assert_eq!(model::simulated(&edited, 1, NOW), None, "it was of the first edition");
    assert!(model::simulated(&edited, 2, NOW).is_some());
}

#[test]
fn nothing_comes_in_force_in_the_past_or_before_the_version_before_it() {
    let simulated = simulated();
    let mut last = rules();
    last.in_force_from = NOW.after(days(10));
    for from in [NOW, NOW.after(days(10))] {
        let refused = model::approve(&simulated, &last, REVIEWER, from, NOW);
        assert_eq!(refused, Err(ModelRefusal::TooEarly(last.in_force_from)));
    }
}

#[test]
fn a_document_that_cannot_be_put_in_force_is_no_draft() {
    let mut unfit = milder();
    unfit.document.quality.half_life_days = 0;
    let refused = model::draft(ModelId::from_u128(9), unfit, OFFICER, NOW).unwrap_err();
    let ModelRefusal::Invalid(problems) = refused else { panic!("{refused}") };
    assert_eq!(problems[0].pointer, "/quality/half_life_days");
}

#[test]
fn what_is_approved_or_withdrawn_stays_as_it_is() {
    let approved = model::approve(&simulated(), &rules(), REVIEWER, NOW.after(days(1)), NOW);
    let approved = approved.unwrap().done().unwrap();
    let withdrawn = model::withdraw(&drafted(), NOW).unwrap().done().unwrap();
    assert_eq!(model::edit(&approved, milder(), OFFICER, NOW), Err(ModelRefusal::Closed("approved")));
    assert_eq!(model::withdraw(&approved, NOW), Err(ModelRefusal::Closed("approved")));
    assert_eq!(model::edit(&withdrawn, milder(), OFFICER, NOW), Err(ModelRefusal::Closed("withdrawn")));
    assert!(model::withdraw(&withdrawn, NOW).unwrap().is_already_done());
}
