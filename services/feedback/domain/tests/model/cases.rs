//! Cases of suspected breaches.

use feedback_domain::{
    Breach, CLAUSE_CHARS_MAX, CallResult, Case, CaseState, Clause, Refusal, Report, Ruling, Verdict,
};
use kernel::{PersonalText, Severity, Step, Timestamp, Version};

use crate::support::{
    CALLER, OFFICER, OPERATOR, OTHER_CALLER, callback, city_time, claimed_at, recorded, report, says,
};

fn now() -> Timestamp {
    city_time(24, "11:00")
}

fn case() -> Case {
    let claimed = claimed_at(&callback(), CALLER, now());
    recorded(&claimed, CALLER, says(Verdict::SuspectedBreach), now()).case.unwrap()
}

fn words(text: &str) -> PersonalText {
    PersonalText::new(text.to_owned())
}

fn breach(clause: &str) -> Breach {
    let clause = Clause::try_new(clause).unwrap();
    Breach { clause, clause_confirmed: true, severity: Severity::General }
}

fn verify(case: &Case, by: kernel::ActorId) -> Result<Step<Case, Ruling>, Refusal> {
    case.verify(breach("price-as-posted"), by, now())
}

#[test]
fn a_breach_is_verified_with_its_clause_and_severity() {
    let ruled = verify(&case(), OFFICER).unwrap().done().unwrap();
    let ruling = Ruling::Verified { breach: breach("price-as-posted"), by: OFFICER, at: now() };
    assert_eq!((ruled.state, ruled.version), (CaseState::Ruled(ruling), Version(2)));
}

#[test]
fn i8_neither_the_handler_nor_the_caller_rules_on_the_case() {
    for by in [OPERATOR, CALLER] {
        assert_eq!(verify(&case(), by), Err(Refusal::HandledTheCase));
        assert_eq!(case().dismiss("nothing found".to_owned(), by, now()), Err(Refusal::HandledTheCase));
    }
    assert!(verify(&case(), OTHER_CALLER).is_ok());
}

#[test]
fn i2_the_first_ruling_stands_and_another_one_is_told_so() {
    let ruled = verify(&case(), OFFICER).unwrap().done().unwrap();
    // What credit said of the clause is no part of the ruling.
    let sent_again = Breach { clause_confirmed: false, ..breach("price-as-posted") };
    let Ok(Step::AlreadyDone(first)) = ruled.verify(sent_again, OFFICER, now()) else {
        panic!("not the first")
    };
    assert_eq!(CaseState::Ruled(first), ruled.state);

    let severity = Some(Severity::General);
    let told = Err(Refusal::RuledOtherwise { severity, by: OFFICER, at: now() });
    assert_eq!(verify(&ruled, OTHER_CALLER), told);
    let graver = Breach { severity: Severity::Serious, ..breach("price-as-posted") };
    assert_eq!(ruled.verify(graver, OFFICER, now()), told);
    assert_eq!(ruled.verify(breach("code-shown"), OFFICER, now()), told);
    assert_eq!(ruled.dismiss("nothing found".to_owned(), OFFICER, now()), told);
}

#[test]
fn i2_a_dismissal_stands_too() {
    let dismiss = |case: &Case, reason: &str| case.dismiss(reason.to_owned(), OFFICER, now());
    let ruled = dismiss(&case(), "nothing found").unwrap().done().unwrap();
    assert!(dismiss(&ruled, "nothing found").unwrap().is_already_done());
    let told = Err(Refusal::RuledOtherwise { severity: None, by: OFFICER, at: now() });
    assert_eq!((dismiss(&ruled, "agreed upon"), verify(&ruled, OFFICER)), (told.clone(), told));
}

#[test]
fn what_can_not_name_a_clause_is_none() {
    assert_eq!(Clause::try_new(" "), Err(Refusal::Empty("clause")));
    let longest = "条".repeat(CLAUSE_CHARS_MAX);
    assert_eq!(Clause::try_new(longest.as_str()).unwrap().as_str(), longest);
    for wrong in [longest + "文", "price\nas posted".to_owned()] {
        assert_eq!(Clause::try_new(wrong), Err(Refusal::NoClause));
    }
}

#[test]
fn a_case_keeps_what_the_caller_suspects_and_the_ruling_need_not_follow() {
    let suspected_clause = Some(Clause::try_new("code-shown").unwrap());
    let report = Report { suspected_clause: suspected_clause.clone(), ..report(Verdict::SuspectedBreach) };
    let claimed = claimed_at(&callback(), CALLER, now());
    let case = recorded(&claimed, CALLER, CallResult::Reached(report), now()).case.unwrap();
    assert_eq!(case.suspected_clause, suspected_clause);
    let ruled = verify(&case, OFFICER).unwrap().done().unwrap();
    assert_eq!(ruled.suspected_clause, suspected_clause);
}

#[test]
fn a_ruling_without_a_reason_is_refused() {
    assert_eq!(case().dismiss(String::new(), OFFICER, now()), Err(Refusal::Empty("reason")));
}

#[test]
fn a_merchant_answers_once_and_before_the_ruling() {
    let answered = case().answer(words("the price was agreed"), now()).unwrap().done().unwrap();
    assert!(answered.answer(words("or not"), now()).unwrap().is_already_done());
    let ruled = verify(&case(), OFFICER).unwrap().done().unwrap();
    assert_eq!(ruled.answer(words("too late"), now()), Err(Refusal::CaseClosed));
}

#[test]
fn a_ruling_reads_back_from_its_text() {
    let ruled = verify(&case(), OFFICER).unwrap().done().unwrap();
    let text = serde_json::to_string(&ruled.state).unwrap();
    assert_eq!(serde_json::from_str::<CaseState>(&text).unwrap(), ruled.state);
}

#[test]
fn i7_the_citizens_words_do_not_show_in_logs() {
    let mut case = case();
    case.note = Some(words("门牌 12 号的老人"));
    assert!(!format!("{case:?}").contains("老人"));
}
