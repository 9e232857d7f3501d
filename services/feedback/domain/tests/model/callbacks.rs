//! Call-backs.

use feedback_domain::{
    Answers, CallPolicy, CallResult, Callback, Clause, Outcome, Refusal, Report, State, TEXT_CHARS_MAX,
    Verdict,
};
use kernel::{Actor, ActorId, PersonalText, Step, Timestamp, Version};
use proptest::prelude::*;

use crate::support::{
    CALLER, OPERATOR, OTHER_CALLER, callback, case_id, city_time, claimed_at, recorded, report, says,
};

fn noon() -> Timestamp {
    city_time(24, "11:00")
}

fn claim(callback: &Callback, by: ActorId, now: Timestamp) -> Result<Step<Callback, State>, Refusal> {
    callback.claim(by, &CallPolicy::default(), now)
}

fn record(callback: &Callback, by: ActorId, result: CallResult) -> Result<Option<Outcome>, Refusal> {
    let step = callback.record(by, result, case_id(), &CallPolicy::default(), noon())?;
    Ok(step.done().and_then(|recorded| recorded.outcome))
}

#[test]
fn a_call_back_waits_until_the_day_after_inside_calling_hours() {
    let waiting = callback();
    assert_eq!((waiting.due_at, waiting.state), (city_time(24, "09:00"), State::Waiting));
    let early = claim(&waiting, CALLER, city_time(23, "19:00"));
    assert_eq!(early, Err(Refusal::NotDue { due_at: city_time(24, "09:00") }));
    let lunch = claim(&waiting, CALLER, city_time(24, "12:30"));
    assert_eq!(lunch, Err(Refusal::OutsideCallingHours { next: city_time(24, "14:00") }));
}

#[test]
fn i8_who_handled_the_case_can_not_claim_its_call_back() {
    assert_eq!(claim(&callback(), OPERATOR, noon()), Err(Refusal::HandledTheCase));
}

#[test]
fn i8_who_turns_out_to_have_handled_the_case_can_not_record_it() {
    let mut claimed = claimed_at(&callback(), CALLER, noon());
    claimed.handlers.note(Actor::Staff { id: CALLER });
    assert_eq!(record(&claimed, CALLER, says(Verdict::Satisfied)), Err(Refusal::HandledTheCase));
}

#[test]
fn i8_with_more_handlers_than_can_be_kept_nobody_is_let_through() {
    let mut waiting = callback();
    for id in 1_000..1_100 {
        waiting.handlers.note(Actor::Staff { id: ActorId::from_u128(id) });
    }
    assert_eq!(claim(&waiting, CALLER, noon()), Err(Refusal::HandledTheCase));
}

#[test]
fn a_claim_keeps_others_away_until_it_runs_out() {
    let claimed = claimed_at(&callback(), CALLER, noon());
    let until = city_time(24, "11:30");
    assert_eq!(claim(&claimed, OTHER_CALLER, noon()), Err(Refusal::ClaimedByAnother { by: CALLER, until }));
    assert_eq!(claim(&claimed, CALLER, noon()), Ok(Step::AlreadyDone(claimed.state)));
    let taken_over = claimed_at(&claimed, OTHER_CALLER, until);
    assert_eq!(record(&taken_over, CALLER, CallResult::Unreached), Err(Refusal::NotClaimed));
    assert_eq!(record(&taken_over, OTHER_CALLER, says(Verdict::Satisfied)), Ok(Some(Outcome::Satisfied)));
}

#[test]
fn a_call_must_be_claimed_before_its_result_is_recorded() {
    assert_eq!(record(&callback(), CALLER, CallResult::Unreached), Err(Refusal::NotClaimed));
}

#[test]
fn tries_that_reach_nobody_come_back_inside_calling_hours_until_they_are_used_up() {
    let mut current = callback();
    for (tried, again) in [("11:00", city_time(24, "14:00")), ("19:30", city_time(25, "09:00"))] {
        let now = city_time(24, tried);
        let after = recorded(&claimed_at(&current, CALLER, now), CALLER, CallResult::Unreached, now);
        assert_eq!(
            (after.outcome, after.callback.state, after.callback.due_at),
            (None, State::Waiting, again)
        );
        current = after.callback;
    }
    let now = city_time(25, "10:00");
    let last = recorded(&claimed_at(&current, CALLER, now), CALLER, CallResult::Unreached, now);
    assert_eq!(last.outcome, Some(Outcome::Unreached));
    assert_eq!(last.callback.attempts.len(), 3);
    assert_eq!(last.callback.version, Version(7));
}

#[test]
fn i2_a_finished_call_back_keeps_its_first_result_and_says_so_to_another_one() {
    let claimed = claimed_at(&callback(), CALLER, noon());
    let done = recorded(&claimed, CALLER, says(Verdict::Satisfied), noon()).callback;
    let again = |by, result| done.record(by, result, case_id(), &CallPolicy::default(), noon());
    assert_eq!(again(CALLER, says(Verdict::Satisfied)), Ok(Step::AlreadyDone(Outcome::Satisfied)));
    let first = Refusal::RecordedOtherwise { outcome: Outcome::Satisfied, by: CALLER, at: noon() };
    assert_eq!(again(OTHER_CALLER, says(Verdict::Satisfied)), Err(first.clone()));
    assert_eq!(again(CALLER, CallResult::Unreached), Err(first.clone()));
    assert_eq!(again(CALLER, says(Verdict::SuspectedBreach)), Err(first.clone()));
    let note = PersonalText::new("很好".to_owned());
    let more = Report { note, ..report(Verdict::Satisfied) };
    assert_eq!(again(CALLER, CallResult::Reached(more)), Err(first.clone()));
    assert_eq!(claim(&done, OTHER_CALLER, noon()), Err(first));
}

#[test]
fn only_a_suspected_breach_opens_a_case_and_it_must_have_something_to_go_by() {
    let claimed = claimed_at(&callback(), CALLER, noon());
    for verdict in [Verdict::Satisfied, Verdict::Unsatisfied] {
        assert_eq!(recorded(&claimed, CALLER, says(verdict), noon()).case, None);
    }
    let opened = recorded(&claimed, CALLER, says(Verdict::SuspectedBreach), noon());
    let case = opened.case.unwrap();
    assert_eq!((case.id, case.callback, case.opened_by), (case_id(), opened.callback.id, CALLER));

    let verdict = Verdict::SuspectedBreach;
    let note = PersonalText::new(" ".to_owned());
    let nothing = Report { verdict, answers: Answers::default(), note, suspected_clause: None };
    assert_eq!(record(&claimed, CALLER, CallResult::Reached(nothing)), Err(Refusal::NothingSuspected));
}

#[test]
fn a_clause_is_named_with_a_suspicion_alone() {
    let claimed = claimed_at(&callback(), CALLER, noon());
    let naming = |verdict| {
        let suspected_clause = Some(Clause::try_new("price-as-posted").unwrap());
        record(&claimed, CALLER, CallResult::Reached(Report { suspected_clause, ..report(verdict) }))
    };
    for verdict in [Verdict::Satisfied, Verdict::Unsatisfied] {
        assert_eq!(naming(verdict), Err(Refusal::ClauseUnsuspected));
    }
    assert_eq!(naming(Verdict::SuspectedBreach), Ok(Some(Outcome::SuspectedBreach)));
}

#[test]
fn a_note_is_bounded() {
    let claimed = claimed_at(&callback(), CALLER, noon());
    let note = |chars| {
        let note = PersonalText::new("锁".repeat(chars));
        CallResult::Reached(Report { note, ..report(Verdict::Unsatisfied) })
    };
    assert_eq!(record(&claimed, CALLER, note(TEXT_CHARS_MAX)), Ok(Some(Outcome::Unsatisfied)));
    assert_eq!(record(&claimed, CALLER, note(TEXT_CHARS_MAX + 1)), Err(Refusal::TextTooLong));
}

/// What people might try, with the minutes that pass before it.
#[derive(Debug, Clone)]
enum Move {
    Claim(ActorId),
    Record(ActorId, CallResult),
}

fn moves() -> impl Strategy<Value = Vec<(u64, Move)>> {
    let people = || prop::sample::select(vec![OPERATOR, CALLER, OTHER_CALLER]);
    let results = prop_oneof![
        3 => Just(CallResult::Unreached),
        1 => prop::sample::select(vec![Verdict::Satisfied, Verdict::Unsatisfied, Verdict::SuspectedBreach]).prop_map(says),
    ];
    let one = prop_oneof![
        people().prop_map(Move::Claim),
        (people(), results).prop_map(|(by, result)| Move::Record(by, result)),
    ];
    prop::collection::vec((0_u64..600, one), 0..60)
}

proptest! {
    #[test]
    fn i8_whatever_people_try_calls_are_made_by_others_inside_hours_and_end_once(moves in moves()) {
        let policy = CallPolicy::default();
        let (mut current, mut now, mut outcomes) = (callback(), city_time(23, "18:30"), 0);
        for (minutes, attempt) in moves {
            now = now.after(core::time::Duration::from_secs(minutes * 60));
            let before = current.clone();
            match attempt {
                Move::Claim(by) => {
                    if let Ok(Step::Done(next)) = current.claim(by, &policy, now) {
                        prop_assert!(policy.open_at(now) && now >= before.due_at && by != OPERATOR);
                        current = next;
                    }
                }
                Move::Record(by, result) => {
                    if let Ok(Step::Done(next)) = current.record(by, result, case_id(), &policy, now) {
                        outcomes += usize::from(next.outcome.is_some());
                        prop_assert_eq!(next.case.is_some(), next.outcome == Some(Outcome::SuspectedBreach));
                        prop_assert!(by != OPERATOR);
                        current = next.callback;
                    }
                }
            }
            prop_assert!(policy.open_at(current.due_at));
            prop_assert!(current.attempts.len() <= usize::from(policy.attempts_max));
            prop_assert_eq!(current == before, current.version == before.version);
        }
        prop_assert_eq!(outcomes, usize::from(matches!(current.state, State::Done { .. })));
    }
}
