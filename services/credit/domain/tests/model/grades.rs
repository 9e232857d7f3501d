//! Grades: down at once, up only at the evaluation or by a reversal.

use crate::support::{Fact, NOW, SATISFIED, Story, UNSATISFIED, any_breach, any_fact, at, numbered, rules};
use credit_domain::{
    Cause, Evidence, FollowupOutcome, Opening, Points, Refusal, Rules, Tally, reverse, set_green_until,
};
use kernel::{CallbackId, CaseId, Grade, Severity, Step, Version};
use proptest::prelude::*;

fn evidence(satisfied: i64, unsatisfied: i64) -> Evidence {
    Evidence { satisfied, unsatisfied, verified_orders: satisfied + unsatisfied }
}

/// A merchant of the best grade with points to spare.
pub(crate) fn excellent() -> Story {
    let points =
        Points { social_evaluation: 600, credit_activities: 50, credit_record: 200, demonstration: 80 };
    let story = Story::open(Opening::TakenOver(Tally { points, evidence: evidence(200, 2) }));
    assert_eq!(story.merchant.credit.grade, Grade::AAA);
    story
}

#[test]
fn a_newcomer_enters_at_b() {
    let newcomer = Story::open(Opening::Newcomer).merchant;
    assert_eq!((newcomer.credit.grade, newcomer.version), (Grade::B, Version(1)));
    assert_eq!(newcomer.standing().cause, Cause::Opening);
}

#[test]
fn a_general_breach_takes_the_best_merchant_to_b_at_once() {
    let mut story = excellent();
    let change = story.tell(1, Fact::Breach(Severity::General)).unwrap();
    let moved = change.grade_change.unwrap();
    let cause = Cause::Breach(CaseId::from_u128(1));
    assert_eq!((moved.from, moved.to, moved.cause), (Grade::AAA, Grade::B, cause));
    assert_eq!(change.merchant.version, Version(2));
    assert_eq!(change.entries[0].posting.rule, "/breach/general");
    assert_eq!(change.entries[0].posting.clause.as_deref(), Some("price-as-posted"));
}

#[test]
fn breaches_alone_do_not_take_a_merchant_of_high_score_below_the_floor() {
    let mut story = excellent();
    story.tell_all(&numbered(vec![Fact::Breach(Severity::Minor); 2]));
    assert_eq!(story.merchant.credit.grade, Grade::A);
    story.tell_all(&[(8, Fact::Breach(Severity::Minor)), (9, Fact::Breach(Severity::Minor))]);
    assert_eq!((story.merchant.credit.grade, story.merchant.credit.score), (Grade::C, 690));
}

#[test]
fn who_was_not_reached_is_no_evidence() {
    let mut story = Story::open(Opening::Newcomer);
    let before = story.merchant.credit.tally;
    let change = story.tell(1, Fact::Followup(FollowupOutcome::Unreached)).unwrap();
    assert_eq!(change.merchant.credit.tally, before);
    assert_eq!(change.entries.len(), 1, "it is recorded all the same");
}

#[test]
fn what_moved_grade_or_score_last_is_kept_while_other_things_happen() {
    let mut story = Story::open(Opening::Newcomer);
    assert_eq!(story.merchant.moved.cause, Cause::Opening);
    let _ = story.tell(1, SATISFIED);
    let moved = story.merchant.moved;
    assert_eq!((moved.cause, moved.at), (Cause::Followup(CallbackId::from_u128(1)), story.now));
    let _ = story.tell(2, Fact::Followup(FollowupOutcome::Unreached));
    story.carry_out(&set_green_until(&story.merchant, None, story.now).done().unwrap());
    assert_eq!((story.merchant.cause, story.merchant.moved), (Cause::Workers, moved));
}

#[test]
fn a_breach_that_is_taken_back_moved_the_grade_last_by_its_reversal() {
    let mut story = excellent();
    let _ = story.tell(1, Fact::Breach(Severity::General));
    let _ = story.reverse(&story.entry(2));
    assert_eq!(story.merchant.moved.cause, Cause::Reversal(story.entry(2).posting.id));
}

#[test]
fn a_good_year_lifts_the_grade_in_february_and_not_before() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 150]));
    assert_eq!((story.merchant.credit.grade, story.merchant.credit.score), (Grade::B, 830));
    let change = story.evaluate(2026);
    assert_eq!(change.grade_change.map(|moved| (moved.from, moved.to)), Some((Grade::B, Grade::AA)));
    assert_eq!(story.decide_evaluation(2026, story.now), Step::AlreadyDone(Grade::AA));
}

#[test]
fn a_general_finding_ends_with_the_evaluation_and_a_serious_one_does_not() {
    for (severity, after) in [(Severity::General, Grade::AA), (Severity::Serious, Grade::C)] {
        let mut story = excellent();
        let _ = story.tell(1, Fact::Breach(severity));
        let next = story.evaluate(2026).merchant;
        assert_eq!(next.credit.grade, after, "{severity}");
    }
}

#[test]
fn an_opening_and_a_reversal_cannot_be_reversed() {
    let story = excellent();
    let refused = reverse(&story.merchant, None, &story.ledger[0], at(&story.rules, 9));
    assert_eq!(refused, Err(Refusal::NotReversible(Cause::Opening)));
}

#[test]
fn an_earlier_entry_of_another_cause_is_refused() {
    let mut story = excellent();
    let _ = story.tell(1, Fact::Breach(Severity::Minor));
    let mixed_up = reverse(&story.merchant, Some(&story.ledger[0]), &story.ledger[1], at(&story.rules, 9));
    assert!(matches!(mixed_up, Err(Refusal::OtherCause { .. })));
}

#[test]
fn the_papers_of_workers_move_the_version_only_when_they_change() {
    let story = excellent();
    assert_eq!(set_green_until(&story.merchant, Some(NOW), NOW), Step::AlreadyDone(()));
    let change = set_green_until(&story.merchant, None, NOW).done().unwrap();
    assert_eq!((change.merchant.version, change.merchant.standing().green_until), (Version(2), None));
}

proptest! {
    #[test]
    fn a_verified_breach_never_raises_the_grade_or_the_score(
        before in prop::collection::vec(any_fact(), 0..30), breach in any_breach(), start in any::<bool>(),
    ) {
        let mut story = if start { excellent() } else { Story::open(Opening::Newcomer) };
        story.tell_all(&numbered(before));
        let credit = story.merchant.credit.clone();
        let change = story.tell(99, breach).unwrap();
        prop_assert!(change.merchant.credit.grade <= credit.grade);
        prop_assert!(change.merchant.credit.score <= credit.score);
        prop_assert!(change.merchant.credit.grade < Grade::AA, "it loses preferred dispatch");
    }

    #[test]
    fn every_change_and_so_every_downgrade_raises_the_version_by_one(
        facts in prop::collection::vec(any_fact(), 1..30),
    ) {
        let mut story = excellent();
        for (number, fact) in numbered(facts) {
            let (version, grade) = (story.merchant.version, story.merchant.credit.grade);
            let change = story.tell(number, fact).unwrap();
            prop_assert_eq!(change.merchant.version, version.next());
            prop_assert_eq!(change.grade_change.is_some(), change.merchant.credit.grade != grade);
            prop_assert_eq!(change.merchant.standing().version, change.merchant.version);
        }
    }

    #[test]
    fn no_fact_raises_the_grade_before_the_evaluation(facts in prop::collection::vec(any_fact(), 0..60)) {
        let mut story = excellent();
        let mut grade = story.merchant.credit.grade;
        for (number, fact) in numbered(facts) {
            let _ = story.tell(number, fact);
            prop_assert!(story.merchant.credit.grade <= grade);
            grade = story.merchant.credit.grade;
        }
    }

    #[test]
    fn a_reversal_restores_score_grade_and_evidence_exactly(
        before in prop::collection::vec(prop_oneof![Just(SATISFIED), Just(UNSATISFIED)], 0..10),
        breach in any_breach(),
    ) {
        let mut story = excellent();
        story.tell_all(&numbered(before));
        let honest = story.merchant.credit.clone();
        prop_assume!(honest.grade == Grade::AAA);
        let _ = story.tell(99, breach);
        let wrong = story.ledger.last().unwrap().clone();
        let change = reverse(&story.merchant, None, &wrong, at(&story.rules, 100)).unwrap().done().unwrap();
        let credit = &change.merchant.credit;
        prop_assert_eq!((credit.score, credit.grade, credit.tally), (honest.score, honest.grade, honest.tally));
        prop_assert!(credit.findings.is_empty());
        story.carry_out(&change);
        let again = reverse(&story.merchant, story.ledger.last(), &wrong, at(&story.rules, 101));
        prop_assert!(again.unwrap().is_already_done());
    }

    #[test]
    fn the_evidence_gate_is_the_wilson_lower_bound(satisfied in 0_i64..3_000, unsatisfied in 0_i64..600) {
        let rules = rules();
        let (n, p) = ((satisfied + unsatisfied) as f64, satisfied as f64 / (satisfied + unsatisfied).max(1) as f64);
        let z2 = 3.8416_f64;
        let centre = p + z2 / (2.0 * n);
        let bound = (centre - (z2 * (p * (1.0 - p) / n + z2 / (4.0 * n * n))).sqrt()) / (1.0 + z2 / n);
        prop_assume!(n > 0.0 && (bound - 0.85).abs() > 1e-9);
        let aaa = rules.gate(evidence(satisfied, unsatisfied)) == Grade::AAA;
        prop_assert_eq!(aaa, n >= 50.0 && bound > 0.85);
        prop_assert_eq!(rules.sure_permille(evidence(satisfied, unsatisfied)) >= 850, bound > 0.85);
    }
}

#[test]
fn aaa_needs_fifty_call_backs_and_a_lower_bound_of_85_percent() {
    let rules = rules();
    assert_eq!(rules.gate(evidence(49, 0)), Grade::AA);
    assert_eq!(rules.gate(evidence(50, 0)), Grade::AAA);
    assert_eq!(rules.gate(evidence(48, 2)), Grade::AAA);
    assert_eq!(rules.gate(evidence(47, 3)), Grade::AA);
    assert_eq!(rules.gate(Evidence::ZERO), Grade::B);
}

#[test]
fn the_rules_shipped_are_valid_and_say_whose_they_are() {
    let rules = rules();
    assert_eq!(rules.validate(), Ok(()));
    assert!(rules.source.contains("Defaults of this platform"));
}

#[test]
fn rules_that_cannot_be_put_in_force_are_refused_with_pointers() {
    let pointers = |change: fn(&mut Rules)| {
        let mut rules = rules();
        change(&mut rules);
        let problems = rules.validate().unwrap_err();
        problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(pointers(|rules| rules.version = 0), "/version");
    assert_eq!(pointers(|rules| rules.bands[2].score_min = 800), "/bands/2/score_min");
    assert_eq!(
        pointers(|rules| rules.breach.minor.points.credit_record = 5),
        "/breach/minor/points/credit_record /breach/minor/points /breach/minor/points/credit_record"
    );
    assert_eq!(pointers(|rules| rules.breach.serious.cap = Grade::AAA), "/breach/serious");
    assert_eq!(pointers(|rules| rules.dimensions.demonstration.ceiling = 99), "/dimensions");
    assert_eq!(
        pointers(|rules| rules.followup.unsatisfied.social_evaluation = 1),
        "/followup/unsatisfied/social_evaluation"
    );
    assert_eq!(pointers(|rules| rules.confidence.z_squared_denominator = 0), "/confidence");
    assert_eq!(pointers(|rules| rules.entry_grade = Grade::A), "/entry_grade");
    assert_eq!(pointers(|rules| rules.gates[1].callbacks_min = 90), "/gates/1");
    assert_eq!(pointers(|rules| rules.breach.minor.valid_days = None), "/breach/general");
    assert_eq!(pointers(|rules| rules.quality.floor_at_permille = 1_000), "/quality/floor_at_permille");
    assert_eq!(pointers(|rules| rules.quality.prior_weight = 0), "/quality/prior_weight");
    assert_eq!(pointers(|rules| rules.process.red_lines = [].into()), "/process/red_lines");
    assert_eq!(pointers(|rules| rules.process.ban_months = 11), "/process/ban_months");
}

#[test]
fn rules_with_an_unknown_key_are_refused() {
    let text = include_str!("../../../data/rules.v1.json").replace("\"gates\"", "\"gate\"");
    assert!(serde_json::from_str::<Rules>(&text).is_err());
}
