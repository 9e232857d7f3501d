//! Activities and honours: who may do what when, and what they give.

use std::time::Duration;

use credit_domain::activities::{
    Activity, ActivityDraft, Honour, HonourDraft, HonourLevel, HonourState, Participant, ParticipantState,
    Present, Service, give_for_attendance, give_for_honour, may_be_honoured, take_back,
};
use credit_domain::news::NewsKind;
use credit_domain::{Cause, Denied, Opening};
use kernel::{ActivityId, Actor, ActorId, City, Grade, HonourId, MerchantId, Severity, Step, Timestamp};

use crate::support::{Fact, NOW, Story, UNSATISFIED, at, days, merchant_id, rules};

const OFFICER: ActorId = ActorId::from_u128(1);
const REVIEWER: ActorId = ActorId::from_u128(2);
const ANOTHER: ActorId = ActorId::from_u128(3);
const ORGANISER: Actor = Actor::Staff { id: OFFICER };

fn draft(kind: &str) -> ActivityDraft {
    ActivityDraft {
        kind: kind.to_owned(),
        title: "诚信经营培训（十一月）".to_owned(),
        place: "81890 服务大厅".to_owned(),
        starts_at: NOW.after(days(1)),
        ends_at: NOW.after(days(1) + days(1) / 8),
        capacity: 1,
        training: None,
        villages: Vec::new(),
        services: Vec::new(),
    }
}

fn plan(draft: ActivityDraft) -> Result<Activity, Denied> {
    let city = City::try_new(330_200).unwrap();
    Activity::plan(
        ActivityId::from_u128(7),
        city,
        draft,
        "K7M2".to_owned(),
        ORGANISER,
        &rules().activities,
        NOW,
    )
}

/// An activity with the merchant signed up.
fn signed_up() -> (Activity, Participant) {
    plan(draft("training")).unwrap().sign_up(merchant_id(), None, NOW).unwrap().done().unwrap()
}

fn told<T: core::fmt::Debug>(result: Result<T, Denied>) -> String {
    match result.unwrap_err() {
        Denied::Invalid(problems) => problems[0].pointer.clone(),
        other => other.to_string(),
    }
}

#[test]
fn an_activity_takes_as_many_as_it_has_room_for_and_a_place_given_back_is_free() {
    let (activity, participant) = signed_up();
    let other = MerchantId::from_u128(4);
    assert_eq!(told(activity.sign_up(other, None, NOW)), "the activity is full: this cannot be done with it");
    assert!(activity.sign_up(merchant_id(), Some(&participant), NOW).unwrap().is_already_done());
    let (free, gone) = activity.give_up(&participant, NOW).unwrap().done().unwrap();
    assert_eq!((free.signed_up, gone.state), (0, ParticipantState::Withdrawn));
    assert!(free.sign_up(other, None, NOW).is_ok());
    let begun = NOW.after(days(2));
    assert_eq!(told(free.sign_up(other, None, begun)), "the activity is begun: this cannot be done with it");
}

#[test]
fn attendance_is_recorded_by_the_organiser_or_with_the_code_of_the_spot_around_its_time() {
    let (activity, participant) = signed_up();
    let during = activity.says.starts_at;
    let merchant = Actor::Merchant { id: merchant_id() };
    let code = |code: &str| Present::Code(code.to_owned());
    assert_eq!(told(activity.check_in(&participant, &code("AAAA"), merchant, during)), "#/code");
    assert!(activity.check_in(&participant, &code("K7M2"), merchant, NOW).is_err(), "a day early");
    let late = activity.says.ends_at.after(days(1));
    assert!(activity.check_in(&participant, &code("K7M2"), merchant, late).is_err());
    assert!(activity.check_in(&participant, &Present::Seen, ORGANISER, late).is_ok());
    let there = activity.check_in(&participant, &code("K7M2"), merchant, during).unwrap().done().unwrap().1;
    assert!(activity.check_in(&there, &Present::Seen, ORGANISER, during).unwrap().is_already_done());
}

#[test]
fn whoever_recorded_an_attendance_does_not_strike_it() {
    let (activity, participant) = signed_up();
    let during = activity.says.starts_at;
    let there = activity.check_in(&participant, &Present::Seen, ORGANISER, during).unwrap().done().unwrap().1;
    let strike = |by| activity.strike(&there, "签到有误".to_owned(), Actor::Staff { id: by });
    assert_eq!(strike(OFFICER), Err(Denied::SamePerson));
    assert_eq!(strike(REVIEWER).unwrap().done().unwrap().1.state, ParticipantState::Struck);
}

#[test]
fn an_outreach_names_villages_and_services_and_nothing_else_does() {
    assert_eq!(told(plan(draft("outreach"))), "#/villages");
    let services = vec![Service::Title("磨剪刀".to_owned()), Service::Title("理发".to_owned())];
    let caravan = |kind| ActivityDraft {
        villages: vec!["大岚镇".to_owned()],
        services: services.clone(),
        ..draft(kind)
    };
    assert!(plan(caravan("outreach")).is_ok());
    assert_eq!(told(plan(caravan("lecture"))), "#/villages");
    let mut twice = caravan("outreach");
    twice.services.push(Service::Title("理发".to_owned()));
    assert_eq!(told(plan(twice)), "#/services/2");
    assert_eq!(told(plan(draft("picnic"))), "#/kind");
}

#[test]
fn i2_attendance_gives_its_points_once_until_its_rule_ends_them() {
    let (activity, rules) = (signed_up().0, rules());
    let mut story = Story::open(Opening::Newcomer);
    let give = |story: &Story| {
        let earlier = story.earlier(Cause::Activity(activity.id));
        give_for_attendance(&story.merchant, earlier, &activity, merchant_id(), at(&rules, 50)).unwrap()
    };
    let before = story.merchant.credit.score;
    let given = give(&story).done().unwrap();
    story.carry_out(&given);
    assert_eq!(story.merchant.credit.score, before + 4);
    assert_eq!(given.entries[0].posting.rule, "/activities/attended/training");
    assert!(matches!(give(&story), Step::AlreadyDone(_)));
    story.now = activity.says.starts_at.after(days(365));
    assert_eq!(story.expire_due(), 1);
    assert_eq!(story.merchant.credit.score, before);
}

fn honour_of(level: HonourLevel, granted_at: Timestamp) -> Result<Honour, Denied> {
    let says = HonourDraft {
        merchant: merchant_id(),
        kind: "credit-demonstration".to_owned(),
        level,
        grantor: "宁波市信用办".to_owned(),
        document: None,
        granted_at,
        valid_until: granted_at.after(days(730)),
    };
    let city = City::try_new(330_200).unwrap();
    Honour::propose((HonourId::from_u128(9), city), says, OFFICER, &rules().activities, NOW, NOW)
}

fn decided(honour: &Honour, agrees: bool) -> Honour {
    honour.decide(agrees, "材料属实".to_owned(), REVIEWER, NOW).unwrap().done().unwrap()
}

#[test]
fn an_honour_takes_two_persons_and_so_does_taking_it_back() {
    let proposed = honour_of(HonourLevel::City, NOW).unwrap();
    assert_eq!(proposed.decide(true, "属实".to_owned(), OFFICER, NOW), Err(Denied::SamePerson));
    let granted = decided(&proposed, true);
    assert!(granted.decide(true, "可".to_owned(), REVIEWER, NOW).unwrap().is_already_done());
    let otherwise = granted.decide(false, "不".to_owned(), REVIEWER, NOW);
    assert_eq!(otherwise, Err(Denied::State { what: "the honour", state: "granted" }));
    let doubted = granted.question("称号已被撤销".to_owned(), REVIEWER, NOW).unwrap().done().unwrap();
    assert_eq!(doubted.decide(true, "是".to_owned(), REVIEWER, NOW), Err(Denied::SamePerson));
    assert_eq!(doubted.decide(true, "是".to_owned(), OFFICER, NOW), Err(Denied::SamePerson));
    let revoked = doubted.decide(true, "是".to_owned(), ANOTHER, NOW).unwrap().done().unwrap();
    assert_eq!(revoked.state, HonourState::Revoked);
    assert!(revoked.question("再问".to_owned(), OFFICER, NOW).is_err());
}

#[test]
fn who_granted_an_honour_does_not_decide_on_the_doubt_and_the_merchant_is_told_of_both() {
    let granted = decided(&honour_of(HonourLevel::City, NOW).unwrap(), true);
    let doubted = granted.question("称号已被撤销".to_owned(), OFFICER, NOW).unwrap().done().unwrap();
    let news = doubted.news_since(&granted).unwrap();
    assert_eq!((news.kind, news.reason.as_deref()), (NewsKind::HonourQuestioned, Some("称号已被撤销")));
    assert_eq!(news.subject, format!("honour:{}", granted.id));
    assert_eq!(
        doubted.decide(true, "是".to_owned(), REVIEWER, NOW),
        Err(Denied::SamePerson),
        "who granted it"
    );
    for (agrees, kind) in [(true, NewsKind::HonourRevoked), (false, NewsKind::HonourKept)] {
        let after = doubted.decide(agrees, "已核实".to_owned(), ANOTHER, NOW).unwrap().done().unwrap();
        let news = after.news_since(&doubted).unwrap();
        assert_eq!((news.kind, news.reason.as_deref()), (kind, Some("已核实")));
    }
}

#[test]
fn an_honour_of_the_future_or_longer_than_the_rules_let_it_count_is_refused() {
    assert_eq!(told(honour_of(HonourLevel::City, NOW.after(days(1)))), "#/granted_at");
    assert_eq!(told(honour_of(HonourLevel::City, NOW.before(days(800)))), "#/valid_until");
}

#[test]
fn an_honour_counts_in_demonstration_and_taken_back_leaves_the_score_exactly_as_it_was() {
    let (honour, rules) = (decided(&honour_of(HonourLevel::Nation, NOW).unwrap(), true), rules());
    let mut story = Story::open(Opening::Newcomer);
    let before = story.merchant.credit.clone();
    let given = give_for_honour(&story.merchant, None, &honour, at(&rules, 60)).unwrap().done().unwrap();
    let given = given.unwrap();
    story.carry_out(&given);
    assert_eq!(story.merchant.credit.tally.points.demonstration, before.tally.points.demonstration + 60);
    assert_eq!(story.merchant.credit.grade, before.grade, "up is for the evaluation");
    let entry = given.entries[0].clone();
    let back = take_back(&story.merchant, None, &entry, at(&rules, 61)).unwrap().done().unwrap();
    story.carry_out(&back);
    assert_eq!((story.merchant.credit.score, story.merchant.credit.tally), (before.score, before.tally));
}

#[test]
fn an_honour_from_before_the_merchant_was_affiliated_is_kept_and_moves_no_point() {
    let (rules, story) = (rules(), Story::open(Opening::Newcomer));
    let given = |granted_at| {
        let honour = decided(&honour_of(HonourLevel::Nation, granted_at).unwrap(), true);
        give_for_honour(&story.merchant, None, &honour, at(&rules, 60)).unwrap().done().unwrap().is_some()
    };
    let opened = NOW.in_city().day;
    assert!(!given(opened.at_minute(0).before(Duration::from_micros(1))));
    assert!(
        given(opened.at_minute(0)),
        "whoever is honoured on the day it enters is honoured as one of ours"
    );
}

#[test]
fn taking_something_back_never_lifts_a_grade_that_fell_and_recovered() {
    let rules = rules();
    let mut story = Story::open(Opening::Newcomer);
    let activity = signed_up().0;
    let given = give_for_attendance(&story.merchant, None, &activity, merchant_id(), at(&rules, 50));
    story.carry_out(&given.unwrap().done().unwrap());
    let entry = story.entry(2);
    for number in 0..12 {
        let _ = story.tell(100 + number, UNSATISFIED);
    }
    assert_eq!(story.merchant.credit.grade, Grade::C);
    for number in 0..60 {
        let _ = story.tell(200 + number, crate::support::SATISFIED);
    }
    let back = take_back(&story.merchant, None, &entry, at(&rules, 999)).unwrap().done().unwrap();
    assert_eq!(back.merchant.credit.grade, Grade::C);
    story.carry_out(&back);
    let past = story.past(NOW.after(days(2)), NOW.after(days(2))).unwrap();
    assert_eq!((past.grade, past.score), (Grade::C, story.merchant.credit.score));
}

#[test]
fn nobody_is_honoured_beside_an_open_finding() {
    let mut story = Story::open(Opening::Newcomer);
    assert_eq!(may_be_honoured(&story.merchant), Ok(()));
    let _ = story.tell(1, Fact::Breach(Severity::Minor));
    assert_eq!(may_be_honoured(&story.merchant), Err(Denied::OpenFinding));
}
