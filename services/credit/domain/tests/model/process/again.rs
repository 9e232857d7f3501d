//! What is said a second time: the same is already done, and anything else is refused.

use credit_domain::process::{Act, Measure, ProcessRefusal, Stage};
use kernel::{Actor, Severity};

use super::trial::{ANOTHER, DAY, OFFICER, OWNER, REVIEWER, Trial, impose, notify, reply, verdict, words};

/// Does `act`, then the same again, then each of the `others`.
fn said_twice(trial: &mut Trial, act: &Act, others: &[Act], by: Actor) {
    trial.act(act.clone(), by);
    let file = trial.file.clone();
    assert_eq!(trial.try_act(act.clone(), by), Ok(()), "the same again: {act:?}");
    for other in others {
        assert_eq!(trial.try_act(other.clone(), by), Err(ProcessRefusal::SaidOtherwise), "{other:?}");
    }
    assert_eq!(trial.file, file, "what was said first stands");
}

fn imposed(months: u16, rectify_working_days: u16) -> Act {
    let rectify_working_days = Some(rectify_working_days);
    Act::Impose { measure: Measure::Rectification, months, rectify_working_days, reason: verdict(true) }
}

fn ruled(granted: bool) -> Act {
    Act::RuleOnAppeal { granted, reason: verdict(granted) }
}

fn judged(granted: bool) -> Act {
    Act::JudgeProof { granted, reason: verdict(granted) }
}

#[test]
fn whoever_says_otherwise_than_before_is_refused_and_the_same_again_is_already_done() {
    let mut trial = Trial::finding(Severity::General);
    said_twice(&mut trial, &notify(Measure::Rectification), &[notify(Measure::Warning)], OFFICER);
    let other = Act::Reply { text: words("收费无误"), asks_hearing: false };
    let heard = Act::Reply { text: words("我们已退款"), asks_hearing: true };
    said_twice(&mut trial, &reply(), &[other, heard], OWNER);
    let others = [imposed(6, 10), imposed(12, 20), impose(Measure::Warning, 12)];
    said_twice(&mut trial, &imposed(12, 10), &others, REVIEWER);
    let prove = |proof| Act::Prove { proof: words(proof) };
    said_twice(&mut trial, &prove("已更换价格牌"), &[prove("已退款")], OWNER);
    said_twice(&mut trial, &judged(true), &[judged(false)], REVIEWER);
    let appeal = |grounds| Act::Appeal { grounds: words(grounds) };
    said_twice(&mut trial, &appeal("证据不足"), &[appeal("不服")], OWNER);
    said_twice(&mut trial, &ruled(false), &[ruled(true)], ANOTHER);
}

#[test]
fn another_reason_is_another_answer_and_the_one_that_was_given_first_stands() {
    let mut trial = Trial::finding(Severity::Serious);
    let suspend = |reason: &str| Act::Suspend { reason: reason.to_owned() };
    said_twice(&mut trial, &suspend("消防隐患"), &[suspend("燃气隐患")], OFFICER);
    let told = |reason: &str| Act::Notify { announced: Measure::Warning, reason: reason.to_owned() };
    said_twice(&mut trial, &told("收费不明"), &[told("多收费")], OFFICER);
    trial.act(reply(), OWNER);
    let warn = |reason: &str| Act::Impose {
        measure: Measure::Warning,
        months: 12,
        rectify_working_days: None,
        reason: reason.to_owned(),
    };
    said_twice(&mut trial, &warn("收费不明"), &[warn("多收费")], REVIEWER);
    trial.pass(DAY);
    trial.act(warn("收费不明"), REVIEWER);
    let ruled = |reason: &str| Act::RuleOnAppeal { granted: false, reason: reason.to_owned() };
    trial.act(Act::Appeal { grounds: words("证据不足") }, OWNER);
    said_twice(&mut trial, &ruled("事实清楚"), &[ruled("逾期")], ANOTHER);
}

#[test]
fn what_ended_is_not_done_already_but_refused_as_the_file_stands() {
    let refused = |stage| Err(ProcessRefusal::NotNow { stage });
    let mut trial = Trial::finding(Severity::Serious);
    let suspend = Act::Suspend { reason: "消防隐患".to_owned() };
    trial.act(suspend.clone(), OFFICER);
    trial.act(Act::ConfirmSuspension, REVIEWER);
    trial.act(Act::ConfirmSuspension, REVIEWER);
    let mut lapsed = trial.clone();
    // Its time is over, whether or not somebody has written so.
    lapsed.now = lapsed.file.turns_at().unwrap();
    for written in [false, true] {
        if written {
            lapsed.pass(DAY);
        }
        assert_eq!(lapsed.try_act(suspend.clone(), OFFICER), refused(Stage::Opened), "written: {written}");
        assert_eq!(lapsed.try_act(Act::ConfirmSuspension, REVIEWER), refused(Stage::Opened));
    }
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    let warn = impose(Measure::Warning, 12);
    trial.act(warn.clone(), REVIEWER);
    assert_eq!(trial.try_act(suspend, OFFICER), refused(Stage::InForce), "the decision ended it");
    assert_eq!(trial.try_act(Act::ConfirmSuspension, REVIEWER), refused(Stage::InForce));
    trial.act(warn.clone(), REVIEWER);
    trial.pass_to(trial.file.sanction().unwrap().until);
    assert_eq!(trial.try_act(warn, REVIEWER), refused(Stage::Expired), "nothing is in force any more");
}
