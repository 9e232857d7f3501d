//! What a merchant is told of its proceeding.

use credit_domain::news::{News, NewsKind};
use credit_domain::process::{Act, Measure};
use kernel::{Actor, Severity};

use super::trial::{
    ANOTHER, DAY, OFFICER, OWNER, REVIEWER, Trial, day_of, impose, notify, reply, verdict, words,
};

/// What the merchant is told of this step.
fn told(trial: &mut Trial, act: Act, by: Actor) -> Vec<News> {
    let before = trial.file.clone();
    trial.act(act, by);
    assert_eq!(trial.file.news_since(&trial.file), [], "nothing is told without a step");
    trial.file.news_since(&before)
}

fn kinds(news: &[News]) -> Vec<NewsKind> {
    news.iter().map(|one| one.kind).collect()
}

#[test]
fn a_merchant_is_told_each_step_against_it_with_its_deadline_and_none_of_its_own() {
    let mut trial = Trial::finding(Severity::General);
    let noticed = told(&mut trial, notify(Measure::Suspension), OFFICER).remove(0);
    assert_eq!((noticed.kind, noticed.measure), (NewsKind::Noticed, Some(Measure::Suspension)));
    assert_eq!(noticed.act_by.map(day_of).as_deref(), Some("2026-11-30"));
    assert_eq!(noticed.subject, format!("proceeding:{}", trial.file.id));
    assert_eq!(told(&mut trial, reply(), OWNER), []);
    let on = trial.now.after(14 * DAY);
    let hearing = told(&mut trial, Act::CallHearing { on }, OFFICER).remove(0);
    assert_eq!((hearing.kind, hearing.date), (NewsKind::HearingCalled, Some(on)));
    trial.pass(14 * DAY);
    let minutes =
        Act::RecordHearing { association: true, legal_adviser: true, minutes: words("双方到场") };
    assert_eq!(told(&mut trial, minutes, OFFICER), []);
    let imposed = told(&mut trial, impose(Measure::Suspension, 3), REVIEWER).remove(0);
    assert_eq!((imposed.kind, imposed.date), (NewsKind::Imposed, trial.file.sanction().map(|it| it.until)));
    assert_eq!(imposed.act_by, trial.file.decision.as_ref().map(|decision| decision.appeal_by));
    assert_eq!(told(&mut trial, Act::Appeal { grounds: words("证据不足") }, OWNER), []);
    let ruling = told(&mut trial, Act::RuleOnAppeal { granted: false, reason: verdict(false) }, ANOTHER);
    assert_eq!((kinds(&ruling), ruling[0].granted), (vec![NewsKind::AppealDecided], Some(false)));
    trial.pass(93 * DAY);
    let repair = Act::ApplyForRepair { proof: words("已整改"), last_breach_at: None };
    // Its time was over before.
    assert!(trial.try_act(repair, OWNER).is_err());
}

#[test]
fn what_time_ends_is_told_as_well() {
    let mut trial = Trial::finding(Severity::Serious);
    let suspended = told(&mut trial, Act::Suspend { reason: "消防隐患".to_owned() }, OFFICER);
    assert_eq!(kinds(&suspended), [NewsKind::Suspended]);
    let before = trial.file.clone();
    trial.pass_to(trial.file.turns_at().unwrap());
    assert_eq!(kinds(&trial.file.news_since(&before)), [NewsKind::SuspensionOver]);
}

#[test]
fn a_suspension_that_a_decision_ends_is_told_as_over_and_one_that_goes_on_is_not() {
    for (decision, expected) in [
        (Act::Drop { reason: "查无实据".to_owned() }, vec![NewsKind::SuspensionOver, NewsKind::Dropped]),
        (impose(Measure::Warning, 12), vec![NewsKind::SuspensionOver, NewsKind::Imposed]),
        (impose(Measure::Suspension, 12), vec![NewsKind::Imposed]),
        (impose(Measure::Removal, 12), vec![NewsKind::Imposed]),
    ] {
        let mut trial = Trial::finding(Severity::Serious);
        trial.act(Act::Suspend { reason: "消防隐患".to_owned() }, OFFICER);
        trial.act(notify(Measure::Removal), OFFICER);
        trial.act(reply(), OWNER);
        assert_eq!(kinds(&told(&mut trial, decision, REVIEWER)), expected);
    }
}

#[test]
fn a_reversal_and_a_repair_are_told_with_the_end_of_the_measure() {
    let mut trial = Trial::red_line();
    assert_eq!(kinds(&told(&mut trial, impose(Measure::Removal, 12), REVIEWER)), [NewsKind::Imposed]);
    trial.act(Act::Appeal { grounds: words("证据不足") }, OWNER);
    let reversed = told(&mut trial, Act::RuleOnAppeal { granted: true, reason: verdict(true) }, ANOTHER);
    assert_eq!(kinds(&reversed), [NewsKind::AppealDecided, NewsKind::Ended]);
}
