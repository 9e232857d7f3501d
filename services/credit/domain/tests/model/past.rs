//! The end of entries, and how a merchant stood at a past moment as known at a later one.

use crate::support::{Fact, NOW, SATISFIED, Story, UNSATISFIED, any_fact, at, days, numbered};
use credit_domain::remedy::RemedyKind;
use credit_domain::{Cause, Entry, Opening, Points, Recording, Refusal, expire, fold, standing_history};
use kernel::{Grade, Severity, Step, Timestamp};
use proptest::prelude::*;

fn minor_breach() -> Story {
    let mut story = Story::open(Opening::Newcomer);
    let _ = story.tell(1, Fact::Breach(Severity::Minor));
    story
}

#[test]
fn an_entry_stops_counting_on_the_day_its_rule_says_and_is_ended_once() {
    let mut story = minor_breach();
    assert_eq!(story.entry(2).posting.valid_until, Some(NOW.after(days(90))));
    let (score, grade) = (story.merchant.credit.score, story.merchant.credit.grade);
    story.now = NOW.after(days(90));
    assert_eq!((story.expire_due(), story.expire_due()), (1, 0));
    assert_eq!(story.merchant.credit.score, score + 60);
    assert_eq!(story.merchant.credit.grade, grade, "the grade waits for the evaluation");
    assert!(story.merchant.credit.findings.is_empty());
    assert_eq!(story.evaluate(2026).merchant.credit.grade, Grade::B);
}

#[test]
fn an_entry_is_not_ended_before_its_time() {
    let story = minor_breach();
    let early = expire(&story.merchant, None, &story.ledger[1], at(&story.rules, 9));
    assert_eq!(early, Err(Refusal::NotEnded(story.ledger[1].posting.id)));
}

#[test]
fn a_breach_overturned_after_its_end_changes_nothing_any_more() {
    let mut story = minor_breach();
    let breach = story.entry(2);
    story.now = NOW.after(days(91));
    // Once with the end written, once before the turn came to write it.
    let mut late = story.clone();
    story.expire_due();
    let ended = story.merchant.credit.tally;
    story.reverse(&breach);
    assert_eq!(story.merchant.credit.tally, ended);
    late.reverse(&breach);
    late.expire_due();
    assert_eq!(late.merchant.credit.tally, ended);
}

#[test]
fn nothing_is_known_of_a_merchant_before_its_ledger_was_opened() {
    let story = minor_breach();
    let before = NOW.before(days(1));
    assert_eq!(story.past(before, NOW), None);
    assert_eq!(story.past(NOW, before), None);
}

#[test]
fn how_one_stands_says_of_what_share_of_content_citizens_one_is_sure() {
    let mut story = Story::open(Opening::Newcomer);
    let later = NOW.after(days(1));
    let sure = |story: &Story| story.past(later, later).unwrap().sure_permille;
    assert_eq!(sure(&story), 0, "nobody was asked");
    story.tell_all(&numbered([vec![SATISFIED; 47], vec![UNSATISFIED; 3]].concat()));
    assert_eq!(
        sure(&story),
        837,
        "the 83.8 % of docs/CREDIT.md, rounded down so that it never says too much"
    );
}

#[test]
fn a_fact_from_before_the_opening_moves_no_grade_while_there_is_none() {
    let mut story = Story::open(Opening::Newcomer);
    story.now = NOW.before(days(10));
    let _ = story.tell(1, SATISFIED);
    story.ledger[1].posting.recorded_at = NOW;
    let (credit, past) = (&story.merchant.credit, story.past(NOW, NOW).unwrap());
    assert_eq!((past.grade, past.awarded, past.score), (credit.grade, credit.awarded, credit.score));
    assert_eq!(story.past(NOW.before(days(5)), NOW), None);
}

#[test]
fn an_overturned_breach_was_in_force_then_and_never_was_as_known_today() {
    let mut story = minor_breach();
    let breach = story.entry(2);
    story.now = NOW.after(days(20));
    story.reverse(&breach);
    let then = NOW.after(days(10));
    let in_force = story.past(then, then).unwrap();
    assert_eq!((in_force.score, in_force.grade, in_force.findings.len()), (470, Grade::C, 1));
    let known_today = story.past(then, story.now).unwrap();
    assert_eq!((known_today.score, known_today.grade, known_today.findings.len()), (530, Grade::B, 0));
}

#[test]
fn a_history_shows_what_stood_until_it_was_taken_back_and_the_correction_itself() {
    let mut story = Story::open(Opening::Newcomer);
    story.now = NOW.after(days(1));
    let _ = story.tell(1, Fact::Breach(Severity::Serious));
    let (breach, fell_at) = (story.entry(2), story.now);
    story.now = NOW.after(days(4));
    story.reverse(&breach);
    let lifted_at = story.now;
    story.now = NOW.after(days(5));
    let steps = standing_history(&story.ledger, &[], story.now, |_| Some(&story.rules)).unwrap();
    let shown: Vec<_> = steps.iter().map(|step| (step.at, step.score, step.grade)).collect();
    assert_eq!(shown, [(NOW, 530, Grade::B), (fell_at, 230, Grade::D), (lifted_at, 530, Grade::B)]);
    assert_eq!(steps.last().map(|step| step.cause), Some(Cause::Reversal(breach.posting.id)));
}

#[test]
fn a_history_shows_what_became_known_late_from_when_it_was_known_and_its_end_as_one() {
    let mut story = Story::open(Opening::Newcomer);
    story.now = NOW.after(days(10));
    let _ = story.tell(1, Fact::Breach(Severity::Minor));
    let (breach, ends_at) = (story.entry(2).posting.id, NOW.after(days(100)));
    let known_at = |at: Timestamp| {
        let mut story = story.clone();
        story.ledger[1].posting.recorded_at = at;
        let steps =
            standing_history(&story.ledger, &[], NOW.after(days(200)), |_| Some(&story.rules)).unwrap();
        for step in &steps {
            let then = story.past(step.at, step.at).unwrap();
            assert_eq!((then.score, then.grade), (step.score, step.grade), "as somebody found it then");
        }
        steps.iter().map(|step| (step.at, step.score, step.cause)).collect::<Vec<_>>()
    };
    let (fell, end) = (story.entry(2).posting.cause, Cause::Expiry(breach));
    for late in [NOW.after(days(15)), NOW.after(days(10)).after(core::time::Duration::from_millis(10))] {
        assert_eq!(known_at(late), [(NOW, 530, Cause::Opening), (late, 470, fell), (ends_at, 530, end)]);
    }
}

#[test]
fn a_fact_that_became_known_late_counts_from_when_it_happened() {
    let mut story = Story::open(Opening::Newcomer);
    let opened = story.now;
    story.now = NOW.after(days(10));
    let _ = story.tell(1, Fact::Breach(Severity::General));
    // The ledger learns of it five days later.
    story.ledger[1].posting.recorded_at = NOW.after(days(15));
    let happened = NOW.after(days(12));
    assert_eq!(story.past(happened, happened).unwrap().score, 530);
    assert_eq!(story.past(happened, NOW.after(days(15))).unwrap().score, 410);
    assert_eq!(story.past(opened, NOW.after(days(15))).unwrap().score, 530);
}

#[test]
fn an_ended_entry_counts_only_between_its_two_moments_even_before_its_end_is_written() {
    let mut story = minor_breach();
    story.now = NOW.after(days(100));
    let score_at = |story: &Story, day| {
        let moment = NOW.after(days(day));
        story.past(moment, moment).unwrap().score
    };
    assert_eq!([score_at(&story, 89), score_at(&story, 90)], [470, 530]);
    story.expire_due();
    assert_eq!([score_at(&story, 89), score_at(&story, 90), score_at(&story, 100)], [470, 530, 530]);
}

#[test]
fn two_evaluations_that_overlap_award_each_what_it_measured() {
    let mut story = Story::open(Opening::Newcomer);
    // As of the moment at which the one before took effect.
    story.evaluate(2024);
    let as_of = story.now;
    story.now = NOW.after(days(1));
    let _ = story.tell(1, Fact::Breach(Severity::General));
    story.evaluate_as_of(2025, as_of);
    let (past, credit) = (story.past(story.now, story.now).unwrap(), &story.merchant.credit);
    assert_eq!((past.awarded, past.grade), (Grade::B, credit.grade));
    assert_eq!(credit.awarded, Grade::B);
}

#[test]
fn what_puts_a_correction_right_is_in_the_award_that_its_fact_is_in() {
    let mut story = Story::open(Opening::Newcomer);
    put_right(&mut story);
    let _ = story.tell(1, Fact::Breach(Severity::Serious));
    story.evaluate(2026);
    assert_eq!(story.merchant.credit.awarded, Grade::D);
    // What the opening was put right to is put right itself, again and again.
    for _ in 0..60 {
        story.now = story.now.after(days(1));
        put_right(&mut story);
        let (past, credit) = (story.past(story.now, story.now).unwrap(), &story.merchant.credit);
        assert_eq!((past.score, past.awarded), (credit.score, credit.awarded));
    }
    assert!(story.merchant.credit.awarded > Grade::D);
}

/// Facts with days between them, now and then an evaluation of now or of a while ago, a reversal of the last fact, and the turn that
/// ends entries.
fn told(steps: &[(Fact, u64, u8)]) -> Story {
    let mut story = Story::open(Opening::Newcomer);
    for (number, (fact, wait, kind)) in (0_u16..).zip(steps) {
        story.now = story.now.after(days(*wait));
        story.expire_due();
        let _ = story.tell(u128::from(number) + 1, *fact);
        let last = story.ledger.last().unwrap().clone();
        match kind {
            0 => drop(story.evaluate(2_000 + number)),
            1 => drop(story.reverse(&last)),
            2 => {
                // As in February: what is evaluated is a while ago.
                let past = story.now.before(days(40)).max(last_evaluated(&story));
                drop(story.evaluate_as_of(2_000 + number, past));
            }
            3 => put_right(&mut story),
            4 => drop(story.reassess(u128::from(number))),
            _ => {}
        }
    }
    story
}

/// The last entry is corrected that a merchant could have corrected.
fn put_right(story: &mut Story) {
    let corrected = |entry: &&Entry| story.earlier(Cause::Correction(entry.posting.id)).is_some();
    let open = |entry: &&Entry| RemedyKind::of(entry.posting.cause) == RemedyKind::Correct;
    let Some(entry) = story.ledger.iter().rev().find(|entry| open(entry) && !corrected(entry)).cloned()
    else {
        return;
    };
    let more = Points { social_evaluation: 4, credit_record: 7, ..Points::ZERO };
    story.correct(&entry, entry.posting.tally.points + more);
}

fn last_evaluated(story: &Story) -> Timestamp {
    let evaluations = story.ledger.iter().filter(|entry| matches!(entry.posting.cause, Cause::Evaluation(_)));
    evaluations.map(|entry| entry.posting.recorded_at).max().unwrap_or(NOW)
}

fn steps() -> impl Strategy<Value = Vec<(Fact, u64, u8)>> {
    prop::collection::vec((any_fact(), 1_u64..120, 0_u8..8), 0..25)
}

proptest! {
    #[test]
    fn i3_how_a_merchant_stands_is_what_its_ledger_says_of_now(steps in steps()) {
        let story = told(&steps);
        let (now, credit) = (story.past(story.now, story.now).unwrap(), &story.merchant.credit);
        prop_assert_eq!(now.tally, credit.tally);
        prop_assert_eq!(now.tally, fold(&story.ledger));
        prop_assert_eq!((now.score, now.grade, now.awarded), (credit.score, credit.grade, credit.awarded));
        prop_assert_eq!(&now.findings, &credit.findings);
    }

    #[test]
    fn what_was_known_then_never_changes_whatever_is_recorded_later(
        first in steps(), more in steps(),
    ) {
        let story = told(&first);
        let mut later = story.clone();
        later.now = later.now.after(days(1));
        for (number, (fact, _, _)) in more.iter().enumerate() {
            let _ = later.tell(number as u128 + 10_000, *fact);
        }
        prop_assert_eq!(later.past(story.now, story.now), story.past(story.now, story.now));
    }

    #[test]
    fn i3_a_history_ends_with_what_the_ledger_says_of_now(steps in steps()) {
        let story = told(&steps);
        let history = standing_history(&story.ledger, &[], story.now, |_| Some(&story.rules)).unwrap();
        let credit = &story.merchant.credit;
        prop_assert_eq!(history.last().map(|step| (step.score, step.grade)), Some((credit.score, credit.grade)));
        prop_assert!(history.is_sorted_by(|one, next| one.at < next.at));
    }

    #[test]
    fn a_reversal_known_later_makes_the_past_as_if_the_fact_had_never_been(
        before in prop::collection::vec(any_fact(), 0..12), fact in any_fact(), wait in 0_u64..80,
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(before));
        let mut wronged = story.clone();
        let _ = wronged.tell(99, fact);
        let wrong = wronged.ledger.last().unwrap().clone();
        wronged.now = NOW.after(days(wait));
        wronged.reverse(&wrong);
        let honest = story.past(NOW, NOW).unwrap();
        let seen = wronged.past(NOW, wronged.now).unwrap();
        prop_assert_eq!((seen.tally, seen.score, seen.findings), (honest.tally, honest.score, honest.findings));
    }

    #[test]
    fn i3_an_entry_never_counts_after_its_end(steps in steps(), wait in 0_u64..2_000) {
        let mut story = told(&steps);
        story.now = story.now.after(days(wait));
        story.expire_due();
        let lasting = story.ledger.iter().filter(|entry| {
            !entry.posting.has_ended(story.now) && !matches!(entry.posting.cause, Cause::Expiry(_))
        });
        prop_assert_eq!(fold(lasting), story.merchant.credit.tally);
    }
}

#[test]
fn ending_an_entry_again_is_answered_with_the_first_end() {
    let mut story = minor_breach();
    let breach = story.entry(2);
    story.now = NOW.after(days(90));
    story.expire_due();
    let earlier = story.earlier(Cause::Expiry(breach.posting.id));
    let again = Recording { now: story.now, ..at(&story.rules, 77) };
    let answer = expire(&story.merchant, earlier, &breach, again).unwrap();
    assert_eq!(answer, Step::AlreadyDone(story.entry(3)));
}

#[test]
fn the_end_of_good_points_can_lower_a_grade_at_once() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 2]));
    // As a rule with an end would have written it.
    let opening = &mut story.ledger[0].posting;
    opening.valid_until = Some(NOW.after(days(1)));
    story.now = NOW.after(days(1));
    let (opening, rules) = (story.entry(1), story.rules.clone());
    let at = Recording { now: story.now, ..at(&rules, 7) };
    let change = expire(&story.merchant, None, &opening, at).unwrap().done().unwrap();
    assert!(change.merchant.credit.grade < Grade::B);
    assert_eq!(change.entries[0].posting.valid_from, NOW.after(days(1)));
}
