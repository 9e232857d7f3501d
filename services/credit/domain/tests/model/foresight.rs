//! What is foreseen, is what happens.

use credit_domain::process::Moment;
use credit_domain::{BreachEffect, Opening, foresee_breach};
use kernel::Severity;
use proptest::prelude::*;

use crate::calendar::calendar;
use crate::grades::excellent;
use crate::support::{Fact, Story, any_fact, days, numbered};

fn foreseen(story: &Story, severity: Severity) -> BreachEffect {
    let at = Moment { rules: &story.rules.process, calendar: &calendar(), now: story.now };
    foresee_breach(&story.merchant, severity, &story.rules, at)
}

#[test]
fn a_graver_breach_is_foreseen_to_do_more() {
    let effects = Severity::ALL.map(|severity| foreseen(&excellent(), severity));
    assert!(
        effects.is_sorted_by(|lesser, graver| lesser.score > graver.score && lesser.grade >= graver.grade)
    );
    assert_eq!(effects.map(|effect| effect.published.is_some()), [false, true, true]);
}

proptest! {
    #[test]
    fn what_is_foreseen_of_a_breach_is_what_it_does(
        facts in prop::collection::vec(any_fact(), 0..30),
        later in 0_u64..700,
        severity in prop::sample::select(&Severity::ALL[..]),
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        story.now = story.now.after(days(later));
        let foreseen = foreseen(&story, severity);
        let before = story.merchant.clone();
        let change = story.tell(10_000, Fact::Breach(severity)).unwrap();
        let credit = &change.merchant.credit;
        prop_assert_eq!((foreseen.score, foreseen.grade), (credit.score, credit.grade));
        prop_assert_eq!(foreseen.counts_until, change.entries[0].posting.valid_until);
        prop_assert!(foreseen.grade <= before.credit.grade && foreseen.score <= before.credit.score);
    }
}
