//! Who has to be heard, for when a hearing is called, and called again.

use credit_domain::news::NewsKind;
use credit_domain::process::{Act, Deadline, Measure, ProcessRefusal, Stage};
use kernel::{Day, Severity, Timestamp};

use super::trial::{ANOTHER, DAY, OFFICER, OWNER, REVIEWER, Trial, day_of, impose, notify, words};
use crate::support::NOW;

fn on(day: &str) -> Timestamp {
    day.parse::<Day>().unwrap().at_minute(9 * 60)
}

/// On 23 November, a Monday.
fn asked_for() -> Trial {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.act(Act::Reply { text: words("请求听证"), asks_hearing: true }, OWNER);
    trial
}

#[test]
fn a_heavy_case_is_heard_with_association_and_legal_adviser_when_the_merchant_asks() {
    let mut trial = Trial::finding(Severity::Serious);
    trial.act(notify(Measure::Removal), OFFICER);
    trial.act(Act::Reply { text: words("请求听证"), asks_hearing: true }, OWNER);
    let unheard = trial.try_act(impose(Measure::Suspension, 12), REVIEWER);
    assert_eq!(unheard, Err(ProcessRefusal::HearingNeeded));
    trial.act(Act::CallHearing { on: NOW.after(14 * DAY) }, OFFICER);
    assert_eq!(trial.file.stage(), Stage::HearingCalled);
    let record =
        |association| Act::RecordHearing { association, legal_adviser: true, minutes: words("听证笔录") };
    assert!(matches!(trial.try_act(record(true), OFFICER), Err(ProcessRefusal::TooEarly(_))));
    trial.pass(14 * DAY);
    assert_eq!(trial.try_act(record(false), OFFICER), Err(ProcessRefusal::HearingIncomplete));
    trial.act(record(true), OFFICER);
    assert_eq!(trial.file.stage(), Stage::Heard);
    assert_eq!(day_of(trial.file.due().unwrap().by), "2026-12-21");
    trial.act(impose(Measure::Suspension, 12), REVIEWER);
}

#[test]
fn a_finding_that_would_be_serious_gives_the_right_to_be_heard_whatever_the_measure() {
    for (class, may_ask) in [(Severity::General, false), (Severity::Serious, true)] {
        let mut trial = Trial::finding(class);
        trial.act(notify(Measure::Remind), OFFICER);
        trial.act(Act::Reply { text: words("请求听证"), asks_hearing: true }, OWNER);
        let unheard = trial.try_act(impose(Measure::Remind, 12), REVIEWER);
        assert_eq!(unheard == Err(ProcessRefusal::HearingNeeded), may_ask, "{class:?}: {unheard:?}");
    }
}

#[test]
fn a_hearing_that_was_asked_for_is_what_comes_next_until_it_is_recorded() {
    let mut trial = asked_for();
    let next = |trial: &Trial| (trial.file.stage(), trial.file.due().map(|due| (due.what, day_of(due.by))));
    let until = |what, day: &str| Some((what, day.to_owned()));
    assert_eq!(next(&trial), (Stage::HearingAsked, until(Deadline::Hearing, "2026-12-07")));
    trial.act(Act::CallHearing { on: on("2026-12-03") }, OFFICER);
    assert_eq!(next(&trial), (Stage::HearingCalled, until(Deadline::Hearing, "2026-12-03")));
    trial.pass_to(on("2026-12-03"));
    let minutes =
        Act::RecordHearing { association: true, legal_adviser: true, minutes: words("听证笔录") };
    trial.act(minutes, OFFICER);
    assert_eq!(next(&trial), (Stage::Heard, until(Deadline::Decision, "2026-12-17")));
}

#[test]
fn a_hearing_is_called_for_a_day_after_seven_working_days_and_within_thirty() {
    let mut trial = asked_for();
    let call = |day| Act::CallHearing { on: on(day) };
    let early = trial.try_act(call("2026-12-02"), OFFICER);
    let first = "2026-12-03".parse::<Day>().unwrap().at_minute(0);
    assert!(
        matches!(early, Err(ProcessRefusal::HearingDate { first: told, .. }) if told == first),
        "{early:?}"
    );
    let late = trial.try_act(call("2099-01-05"), OFFICER);
    assert!(matches!(late, Err(ProcessRefusal::HearingDate { .. })), "{late:?}");
    assert_eq!(trial.file.hearing, None);
    trial.act(call("2026-12-03"), OFFICER);
}

#[test]
fn a_hearing_that_was_not_held_is_moved_with_the_deadline_of_the_decision_and_the_merchant_is_told() {
    let mut trial = asked_for();
    trial.act(Act::CallHearing { on: on("2026-12-03") }, OFFICER);
    // Nobody came.
    trial.pass_to(on("2026-12-03").after(DAY));
    let before = trial.file.clone();
    trial.act(Act::CallHearing { on: on("2026-12-16") }, ANOTHER);
    let news = trial.file.news_since(&before);
    assert_eq!((news[0].kind, news[0].date), (NewsKind::HearingCalled, Some(on("2026-12-16"))));
    let due = trial.file.due().unwrap();
    assert_eq!((due.what, day_of(due.by).as_str()), (Deadline::Hearing, "2026-12-16"));
    assert_eq!(trial.file.decide_by.map(day_of).as_deref(), Some("2026-12-30"));
    let version = trial.file.version;
    trial.act(Act::CallHearing { on: on("2026-12-16") }, OFFICER);
    assert_eq!(trial.file.version, version, "the same date again is already done");
}

#[test]
fn whoever_called_a_hearing_that_was_moved_decides_nothing() {
    let mut trial = asked_for();
    trial.act(Act::CallHearing { on: on("2026-12-03") }, REVIEWER);
    trial.act(Act::CallHearing { on: on("2026-12-16") }, ANOTHER);
    let refused = trial.try_act(impose(Measure::Suspension, 3), REVIEWER);
    assert_eq!(refused, Err(ProcessRefusal::SamePerson));
}

#[test]
fn a_hearing_is_not_moved_for_ever() {
    let mut trial = asked_for();
    for moved in 0..10 {
        trial.act(Act::CallHearing { on: on("2026-12-03").after(moved * DAY) }, OFFICER);
    }
    let once_more = trial.try_act(Act::CallHearing { on: on("2026-12-18") }, OFFICER);
    assert_eq!(once_more, Err(ProcessRefusal::TooOften(10)));
}
