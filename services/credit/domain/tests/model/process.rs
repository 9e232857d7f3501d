//! Due process, as sentences.

mod again;
mod any_order;
mod awarded_anew;
mod emergency;
mod hearing;
mod removal;
mod repair;
mod reversed;
mod standing;
mod told;
mod trial;

use credit_domain::news::NewsKind;
use credit_domain::process::Opening as File;
use credit_domain::process::{
    Act, Deadline, Ground, Measure, Moment, Proceeding, ProcessRefusal, RedLine, Stage,
};
use credit_domain::{Rules, Status};
use kernel::{ActorId, Grade, ProceedingId, Severity};

pub(crate) use self::trial::{ANOTHER, OFFICER, OWNER, REVIEWER, words};
use self::trial::{DAY, Trial, day_of, impose, notify, reply, verdict};
use crate::calendar::calendar;
use crate::grades::excellent;
use crate::support::{NOW, merchant_id};

#[test]
fn the_merchant_is_told_may_reply_for_five_working_days_and_is_decided_on_within_ten() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Warning), OFFICER);
    assert_eq!(day_of(trial.file.notice.as_ref().unwrap().reply_by), "2026-11-30");
    let due = trial.file.due().unwrap();
    assert_eq!((due.what, day_of(due.by).as_str()), (Deadline::Decision, "2026-12-14"));
    let early = trial.try_act(impose(Measure::Warning, 3), REVIEWER);
    assert!(matches!(early, Err(ProcessRefusal::TooEarly(_))), "{early:?}");
    trial.pass(DAY);
    trial.act(reply(), OWNER);
    assert_eq!(day_of(trial.file.due().unwrap().by), "2026-12-08");
    trial.act(impose(Measure::Warning, 3), REVIEWER);
    assert_eq!((trial.file.stage(), trial.file.due()), (Stage::InForce, None));
}

#[test]
fn silence_is_no_consent_but_does_not_hold_up_the_decision() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.pass_to(trial.file.notice.as_ref().unwrap().reply_by);
    assert!(matches!(trial.try_act(reply(), OWNER), Err(ProcessRefusal::TooLate(_))));
    trial.act(impose(Measure::Suspension, 3), REVIEWER);
    assert_eq!(trial.grade_and_status(), (Grade::B, Status::Suspended));
}

#[test]
fn who_investigated_decides_nothing_and_who_decided_hears_no_appeal() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Suspension), ANOTHER);
    trial.act(reply(), OWNER);
    for investigator in [OFFICER, ANOTHER] {
        let refused = trial.try_act(impose(Measure::Suspension, 3), investigator);
        assert_eq!(refused, Err(ProcessRefusal::SamePerson));
    }
    trial.act(impose(Measure::Suspension, 3), REVIEWER);
    trial.act(Act::Appeal { grounds: words("证据不足") }, OWNER);
    let rule = |granted| Act::RuleOnAppeal { granted, reason: verdict(granted) };
    assert_eq!(trial.try_act(rule(false), REVIEWER), Err(ProcessRefusal::SamePerson));
    assert_eq!(trial.try_act(rule(false), OFFICER), Err(ProcessRefusal::SamePerson));
    assert_eq!(trial.try_act(rule(false), OWNER), Err(ProcessRefusal::NotTheirs));
}

#[test]
fn who_had_a_part_keeps_out_while_others_may_decide() {
    let mut trial = Trial::finding(Severity::General);
    let [officer, reviewer] = [1, 2].map(ActorId::from_u128);
    let keeps_out = |trial: &Trial| [officer, reviewer].map(|one| trial.file.recuses(one, trial.now));
    assert_eq!(keeps_out(&trial), [true, false], "to drop it takes somebody else");
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Warning, 3), REVIEWER);
    assert_eq!(keeps_out(&trial), [false, false], "nothing is to be decided");
    trial.act(Act::Appeal { grounds: words("证据不足") }, OWNER);
    assert_eq!(keeps_out(&trial), [true, true]);
}

#[test]
fn a_notice_waits_for_the_merchant_until_it_answered_or_its_time_is_over() {
    let mut trial = Trial::finding(Severity::General);
    let waits = |trial: &Trial| {
        [NewsKind::Noticed, NewsKind::Imposed].map(|told| trial.file.awaits_answer(told, trial.now))
    };
    trial.act(notify(Measure::Warning), OFFICER);
    assert_eq!(waits(&trial), [true, false]);
    trial.act(reply(), OWNER);
    assert_eq!(waits(&trial), [false, false]);
    trial.act(impose(Measure::Warning, 3), REVIEWER);
    assert_eq!(waits(&trial), [false, true]);
    trial.pass_to(trial.file.decision.as_ref().unwrap().appeal_by);
    assert_eq!(waits(&trial), [false, false]);
}

#[test]
fn a_decision_is_never_heavier_than_the_notice_or_the_class() {
    let mut trial = Trial::finding(Severity::General);
    let beyond = trial.try_act(notify(Measure::Removal), OFFICER);
    assert_eq!(beyond, Err(ProcessRefusal::BeyondItsClass { heaviest: Measure::Suspension }));
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    let heavier = trial.try_act(impose(Measure::Suspension, 3), REVIEWER);
    assert_eq!(heavier, Err(ProcessRefusal::HeavierThanNoticed { announced: Measure::Warning }));
    for months in [2, 13] {
        let refused = trial.try_act(impose(Measure::Remind, months), REVIEWER);
        assert_eq!(refused, Err(ProcessRefusal::Period { min: 3, max: 12, unit: "months" }));
    }
    trial.act(impose(Measure::Remind, 12), REVIEWER);
}

#[test]
fn a_file_without_facts_and_a_red_line_that_is_not_serious_are_not_opened() {
    let rules: Rules = crate::support::rules();
    let calendar = calendar();
    let at = Moment { rules: &rules.process, calendar: &calendar, now: NOW };
    let file = |ground, class, facts: &str| {
        let opening = File {
            id: ProceedingId::from_u128(1),
            city: excellent().merchant.profile.city,
            merchant: merchant_id(),
            ground,
            class,
            category: None,
            clause: None,
            facts: words(facts),
        };
        Proceeding::open(opening, ActorId::from_u128(1), at).unwrap_err()
    };
    assert_eq!(file(Ground::Finding, Severity::Minor, " "), ProcessRefusal::TextMissing("facts"));
    let line = Ground::RedLine { line: RedLine::Bribery };
    assert_eq!(file(line, Severity::General, "x"), ProcessRefusal::RedLine);
}

#[test]
fn rules_of_process_that_cannot_be_put_in_force_are_refused_with_pointers() {
    let pointers = |change: fn(&mut Rules)| {
        let mut rules = crate::support::rules();
        change(&mut rules);
        let problems = rules.validate().unwrap_err();
        problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(pointers(|rules| rules.process.reply_working_days = 0), "/process/reply_working_days");
    assert_eq!(pointers(|rules| rules.process.preference_cap = Grade::AA), "/process/preference_cap");
    assert_eq!(
        pointers(|rules| rules.process.classes.serious.months_max = 6),
        "/process/classes/serious /process/classes/serious"
    );
    assert_eq!(
        pointers(|rules| rules.process.classes.serious.heaviest = Measure::Suspension),
        "/process/classes/serious/heaviest"
    );
}
