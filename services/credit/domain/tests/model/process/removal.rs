//! How long a removal bans, and who ends an emergency suspension before its time.

use credit_domain::Status;
use credit_domain::process::{Act, Measure, ProcessRefusal, Stage};
use kernel::{Grade, Severity};

use super::{ANOTHER, DAY, OFFICER, REVIEWER, Trial, day_of, impose, notify};
use crate::support::NOW;

#[test]
fn a_removal_lasts_as_long_as_the_rules_ban_in_the_file_on_the_board_and_as_a_ban() {
    let mut trial = Trial::red_line();
    for months in [11, 13, 36] {
        let refused = trial.try_act(impose(Measure::Removal, months), REVIEWER);
        assert_eq!(refused, Err(ProcessRefusal::Period { min: 12, max: 12, unit: "months" }));
    }
    trial.story.rules.process.ban_months = 24;
    trial.act(impose(Measure::Removal, 24), REVIEWER);
    let (sanction, removal) = (trial.file.sanction().unwrap(), trial.file.removal().unwrap());
    assert_eq!(day_of(removal.ban_until), "2028-11-23");
    assert_eq!(
        (sanction.until, trial.file.publicity().unwrap().until),
        (removal.ban_until, removal.ban_until)
    );
    trial.story.rules.process.ban_months = 12;
    assert_eq!(trial.file.removal(), Some(removal), "rules that change later change no ban");
}

#[test]
fn a_ban_is_not_shorter_than_its_months_by_a_single_second() {
    let mut trial = Trial::red_line();
    trial.pass_to(NOW.after(core::time::Duration::from_secs(59)));
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    let removal = trial.file.removal().unwrap();
    assert_eq!(removal.ban_until.to_string(), "2027-11-23T08:00:59Z");
    assert_eq!(trial.file.publicity().unwrap().until, removal.ban_until, "and the board shows it as long");
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
