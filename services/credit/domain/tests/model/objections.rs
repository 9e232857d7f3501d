//! Objections to entries, and the publicity board.

use core::time::Duration;

use credit_domain::objection::{Objection, Word, contest, uphold};
use credit_domain::process::{Moment, ProcessRefusal};
use credit_domain::publicity::{BoardNotice, BoardState, NoticeKind};
use credit_domain::remedy::{Remedy, RemedyKind};
use credit_domain::{Cause, Entry, Points};
use kernel::{Actor, ActorId, City, Grade, MerchantId, NoticeId, ObjectionId, Severity};

use crate::calendar::calendar;
use crate::grades::excellent;
use crate::process::{OFFICER, OWNER, REVIEWER, words};
use crate::support::{Fact, NOW, Story, at, named};

const ID: ObjectionId = ObjectionId::from_u128(60);

fn with_breach() -> (Story, Entry) {
    let mut story = excellent();
    story.tell(7, Fact::Breach(Severity::General)).unwrap();
    let entry = story.ledger.last().unwrap().clone();
    (story, entry)
}

fn word(upheld: bool) -> Word {
    Word { upheld, remedy: None, reason: "见核查记录".to_owned() }
}

fn file(story: &Story, entry: &Entry, by: Actor) -> Result<Objection, ProcessRefusal> {
    let at = Moment { rules: &story.rules.process, calendar: &calendar(), now: NOW };
    Objection::file(ID, &story.merchant, entry, words("当日未上门"), by, at)
}

#[test]
fn an_objection_shows_in_the_standing_until_it_is_decided_and_reverses_the_entry_when_upheld() {
    let (mut story, entry) = with_breach();
    let objection = file(&story, &entry, OWNER).unwrap();
    assert_eq!(objection.decide_by.to_string(), "2026-12-07T16:00:00Z", "ten working days");
    let shown = contest(&story.merchant, ID, true, NOW).unwrap();
    assert_eq!((shown.merchant.under_objection, shown.merchant.cause), (true, Cause::Objection(ID)));
    assert_eq!(shown.merchant.version, story.merchant.version.next());
    story.carry_out(&shown);
    assert_eq!(contest(&story.merchant, ID, true, NOW), None);
    let examined = objection.examine(word(true), OFFICER, &[], NOW).unwrap().done().unwrap();
    assert_eq!(examined.decide(word(true), OFFICER, &[], NOW), Err(ProcessRefusal::SamePerson));
    let decided = examined.decide(word(true), REVIEWER, &[], NOW).unwrap().done().unwrap();
    assert!(!decided.is_open());
    assert_eq!(decided.remedy, Some(Remedy::TakeBack), "what the entry of a breach admits");
    let change = uphold(&story.merchant, None, &entry, false, at(&story.rules, 9)).unwrap().done().unwrap();
    assert_eq!((change.merchant.credit.grade, change.merchant.under_objection), (Grade::AAA, false));
    let again = decided.decide(word(true), REVIEWER, &[], NOW);
    assert!(again.unwrap().is_already_done(), "the same again");
    let otherwise = Err(ProcessRefusal::SaidOtherwise);
    assert_eq!(decided.decide(word(false), REVIEWER, &[], NOW), otherwise, "the first decision stands");
    assert!(examined.examine(word(true), OFFICER, &[], NOW).unwrap().is_already_done(), "the same again");
    assert_eq!(examined.examine(word(false), OFFICER, &[], NOW), otherwise, "the first examination stands");
}

#[test]
fn an_objection_is_examined_before_it_is_decided() {
    let (story, entry) = with_breach();
    let objection = file(&story, &entry, OWNER).unwrap();
    let early = objection.decide(word(false), REVIEWER, &[], NOW);
    assert_eq!(early, Err(ProcessRefusal::NotExamined));
}

#[test]
fn nobody_objects_for_another_and_every_entry_is_open_to_its_own_merchant() {
    let (story, entry) = with_breach();
    let other = Actor::Merchant { id: MerchantId::from_u128(99) };
    for by in [other, OFFICER] {
        assert_eq!(file(&story, &entry, by).unwrap_err(), ProcessRefusal::NotTheirs);
    }
    let opening = file(&story, &story.ledger[0], OWNER).unwrap();
    assert_eq!(opening.admits, RemedyKind::Correct);
}

#[test]
fn who_had_a_part_in_what_is_objected_to_neither_examines_nor_decides() {
    let (story, entry) = with_breach();
    let objection = file(&story, &entry, OWNER).unwrap();
    let id = |actor| match actor {
        Actor::Staff { id } => id,
        _ => ActorId::from_u128(0),
    };
    let verified_by = [id(OFFICER), id(REVIEWER)];
    let refused = objection.examine(word(true), OFFICER, &verified_by, NOW);
    assert_eq!(refused, Err(ProcessRefusal::SamePerson));
    let another = Actor::Staff { id: ActorId::from_u128(88) };
    let examined = objection.examine(word(true), another, &verified_by, NOW).unwrap().done().unwrap();
    let refused = examined.decide(word(true), REVIEWER, &verified_by, NOW);
    assert_eq!(refused, Err(ProcessRefusal::SamePerson));
}

#[test]
fn a_correction_names_its_points_and_is_decided_on_as_it_was_proposed() {
    let story = excellent();
    let objection = file(&story, &story.ledger[0], OWNER).unwrap();
    let unfit = Err(ProcessRefusal::RemedyUnfit { admits: RemedyKind::Correct });
    assert_eq!(objection.examine(word(true), OFFICER, &[], NOW), unfit);
    let take_back = Word { remedy: Some(Remedy::TakeBack), ..word(true) };
    assert_eq!(objection.examine(take_back, OFFICER, &[], NOW), unfit);
    let correct = |credit_record| Word {
        remedy: Some(Remedy::Correct { points: named(Points { credit_record, ..Points::ZERO }) }),
        ..word(true)
    };
    let examined = objection.examine(correct(200), OFFICER, &[], NOW).unwrap().done().unwrap();
    assert_eq!(examined.decide(correct(150), REVIEWER, &[], NOW), unfit);
    let decided = examined.decide(word(true), REVIEWER, &[], NOW).unwrap().done().unwrap();
    assert_eq!(decided.remedy, correct(200).remedy);
    // Who upholds what was to be rejected says what comes of it.
    let rejected = objection.examine(word(false), OFFICER, &[], NOW).unwrap().done().unwrap();
    assert_eq!(rejected.decide(word(true), REVIEWER, &[], NOW), unfit);
    assert!(rejected.decide(correct(200), REVIEWER, &[], NOW).is_ok());
}

fn notice() -> BoardNotice {
    BoardNotice {
        id: NoticeId::from_u128(1),
        city: City::try_new(330_200).unwrap(),
        kind: NoticeKind::Announcement,
        source: None,
        merchant: None,
        category: None,
        district: None,
        title: "诚信兴商宣传月".to_owned(),
        text: "活动安排公布".to_owned(),
        text_en: None,
        measure: None,
        class: None,
        grade: None,
        publish_at: NOW.after(Duration::from_secs(60)),
        remove_at: Some(NOW.after(Duration::from_secs(120))),
        withdrawn_at: None,
        contested: false,
    }
}

#[test]
fn a_notice_stands_from_its_first_instant_to_the_one_before_its_last() {
    let notice = notice().try_written(NOW).unwrap();
    let state = |seconds| notice.state(NOW.after(Duration::from_secs(seconds)));
    assert_eq!(
        [state(59), state(60), state(119), state(120)],
        [BoardState::Scheduled, BoardState::Published, BoardState::Published, BoardState::Removed]
    );
    assert_eq!(notice.turns_at(NOW), Some(notice.publish_at));
    assert_eq!(notice.turns_at(notice.publish_at), notice.remove_at);
    let withdrawn = notice.withdraw(NOW).unwrap().done().unwrap();
    assert!(withdrawn.withdraw(NOW).unwrap().is_already_done());
    assert_eq!((withdrawn.state(NOW), withdrawn.turns_at(NOW)), (BoardState::Removed, None));
}

#[test]
fn what_follows_from_decisions_is_not_written_by_hand_and_dates_must_fit() {
    let refused = |change: fn(&mut BoardNotice)| {
        let mut notice = notice();
        change(&mut notice);
        notice.try_written(NOW).unwrap_err()
    };
    let by_hand = refused(|notice| notice.kind = NoticeKind::Sanction);
    assert_eq!(by_hand, ProcessRefusal::FollowsFromDecision);
    assert_eq!(refused(|notice| notice.title.clear()), ProcessRefusal::TextMissing("title"));
    let backwards = refused(|notice| notice.remove_at = Some(NOW));
    assert!(matches!(backwards, ProcessRefusal::TooEarly(_)));
    let for_ever = refused(|notice| notice.remove_at = Some(NOW.after(Duration::from_secs(100_000_000_000))));
    assert!(matches!(for_ever, ProcessRefusal::TooLate(_)));
}
