//! What removes a merchant, for how long it is banned, and what brings it back.

use credit_domain::process::{Act, Ground, Measure, ProcessRefusal, RedLine, Stage};
use credit_domain::{Cause, Opening, Status};
use kernel::{Grade, Severity};

use super::trial::{DAY, OFFICER, OWNER, REVIEWER, Trial, day_of, impose, repair, words};
use crate::support::{NOW, Story};

#[test]
fn a_red_line_takes_the_best_merchant_to_d_at_once_removes_it_and_bans_it_for_a_year() {
    let mut trial = Trial::red_line();
    assert_eq!(trial.try_act(impose(Measure::Removal, 12), OFFICER), Err(ProcessRefusal::SamePerson));
    assert_eq!(trial.try_act(impose(Measure::Warning, 12), REVIEWER), Err(ProcessRefusal::RedLine));
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    assert_eq!(trial.grade_and_status(), (Grade::D, Status::Removed));
    let removal = trial.file.removal().unwrap();
    assert_eq!((removal.red_line, day_of(removal.ban_until).as_str()), (Some(RedLine::Fraud), "2027-11-23"));
    assert_eq!(trial.file.publicity().unwrap().measure, Measure::Removal);
    assert_eq!(trial.story.ledger.last().unwrap().posting.cause, Cause::Sanction(trial.file.id));
}

#[test]
fn a_newcomer_is_removed_by_a_red_line_as_well() {
    let mut trial = Trial::about(
        Story::open(Opening::Newcomer),
        Ground::RedLine { line: RedLine::Bribery },
        Severity::Serious,
    );
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    assert_eq!(trial.grade_and_status(), (Grade::D, Status::Removed));
    let otherwise = trial.try_act(impose(Measure::Removal, 36), REVIEWER);
    assert_eq!(otherwise, Err(ProcessRefusal::SaidOtherwise), "the first decision stands");
    assert_eq!(day_of(trial.file.sanction().unwrap().until), "2027-11-23");
}

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
fn neither_time_nor_repair_brings_a_removed_merchant_back() {
    let mut trial = Trial::red_line();
    trial.begin("2025-02-10");
    trial.story.rules.process.ban_months = 36;
    trial.act(impose(Measure::Removal, 36), REVIEWER);
    trial.pass_to(trial.file.sanction().unwrap().repair_from);
    trial.act(Act::ApplyForRepair { proof: words("认错"), last_breach_at: None }, OWNER);
    trial.act(repair(), REVIEWER);
    assert_eq!((trial.file.stage(), trial.file.publicity()), (Stage::Repaired, None));
    assert_eq!(trial.grade_and_status(), (Grade::D, Status::Removed));
    let mut expired = Trial::red_line();
    expired.act(impose(Measure::Removal, 12), REVIEWER);
    expired.pass(400 * DAY);
    assert_eq!(expired.file.stage(), Stage::Expired);
    assert_eq!(expired.grade_and_status(), (Grade::D, Status::Removed));
}

#[test]
fn who_was_admitted_again_after_the_ban_is_not_removed_by_the_file_of_then() {
    let mut trial = Trial::red_line();
    trial.act(impose(Measure::Removal, 12), REVIEWER);
    // The ban is over, whether or not somebody has written so.
    trial.now = trial.now.after(366 * DAY);
    trial.readmit();
    assert!(trial.merchant().credit.grade > Grade::D, "the removal holds it down no longer");
    assert_eq!(trial.known_at(trial.now), trial.stands());
    trial.pass(3 * 366 * DAY);
    assert_eq!(trial.file.stage(), Stage::Expired);
    assert_eq!(trial.merchant().status, Status::Affiliated);
    assert!(trial.merchant().credit.restraints.is_empty());
    trial.expire();
    assert_eq!(trial.known_at(trial.now), trial.stands());
}
