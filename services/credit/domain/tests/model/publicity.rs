//! The publicity board, as sentences.

use credit_domain::process::Moment;
use credit_domain::publicity::{BoardNotice, BoardState};
use credit_domain::{Status, VerifiedBreach};
use kernel::{CaseId, CategoryCode, NoticeId, Severity};

use crate::calendar::calendar;
use crate::grades::excellent;
use crate::support::{NOW, merchant_id};

fn of_breach(severity: Severity, status: Status) -> Option<BoardNotice> {
    let story = excellent();
    let mut merchant = story.merchant.clone();
    merchant.status = status;
    let fact = VerifiedBreach {
        merchant: merchant_id(),
        case: CaseId::from_u128(9),
        category: CategoryCode::try_new("lock-opening").unwrap(),
        clause: "price-as-posted".to_owned(),
        severity,
        happened_at: NOW,
    };
    let at = Moment { rules: &story.rules.process, calendar: &calendar(), now: NOW };
    BoardNotice::of_breach(NoticeId::from_u128(1), &merchant, &fact, at)
}

#[test]
fn a_breach_is_published_by_its_class_after_the_time_to_answer_and_for_the_shortest_time() {
    assert_eq!(of_breach(Severity::Minor, Status::Affiliated), None);
    let months = |severity| {
        let notice = of_breach(severity, Status::Affiliated).unwrap();
        assert_eq!(notice.state(NOW), BoardState::Scheduled);
        assert_eq!(notice.publish_at.to_string(), "2026-11-30T16:00:00Z");
        notice.remove_at.unwrap().in_city().day.to_string()
    };
    assert_eq!(
        (months(Severity::General).as_str(), months(Severity::Serious).as_str()),
        ("2027-02-23", "2027-11-23")
    );
    assert_eq!(of_breach(Severity::Serious, Status::Removed), None, "its removal stands there");
}

#[test]
fn a_notice_of_a_grade_goes_with_its_merchant_and_comes_back_with_it() {
    let shown = of_breach(Severity::General, Status::Affiliated).unwrap();
    assert_eq!(shown.following(Status::Suspended, NOW), None);
    for out in [Status::Removed, Status::Left] {
        let gone = shown.following(out, NOW).unwrap();
        assert_eq!(gone.state(NOW), BoardState::Removed);
        assert_eq!(gone.following(out, NOW), None, "once");
        assert_eq!(gone.following(Status::Affiliated, NOW), Some(shown.clone()));
    }
}
