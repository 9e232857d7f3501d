//! Service quality: how it is measured, and how the evaluation lets it in.

use crate::support::{Fact, SATISFIED, Story, UNSATISFIED, any_fact, category, days, numbered, rules};
use credit_domain::{Cause, FollowupOutcome, Measure, Opening, Points, fold, verify_chain};
use kernel::{Grade, Severity};
use proptest::prelude::*;

/// What the ledger measures now.
fn measured(story: &Story) -> Option<i64> {
    let mut measure = Measure::new(&story.rules, story.now);
    story.ledger.iter().for_each(|entry| measure.add(&entry.posting));
    measure.finish().0.points()
}

#[test]
fn a_merchant_that_nobody_was_asked_about_keeps_its_opening() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![Fact::Followup(FollowupOutcome::Unreached); 5]));
    assert_eq!(measured(&story), None);
    story.evaluate(2026);
    assert_eq!(story.merchant.credit.tally.points.social_evaluation, 300);
}

#[test]
fn few_call_backs_leave_a_merchant_near_the_mean_of_its_category() {
    let mut story = Story::open(Opening::Newcomer);
    let mut seen = vec![];
    for (number, count) in [(1, 1), (2, 9), (3, 90), (4, 900)] {
        let facts = (0..count).map(|fact| (number * 10_000 + fact, SATISFIED)).collect::<Vec<_>>();
        story.tell_all(&facts);
        seen.push(measured(&story).unwrap());
    }
    // (r + 20 * 0.9)/(r + 20) between 0.8 and 1, of 600 points; rounded down.
    assert_eq!(seen, [314, 399, 549, 594]);
}

#[test]
fn a_citizens_word_weighs_half_after_180_days_and_a_quarter_after_360() {
    let (rules, story) = (rules().quality, Story::open(Opening::Newcomer));
    let weight = |age| rules.weight(story.now, story.now.after(days(age)));
    assert_eq!([weight(0), weight(180), weight(360), weight(36_000)], [1 << 20, 1 << 19, 1 << 18, 0]);
    assert!((0..1_000).all(|age| weight(age + 1) <= weight(age)));
    assert_eq!(rules.weight(story.now.after(days(1)), story.now), 0, "the future is no evidence");
}

#[test]
fn a_category_may_have_a_mean_of_its_own() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&[(1, SATISFIED)]);
    let general = measured(&story);
    story.rules.quality.category_means_permille.insert(category(), 850);
    assert!(measured(&story) < general);
}

#[test]
fn the_evaluation_sets_social_evaluation_to_the_measured_quality_by_one_entry() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 60]));
    let quality = measured(&story).unwrap();
    let change = story.evaluate(2026);
    let [entry] = &change.entries[..] else { panic!("one entry") };
    assert_eq!((entry.posting.cause, entry.posting.rule.as_str()), (Cause::Evaluation(2026), "/quality"));
    assert_eq!(story.merchant.credit.tally.points.social_evaluation, quality);
    assert_eq!(measured(&story), Some(quality), "measuring again finds the same");
}

#[test]
fn silence_lets_quality_fade_to_the_mean_and_not_to_nothing() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 60]));
    let fresh = measured(&story).unwrap();
    story.now = story.now.after(days(720));
    let faded = measured(&story).unwrap();
    assert!(faded < fresh && faded > 300, "{faded}");
}

#[test]
fn a_breach_that_is_overturned_after_the_evaluation_leaves_the_score_as_if_it_had_never_been() {
    let facts = numbered(vec![SATISFIED; 40]);
    let (mut honest, mut wronged) = (Story::open(Opening::Newcomer), Story::open(Opening::Newcomer));
    honest.tell_all(&facts);
    wronged.tell_all(&facts);
    let _ = wronged.tell(99, Fact::Breach(Severity::Minor));
    let breach = wronged.ledger.last().unwrap().clone();
    honest.evaluate(2026);
    wronged.evaluate(2026);
    assert!(wronged.merchant.credit.score < honest.merchant.credit.score);
    wronged.reverse(&breach);
    assert_eq!(wronged.merchant.credit.score, honest.merchant.credit.score);
    assert_eq!(wronged.merchant.credit.tally, honest.merchant.credit.tally);
}

proptest! {
    #[test]
    fn i3_any_reversal_after_any_evaluation_leaves_the_tally_as_if_the_fact_had_never_been(
        facts in prop::collection::vec((any_fact(), 0_u64..60), 1..12),
        wrong in any::<prop::sample::Index>(),
        evaluated in any::<prop::sample::Index>(),
    ) {
        let (mut honest, mut wronged) = (Story::open(Opening::Newcomer), Story::open(Opening::Newcomer));
        let (wrong, evaluated) = (wrong.index(facts.len()), evaluated.index(facts.len()));
        for (place, (fact, wait)) in facts.into_iter().enumerate() {
            for story in [&mut honest, &mut wronged] {
                story.now = story.now.after(days(wait));
                story.expire_due();
            }
            if place != wrong {
                let _ = honest.tell(place as u128, fact);
            }
            let _ = wronged.tell(place as u128, fact);
            if place == evaluated {
                honest.evaluate(2026);
                wronged.evaluate(2026);
            }
        }
        let wrong = wronged.ledger.iter().filter(|entry| {
            matches!(entry.posting.cause, Cause::Followup(_) | Cause::Breach(_))
        }).nth(wrong).unwrap().clone();
        wronged.reverse(&wrong);
        prop_assert_eq!(wronged.merchant.credit.tally, honest.merchant.credit.tally);
        prop_assert_eq!(wronged.merchant.credit.score, honest.merchant.credit.score);
        prop_assert_eq!(wronged.merchant.credit.awarded, honest.merchant.credit.awarded);
        prop_assert_eq!(fold(&wronged.ledger), wronged.merchant.credit.tally);
        prop_assert_eq!(verify_chain(wronged.merchant.profile.id, &wronged.ledger), Ok(wronged.merchant.credit.tip));
        for story in [&mut honest, &mut wronged] {
            story.now = story.now.after(days(2_000));
            story.expire_due();
        }
        prop_assert_eq!(wronged.merchant.credit.tally, honest.merchant.credit.tally);
    }

    #[test]
    fn i3_the_order_of_entries_does_not_matter_for_the_measure(
        (one, other) in prop::collection::vec(any_fact(), 0..30)
            .prop_map(numbered)
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        let (mut first, mut second) = (Story::open(Opening::Newcomer), Story::open(Opening::Newcomer));
        first.tell_all(&one);
        second.tell_all(&other);
        prop_assert_eq!(measured(&first), measured(&second));
    }

    #[test]
    fn quality_stays_within_the_bounds_of_social_evaluation(
        content in 0_usize..200, discontent in 0_usize..200,
    ) {
        let mut story = Story::open(Opening::Newcomer);
        let facts = [vec![SATISFIED; content], vec![UNSATISFIED; discontent]].concat();
        story.tell_all(&numbered(facts));
        prop_assert!(measured(&story).is_none_or(|points| (0..=600).contains(&points)));
        story.evaluate(2026);
        let Points { social_evaluation, .. } = story.merchant.credit.tally.points;
        prop_assert!((0..=600).contains(&social_evaluation));
        prop_assert!(story.merchant.credit.grade <= Grade::AAA);
    }
}
