//! Due process, as sentences.

mod again;
mod hearing;
mod lasting;
mod repaired;
mod standing;
mod told;
mod trial;

use credit_domain::admission::leave;
use credit_domain::news::NewsKind;
use credit_domain::process::Opening as File;
use credit_domain::process::{
    Act, ActKind, Deadline, Doer, Ground, Hold, Measure, Moment, Proceeding, ProcessRefusal, RedLine, Stage,
    Unrepaired, Verdict,
};
use credit_domain::{Cause, Opening, Recording, Rules, Status, reverse};
use kernel::{Actor, ActorId, CaseId, EntryId, Grade, ProceedingId, Severity, Timestamp};
use proptest::prelude::*;

pub(crate) use self::trial::{ANOTHER, OFFICER, OWNER, REVIEWER, words};
use self::trial::{DAY, Trial, day_of, impose, notify, reply, verdict};
use crate::calendar::calendar;
use crate::grades::excellent;
use crate::support::{Fact, NOW, Story, merchant_id};

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
fn without_preferred_dispatch_the_best_merchant_stands_at_b_and_is_itself_again_afterwards() {
    let mut trial = Trial::about(excellent(), Ground::Finding, Severity::General);
    let before = trial.merchant().credit.clone();
    trial.act(notify(Measure::PreferenceSuspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::PreferenceSuspension, 3), REVIEWER);
    assert_eq!(trial.grade_and_status(), (Grade::B, Status::Affiliated));
    assert!(trial.merchant().credit.restraints.iter().any(|held| held.hold == Hold::Preference));
    assert_eq!(day_of(trial.file.turns_at().unwrap()), "2027-02-23");
    trial.pass_to(trial.file.turns_at().unwrap());
    assert_eq!(trial.file.stage(), Stage::Expired);
    assert!(trial.merchant().credit.restraints.is_empty() && trial.file.publicity().is_none());
    // The points of the finding stay in the ledger.
    assert_eq!(trial.merchant().credit.score, before.score - 120);
    assert_eq!(trial.grade_and_status(), (Grade::AA, Status::Affiliated));
}

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

#[test]
fn who_leaves_while_it_is_suspended_comes_back_suspended() {
    let mut trial = Trial::finding(Severity::General);
    trial.act(notify(Measure::Suspension), OFFICER);
    trial.act(reply(), OWNER);
    trial.act(impose(Measure::Suspension, 12), REVIEWER);
    trial.story.merchant = leave(trial.merchant(), trial.now).unwrap().done().unwrap().merchant;
    trial.readmit();
    assert_eq!(trial.merchant().status, Status::Suspended);
    trial.pass_to(trial.file.sanction().unwrap().until);
    assert_eq!(trial.merchant().status, Status::Affiliated);
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

/// An act of this kind whose content fits wherever one can.
fn any_content(kind: ActKind, now: Timestamp) -> Act {
    let reason = verdict(true);
    match kind {
        ActKind::Suspend => Act::Suspend { reason },
        ActKind::ConfirmSuspension => Act::ConfirmSuspension,
        ActKind::LiftSuspension => Act::LiftSuspension { reason },
        ActKind::Notify => notify(Measure::Suspension),
        ActKind::Reply => reply(),
        ActKind::CallHearing => Act::CallHearing { on: now.after(21 * DAY) },
        ActKind::RecordHearing => {
            Act::RecordHearing { association: true, legal_adviser: true, minutes: words("笔录") }
        }
        ActKind::Impose => impose(Measure::Suspension, 12),
        ActKind::Drop => Act::Drop { reason },
        ActKind::Prove => Act::Prove { proof: words("证明") },
        ActKind::JudgeProof => Act::JudgeProof { granted: true, reason },
        ActKind::Appeal => Act::Appeal { grounds: words("不服") },
        ActKind::RuleOnAppeal => Act::RuleOnAppeal { granted: true, reason },
        ActKind::ApplyForRepair => Act::ApplyForRepair { proof: words("证明"), last_breach_at: None },
        ActKind::DecideRepair => Act::DecideRepair { granted: true, reason },
    }
}

fn repair() -> Act {
    Act::DecideRepair { granted: true, reason: verdict(true) }
}

proptest! {
    #[test]
    fn whatever_is_done_in_whatever_order_nobody_is_bound_beyond_the_file(
        steps in prop::collection::vec((prop::sample::select(ActKind::ALL), 1_u128..4, 0_u32..12), 1..25),
        class in prop::sample::select(&[Severity::General, Severity::Serious][..]),
    ) {
        let mut trial = Trial::finding(class);
        // Early in the year, so that every deadline is known.
        trial.begin("2025-01-06");
        let honest = trial.merchant().credit.clone();
        for (kind, person, days) in steps {
            trial.pass(days * DAY);
            let by = match kind.doer() {
                Doer::Merchant => OWNER,
                Doer::Officer | Doer::Reviewer => Actor::Staff { id: ActorId::from_u128(person) },
            };
            let allowed = trial.file.may(kind, by, trial.now);
            let done = trial.try_act(any_content(kind, trial.now), by);
            if done == Err(ProcessRefusal::SaidOtherwise) {
                prop_assert!(allowed.is_ok_and(|step| step.is_already_done()), "{:?}", kind);
            } else {
                prop_assert_eq!(allowed.is_ok(), done.is_ok(), "{:?}: {:?}", kind, done);
            }
            if let Some(decision) = &trial.file.decision {
                prop_assert!(!trial.file.investigated(decision.by));
            }
            prop_assert_eq!(trial.known_at(trial.now), trial.stands());
            let held = trial.merchant().credit.restraints.clone();
            prop_assert_eq!(&held, &trial.file.restraints());
            let suspended = held.iter().any(|held| held.hold == Hold::Suspended);
            prop_assert_eq!(trial.merchant().status == Status::Suspended, suspended);
            prop_assert_eq!(trial.merchant().under_objection, trial.file.stage() == Stage::Appealed);
            if matches!(trial.file.stage(), Stage::Reversed | Stage::Dropped | Stage::Repaired) {
                prop_assert_eq!(trial.merchant().credit.score, honest.score);
                prop_assert_eq!(trial.merchant().credit.grade, honest.grade);
            }
        }
    }
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
