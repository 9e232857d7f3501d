//! A suspension that cannot wait for the notice: what confirms it, what ends it, and how long it lasts.

use credit_domain::Status;
use credit_domain::process::{Act, Measure, ProcessRefusal, Stage};
use kernel::{Grade, Severity};

use super::trial::{ANOTHER, DAY, OFFICER, REVIEWER, Trial, notify, verdict};

#[test]
fn an_emergency_suspension_ends_by_itself_without_another_persons_word() {
    let mut trial = Trial::finding(Severity::Serious);
    let suspend = Act::Suspend { reason: "消防隐患".to_owned() };
    trial.act(suspend.clone(), OFFICER);
    assert_eq!(trial.grade_and_status(), (Grade::AAA, Status::Suspended));
    assert_eq!(trial.try_act(Act::ConfirmSuspension, OFFICER), Err(ProcessRefusal::SamePerson));
    let due = trial.file.due().unwrap();
    assert_eq!((due.what.as_str(), Some(due.by)), ("confirmation", trial.file.turns_at()));
    trial.pass_to(trial.file.turns_at().unwrap());
    assert_eq!(trial.grade_and_status(), (Grade::AAA, Status::Affiliated));
    assert_eq!(trial.file.stage(), Stage::Opened, "the proceeding itself goes on");
    assert_ne!(trial.file.due().unwrap().what.as_str(), "confirmation", "what ended waits for nobody");
    let again = trial.try_act(suspend, OFFICER);
    assert_eq!(
        again,
        Err(ProcessRefusal::NotNow { stage: Stage::Opened }),
        "one emergency for each proceeding"
    );
    assert_eq!(trial.merchant().status, Status::Affiliated);
}

#[test]
fn a_confirmed_emergency_lasts_until_the_decision_or_forty_five_days() {
    let confirmed = || {
        let mut trial = Trial::finding(Severity::Serious);
        trial.act(Act::Suspend { reason: "消防隐患".to_owned() }, OFFICER);
        trial.act(Act::ConfirmSuspension, REVIEWER);
        assert_ne!(trial.file.due().unwrap().what.as_str(), "confirmation");
        trial
    };
    let mut decided = confirmed();
    decided.pass(44 * DAY);
    assert_eq!(decided.merchant().status, Status::Suspended);
    decided.act(Act::Drop { reason: verdict(false) }, REVIEWER);
    assert_eq!((decided.merchant().status, decided.file.stage()), (Status::Affiliated, Stage::Dropped));
    let mut forgotten = confirmed();
    forgotten.pass(45 * DAY);
    assert_eq!((forgotten.merchant().status, forgotten.file.stage()), (Status::Affiliated, Stage::Opened));
}

#[test]
fn who_may_confirm_an_emergency_suspension_may_lift_it_and_the_proceeding_goes_on() {
    let lift = || Act::LiftSuspension { reason: "隐患已排除".to_owned() };
    for confirmed in [false, true] {
        let mut trial = Trial::finding(Severity::Serious);
        assert_eq!(trial.try_act(lift(), REVIEWER), Err(ProcessRefusal::NotNow { stage: Stage::Opened }));
        trial.act(Act::Suspend { reason: "消防隐患".to_owned() }, OFFICER);
        if confirmed {
            trial.act(Act::ConfirmSuspension, ANOTHER);
        }
        assert_eq!(trial.try_act(lift(), OFFICER), Err(ProcessRefusal::SamePerson));
        trial.pass(DAY);
        let before = trial.file.clone();
        trial.act(lift(), REVIEWER);
        let told = trial.file.news_since(&before).remove(0);
        assert_eq!((told.kind.as_str(), told.reason.as_deref()), ("suspension_over", Some("隐患已排除")));
        assert_eq!(trial.grade_and_status(), (Grade::AAA, Status::Affiliated));
        assert_eq!((trial.file.stage(), trial.file.suspension_ended_at()), (Stage::Opened, Some(trial.now)));
        trial.act(lift(), REVIEWER);
        trial.act(notify(Measure::Warning), OFFICER);
    }
}
