//! How a merchant stands by its ledger and its file, while they end, are repaired and are reversed.

use credit_domain::Status;
use credit_domain::admission::leave;
use credit_domain::process::{Act, Ground, Hold, Measure, Stage, SuspendedBy, Suspension};
use credit_domain::simulation::Trial as RulesTrial;
use kernel::{CaseId, Grade, Severity};

use super::trial::{
    ANOTHER, DAY, OFFICER, OWNER, REVIEWER, Trial, day_of, impose, notify, repair, reply, verdict, words,
};
use crate::grades::excellent;
use crate::support::Fact;

/// A file about a breach of this class that came to a repair that can be applied for.
fn repairable(class: Severity) -> Trial {
    let mut story = excellent();
    story.tell(7, Fact::Breach(class)).unwrap();
    let mut trial = Trial::about(story, Ground::Breach { case: CaseId::from_u128(7) }, class);
    trial.begin("2025-02-10");
    trial.pass(30 * DAY);
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Warning, 12), REVIEWER);
    trial.pass_to(trial.file.sanction().unwrap().repair_from);
    trial.act(Act::ApplyForRepair { proof: words("已退款"), last_breach_at: None }, OWNER);
    trial
}

#[test]
fn what_a_repair_gave_back_ends_with_the_fact_and_nothing_is_given_back_twice() {
    let honest = excellent().merchant.credit.score;
    let mut in_time = repairable(Severity::General);
    in_time.act(repair(), REVIEWER);
    assert_eq!(in_time.merchant().credit.score, honest);
    in_time.pass(365 * DAY);
    assert_eq!(in_time.expire(), 2, "the fact and its repair end together");
    let mut late = repairable(Severity::General);
    // The measure outlives the entry of its fact.
    late.pass_to(late.story.ledger[1].posting.valid_until.unwrap());
    // Once with the end written, once before the turn came to write it.
    let mut later = late.clone();
    assert_eq!(late.expire(), 1);
    late.act(repair(), REVIEWER);
    later.act(repair(), REVIEWER);
    assert_eq!(later.expire(), 1);
    for trial in [in_time, late, later] {
        assert_eq!(trial.merchant().credit.score, honest);
        assert_eq!(trial.known_at(trial.now), trial.stands());
    }
}

#[test]
fn a_measure_outlives_the_entry_that_it_made_and_takes_no_points_again() {
    let mut trial = Trial::finding(Severity::Minor);
    trial.begin("2025-02-10");
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Warning, 3), REVIEWER);
    let entries = trial.story.ledger.len();
    trial.pass(91 * DAY);
    trial.expire();
    trial.settle();
    assert_eq!(trial.story.ledger.len(), entries + 1);
    assert_eq!(trial.known_at(trial.now), trial.stands());
}

#[test]
fn a_measure_reversed_after_the_evaluation_leaves_no_trace_in_what_was_awarded() {
    let mut trial = Trial::red_line();
    trial.evaluate(2026);
    let honest = trial.stands();
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    let decided_at = trial.now;
    trial.act(Act::Appeal { grounds: words("发票系伪造") }, OWNER);
    trial.pass(DAY);
    trial.evaluate(2027);
    assert_eq!(trial.known_at(trial.now), trial.stands());
    trial.act(Act::RuleOnAppeal { granted: true, reason: verdict(true) }, ANOTHER);
    assert_eq!((trial.stands(), trial.known_at(trial.now)), (honest, honest));
    assert_eq!(trial.known_at(decided_at).1, Grade::D, "it was in force then");
}

#[test]
fn how_a_repaired_merchant_stood_before_is_known_later() {
    let mut trial = repairable(Severity::General);
    let (before, then) = (trial.stands(), trial.now);
    trial.pass(DAY);
    trial.act(repair(), REVIEWER);
    assert_eq!(trial.known_at(trial.now), trial.stands());
    assert_ne!(trial.stands(), before);
    assert_eq!(trial.known_at(then), before);
}

#[test]
fn a_draft_is_tried_on_a_repaired_breach_as_on_one_that_was_never_there() {
    let mut trial = repairable(Severity::General);
    trial.act(repair(), REVIEWER);
    let (story, now) = (&trial.story, trial.now);
    let mut harsher = story.rules.clone();
    harsher.breach.general.points.credit_record *= 2;
    let record = |rules| {
        let mut tried = RulesTrial::new(rules, now);
        story.ledger.iter().for_each(|entry| tried.add(entry));
        tried.finish(&story.merchant.credit).counted.credit_record
    };
    assert_eq!((record(&story.rules), record(&harsher)), (200, 200));
}

#[test]
fn a_merchant_is_suspended_by_a_measure_since_it_was_decided_until_it_ends() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.act(reply(), OWNER);
    assert_eq!(trial.file.suspension(), None);
    trial.act(impose(Measure::Suspension, 3), REVIEWER);
    let since = trial.now;
    assert_eq!(trial.file.suspension(), Some(Suspension { since, by: SuspendedBy::Measure }));
    trial.pass_to(trial.file.turns_at().unwrap());
    assert_eq!(trial.file.suspension(), None);
}

#[test]
fn a_suspension_that_is_decided_goes_on_from_the_emergency_that_still_ran() {
    let mut trial = Trial::finding(Severity::Serious);
    let since = trial.now;
    trial.act(Act::Suspend { reason: "消防隐患".to_owned() }, OFFICER);
    assert_eq!(trial.file.suspension(), Some(Suspension { since, by: SuspendedBy::Emergency }));
    trial.act(Act::ConfirmSuspension, REVIEWER);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.pass(DAY);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Suspension, 12), REVIEWER);
    assert_eq!(trial.file.suspension(), Some(Suspension { since, by: SuspendedBy::Measure }));
}

#[test]
fn what_is_no_suspension_suspends_nobody() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::PreferenceSuspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::PreferenceSuspension, 3), REVIEWER);
    assert_eq!(trial.file.suspension(), None);
}

#[test]
fn without_preferred_dispatch_the_best_merchant_stands_at_b_and_is_itself_again_afterwards() {
    let mut trial = Trial::about(excellent(), Ground::Finding, Severity::General);
    let before = trial.merchant().credit.clone();
    trial.act(notify(Measure::PreferenceSuspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::PreferenceSuspension, 3), REVIEWER);
    assert_eq!(trial.grade_and_status(), (Grade::B, Status::Affiliated));
    assert!(trial.merchant().credit.restraints.iter().any(|held| held.hold == Hold::Preference));
    assert_eq!(day_of(trial.file.turns_at().unwrap()), "2027-02-23");
    trial.pass_to(trial.file.turns_at().unwrap());
    assert_eq!(trial.file.stage(), Stage::Expired);
    assert!(trial.merchant().credit.restraints.is_empty() && trial.file.publicity().is_none());
    // The points of the finding stay in the ledger.
    assert_eq!(trial.merchant().credit.score, before.score - 120);
    assert_eq!(trial.grade_and_status(), (Grade::AA, Status::Affiliated));
}

#[test]
fn who_leaves_while_it_is_suspended_comes_back_suspended() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Suspension, 12), REVIEWER);
    trial.story.merchant = leave(trial.merchant(), trial.now).unwrap().done().unwrap().merchant;
    trial.readmit();
    assert_eq!(trial.merchant().status, Status::Suspended);
    trial.pass_to(trial.file.sanction().unwrap().until);
    assert_eq!(trial.merchant().status, Status::Affiliated);
}
