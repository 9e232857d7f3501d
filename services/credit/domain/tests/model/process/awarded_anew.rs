//! Repair and the yearly evaluation: what was awarded while a finding counted is awarded anew without its points,
//! whichever of the two comes first, and nothing else comes with it.

use credit_domain::process::{Act, Ground, Measure};
use credit_domain::{Cause, Opening, Recording, reverse};
use kernel::{ActorId, CaseId, EntryId, Grade, Severity, Timestamp};
use proptest::prelude::*;

use super::trial::{DAY, OFFICER, OWNER, REVIEWER, Trial, impose, notify, repair, reply, verdict, words};
use crate::grades::excellent;
use crate::support::{Fact, SATISFIED, Story, UNSATISFIED};

const BREACH: u128 = 7;

/// A merchant that broke its commitment, and one that did not but is the same otherwise.
struct Pair {
    repaired: Trial,
    honest: Trial,
}

impl Pair {
    /// Warned for it at once, as of an early day.
    fn of(story: Story, class: Severity) -> Self {
        let ground = Ground::Breach { case: CaseId::from_u128(BREACH) };
        let mut honest = Trial::about(story, ground, class);
        honest.begin("2025-01-06");
        let mut repaired = honest.clone();
        repaired.tell(BREACH, Fact::Breach(class));
        repaired.act(notify(Measure::Warning), OFFICER);
        repaired.act(reply(), OWNER);
        let months = honest.story.rules.process.class(class).months_max;
        repaired.act(impose(Measure::Warning, months), REVIEWER);
        Self { repaired, honest }
    }

    fn both(&mut self, happens: impl Fn(&mut Trial)) {
        happens(&mut self.repaired);
        happens(&mut self.honest);
    }

    fn pass(&mut self, days: u32) {
        self.both(|trial| {
            trial.pass(DAY * days);
            trial.expire();
        });
    }

    /// What is evaluated is so many days ago.
    fn evaluate(&mut self, year: u16, days_ago: u32) {
        self.both(|trial| trial.evaluate_as_of(year, trial.now.before(DAY * days_ago)));
    }

    fn repair_from(&self) -> Timestamp {
        self.repaired.file.sanction().unwrap().repair_from
    }

    fn repair(&mut self) {
        self.repaired.act(Act::ApplyForRepair { proof: words("已退款"), last_breach_at: None }, OWNER);
        self.repaired.act(repair(), REVIEWER);
    }

    fn awarded(&self) -> (Grade, Grade) {
        (self.repaired.merchant().credit.awarded, self.honest.merchant().credit.awarded)
    }

    fn agree(&self) {
        assert_eq!(self.repaired.known_at(self.repaired.now), self.repaired.stands());
    }
}

#[test]
fn an_evaluation_that_takes_effect_after_a_repair_does_not_count_what_was_repaired() {
    let mut pair = Pair::of(excellent(), Severity::Serious);
    pair.pass(370);
    pair.repair();
    pair.pass(10);
    pair.evaluate(2025, 30);
    assert_eq!(pair.awarded(), (Grade::AA, Grade::AA));
    assert_eq!(pair.repaired.merchant().credit.grade, Grade::AA);
    pair.agree();
}

#[test]
fn a_repair_awards_anew_what_was_awarded_while_the_finding_counted() {
    let mut pair = Pair::of(excellent(), Severity::General);
    pair.pass(60);
    pair.evaluate(2024, 20);
    assert_eq!(pair.awarded(), (Grade::AA, Grade::AAA));
    let before = pair.repaired.now;
    pair.pass(60);
    pair.repair();
    assert_eq!(pair.awarded(), (Grade::AAA, Grade::AAA));
    assert_eq!(pair.repaired.merchant().credit.grade, Grade::AAA);
    pair.agree();
    let then = pair.repaired.story.past(before, before).unwrap();
    assert_eq!(then.awarded, Grade::AA, "it was awarded then");
}

#[test]
fn a_measure_that_took_points_itself_is_repaired_in_the_award_as_well() {
    let mut trial = Trial::finding(Severity::General);
    trial.begin("2025-01-06");
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Warning, 12), REVIEWER);
    trial.pass(DAY * 100);
    trial.evaluate_as_of(2024, trial.now.before(DAY * 20));
    let awarded = trial.merchant().credit.awarded;
    trial.act(Act::ApplyForRepair { proof: words("已退款"), last_breach_at: None }, OWNER);
    trial.act(repair(), REVIEWER);
    assert!(trial.merchant().credit.awarded > awarded);
    assert_eq!(trial.known_at(trial.now), trial.stands());
}

#[test]
fn what_was_earned_since_the_evaluation_is_not_awarded_by_a_repair() {
    let mut pair = Pair::of(Story::open(Opening::Newcomer), Severity::General);
    pair.pass(60);
    pair.evaluate(2024, 20);
    pair.both(|trial| (1_000..1_200).for_each(|number| trial.tell(number, SATISFIED)));
    pair.pass(60);
    pair.repair();
    let (repaired, honest) = pair.awarded();
    assert!(repaired <= honest && honest <= Grade::B, "{repaired} and {honest}");
    pair.agree();
}

#[test]
fn a_finding_of_after_the_year_that_was_repaired_before_the_effect_gives_the_year_nothing() {
    let mut pair = Pair::of(Story::open(Opening::Newcomer), Severity::General);
    pair.pass(100);
    pair.repair();
    pair.both(|trial| {
        // As of before the breach.
        let opened_at = trial.story.ledger[0].posting.valid_from;
        for entry in &mut trial.story.ledger[..1] {
            (entry.posting.valid_from, entry.posting.recorded_at) =
                (opened_at.before(DAY), opened_at.before(DAY));
        }
        trial.evaluate_as_of(2024, opened_at.before(DAY));
    });
    assert_eq!(pair.awarded(), (Grade::B, Grade::B));
    let social = |trial: &Trial| trial.merchant().credit.quality.as_ref().unwrap().awarded_for;
    assert_eq!(social(&pair.repaired), social(&pair.honest));
}

#[test]
fn a_breach_that_falls_after_repair_and_evaluation_leaves_no_trace_in_the_award() {
    // Repaired before the effect, and after it.
    for repaired_first in [true, false] {
        let mut pair = Pair::of(excellent(), Severity::General);
        pair.pass(100);
        if repaired_first {
            pair.repair();
        }
        pair.pass(10);
        pair.evaluate(2024, 20);
        pair.pass(10);
        if !repaired_first {
            pair.repair();
        }
        let trial = &mut pair.repaired;
        let breach = trial.story.earlier(Cause::Breach(CaseId::from_u128(BREACH))).unwrap().clone();
        let at = Recording { rules: &trial.story.rules, now: trial.now, entry: EntryId::from_u128(900) };
        let change = reverse(&trial.story.merchant, None, &breach, at).unwrap().done().unwrap();
        trial.story.carry_out(&change);
        let fell = credit_domain::process::Verdict {
            by: ActorId::from_u128(3),
            at: trial.now,
            granted: true,
            reason: verdict(true),
        };
        trial.file = trial.file.fall_with_its_fact(fell).unwrap();
        trial.settle();
        pair.agree();
        let quality = |trial: &Trial| trial.merchant().credit.quality.clone().unwrap().awarded_for;
        assert_eq!(quality(&pair.repaired), quality(&pair.honest), "{repaired_first}");
        assert_eq!(pair.repaired.stands(), pair.honest.stands());
    }
}

#[test]
fn a_repair_lifts_nobody_who_came_back_above_the_grade_of_entry() {
    let mut pair = Pair::of(excellent(), Severity::General);
    pair.pass(60);
    pair.evaluate(2024, 20);
    pair.pass(60);
    pair.both(Trial::readmit);
    pair.repair();
    assert_eq!(pair.awarded(), (Grade::B, Grade::B));
    pair.agree();
}

/// Days to wait, what happens then, and which evaluation takes effect, if any.
fn life() -> impl Strategy<Value = Vec<(u32, bool, u8)>> {
    prop::collection::vec((1_u32..50, any::<bool>(), 0_u8..4), 3..14)
}

proptest! {
    #[test]
    fn a_repair_never_lifts_above_the_merchant_without_the_breach(
        life in life(), content in any::<bool>(), late in 0_usize..6,
        class in prop::sample::select(&[Severity::Minor, Severity::General, Severity::Serious][..]),
    ) {
        let mut pair = Pair::of(Story::open(Opening::Newcomer), class);
        let (mut evaluated_at, mut wait) = (pair.repaired.now, late);
        for (number, (days, satisfied, evaluation)) in (0_u16..).zip(life) {
            pair.pass(days);
            let fact = if satisfied || content { SATISFIED } else { UNSATISFIED };
            pair.both(|trial| trial.tell(u128::from(number) + 100, fact));
            let now = pair.repaired.now;
            let ago = [None, None, Some(0), Some(40)][usize::from(evaluation)];
            if let Some(ago) = ago && now.before(DAY * ago) > evaluated_at {
                pair.evaluate(2_000 + number, ago);
                evaluated_at = now;
            }
            if now >= pair.repair_from() && pair.repaired.file.end.is_none() {
                if wait == 0 {
                    pair.repair();
                }
                wait = wait.saturating_sub(1);
            }
            pair.agree();
            let (repaired, honest) = (&pair.repaired.merchant().credit, &pair.honest.merchant().credit);
            prop_assert!(repaired.awarded <= honest.awarded, "{:?}", pair.awarded());
            prop_assert!(repaired.score <= honest.score);
            // Who fell by itself and rose since waits for the evaluation all the same.
            prop_assert!(!content || repaired.grade <= honest.grade);
        }
    }
}
