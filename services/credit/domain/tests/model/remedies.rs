//! What comes of an objection that is upheld.

use credit_domain::process::ProcessRefusal;
use credit_domain::remedy::{Named, RemedyKind, correctable, removable};
use credit_domain::volunteer::VolunteerYear;
use credit_domain::{Cause, Opening, Points, fold};
use kernel::{
    ActivityId, ApplicationId, CallbackId, CaseId, EntryId, Grade, HonourId, ObjectionId, ProceedingId,
    Severity, VolunteerReportId,
};
use proptest::prelude::*;

use crate::grades::excellent;
use crate::support::{Fact, NOW, SATISFIED, Story, UNSATISFIED, any_fact, days, named, numbered};

fn agrees(story: &Story) {
    let (past, credit) = (story.past(story.now, story.now).unwrap(), &story.merchant.credit);
    assert_eq!((past.tally, past.tally), (credit.tally, fold(&story.ledger)));
    assert_eq!((past.score, past.grade, past.awarded), (credit.score, credit.grade, credit.awarded));
}

#[test]
fn every_cause_admits_a_remedy_and_each_remedy_belongs_to_some() {
    use RemedyKind::{Correct, Overturn, Reassess, TakeBack};
    let entry = EntryId::from_u128(1);
    let admits = [
        (Cause::Followup(CallbackId::from_u128(1)), TakeBack),
        (Cause::Breach(CaseId::from_u128(1)), TakeBack),
        (Cause::Evaluation(2026), Reassess),
        (Cause::Quality(entry), Reassess),
        (Cause::Reassessment(ObjectionId::from_u128(1)), Reassess),
        (Cause::Sanction(ProceedingId::from_u128(1)), Overturn),
        (Cause::Opening, Correct),
        (Cause::Reversal(entry), Correct),
        (Cause::Expiry(entry), Correct),
        (Cause::Repair(entry), Correct),
        (Cause::Correction(entry), Correct),
        (Cause::Admission(ApplicationId::from_u128(1)), Correct),
        (Cause::Activity(ActivityId::from_u128(1)), Correct),
        (Cause::Honour(HonourId::from_u128(1)), Correct),
        (Cause::Volunteering(VolunteerReportId::from_u128(1)), Correct),
        (Cause::Recount(VolunteerReportId::from_u128(1)), Correct),
    ];
    for (cause, kind) in admits {
        assert_eq!(RemedyKind::of(cause), kind, "{cause}");
        assert_eq!(cause.to_string().parse(), Ok(cause));
    }
}

#[test]
fn an_entry_is_corrected_in_its_own_dimensions_within_their_bounds_and_never_for_the_worse() {
    let mut story = excellent();
    story.evaluate(2025);
    let (opening, quality) = (story.ledger[0].clone(), story.ledger.last().unwrap().clone());
    let given = opening.posting.tally.points;
    let fits = |entry, points| correctable(entry, named(points), &story.rules);
    assert_eq!(fits(&opening, given), Err(ProcessRefusal::NoBetter));
    let one_more = Points { demonstration: given.demonstration + 1, ..given };
    assert_eq!(fits(&opening, one_more), Ok(one_more));
    let refused = fits(&opening, Points { demonstration: 151, ..given });
    assert_eq!(refused, Err(ProcessRefusal::PointsUnfit { dimension: "demonstration", min: -150, max: 150 }));
    let refused = fits(&quality, Points { credit_record: 1, ..quality.posting.tally.points });
    assert_eq!(refused, Err(ProcessRefusal::PointsUnfit { dimension: "credit_record", min: 0, max: 0 }));
}

#[test]
fn a_dimension_that_a_correction_does_not_name_is_not_taken_for_nothing() {
    let mut story = Story::open(Opening::Newcomer);
    let _ = story.tell(1, UNSATISFIED);
    let (opening, callback) = (story.entry(1), story.entry(2));
    let fits = |entry, points| correctable(entry, points, &story.rules);
    let all = named(Points { demonstration: 10, ..opening.posting.tally.points });
    assert!(fits(&opening, all).is_ok());
    let refused = fits(&opening, Named { credit_record: None, ..all });
    assert_eq!(refused, Err(ProcessRefusal::PointsMissing("credit_record")));
    assert_eq!(fits(&callback, Named::default()), Err(ProcessRefusal::PointsMissing("social_evaluation")));
    let right = Named { social_evaluation: Some(-2), ..Named::default() };
    let points = Points { social_evaluation: -2, ..Points::ZERO };
    assert_eq!(fits(&callback, right), Ok(points), "one that it is not about need not be named");
}

#[test]
fn what_gave_points_is_not_taken_back_for_its_merchants_sake() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED, UNSATISFIED, Fact::Breach(Severity::Minor)]));
    let removable = |place| removable(&story.entry(place));
    assert_eq!([removable(2), removable(3), removable(4)], [Err(ProcessRefusal::NoBetter), Ok(()), Ok(())]);
}

#[test]
fn a_correction_gives_the_grade_back_at_once_and_counts_as_long_as_its_entry() {
    let mut story = Story::open(Opening::Newcomer);
    let opening = story.entry(1);
    for number in 0..11 {
        let _ = story.tell(number, UNSATISFIED);
    }
    assert_eq!((story.merchant.credit.score, story.merchant.credit.grade), (442, Grade::C));
    let more = Points { demonstration: 20, ..opening.posting.tally.points };
    let change = story.correct(&opening, more);
    assert_eq!((story.merchant.credit.score, story.merchant.credit.grade), (462, Grade::B));
    let correction = &change.entries[0].posting;
    assert_eq!(correction.tally.points, Points { demonstration: 20, ..Points::ZERO });
    assert_eq!((correction.valid_from, correction.valid_until), (NOW, None));
    agrees(&story);
}

#[test]
fn a_correction_of_what_ended_before_counts_no_longer_but_did_then() {
    let mut story = Story::open(Opening::Newcomer);
    story.ledger[0].posting.valid_until = Some(NOW.after(days(30)));
    let opening = story.entry(1);
    story.now = NOW.after(days(60));
    story.expire_due();
    let before = story.merchant.credit.tally;
    let points = Points { credit_record: 150, ..opening.posting.tally.points };
    story.correct(&opening, points + Points { demonstration: 60, ..Points::ZERO });
    assert_eq!(story.merchant.credit.tally, before);
    let then = NOW.after(days(10));
    let (known, now) = (story.past(then, then).unwrap(), story.past(then, story.now).unwrap());
    assert_eq!((known.score, now.score), (530, 540));
}

#[test]
fn what_became_known_after_the_evaluation_is_in_the_year_that_is_computed_anew() {
    let mut story = Story::open(Opening::Newcomer);
    for number in 0..9 {
        let _ = story.tell(number, SATISFIED);
    }
    let year_end = story.now;
    story.now = NOW.after(days(40));
    story.evaluate_as_of(2025, year_end);
    assert_eq!(story.merchant.credit.awarded, Grade::B);
    // Thirty call-backs of that year came late.
    let told = story.now;
    story.now = year_end;
    for number in 100..130 {
        let _ = story.tell(number, SATISFIED);
    }
    for entry in &mut story.ledger[11..] {
        entry.posting.recorded_at = told;
    }
    story.now = told.after(days(1));
    assert_eq!(story.merchant.credit.awarded, Grade::B, "until February, it is in no award");
    agrees(&story);
    let change = story.reassess(7).unwrap();
    assert_eq!((story.merchant.credit.awarded, story.merchant.credit.grade), (Grade::A, Grade::A));
    assert_eq!(change.entries.len(), 1, "one entry holds the difference");
    assert_eq!(change.entries[0].posting.valid_from, year_end);
    agrees(&story);
}

#[test]
fn nothing_is_computed_anew_before_an_evaluation_or_for_the_worse() {
    let mut story = Story::open(Opening::Newcomer);
    assert_eq!(story.reassess(1), Err(ProcessRefusal::NothingEvaluated));
    let mut story = excellent();
    story.evaluate(2025);
    let before = story.merchant.clone();
    for number in 0..20 {
        let _ = story.tell(900 + number, Fact::Breach(Severity::Minor));
    }
    assert_eq!(story.reassess(1), Err(ProcessRefusal::NoBetter));
    assert_eq!(story.merchant.credit.awarded, before.credit.awarded);
}

#[test]
fn i5_no_correction_lets_a_year_of_volunteering_give_more_than_its_cap() {
    let rules = crate::support::rules().activities.volunteer;
    let year = VolunteerYear { counted: 17, ..VolunteerYear::default() };
    let most = rules.points_per_year_max;
    let right = year.put_right(5, 8, &rules).unwrap();
    assert_eq!((right.counted, right.corrected, right.worth(&rules)), (20, 3, 3));
    let refused = year.put_right(5, 9, &rules);
    let expected = ProcessRefusal::PointsUnfit { dimension: "credit_activities", min: 5, max: 5 + most - 17 };
    assert_eq!(refused, Err(expected));
}

proptest! {
    #[test]
    fn i3_a_corrected_entry_counts_as_if_it_had_been_right_from_the_start(
        facts in prop::collection::vec(any_fact(), 0..20), more in 1_i64..100, evaluated in any::<bool>(),
    ) {
        let mut wronged = Story::open(Opening::Newcomer);
        let opening = wronged.entry(1);
        let right = opening.posting.tally.points + Points { demonstration: more, ..Points::ZERO };
        let mut honest = wronged.clone();
        honest.correct(&opening, right);
        for story in [&mut wronged, &mut honest] {
            story.tell_all(&numbered(facts.clone()));
            if evaluated {
                story.now = NOW.after(days(1));
                story.evaluate(2025);
            }
        }
        wronged.correct(&opening, right);
        let (one, other) = (&wronged.merchant.credit, &honest.merchant.credit);
        prop_assert_eq!((one.tally, one.score, one.awarded), (other.tally, other.score, other.awarded));
        prop_assert_eq!(one.tally, fold(&wronged.ledger));
        prop_assert!(one.grade >= other.grade, "what is put right gives the grade back at once");
    }

    #[test]
    fn i5_no_correction_of_what_was_given_outweighs_the_mildest_breach(points in -50_i64..=50) {
        let honest = Story::open(Opening::Newcomer);
        let mut broken = honest.clone();
        let opening = broken.entry(1);
        let given = Points { credit_activities: points, ..opening.posting.tally.points };
        if correctable(&opening, named(given), &broken.rules).is_ok() {
            broken.correct(&opening, given);
        }
        let _ = broken.tell(1, Fact::Breach(Severity::Minor));
        prop_assert!(broken.merchant.credit.score < honest.merchant.credit.score);
        prop_assert!(broken.merchant.credit.grade < honest.merchant.credit.grade);
    }

    #[test]
    fn i3_computing_a_year_anew_moves_nothing_where_nothing_became_known(
        facts in prop::collection::vec(any_fact(), 0..20),
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        story.now = NOW.after(days(1));
        story.evaluate(2025);
        let before = story.merchant.credit.clone();
        story.reassess(1).unwrap();
        let after = &story.merchant.credit;
        prop_assert_eq!((after.tally, after.awarded, after.grade), (before.tally, before.awarded, before.grade));
    }
}
