//! What decides on a merchant: the version of the model and the facts.

use std::env;
use std::process::Command;

use credit_domain::evaluation::Assessed;
use credit_domain::{
    Change, Followup, Opening, Profile, Recording, Rules, VerifiedBreach, affiliate, expire, record_breach,
    record_followup,
};
use kernel::{CallbackId, CaseId, EntryId, MerchantId, Severity, Step, Timestamp};
use proptest::prelude::*;

use crate::support::{
    Fact, NOW, SATISFIED, Story, UNSATISFIED, any_fact, at, category, days, numbered, profile, rules,
};

/// A fact, its number, and the day on which it happened.
type Happened = (u128, Fact, u64);

/// What the model says of a merchant: of the ledger, and as the yearly evaluation does.
type Outcome = (u16, credit_domain::Tally, Option<Assessed>);

/// Days from the opening to the moment that is evaluated.
const YEAR: u64 = 300;

/// How the ledger learns of the facts, which must not matter.
#[derive(Debug, Clone, Default)]
struct Around {
    /// Merchants of the same facts in other orders, whose entries come between.
    strangers: usize,
    /// Days from the end of the year to the run.
    late: u64,
    /// What the ids of entries begin with.
    ids: u64,
}

fn open(id: MerchantId, rules: &Rules, ids: u64) -> Story {
    let profile = Profile { id, ..profile() };
    let recording = Recording { entry: EntryId::from_u128(u128::from(ids) << 64), ..at(rules, 1) };
    let Change { merchant, entries, .. } = affiliate(profile, Opening::Newcomer, recording);
    Story { now: NOW, rules: rules.clone(), merchant, ledger: entries }
}

/// Records a fact at a moment that may lie long after it.
fn learn(story: &mut Story, (number, fact, day): Happened, now: Timestamp, ids: u64) {
    let (merchant, happened_at) = (story.merchant.profile.id, NOW.after(days(day)));
    let entry = EntryId::from_u128((u128::from(ids) << 64) + (number << 8));
    let recording = Recording { rules: &story.rules, now, entry };
    let step = match fact {
        Fact::Followup(outcome) => {
            let callback = CallbackId::from_u128(number);
            let fact = Followup { merchant, callback, category: category(), outcome, happened_at };
            record_followup(&story.merchant, None, &fact, recording)
        }
        Fact::Breach(severity) => {
            let (case, clause) = (CaseId::from_u128(number), "price-as-posted".to_owned());
            let fact = VerifiedBreach { merchant, case, category: category(), clause, severity, happened_at };
            record_breach(&story.merchant, None, &fact, recording)
        }
    };
    let Ok(Step::Done(change)) = step else { panic!("{step:?}") };
    story.carry_out(&change);
}

/// Ends what is over by then, as the turn does.
fn end_what_is_over(story: &mut Story, now: Timestamp) {
    for entry in story.ledger.clone().iter().filter(|entry| entry.posting.has_ended(now)) {
        let id = EntryId::from_u128(entry.posting.id.uuid().as_u128() + 1);
        let recording = Recording { rules: &story.rules, now, entry: id };
        let Ok(Step::Done(change)) = expire(&story.merchant, None, entry, recording) else {
            panic!("{entry:?}")
        };
        story.carry_out(&change);
    }
}

/// Lets the ledger learn of the facts in this order, and evaluates as of the end of the year.
fn outcome(facts: &[Happened], rules: &Rules, around: &Around) -> Outcome {
    let as_of = NOW.after(days(YEAR));
    let mut mine = open(MerchantId::from_u128(3), rules, around.ids);
    let mut others: Vec<Story> = (0..around.strangers)
        .map(|number| open(MerchantId::from_u128(100 + number as u128), rules, 77))
        .collect();
    for (place, happened) in facts.iter().enumerate() {
        // None is known before the last of them happened: any order is one in which they may come.
        let now = as_of.after(std::time::Duration::from_secs(place as u64));
        for (number, other) in others.iter_mut().enumerate() {
            let (id, _, day) = *happened;
            learn(other, (id + 1_000, facts[(place + number) % facts.len()].1, day), now, 77);
        }
        learn(&mut mine, *happened, now, around.ids);
    }
    let now = as_of.after(days(around.late));
    let assessed = mine.fold(as_of).assess(rules, &[], now);
    end_what_is_over(&mut mine, as_of);
    (mine.merchant.credit.score, mine.merchant.credit.tally, assessed)
}

fn any_history() -> impl Strategy<Value = Vec<Happened>> {
    let facts = prop::collection::vec((any_fact(), 0..YEAR), 0..40);
    facts.prop_map(|facts| {
        let (facts, ages): (Vec<_>, Vec<_>) = facts.into_iter().unzip();
        numbered(facts).into_iter().zip(ages).map(|((number, fact), day)| (number, fact, day)).collect()
    })
}

fn any_surroundings() -> impl Strategy<Value = Around> {
    (0_usize..3, 0_u64..60, any::<u64>()).prop_map(|(strangers, late, ids)| Around { strangers, late, ids })
}

proptest! {
    #[test]
    fn nothing_but_the_model_version_and_the_facts_decides(
        (one, other) in any_history().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        around in any_surroundings(),
    ) {
        let rules = rules();
        let first = outcome(&one, &rules, &Around::default());
        prop_assert_eq!(outcome(&other, &rules, &around), first);
    }
}

/// Some of everything.
fn a_history() -> Vec<Happened> {
    let facts = (0..30).map(|number| if number % 7 == 3 { UNSATISFIED } else { SATISFIED });
    let facts =
        numbered(facts.chain([Fact::Breach(Severity::Minor), Fact::Breach(Severity::General)]).collect());
    facts.into_iter().zip((0_u64..).step_by(8)).map(|((number, fact), day)| (number, fact, day)).collect()
}

#[test]
fn another_model_or_another_fact_decides_otherwise() {
    let (facts, rules, around) = (a_history(), rules(), Around::default());
    let first = outcome(&facts, &rules, &around);
    let mut stricter = rules.clone();
    stricter.breach.general.points.credit_record -= 1;
    assert_ne!(outcome(&facts, &stricter, &around), first);
    let mut milder = rules.clone();
    milder.quality.prior_weight += 1;
    assert_ne!(outcome(&facts, &milder, &around), first);
    for place in 0..facts.len() {
        let mut fewer = facts.clone();
        let _ = fewer.remove(place);
        assert_ne!(outcome(&fewer, &rules, &around), first, "without {:?}", facts[place]);
    }
}

#[test]
#[ignore = "says its outcome to the next test"]
fn an_outcome_is_said() {
    println!("outcome {:?}", outcome(&a_history(), &rules(), &Around::default()));
}

#[test]
fn the_process_around_it_decides_nothing() {
    let here = format!("outcome {:?}", outcome(&a_history(), &rules(), &Around::default()));
    for (zone, language) in [("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/Adak", "C")] {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "determinism::an_outcome_is_said", "--ignored", "--nocapture"]);
        child.env_clear().env("TZ", zone).env("LANG", language).env("LC_ALL", language);
        let said = child.output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.contains(&here), "{zone}, {language}: {said}");
    }
}
