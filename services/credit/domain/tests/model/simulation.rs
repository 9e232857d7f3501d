//! A draft run over real ledgers.

use crate::support::{Fact, NOW, SATISFIED, Story, UNSATISFIED, any_fact, days, numbered, profile, rules};
use credit_domain::simulation::{Assessment, Contest, Limit, Progress, Summary, Trial, why};
use credit_domain::{Merchant, Opening, Rules, Status};
use kernel::{Grade, MerchantId, Severity};
use proptest::prelude::*;

fn trial(story: &Story, rules: &Rules) -> Assessment {
    let mut trial = Trial::new(rules, story.now);
    story.ledger.iter().for_each(|entry| trial.add(entry));
    trial.finish(&story.merchant.credit)
}

#[test]
fn a_draft_shows_who_would_move_and_which_rule_and_dimension_does_it() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered([vec![SATISFIED; 60], vec![UNSATISFIED; 1]].concat()));
    let _ = story.tell(99, Fact::Breach(Severity::General));
    let mut draft = rules();
    draft.breach.general.points.credit_record = -250;
    draft.breach.serious.points.credit_record = -300;
    let (before, after) = (trial(&story, &rules()), trial(&story, &draft));
    let why = why((&before, &rules()), (&after, &draft));
    assert_eq!((before.grade, after.grade), (Grade::B, Grade::C));
    assert_eq!(why.rules, [("/breach/general".to_owned(), -130)]);
    assert_eq!((why.dimensions.credit_record, why.dimensions.social_evaluation), (-130, 0));
    assert_eq!((why.limit_before, why.limit_after), (Limit::Score, Limit::Score));
}

#[test]
fn a_setting_that_gives_no_points_is_named_where_it_moves_a_grade() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 40]));
    let named = |edit: fn(&mut Rules)| {
        let mut draft = rules();
        edit(&mut draft);
        let (before, after) = (trial(&story, &rules()), trial(&story, &draft));
        (before.grade != after.grade, why((&before, &rules()), (&after, &draft)).settings)
    };
    let score = trial(&story, &rules()).score;
    assert_eq!((score, trial(&story, &rules()).grade), (729, Grade::A));
    let bands = named(|draft| draft.bands[1].score_min = 729);
    assert_eq!(bands, (true, vec!["/bands/1/score_min".to_owned()]));
    let gates = named(|draft| draft.gates[1..].iter_mut().for_each(|gate| gate.callbacks_min = 41));
    assert_eq!(
        gates,
        (true, ["/gates/1/callbacks_min", "/gates/2/callbacks_min"].map(str::to_owned).to_vec())
    );
    let ceiling = named(|draft| draft.dimensions.credit_record.ceiling = 100);
    assert_eq!(ceiling, (true, vec!["/dimensions/credit_record/ceiling".to_owned()]));
    let elsewhere = named(|draft| draft.bands[0].score_min = 900);
    assert_eq!(elsewhere, (false, Vec::new()), "what moves nobody is no reason");
}

#[test]
fn what_decides_a_grade_is_named() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 9]));
    let mut generous = rules();
    generous.quality.mean_permille = 1_000;
    assert_eq!(trial(&story, &generous).limit, Limit::Evidence);
    story.tell_all(&(100..160).map(|number| (number, SATISFIED)).collect::<Vec<_>>());
    let _ = story.tell(99, Fact::Breach(Severity::Serious));
    let mut strict = rules();
    strict.open_serious_cap = Grade::D;
    assert_eq!(trial(&story, &strict).limit, Limit::Finding);
}

#[test]
fn what_was_recorded_after_the_moment_is_not_looked_at() {
    let mut story = Story::open(Opening::Newcomer);
    let rules = rules();
    let before = trial(&story, &rules);
    story.now = NOW.after(days(1));
    let _ = story.tell(1, Fact::Breach(Severity::Minor));
    story.now = NOW;
    assert_eq!(trial(&story, &rules).score, before.score);
}

proptest! {
    #[test]
    fn a_trial_of_the_rules_in_force_says_what_the_evaluation_does(
        facts in prop::collection::vec((any_fact(), 0_u64..100), 0..30), early in any::<bool>(),
    ) {
        let mut story = Story::open(Opening::Newcomer);
        for (number, (fact, wait)) in facts.into_iter().enumerate() {
            story.now = story.now.after(days(wait));
            story.expire_due();
            let _ = story.tell(number as u128, fact);
            if early && number == 7 {
                story.evaluate(2025);
            }
        }
        let (tried, rules) = (trial(&story, &story.rules), story.rules.clone());
        let credit = story.evaluate(2026).merchant.credit;
        prop_assert_eq!((tried.score, tried.grade), (credit.score, credit.grade));
        prop_assert_eq!(tried.counted, rules.within_bounds(credit.tally.points));
    }

    #[test]
    fn the_order_of_entries_does_not_matter_for_a_trial(
        (one, other) in prop::collection::vec(any_fact(), 0..20)
            .prop_map(numbered)
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        let (mut first, mut second) = (Story::open(Opening::Newcomer), Story::open(Opening::Newcomer));
        first.tell_all(&one);
        second.tell_all(&other);
        let (first, second) = (trial(&first, &rules()), trial(&second, &rules()));
        prop_assert_eq!((first.score, first.counted), (second.score, second.counted));
    }
}

fn merchant(number: u128, capacity: u16) -> Merchant {
    let mut merchant = Story::open(Opening::Newcomer).merchant;
    merchant.profile.id = MerchantId::from_u128(number);
    merchant.profile.capacity = capacity;
    merchant.profile.green_until = Some(NOW.after(days(1)));
    merchant.profile.categories[0].commitment_until = NOW.after(days(1));
    merchant
}

#[test]
fn the_best_grade_present_shares_the_first_places_by_capacity() {
    let mut contest = Contest::default();
    for (number, capacity, before, after) in
        [(1, 6, Grade::AAA, Grade::AA), (2, 2, Grade::AA, Grade::AA), (3, 4, Grade::B, Grade::B)]
    {
        contest.enter(&merchant(number, capacity), before, after, NOW);
    }
    let outcome = contest.finish();
    let shares: Vec<(u64, u64)> =
        outcome.shares.values().map(|share| (share.before_ppm, share.after_ppm)).collect();
    assert_eq!(shares, [(1_000_000, 750_000), (0, 250_000), (0, 0)]);
    let cell = &outcome.cells[0];
    assert_eq!((cell.before.best, cell.before.leaders), (Some(Grade::AAA), 1));
    assert_eq!((cell.after.best, cell.after.leaders, cell.shifted_ppm), (Some(Grade::AA), 2, 250_000));
}

#[test]
fn who_cannot_be_dispatched_to_takes_no_part() {
    let mut contest = Contest::default();
    let mut suspended = merchant(1, 1);
    suspended.status = Status::Suspended;
    let mut red = merchant(2, 1);
    red.profile.green_until = Some(NOW);
    let mut lapsed = merchant(3, 1);
    lapsed.profile.categories[0].commitment_until = NOW;
    for merchant in [suspended, red, lapsed] {
        contest.enter(&merchant, Grade::AAA, Grade::AAA, NOW);
    }
    contest.enter(&merchant(4, 1), Grade::D, Grade::C, NOW);
    let outcome = contest.finish();
    assert_eq!((outcome.cells.len(), outcome.cells[0].before.best), (1, None));
    assert_eq!(outcome.cells[0].after.best, Some(Grade::C));
}

#[test]
fn a_summary_counts_who_moves_and_names_the_measured_mean() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered([vec![SATISFIED; 20], vec![UNSATISFIED; 1]].concat()));
    let mut draft = rules();
    draft.quality.mean_permille = 1_000;
    draft.quality.prior_weight = 1_000;
    let mut progress = Progress::default();
    let (before, after) = (trial(&story, &rules()), trial(&story, &draft));
    progress.count(profile().id, story.ledger.len() as u64, &before, &after);
    let summary = Summary::of(&progress, &Contest::default().finish());
    assert_eq!((summary.raised, summary.lowered), (1, 0));
    assert_eq!(summary.category_means[0].permille, 952);
    assert_eq!((progress.merchants, progress.entries), (1, 22));
}
