//! When a merchant is repaired, and what that gives back.

use credit_domain::news::NewsKind;
use credit_domain::process::{Act, Deadline, Ground, Measure, ProcessRefusal, Stage, Unrepaired, Verdict};
use credit_domain::{Opening, Recording, Status, reverse};
use kernel::{ActorId, CaseId, EntryId, Grade, Severity};

use super::trial::{OFFICER, OWNER, REVIEWER, Trial, day_of, impose, notify, repair, reply, verdict, words};
use crate::grades::excellent;
use crate::support::{Fact, Story};

#[test]
fn repair_has_its_earliest_day_its_conditions_and_another_person() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Rectification), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Rectification, 12), REVIEWER);
    let due = trial.file.due().unwrap();
    assert_eq!((due.what, day_of(due.by).as_str()), (Deadline::Rectification, "2026-12-07"));
    let apply = |last_breach_at| Act::ApplyForRepair { proof: words("整改照片"), last_breach_at };
    assert!(matches!(trial.try_act(apply(None), OWNER), Err(ProcessRefusal::TooEarly(_))));
    trial.act(Act::Prove { proof: words("已更换价格牌") }, OWNER);
    let before = trial.file.clone();
    trial.act(Act::JudgeProof { granted: false, reason: verdict(false) }, REVIEWER);
    let [told] = &trial.file.news_since(&before)[..] else { panic!("one word") };
    let due_by = trial.file.rectification.as_ref().map(|it| it.due_by);
    assert_eq!((told.kind, told.act_by), (NewsKind::ProofJudged, due_by), "there is time for a better one");
    assert!(trial.file.awaits_answer(NewsKind::ProofJudged, trial.now));
    trial.act(Act::Prove { proof: words("已更换并重新核价") }, OWNER);
    let said: Vec<(&str, &str)> = trial
        .file
        .statements()
        .iter()
        .map(|(said_as, said)| (said_as.as_str(), said.text.in_the_clear()))
        .collect();
    assert_eq!(
        said[1..],
        [("proof", "已更换价格牌"), ("proof", "已更换并重新核价")],
        "nothing that was said is lost"
    );
    trial.act(Act::JudgeProof { granted: false, reason: verdict(false) }, REVIEWER);
    trial.now = trial.file.sanction().unwrap().repair_from;
    let unrepaired = |which| Err(ProcessRefusal::NotRepairable(which));
    assert_eq!(trial.try_act(apply(None), OWNER), unrepaired(Unrepaired::Rectification));
}

#[test]
fn repair_ends_publicity_and_effect_together_and_gives_the_points_back() {
    let mut story = excellent();
    let honest = story.merchant.credit.clone();
    story.tell(7, Fact::Breach(Severity::General)).unwrap();
    let mut trial = Trial::about(story, Ground::Breach { case: CaseId::from_u128(7) }, Severity::General);
    // So that all of it lies in years whose holidays are known.
    trial.begin("2026-02-02");
    trial.act(notify(Measure::PreferenceSuspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::PreferenceSuspension, 12), REVIEWER);
    let entries = trial.story.ledger.len();
    assert_eq!(trial.grade_and_status(), (Grade::B, Status::Affiliated));
    trial.pass_to(trial.file.sanction().unwrap().repair_from);
    let again = Act::ApplyForRepair { proof: words("已退款"), last_breach_at: Some(trial.now) };
    let refused = trial.try_act(again, OWNER);
    assert_eq!(refused, Err(ProcessRefusal::NotRepairable(Unrepaired::NewBreach)));
    trial.act(Act::ApplyForRepair { proof: words("已退款"), last_breach_at: None }, OWNER);
    assert_eq!(trial.try_act(repair(), OFFICER), Err(ProcessRefusal::SamePerson));
    trial.act(repair(), REVIEWER);
    assert_eq!((trial.file.stage(), trial.file.publicity()), (Stage::Repaired, None));
    let credit = &trial.merchant().credit;
    assert_eq!((credit.score, credit.tally.points), (honest.score, honest.tally.points));
    assert_eq!(credit.tally.evidence.unsatisfied, honest.tally.evidence.unsatisfied + 1, "evidence stays");
    assert!(credit.findings.is_empty() && credit.restraints.is_empty());
    assert_eq!(credit.grade, Grade::AAA);
    assert_eq!(trial.story.ledger.len(), entries + 1);
}

#[test]
fn i3_the_end_of_a_repaired_breach_gives_no_grade_back_in_the_ledger_either() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell(6, Fact::Breach(Severity::Minor)).unwrap();
    story.tell(7, Fact::Breach(Severity::Minor)).unwrap();
    let mut trial = Trial::about(story, Ground::Breach { case: CaseId::from_u128(7) }, Severity::Minor);
    trial.begin("2026-02-02");
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Warning, 2), REVIEWER);
    trial.pass_to(trial.file.sanction().unwrap().repair_from);
    trial.act(Act::ApplyForRepair { proof: words("已退款"), last_breach_at: None }, OWNER);
    trial.act(repair(), REVIEWER);
    assert_eq!(trial.grade_and_status().0, Grade::C, "the other breach weighs on");
    trial.now = trial.story.entry(2).posting.valid_until.unwrap();
    // Both breaches and the repair.
    assert_eq!(trial.expire(), 3);
    assert_eq!(trial.grade_and_status().0, Grade::C, "the grade waits for the evaluation");
    assert_eq!(trial.known_at(trial.now), trial.stands());
}

#[test]
fn a_breach_that_falls_after_its_repair_gives_nothing_back_twice() {
    let mut story = excellent();
    let honest = story.merchant.credit.clone();
    story.tell(7, Fact::Breach(Severity::General)).unwrap();
    let breach = story.ledger.last().unwrap().clone();
    let mut trial = Trial::about(story, Ground::Breach { case: CaseId::from_u128(7) }, Severity::General);
    trial.begin("2026-02-02");
    trial.act(notify(Measure::Warning), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Warning, 12), REVIEWER);
    trial.pass_to(trial.file.sanction().unwrap().repair_from);
    trial.act(Act::ApplyForRepair { proof: words("已退款"), last_breach_at: None }, OWNER);
    trial.act(repair(), REVIEWER);
    let fell = Verdict { by: ActorId::from_u128(3), at: trial.now, granted: true, reason: verdict(true) };
    let at = Recording { rules: &trial.story.rules, now: trial.now, entry: EntryId::from_u128(900) };
    let change = reverse(&trial.story.merchant, None, &breach, at).unwrap().done().unwrap();
    trial.story.carry_out(&change);
    trial.file = trial.file.fall_with_its_fact(fell).unwrap();
    trial.settle();
    let credit = &trial.merchant().credit;
    assert_eq!((credit.score, credit.tally, credit.grade), (honest.score, honest.tally, honest.grade));
}
