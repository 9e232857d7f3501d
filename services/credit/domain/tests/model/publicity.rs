//! The publicity board, as sentences.

use credit_domain::admission::CommitmentClause;
use credit_domain::process::Moment;
use credit_domain::publicity::{BoardNotice, BoardState, ClauseWords};
use credit_domain::standards::{Clause, StandardNumber};
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
    let clause =
        ClauseWords { zh: "服务承诺“价格透明”".to_owned(), en: "the commitment".to_owned() };
    BoardNotice::of_breach(NoticeId::from_u128(1), &merchant, &fact, Some(&clause), at)
}

#[test]
fn a_breach_is_told_by_what_its_clause_says_and_where_it_stands_in_both_languages() {
    let shown = of_breach(Severity::Serious, Status::Affiliated).unwrap();
    assert_eq!(shown.text, "经核实的严重失信，违反服务承诺“价格透明”");
    assert_eq!(shown.text_en.as_deref(), Some("A verified serious breach of the commitment"));
    let clause = CommitmentClause {
        code: "code-shown".to_owned(),
        promise: false,
        zh: "主动出示安心码。".to_owned(),
        en: "The worker shows the code.".to_owned(),
        cites: vec!["DB33/T 2396-2021".to_owned()],
    };
    let own = ClauseWords::of_commitment(&clause);
    assert_eq!(own.zh, "服务承诺“主动出示安心码”（依据 DB33/T 2396-2021）");
    assert_eq!(own.en, "the service commitment: “The worker shows the code” (by DB33/T 2396-2021)");
    let standard = StandardNumber::try_new("DB33/T 2396-2021").unwrap();
    let of_standard = Clause { number: "5.2".to_owned(), text: "应持证上岗。".to_owned() };
    assert_eq!(
        ClauseWords::of_standard(&standard, &of_standard).zh,
        "DB33/T 2396-2021 第 5.2 条“应持证上岗”"
    );
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
