//! What takes a measure back: an appeal that is upheld, and the fall of the breach behind it.

use credit_domain::Status;
use credit_domain::process::{Act, Ground, Measure, ProcessRefusal, Stage, Verdict};
use kernel::{ActorId, CaseId, Severity};

use super::trial::{ANOTHER, DAY, OFFICER, OWNER, REVIEWER, Trial, impose, notify, reply, verdict, words};
use crate::grades::excellent;
use crate::support::{Fact, NOW};

#[test]
fn a_reversal_on_appeal_restores_score_grade_and_status_exactly() {
    let mut trial = Trial::red_line();
    let honest = trial.merchant().credit.clone();
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    trial.act(Act::Appeal { grounds: words("发票系伪造") }, OWNER);
    assert!(trial.merchant().under_objection);
    trial.act(Act::RuleOnAppeal { granted: true, reason: verdict(true) }, ANOTHER);
    let credit = &trial.merchant().credit;
    assert_eq!((credit.score, credit.grade, credit.tally), (honest.score, honest.grade, honest.tally));
    assert_eq!((trial.merchant().status, trial.merchant().under_objection), (Status::Affiliated, false));
    assert_eq!((trial.file.removal(), trial.file.publicity()), (None, None));
    assert_eq!(trial.story.ledger.len(), 3, "a compensating entry, and nothing edited");
}

#[test]
fn an_appeal_that_is_not_upheld_leaves_the_measure_in_force_and_comes_in_time_or_not_at_all() {
    let mut trial = Trial::red_line();
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    let appeal = || Act::Appeal { grounds: words("不服") };
    trial.act(appeal(), OWNER);
    trial.act(Act::RuleOnAppeal { granted: false, reason: verdict(false) }, ANOTHER);
    assert_eq!((trial.file.stage(), trial.merchant().under_objection), (Stage::InForce, false));
    let mut late = Trial::red_line();
    late.act(impose(Measure::Removal, 12), REVIEWER);
    late.pass(15 * DAY);
    assert!(matches!(late.try_act(appeal(), OWNER), Err(ProcessRefusal::TooLate(_))));
}

#[test]
fn when_the_breach_behind_it_falls_so_does_the_measure() {
    let mut story = excellent();
    story.tell(7, Fact::Breach(Severity::General)).unwrap();
    let mut trial = Trial::about(story, Ground::Breach { case: CaseId::from_u128(7) }, Severity::General);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Suspension, 12), REVIEWER);
    let fell = Verdict { by: ActorId::from_u128(3), at: NOW, granted: true, reason: verdict(true) };
    trial.file = trial.file.fall_with_its_fact(fell.clone()).unwrap();
    trial.settle();
    assert_eq!((trial.file.stage(), trial.merchant().status), (Stage::Reversed, Status::Affiliated));
    assert_eq!(trial.file.fall_with_its_fact(fell), None);
}
