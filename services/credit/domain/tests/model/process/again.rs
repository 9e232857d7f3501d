//! What is said a second time: the same is already done, and anything else is refused.

use credit_domain::process::{Act, Measure, ProcessRefusal};
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
fn another_reason_for_the_same_is_the_same() {
    let mut trial = Trial::finding(Severity::Serious);
    for reason in ["消防隐患", "燃气隐患"] {
        trial.act(Act::Suspend { reason: reason.to_owned() }, OFFICER);
    }
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    for (days, reason) in [(0, "收费不明"), (1, "多收费")] {
        trial.pass(days * DAY);
        let reason = reason.to_owned();
        let warn = Act::Impose { measure: Measure::Warning, months: 12, rectify_working_days: None, reason };
        trial.act(warn, REVIEWER);
    }
    assert_eq!(trial.file.decision.unwrap().reason, "收费不明");
}
