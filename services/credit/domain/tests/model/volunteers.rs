//! Points for activities never outweigh a verified breach, under any rules that can be put in force.

use crate::support::{any_fact, numbered, rules};
use crate::volunteering::{Giving, any_gift};
use credit_domain::{Bounds, FollowupOutcome, Opening, Points, Recording, Rules, Tally, affiliate, fold};
use kernel::{EntryId, Severity};
use proptest::prelude::*;

use crate::support::{Fact, NOW, Story, profile};

/// Rules with their numbers drawn anew; many of them cannot be put in force.
fn any_rules() -> impl Strategy<Value = Rules> {
    let breach = (-400_i64..0, -50_i64..1);
    (0_i64..120, -40_i64..20, -1_200_i64..0, 0_i64..300, breach, 0_i64..4).prop_map(
        |(ceiling, floor, record_floor, record_ceiling, (record, social), step)| {
            let mut rules = rules();
            rules.dimensions.credit_activities = Bounds { floor: floor.min(ceiling), ceiling };
            rules.dimensions.credit_record = Bounds { floor: record_floor, ceiling: record_ceiling };
            rules.dimensions.demonstration.ceiling = 1_000 - 600 - ceiling - record_ceiling;
            rules.opening.credit_record = record_ceiling;
            rules.opening.credit_activities = ceiling / 2;
            rules.breach.minor.points =
                Points { credit_record: record, social_evaluation: social, ..Points::ZERO };
            rules.breach.general.points.credit_record = record * 2;
            rules.breach.serious.points.credit_record = record * 4;
            rules.followup.satisfied.social_evaluation = step;
            let mut most = rules.activities.volunteer;
            most.points_per_year_max = most.points_per_year_max.max(ceiling / 2);
            rules.activities.volunteer = most;
            rules
        },
    )
}

fn valid_rules() -> impl Strategy<Value = Rules> {
    any_rules().prop_filter("can be put in force", |rules| rules.validate().is_ok())
}

fn opened(rules: &Rules, opening: Opening) -> Story {
    let at = Recording { rules, now: NOW, entry: EntryId::from_u128(1) };
    let change = affiliate(profile(), opening, at);
    Story { now: NOW, rules: rules.clone(), merchant: change.merchant, ledger: change.entries }
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_activities_a_merchant_takes_part_in_a_breach_leaves_it_no_better_off(
        rules in valid_rules(),
        taken_over in prop::option::of((0_i64..800, -50_i64..200, -300_i64..400, 0_i64..300)),
        facts in prop::collection::vec(any_fact(), 0..20),
        severity in prop::sample::select(&Severity::ALL[..]),
        activities in 0_i64..10_000,
    ) {
        let opening = taken_over.map_or(Opening::Newcomer, |(social, active, record, demonstration)| {
            let points = Points {
                social_evaluation: social, credit_activities: active, credit_record: record, demonstration,
            };
            Opening::TakenOver(Tally { points, ..Tally::ZERO })
        });
        let mut story = opened(&rules, opening);
        story.tell_all(&numbered(facts));
        let before = story.merchant.credit.score;
        let _ = story.tell(999, Fact::Breach(severity));
        let mut points = fold(&story.ledger).points;
        points.credit_activities += activities;
        let after = rules.score(points);
        prop_assert!(after < before || after == 0, "{before} to {after}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// Two merchants with the same past; one breaks its commitment. Whatever it then is given, withdrawn or honoured
    /// with, it stays behind the other, in score and in grade.
    #[test]
    fn no_activity_volunteering_or_honour_lifts_a_merchant_with_an_open_breach_above_one_without(
        rules in valid_rules(),
        facts in prop::collection::vec(any_fact(), 0..10),
        before in prop::collection::vec(any_gift(), 0..10),
        severity in prop::sample::select(&Severity::ALL[..]),
        after in prop::collection::vec(any_gift(), 0..30),
    ) {
        let mut other = Giving::of(opened(&rules, Opening::Newcomer));
        other.story.tell_all(&numbered(facts));
        before.into_iter().for_each(|gift| other.tell(gift));
        let mut story = other.clone();
        let _ = story.story.tell(999, Fact::Breach(severity));
        for gift in after {
            story.tell(gift);
            let (mine, theirs) = (&story.story.merchant.credit, &other.story.merchant.credit);
            prop_assert!(mine.score < theirs.score || mine.score == 0, "{} of {}", mine.score, theirs.score);
            prop_assert!(mine.grade <= theirs.grade, "{} of {}", mine.grade, theirs.grade);
        }
    }
}

#[test]
fn rules_that_give_more_than_their_dimension_holds_are_refused() {
    let pointer = |change: fn(&mut Rules)| {
        let mut rules = rules();
        change(&mut rules);
        rules.validate().unwrap_err()[0].pointer.clone()
    };
    assert_eq!(
        pointer(|rules| rules.activities.volunteer.points_per_year_max = 51),
        "/activities/volunteer/points_per_year_max"
    );
    assert_eq!(pointer(|rules| rules.activities.volunteer.hours.per = 0), "/activities/volunteer/hours/per");
    let dear = |rules: &mut Rules| rules.activities.attended.get_mut("training").unwrap().points = 51;
    assert_eq!(pointer(dear), "/activities/attended/training/points");
    let upside_down =
        |rules: &mut Rules| rules.activities.honours.get_mut("service-brand").unwrap().province = 9;
    assert_eq!(pointer(upside_down), "/activities/honours/service-brand/province");
}

#[test]
fn rules_under_which_activities_could_outweigh_a_breach_are_refused() {
    let pointers = |change: fn(&mut Rules)| {
        let mut rules = rules();
        change(&mut rules);
        let problems = rules.validate().unwrap_err();
        problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>().join(" ")
    };
    let record = "/breach/minor/points/credit_record";
    assert_eq!(pointers(|rules| rules.breach.minor.points.credit_record = -50), record);
    assert_eq!(pointers(|rules| rules.dimensions.credit_activities.floor = -10), record);
    assert_eq!(
        pointers(|rules| rules.dimensions.credit_record.floor = -799),
        "/dimensions/credit_record/floor"
    );
    assert_eq!(
        pointers(|rules| rules.followup.satisfied.credit_record = 1),
        "/followup/satisfied/credit_record"
    );
}

#[test]
fn a_history_taken_over_counts_no_more_than_could_be_earned_here() {
    let points = Points { credit_record: 900, credit_activities: 900, ..Points::ZERO };
    let mut story = Story::open(Opening::TakenOver(Tally { points, ..Tally::ZERO }));
    assert_eq!(story.merchant.credit.score, 250);
    let _ = story.tell(1, Fact::Breach(Severity::Minor));
    let _ = story.tell(2, Fact::Followup(FollowupOutcome::Unreached));
    assert_eq!(story.merchant.credit.score, 190);
}
